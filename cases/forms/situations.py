"""What the coordination and the participants fill in on a situation; the filters of the list."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from cases.alert_options import AlertOptions
from cases.forms.fields import declared_field, not_in_future
from cases.models import PROFILE_FIELDS, TEXT_FIELDS, Situation
from cases.services.consent import AGREED, NEEDS_REASON
from cases.sheets import FOLLOW_UP
from governance import nomenclatures
from governance.forms.guarded import GuardedText
from governance.forms.versioned import VersionedForm
from governance.models import Council, Meeting, Membership
from governance.nomenclatures import UNKNOWN, FieldSpec
from governance.selectors import SECTOR_LIST, council_label, council_list

_EDITED_FOLLOW_UP = ("origin", "channel", "complexity", "venue")


class ProfileForm(VersionedForm):
    """The closed answers of a situation, section by section; every one may be left empty."""

    def __init__(self, data: Any = None, *, situation: Situation, options: AlertOptions) -> None:
        super().__init__(data, initial={"version": situation.version})
        self._situation = situation
        self._sections: list[tuple[str, list[str]]] = []
        for title, specs in _profile_sections(bool(options.districts)):
            for spec in specs:
                self.fields[spec.code] = declared_field(spec, options, required=False)
                self.initial[spec.code] = _given(situation, spec)
                self._keep_retired(options.council, situation, spec)
            self._sections.append((title, [spec.code for spec in specs]))

    def _keep_retired(self, council: Council, situation: Situation, spec: FieldSpec) -> None:
        """An answer given before the council took it off its list stays possible here."""
        if not spec.list_code or spec.list_code == SECTOR_LIST:
            return
        field, given = self.fields[spec.code], getattr(situation, spec.code)
        offered = {code for code, _ in field.choices}
        field.choices = [
            *field.choices,
            *(
                (code, council_label(council, spec.list_code, code))
                for code in (given if spec.type == "multichoice" else (given,))
                if code not in offered
            ),
        ]

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under the title of their section."""
        return [(title, [self[code] for code in codes]) for title, codes in self._sections]

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        district, town = answers.get("district"), answers.get("town")
        if district and (town is None or district.town_id != town.pk):
            self.add_error("district", "Ce quartier n’est pas dans la commune choisie.")
        return answers

    def changes(self) -> dict[str, Any]:
        """The fields as the model holds them; the same answers keep the order they had."""
        changes = super().changes()
        for field, value in changes.items():
            if isinstance(value, list):
                held = getattr(self._situation, field)
                changes[field] = held if set(held) == set(value) else tuple(value)
        return changes


def _profile_sections(with_district: bool) -> list[tuple[str, list[FieldSpec]]]:
    """The editable closed answers: those of the alert form, then those of the follow-up."""
    edited = set(PROFILE_FIELDS) - set(TEXT_FIELDS)
    if not with_district:
        edited.discard("district")
    sections = [
        (section.label.partition(". ")[2], [s for s in section.fields if s.code in edited])
        for section in nomenclatures.alert_form()
    ]
    sections.append(("Prise en charge", [s for s in FOLLOW_UP if s.code in _EDITED_FOLLOW_UP]))
    return [(title, specs) for title, specs in sections if specs]


def _given(situation: Situation, spec: FieldSpec) -> Any:
    """What the situation holds, as the choices of `declared_field` name it."""
    value = getattr(situation, spec.code)
    if spec.type == "tristate":
        return {True: "yes", False: "no", None: UNKNOWN}[value]
    if spec.code == "psychiatric_sector":
        return value.code if value else ""
    if spec.code in ("town", "district"):
        return str(value.pk) if value else ""
    return value


class TextsForm(VersionedForm):
    """The free texts of a situation, to be re-read before participants receive them."""

    def __init__(self, data: Any = None, *, situation: Situation) -> None:
        super().__init__(data, initial={"version": situation.version})
        for code in TEXT_FIELDS:
            self.fields[code] = GuardedText(
                f"Situation.{code}",
                label=nomenclatures.field_spec(code).label,
                max_length=10_000,
                required=False,
            )
            self.initial[code] = getattr(situation, code)


class ReasonForm(forms.Form):
    """Why one declines, ends a participation, or reopens a situation."""

    reason = forms.CharField(label="Motif", max_length=300, widget=forms.Textarea)

    def __init__(self, data: Any = None, *, help_text: str) -> None:
        super().__init__(data)
        self.fields["reason"].help_text = help_text


class CloseForm(forms.Form):
    """Why and when a situation is closed."""

    reason = forms.ChoiceField(label="Motif de clôture", widget=forms.RadioSelect)
    on = forms.DateField(
        label="Date de clôture", initial=timezone.localdate, validators=[not_in_future]
    )

    def __init__(self, data: Any = None, *, council: Council) -> None:
        super().__init__(data)
        self.fields["reason"].choices = _answers(council, "closure_reason")


