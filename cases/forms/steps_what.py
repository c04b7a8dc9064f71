"""The last steps of the alert: what is observed, what was tried, what is expected."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from cases.alert_options import AlertOptions
from cases.forms.fields import list_choices, not_in_future
from cases.forms.steps import Answers, Sent, StepForm, words
from cases.services.intake import TriedStep
from cases.sheets import Line
from governance import nomenclatures
from governance.forms.guarded import GuardedLine
from governance.nomenclatures import SectionSpec

_MOST_ROWS = 20


class ObservationsForm(StepForm):
    slug, number, title = "observations", 3, "Ce que vous observez"
    codes = (
        "situation_type", "alert_subject", "facts", "since", "already_known",
        "criteria_body", "criteria_home", "criteria_others", "criteria_institutions",
        "criteria_comment", "psychiatry_link", "psychiatric_sector", "addiction",
        "suicidal_concern", "involuntary_care",
    )  # fmt: skip

    def subject_fields(self) -> list[forms.BoundField]:
        """What the alert is about, and the facts."""
        return self._fields_of("subject")

    def criteria_fields(self) -> list[forms.BoundField]:
        """The signs of the four *rapports*."""
        return [bound for bound in self._fields_of("criteria") if bound.name != "criteria_comment"]

    def health_fields(self) -> list[forms.BoundField]:
        """What is known of the person's health."""
        return self._fields_of("health")

    def health_note(self) -> str:
        """What the declaration says of them."""
        return _section("health").note

    def _fields_of(self, section: str) -> list[forms.BoundField]:
        return [self[spec.code] for spec in _section(section).fields if spec.code in self.fields]

    def missing_criteria(self) -> list[str]:
        """The *rapports* without any sign, where the council's settings ask for them."""
        if not self.options.council.criteria_required:
            return []
        return [str(bound.label) for bound in self.criteria_fields() if not bound.value()]


class TriedForm(forms.Form):
    """One step already tried; a row left empty is not kept."""

    def __init__(self, *args: Any, options: AlertOptions, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"] = forms.ChoiceField(
            label="Démarche",
            required=False,
            choices=[("", "Choisir une démarche"), *list_choices(options, "steps_tried")],
        )
        self.fields["done_on"] = forms.DateField(
            label="Date", required=False, validators=[not_in_future]
        )
        self.fields["result"] = forms.ChoiceField(
            label="Résultat",
            required=False,
            choices=[("", "Ne sait pas / Non renseigné"), *list_choices(options, "step_result")],
        )
        self.fields["comment"] = GuardedLine("AlertStep.comment", label="Précision", required=False)
        self.fields["step"].conditional = True  # type: ignore[attr-defined]

    def typed(self) -> dict[str, str]:
        """What was typed in the row, valid or not."""
        return {self.add_prefix(name): self[name].data or "" for name in self.fields}

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if any(answers.values()) and not answers.get("step") and "step" not in self.errors:
            self.add_error("step", "Choisissez la démarche.")
        return answers

    def tried(self) -> TriedStep | None:
        """The step, or None for an empty or invalid row."""
        if not self.is_valid() or not self.cleaned_data["step"]:
            return None
        return TriedStep(**self.cleaned_data)


class StepsTriedForm(StepForm):
    slug, number, title = "demarches", 4, "Ce qui a été tenté"
    codes = ("steps", "involved_partners", "adhesion")

    def __init__(self, options: AlertOptions, answers: Answers, data: Sent = None) -> None:
        """As many rows as were sent or saved, one at least."""
        super().__init__(options, answers, data)
        source = self.initial if data is None else data
        self.rows = [
            TriedForm(data, options=options, prefix=prefix, initial=_unprefixed(source, prefix))
            for prefix in (f"tried-{rank}" for rank in range(_MOST_ROWS))
            if prefix == "tried-0" or f"{prefix}-step" in source
        ]

    @property
    def may_add_row(self) -> bool:
        return len(self.rows) < _MOST_ROWS

    @property
    def parts(self) -> Sequence[forms.BaseForm]:
        return [*self.rows, self]

    def typed(self) -> dict[str, str | list[str]]:
        typed = super().typed()
        for row in self.rows:
            typed.update(row.typed())
        return typed

    def typed_with_another_row(self) -> dict[str, str | list[str]]:
        """What was typed, and one more empty row (not shown beyond the last possible one)."""
        return {**self.typed(), f"tried-{len(self.rows)}-step": ""}

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        answers["steps"] = [tried for row in self.rows if (tried := row.tried())]
        if not answers["steps"] and all(row.is_valid() for row in self.rows):
            self.rows[0].add_error("step", "Indiquez au moins une démarche déjà engagée.")
        return answers

    def is_valid(self) -> bool:
        return super().is_valid() and all(row.is_valid() for row in self.rows)

    def lines(self) -> list[Line]:
        rows = [", ".join(filter(None, map(words, row))) for row in self.rows]
        return [
            Line(nomenclatures.field_spec("steps").label, "\n".join(filter(None, rows))),
            *super().lines(),
        ]


class ExpectationsForm(StepForm):
    slug, number, title = "attentes", 5, "Ce que vous attendez"
    codes = ("expectations", "suggested_invitees")


def _section(code: str) -> SectionSpec:
    return next(section for section in nomenclatures.alert_form() if section.code == code)


def _unprefixed(source: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {
        name.removeprefix(f"{prefix}-"): source[name]
        for name in source
        if name.startswith(f"{prefix}-")
    }
