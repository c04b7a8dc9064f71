"""One step of the alert form: the fields of the declaration, shown, kept and put into words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from cases.alert_options import AlertOptions
from cases.forms.fields import declared_field
from cases.sheets import Line
from governance import nomenclatures
from governance.forms.guarded import all_reasons
from governance.nomenclatures import FieldSpec
from governance.versions import Difference

Answers = Mapping[str, Mapping[str, Any]]  # step -> field -> what was typed
Sent = MultiValueDict[str, str] | None

# rule of the declaration -> the answer that it depends on, and the values that call for it
_CONDITIONS = {
    "if_informed": ("information_state", {"informed"}),
    "if_not_informed": ("information_state", {"not_informed", "unreachable"}),
    "if_consent": ("consent_state", {"named", "anonymous"}),
    "if_named": ("consent_state", {"named"}),
}
AGREEMENT_STEP = "accord"


class StepForm(forms.Form):
    """One step: the fields that `codes` names, required as the declaration says."""

    slug: ClassVar[str]
    number: ClassVar[int]
    title: str
    codes: ClassVar[tuple[str, ...]]

    def __init__(self, options: AlertOptions, answers: Answers, data: Sent = None) -> None:
        """`answers`: those of the whole draft; `data`: what is sent now, or None to show them."""
        super().__init__(data, initial={**self.prefilled(options), **answers.get(self.slug, {})})
        self.options = options
        saved = answers.get(AGREEMENT_STEP, {})
        self.given = saved if data is None or self.slug != AGREEMENT_STEP else data.dict()
        for code in self.codes:
            spec = nomenclatures.field_spec(code)
            if spec.type != "repeated" and self.asks(spec):
                self.fields[code] = declared_field(spec, options, required=self._is_required(spec))

    def prefilled(self, options: AlertOptions) -> dict[str, Any]:
        """The answers proposed before anything is typed."""
        return {}

    def asks(self, spec: FieldSpec) -> bool:
        """Whether the field is asked of this writer, in this state of the draft."""
        return True

    @property
    def agreement(self) -> str:
        """The person's agreement as it is typed now."""
        return str(self.given.get("consent_state", ""))

    def _is_required(self, spec: FieldSpec) -> bool:
        match spec.required:
            case "always" | "at_least_one":
                return True
            case "professional":
                return not self.options.by_coordinator
            case "coordinator":
                return self.options.by_coordinator
            case "never" | "setting":  # the recap warns of missing criteria; nothing is blocked
                return False
            case rule:
                answer, values = _CONDITIONS[rule]
                return self.given.get(answer) in values

    def typed(self) -> dict[str, str | list[str]]:
        """What was typed, valid or not: text by field name, a list where several may be ticked."""
        return {
            name: self.data.getlist(name)
            if isinstance(field, forms.MultipleChoiceField)
            else self.data.get(name, "")
            for name, field in self.fields.items()
        } | all_reasons(self.data)

    @property
    def parts(self) -> Sequence[forms.BaseForm]:
        """The forms of the page, for its error summary."""
        return [self]

    def lines(self) -> list[Line]:
        """Each question with what was typed, in words."""
        return [Line(str(bound.label), words(bound)) for bound in self]


def different(saved: Sequence[StepForm], typed: Sequence[StepForm]) -> tuple[Difference, ...]:
    """The questions that the draft and the page answer differently, in words."""
    before = {line.label: line.value for step in saved for line in step.lines()}
    now = {line.label: line.value for step in typed for line in step.lines()}
    return tuple(
        Difference(label, before.get(label, ""), now.get(label, ""))
        for label in dict.fromkeys([*before, *now])
        if before.get(label, "") != now.get(label, "")
    )


def words(bound: forms.BoundField) -> str:
    """What was typed in a field, in words; "" for nothing."""
    typed = bound.value()
    match bound.field:
        case forms.ChoiceField():
            labels = dict(_flat(bound.field.choices))
            answers = typed if isinstance(typed, list) else [typed]
            return ", ".join(labels[code] for code in answers if code and code in labels)
        case forms.DateField():
            try:
                day = bound.field.to_python(typed)
            except ValidationError:
                return str(typed)
            return f"{day:%d/%m/%Y}" if day else ""
        case _:
            return str(typed or "")


def _flat(choices: Any) -> Iterator[tuple[str, str]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
