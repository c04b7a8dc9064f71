"""The first steps of the alert: is anybody in danger, who writes, what the person knows and said.

The person's agreement comes before any field of their identity, and decides whether those appear.
"""

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from cases.alert_options import AlertOptions
from cases.forms.fields import not_in_future
from cases.forms.steps import AGREEMENT_STEP, Answers, Sent, StepForm
from cases.sheets import Line
from cases.vault import IDENTITY_FIELDS
from governance import nomenclatures
from governance.models import Organisation
from governance.nomenclatures import FieldSpec
from governance.selectors import council_label

SOMEBODY_ELSE = "Le demandeur"  # the first step, when the coordination writes
_DAYS_TO_INFORM = 30
# What a browser may fill in of who writes (RGAA 11.13).
_OF_THE_WRITER = {
    "requester_name": "name",
    "requester_role": "organization-title",
    "requester_contact": "email",
}


class DangerForm(StepForm):
    """Asked before all the rest: the council does not treat emergencies."""

    slug, number, title = "danger", 0, "Y a-t-il un danger immédiat ?"
    codes = ("immediate_danger",)


class RequesterForm(StepForm):
    slug, number, title = "vous", 1, "Vous"
    codes = (
        "requester_name", "requester_role", "organisation", "origin", "requester_contact",
        "alert_channel", "charter_signed",
    )  # fmt: skip

    def __init__(self, options: AlertOptions, answers: Answers, data: Sent = None) -> None:
        super().__init__(options, answers, data)
        for code, purpose in _OF_THE_WRITER.items():
            # The coordination writes for somebody else, whom its browser does not know.
            hint = "off" if options.by_coordinator else purpose
            self.fields[code].widget.attrs["autocomplete"] = hint
        if options.by_coordinator:
            self.title = SOMEBODY_ELSE
            self.fields["charter_signed"].label = "Le demandeur a signé la charte éthique"
            self.fields["charter_signed"].help_text = ""
            self.fields["outside_organisation"] = forms.CharField(
                label="Organisme, s’il n’est pas dans la liste", required=False, max_length=200
            )
            self.fields["receipt_to"] = forms.EmailField(
                label="Courriel pour l’accusé de réception",
                help_text="Il reçoit le numéro et la suite prévue, rien de ce que dit l’alerte.",
                required=False,
            )

    def asks(self, spec: FieldSpec) -> bool:
        """A partner's organisation and signature are known; the coordination says for whom it
        writes, and how the alert came."""
        known = {"organisation", "alert_channel", "charter_signed"}
        if self.options.membership is not None:
            known.add("origin")
        return self.options.by_coordinator or spec.code not in known

    def prefilled(self, options: AlertOptions) -> dict[str, Any]:
        """A partner is known by their account; somebody who called is not."""
        occasional, writer = options.occasional, options.writer
        if occasional is not None:
            return {
                "requester_role": occasional.function,
                "requester_contact": occasional.email,
            }
        if options.membership is None or writer is None:
            return {}
        return {
            "requester_name": writer.get_full_name(),
            "requester_role": options.membership.profession,
            "requester_contact": ", ".join(filter(None, (writer.phone, writer.email))),
        }

    def known(self) -> list[Line]:
        """What the account says of a partner; nothing when the coordination writes."""
        occasional = self.options.occasional
        if occasional is not None:
            return [
                Line(nomenclatures.field_spec("organisation").label, occasional.organisation),
                Line("Adresse vérifiée", occasional.email),
                Line(nomenclatures.field_spec("charter_signed").label, "Oui"),
            ]
        organisation = self._organisation
        if organisation is None:
            return []
        kind = council_label(self.options.council, "origin", organisation.kind)
        # Nobody reaches this form without having signed (clsm.middleware.charter_first).
        return [
            Line(nomenclatures.field_spec("organisation").label, organisation.name),
            Line(nomenclatures.field_spec("origin").label, kind),
            Line(nomenclatures.field_spec("charter_signed").label, "Oui"),
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
        if self.options.occasional is not None:
            answers["alert_channel"], answers["charter_signed"] = "online_form", True
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
        # An agreement is withdrawn from a situation that is followed, never by a first alert.
        agreement: Any = self.fields["consent_state"]
        agreement.choices = [pair for pair in agreement.choices if pair[0] != "withdrawn"]

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


class OpenPersonForm(PersonForm):
    """The same on the one page that also asks for the agreement: it opens the identity itself."""

    def asks(self, spec: FieldSpec) -> bool:
        return spec.privacy == "vault" or super().asks(spec)
