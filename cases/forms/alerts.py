"""The alert in the browser: five named steps, whose fields are those of the declaration.

A step keeps what was typed whether it is valid or not (`typed`); the whole is checked again when
the alert is sent (`bound_steps`, `submission`).
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from cases.forms.fields import list_choices, not_in_future
from cases.forms.steps import AGREEMENT_STEP, Answers, Sent, StepForm, words
from cases.selectors import AlertOptions
from cases.services.intake import Submission, TriedStep
from cases.sheets import Line
from cases.vault import IDENTITY_FIELDS
from governance import nomenclatures
from governance.models import Organisation
from governance.nomenclatures import FieldSpec, SectionSpec
from governance.selectors import council_label

SOMEBODY_ELSE = "Le demandeur"  # the first step, when the coordination writes
_DAYS_TO_INFORM = 30
_MOST_ROWS = 20


class RequesterForm(StepForm):
    slug, number, title = "vous", 1, "Vous"
    codes = (
        "requester_name", "requester_role", "organisation", "origin", "requester_contact",
        "alert_channel", "charter_signed",
    )  # fmt: skip

    def __init__(self, options: AlertOptions, answers: Answers, data: Sent = None) -> None:
        super().__init__(options, answers, data)
        if options.by_coordinator:
            self.title = SOMEBODY_ELSE
            self.fields["charter_signed"].label = "Le demandeur a signé la charte éthique"
            self.fields["charter_signed"].help_text = ""

    def asks(self, spec: FieldSpec) -> bool:
        """A partner's organisation and signature are known; the coordination says for whom it
        writes, and how the alert came."""
        return self.options.by_coordinator or spec.code not in (
            "organisation", "origin", "alert_channel", "charter_signed",
        )  # fmt: skip

    def prefilled(self, options: AlertOptions) -> dict[str, Any]:
        """A partner is known by their account; somebody who called is not."""
        if options.membership is None:
            return {}
        writer = options.writer
        return {
            "requester_name": writer.get_full_name(),
            "requester_role": options.membership.profession,
            "requester_contact": ", ".join(filter(None, (writer.phone, writer.email))),
        }

    def known(self) -> list[Line]:
        """What the account says of a partner; nothing when the coordination writes."""
        organisation = self._organisation
        if organisation is None:
            return []
        kind = council_label(self.options.council, "origin", organisation.kind)
        # Nobody reaches this form without having signed (clsm.middleware.charter_first).
        return [
            Line(_label("organisation"), organisation.name),
            Line(_label("origin"), kind),
            Line(_label("charter_signed"), "Oui"),
        ]

    def lines(self) -> list[Line]:
        return [*super().lines(), *self.known()]

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if self._organisation is not None:
            answers["organisation"] = self._organisation
            answers["origin"] = self._organisation.kind
            answers["alert_channel"] = "online_form"
            answers["charter_signed"] = True
        answers["charter_signed"] = bool(answers.get("charter_signed"))
        return answers

    @property
    def _organisation(self) -> Organisation | None:
        membership = self.options.membership
        return None if membership is None else membership.organisation


class AgreementForm(StepForm):
    slug, number, title = AGREEMENT_STEP, 2, "La personne est-elle informée ?"
    codes = (
        "information_state", "information_date", "not_informed_reason", "consent_state",
        "consent_given_by", "consent_date", "consent_limits", "presence_wish", "person_words",
    )  # fmt: skip

    # When each of these is asked, said under its label.
    _WHEN = {
        "information_date": "Si elle est informée, ou le jour où elle le sera.",
        "not_informed_reason": "Si elle ne l’est pas.",
        "consent_given_by": "Si elle accepte, avec son nom ou sans.",
        "consent_date": "Si elle accepte.",
        "presence_wish": "Si elle est informée.",
    }

    def __init__(self, options: AlertOptions, answers: Answers, data: Sent = None) -> None:
        super().__init__(options, answers, data)
        for code, when in self._WHEN.items():
            self.fields[code].help_text = when

    def clean_information_date(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["information_date"]
        today = timezone.localdate()
        latest = today + datetime.timedelta(days=_DAYS_TO_INFORM)
        match self.given.get("information_state"):
            case "informed" if day:
                not_in_future(day)
            case "not_yet" if day is None or not today <= day <= latest:
                raise forms.ValidationError(
                    f"Indiquez quand la personne le sera, dans les {_DAYS_TO_INFORM} jours."
                )
        return day

    def clean(self) -> dict[str, Any]:
        """Answers that no longer apply are dropped; an agreement supposes that one was told."""
        answers = self.cleaned_data
        told, agreement = answers.get("information_state"), answers.get("consent_state")
        if told not in ("informed", "not_yet"):
            answers["information_date"] = None
        if told != "informed":
            answers["presence_wish"] = ""
        if told not in ("not_informed", "unreachable"):
            answers["not_informed_reason"] = ""
        if agreement not in ("named", "anonymous"):
            answers["consent_given_by"] = answers["consent_date"] = ""
        elif told and told != "informed" and answers.get("consent_given_by") == "person":
            self.add_error(
                "consent_state",
                "Une personne qui n’a pas été informée ne peut pas avoir donné son accord.",
            )
        return answers


class PersonForm(StepForm):
    slug, number, title = "personne", 2, "La personne"
    codes = (
        "last_name", "first_name", "birth_date", "address", "phone", "legal_representative",
        "trusted_contact", "gp", "companion",
        "sex", "age_band", "town", "district", "household", "minor_children", "income",
        "protection_measure", "housing_status", "housing_procedure", "move_in_year",
    )  # fmt: skip

    def asks(self, spec: FieldSpec) -> bool:
        """The identity is open under a *named* agreement only; no quarter where there is none."""
        if spec.privacy == "vault":
            return self.agreement == "named"
        return spec.code != "district" or bool(self.options.districts)

    def prefilled(self, options: AlertOptions) -> dict[str, Any]:
        """The town, where the council has but one."""
        return {"town": str(options.towns[0].pk)} if len(options.towns) == 1 else {}

    def identity(self) -> list[forms.BoundField]:
        """The fields of the vault; none without a named agreement."""
        return [bound for bound in self if bound.name in IDENTITY_FIELDS]

    def profile(self) -> list[forms.BoundField]:
        """The fields of the anonymous profile."""
        return [bound for bound in self if bound.name not in IDENTITY_FIELDS]

    def clean_birth_date(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["birth_date"]
        if day:
            not_in_future(day)
        return day

    def clean_district(self) -> Any:
        district, town = self.cleaned_data["district"], self.cleaned_data.get("town")
        if district and town and district.town_id != town.pk:
            raise forms.ValidationError("Ce quartier n’est pas dans la commune choisie.")
        return district


class ObservationsForm(StepForm):
    slug, number, title = "observations", 3, "Ce que vous observez"
    codes = (
        "situation_type", "alert_subject", "facts", "since", "immediate_danger", "already_known",
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
        self.fields["comment"] = forms.CharField(label="Précision", required=False, max_length=500)
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
        return [Line(_label("steps"), "\n".join(filter(None, rows))), *super().lines()]


class ExpectationsForm(StepForm):
    slug, number, title = "attentes", 5, "Ce que vous attendez"
    codes = ("expectations", "suggested_invitees")


STEPS: tuple[type[StepForm], ...] = (
    RequesterForm,
    AgreementForm,
    PersonForm,
    ObservationsForm,
    StepsTriedForm,
    ExpectationsForm,
)


def bound_steps(options: AlertOptions, answers: Answers) -> list[StepForm]:
    """Every step, bound to what the draft keeps of it, to say what is missing."""
    return [
        step(
            options,
            answers,
            MultiValueDict(
                {
                    name: value if isinstance(value, list) else [value]
                    for name, value in answers.get(step.slug, {}).items()
                }
            ),
        )
        for step in STEPS
    ]


def submission(draft_key: UUID, steps: Sequence[StepForm]) -> Submission:
    """The alert that the valid `steps` make, ready to be sent."""
    answers: dict[str, Any] = {}
    for step in steps:
        answers.update(step.cleaned_data)
    identity = {code: answers.pop(code) for code in IDENTITY_FIELDS if code in answers}
    return Submission(
        draft_key=draft_key,
        steps=answers.pop("steps"),
        involved_partners=answers.pop("involved_partners"),
        suggested_invitees=answers.pop("suggested_invitees"),
        identity={code: str(answer) for code, answer in identity.items() if answer},
        fields=answers,
    )


class WithdrawForm(forms.Form):
    """Why the author takes the alert back."""

    reason = forms.CharField(
        label="Pourquoi la retirez-vous ?",
        max_length=500,
        # RevealForm, on the same page, asks for a reason too.
        widget=forms.TextInput(attrs={"id": "id_withdraw_reason"}),
    )


class RevealForm(forms.Form):
    """Why an identity is needed now; the journal keeps it."""

    reason = forms.CharField(
        label="Pourquoi en avez-vous besoin maintenant ?",
        help_text="Ce motif est enregistré avec votre nom. N’y nommez personne.",
        min_length=10,
        max_length=300,
    )


def _section(code: str) -> SectionSpec:
    return next(section for section in nomenclatures.alert_form() if section.code == code)


def _label(code: str) -> str:
    return nomenclatures.field_spec(code).label


def _unprefixed(source: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {
        name.removeprefix(f"{prefix}-"): source[name]
        for name in source
        if name.startswith(f"{prefix}-")
    }