class ScheduleForm(forms.Form):
    """At which séance the situation is heard."""

    meeting = forms.ChoiceField(label="Séance", widget=forms.RadioSelect)
    minutes = forms.IntegerField(
        label="Durée prévue, en minutes", initial=20, min_value=5, max_value=180
    )

    def __init__(self, data: Any = None, *, meetings: Sequence[Meeting]) -> None:
        super().__init__(data)
        self._meetings = {str(meeting.pk): meeting for meeting in meetings}
        self.fields["meeting"].choices = [
            (key, f"{timezone.localtime(m.starts_at):%d/%m/%Y à %H:%M}, {m}")
            for key, m in self._meetings.items()
        ]
        if not meetings:
            self.fields["meeting"].help_text = "Aucune séance n’est prévue : convoquez-en une."

    def clean_meeting(self) -> Meeting:
        return self._meetings[self.cleaned_data["meeting"]]


class AxisForm(forms.Form):
    """One answer of the person, on one axis; the states are those that may be recorded now."""

    state = forms.ChoiceField(label="Réponse", widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, axis: str, states: Sequence[tuple[str, str]]) -> None:
        super().__init__(data, prefix=axis)
        self.fields["state"].choices = states


class AgreementForm(AxisForm):
    """The person's agreement or refusal, with its evidence."""

    given_by = forms.ChoiceField(
        label="Donné par", help_text="Pour un accord.", required=False, widget=forms.RadioSelect
    )
    means = forms.CharField(
        label="Comment il a été recueilli",
        help_text="Pour un accord : entretien, téléphone, écrit, en présence de qui. "
        "N’y nommez pas la personne.",
        max_length=200,
        required=False,
    )
    collected_on = forms.DateField(
        label="Date", initial=timezone.localdate, required=False, validators=[not_in_future]
    )
    measure_reference = forms.CharField(
        label="Référence de la mesure de protection",
        help_text="Pour un accord du représentant légal : juridiction et numéro du jugement.",
        max_length=120,
        required=False,
    )
    recipients = forms.MultipleChoiceField(
        label="À qui la personne accepte que son nom soit dit",
        help_text="Pour un accord nominatif. Eux seuls pourront ouvrir son identité, avec "
        "l’auteur de l’alerte et la coordination.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    categories = forms.MultipleChoiceField(
        label="Ce qui peut être partagé",
        help_text="Pour un accord.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sheet_given = forms.BooleanField(
        label="La personne a eu la feuille d’information en main", required=False
    )
    reason = forms.CharField(
        label="Précisions",
        help_text="Ce que la personne ne veut pas voir partagé ; si elle ne peut pas exprimer "
        "son accord, ce qui a été tenté.",
        max_length=5000,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        council: Council,
        states: Sequence[tuple[str, str]],
        recipients: Sequence[Membership],
    ) -> None:
        super().__init__(data, axis="agreement", states=states)
        for field in (
            "given_by", "means", "collected_on", "measure_reference", "recipients", "categories",
            "sheet_given", "reason",
        ):  # fmt: skip
            self.fields[field].conditional = True
        self.fields["given_by"].choices = _answers(council, "consent_given_by")
        self.fields["categories"].choices = _answers(council, "shared_category")
        self._recipients = {str(member.pk): member for member in recipients}
        self.fields["recipients"].choices = [
            (key, str(member)) for key, member in self._recipients.items()
        ]

    def clean_recipients(self) -> list[Membership]:
        return [self._recipients[key] for key in self.cleaned_data["recipients"]]

    def clean(self) -> dict[str, Any]:
        """An agreement needs its evidence, an impossibility what was tried."""
        answers = self.cleaned_data
        state = answers.get("state")
        if state in AGREED:
            for field, words in (
                ("given_by", "Indiquez qui a donné l’accord."),
                ("means", "Indiquez comment l’accord a été recueilli."),
                ("collected_on", "Indiquez quand l’accord a été recueilli."),
            ):
                if not answers.get(field) and field not in self.errors:
                    self.add_error(field, words)
            by_representative = answers.get("given_by") == "legal_representative"
            if by_representative and not answers.get("measure_reference"):
                self.add_error("measure_reference", "Indiquez la référence de la mesure.")
        if state == "unable" and not answers.get("reason"):
            self.add_error("reason", "Écrivez ce qui a été tenté pour recueillir l’accord.")
        return answers


class InformationForm(AxisForm):
    """Whether the person was told."""

    collected_on = forms.DateField(
        label="Date", help_text="Ou la date prévue, si la personne n’est pas encore informée."
    )
    reason = forms.CharField(
        label="Motif",
        help_text="Si la personne n’est pas informée.",
        max_length=5000,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(self, data: Any = None, *, council: Council) -> None:
        super().__init__(data, axis="information", states=_answers(council, "information_state"))
        self.initial["collected_on"] = timezone.localdate
        self.fields["reason"].conditional = True

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        day: datetime.date | None = answers.get("collected_on")
        if day and answers.get("state") not in (None, "not_yet"):
            try:
                not_in_future(day)
            except forms.ValidationError as error:
                self.add_error("collected_on", error)
        if answers.get("state") in NEEDS_REASON and not answers.get("reason"):
            self.add_error("reason", "Indiquez pourquoi la personne n’est pas informée.")
        return answers


class PresenceForm(AxisForm):
    """How the person wishes to be present at the meeting."""

    def __init__(self, data: Any = None, *, council: Council) -> None:
        super().__init__(data, axis="presence", states=_answers(council, "presence_wish"))


def _answers(council: Council, list_code: str) -> list[tuple[str, str]]:
    return [(entry.code, entry.label) for entry in council_list(council, list_code)]
