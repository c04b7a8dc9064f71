"""Forms that two people may have open at once: neither loses a word."""

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django import forms

from governance.versions import Difference


class VersionedForm(forms.Form):
    """A form on an object as it was opened: what was saved since then is never overwritten."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def changes(self) -> dict[str, Any]:
        """The fields of the object, without the version."""
        return {field: v for field, v in self.cleaned_data.items() if field != "version"}

    def written(self, base: Any, field: str) -> Any:
        """What `base` holds in that field."""
        return getattr(base, field)

    def changed_since(self, base: Any) -> set[str]:
        """The fields typed otherwise than in `base`, the object as the form was opened on it;
        all of them when that is no longer known."""
        return {
            field
            for field, typed in self.changes().items()
            if base is None or _comparable(typed) != _comparable(self.written(base, field))
        }

    def differences(self, saved: Any, answers: Mapping[str, Any]) -> tuple[Difference, ...]:
        """The fields of `answers` that do not say what was `saved`, in words."""
        pairs = (
            Difference(
                str(self.fields[field].label),
                _in_words(self.fields[field], self.written(saved, field)),
                _in_words(self.fields[field], typed),
            )
            for field, typed in answers.items()
        )
        return tuple(pair for pair in pairs if pair.saved != pair.typed)

    def data_on(self, fresh: "VersionedForm", typed: Collection[str]) -> Any:
        """What is to be saved over the object that `fresh` was opened on: the fields of `typed`
        as they were typed, the others as they now stand."""
        data = self.data.copy()
        for field in fresh.fields:
            if field not in typed:
                value = fresh.get_initial_for_field(fresh.fields[field], field)
                several = isinstance(value, list | tuple)
                data.setlist(field, value if several else ["" if value is None else str(value)])
        return data


def _in_words(field: forms.Field, answer: Any) -> str:
    if isinstance(answer, datetime.date):
        return f"{answer:%d/%m/%Y}"
    choices = dict(getattr(field, "choices", ()))
    return "" if answer is None else str(choices.get(answer, answer))


def _comparable(answer: Any) -> Any:
    """The same for two answers that say the same: a browser sends its own ends of lines."""
    if isinstance(answer, list | tuple):
        return set(answer)
    if isinstance(answer, str):
        return answer.replace("\r\n", "\n").strip()
    return answer
