"""A free text that others will read: the anonymity guard re-reads it before it is accepted.

`prepare(form, knowledge)` comes before `is_valid()`, which refuses to go without it. The page is
then shown again with the passages underlined, each to be replaced or kept with a reason. It warns
and asks; a reason is always enough.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from governance.anonymity.review import Knowledge, Passage, Review, replace, review

_REPLACE = "guard-replace"  # the button pressed: field:key:choice
_REASON = "guard-why"  # the name of a reason: guard-why-field-key
_PRESSED = re.compile(r"([\w-]{1,80}):([0-9a-f]{16}):(\d{1,2})\Z")


@dataclass(frozen=True)
class Button:
    """A replacement asked for: of which passage of which field, by which of its choices."""

    field: str
    key: str
    choice: int


def pressed(data: Mapping[str, Any]) -> Button | None:
    """The replacement that was asked for, if one was."""
    match = _PRESSED.match(str(data.get(_REPLACE, "")))
    return Button(match[1], match[2], int(match[3])) if match else None


@dataclass
class _Rereading:
    """What `prepare` gives a field: the form data it came with, and what to compare it with."""

    name: str
    data: Mapping[str, Any]
    knowledge: Knowledge
    replaced: bool


class GuardedText(forms.CharField):
    """A text under the guard. `stores`: the field where it ends, « Model.field » of cases or
    « governance.Model.field »."""

    guarded = True
    rereading: _Rereading | None = None
    review: Review | None = None

    def __init__(self, stores: str, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea)
        super().__init__(**kwargs)
        self.stores = stores

    def clean(self, value: Any) -> str:
        """The text; ValidationError while a passage is neither replaced nor justified.

        RuntimeError when no view had the guard read it: a text must not get past it by oversight.
        """
        text: str = super().clean(value)
        if self.rereading is None:
            raise RuntimeError("a view asks guarded.prepare(form) or reread(form) first")
        name, data = self.rereading.name, self.rereading.data
        self.review = review(value or "", reasons_for(name, data), self.rereading.knowledge)
        if self.rereading.replaced:
            raise ValidationError(
                "Le passage est remplacé. Relisez la phrase, puis enregistrez.", code="replaced"
            )
        if count := self.review.open_count:
            raise ValidationError(_said(count), code="reread")
        return text


class GuardedLine(GuardedText):
    """The same on one line."""

    def __init__(self, stores: str, **kwargs: Any) -> None:
        super().__init__(stores, widget=forms.TextInput, **{"max_length": 500, **kwargs})


def reasons_for(name: str, data: Mapping[str, Any]) -> dict[str, str]:
    """The reasons typed for the passages of the field `name`, by key."""
    prefix = f"{_REASON}-{name}-"
    return {
        key.removeprefix(prefix): str(data.get(key, ""))[:300]
        for key in data
        if key.startswith(prefix)
    }


def all_reasons(data: Mapping[str, Any]) -> dict[str, str]:
    """Every reason typed on the page, under the name of its field: for a draft to keep."""
    return {key: str(data.get(key, ""))[:300] for key in data if key.startswith(f"{_REASON}-")}


def prepare(form: forms.BaseForm, knowledge: Knowledge) -> None:
    """Have the guard re-read the guarded fields of a bound form, and do what its button asked."""
    parts: Sequence[forms.BaseForm] = getattr(form, "parts", (form,))
    button = pressed(form.data)
    for part in parts:
        for name, field in part.fields.items():
            if not isinstance(field, GuardedText) or not part.is_bound:
                continue
            html_name = part.add_prefix(name)
            is_asked = button is not None and button.field == html_name
            if button and is_asked:
                text = str(part.data.get(html_name, ""))
                data = part.data.copy()
                data[html_name] = replace(text, button.key, button.choice, knowledge)
                for each in parts:
                    each.data = data
            field.rereading = _Rereading(html_name, part.data, knowledge, is_asked)


def prepare_again(again: forms.BaseForm, form: forms.BaseForm) -> None:
    """The same for `form` opened `again` on other answers."""
    for name, field in again.fields.items():
        before = form.fields.get(name)
        if isinstance(field, GuardedText) and isinstance(before, GuardedText) and before.rereading:
            known = before.rereading.knowledge
            field.rereading = _Rereading(again.add_prefix(name), again.data, known, False)


def kept(form: forms.BaseForm) -> Iterator[tuple[str, Passage]]:
    """(where it is stored, passage) for each passage that the writer of a valid form keeps."""
    for part in getattr(form, "parts", (form,)):
        for field in part.fields.values():
            if isinstance(field, GuardedText) and field.review is not None:
                for passage in field.review.passages:
                    yield field.stores, passage


def _said(count: int) -> str:
    if count == 1:
        return "Un passage peut faire reconnaître quelqu’un : remplacez-le ou dites pourquoi."
    return (
        f"{count} passages peuvent faire reconnaître quelqu’un : remplacez-les ou dites pourquoi."
    )
