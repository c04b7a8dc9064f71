"""Forms of a séance: its date, its agenda, its invitees, what was said of a situation."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from governance.forms.assemblies import TimesForm, times
from governance.forms.guarded import GuardedText
from governance.forms.versioned import VersionedForm
from governance.models import Council, Meeting, Membership
from governance.selectors import council_list

NO_NAME = "Pas de nom, pas d’adresse, pas de détail qui rende la personne reconnaissable."


class MeetingForm(TimesForm):
    """Date, hours, place and frame of a séance.

    Valid, it gives `cleaned_data` the arguments of services.hearings.convene: venue, starts_at,
    ends_at, place.
    """

    venue = forms.ChoiceField(label="Cadre")

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["venue"].choices = [  # type: ignore[attr-defined]
            (entry.code, entry.label)
            for entry in council_list(council, "handling_venue")
            if entry.code != "none"
        ]


def meeting_answers(meeting: Meeting) -> dict[str, Any]:
    """The initial answers of MeetingForm for a séance that exists."""
    return {**times(meeting), "venue": meeting.venue}


class PointForm(forms.Form):
    """A situation to put on the agenda, by code; `cleaned_data["situation"]` is the situation."""

    situation = forms.TypedChoiceField(label="Situation")
    minutes = forms.IntegerField(label="Durée (minutes)", min_value=5, max_value=240, initial=20)

    def __init__(self, *args: Any, situations: Iterable[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {situation.code: (situation, label) for situation, label in situations}
        field: Any = self.fields["situation"]
        field.choices = [
            ("", "Choisissez"),
            *((code, label) for code, (_, label) in offered.items()),
        ]
        field.coerce = lambda code: offered[code][0]


class InvitationForm(forms.Form):
    """Partners to invite; `cleaned_data["invitees"]` is a list of Membership."""

    invitees = forms.TypedMultipleChoiceField(
        label="Partenaires à inviter", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, partners: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_key = {str(partner.pk): partner for partner in partners}
        field: Any = self.fields["invitees"]
        field.choices = [(key, str(partner)) for key, partner in by_key.items()]
        field.coerce = by_key.__getitem__


class AttendanceForm(forms.Form):
    """Who came: one question an invitee, named by the key of the attendance.

    `invitees`: as cases.agenda.invitees gives them to the coordination, or cases.room.Room.seats.
    """

    def __init__(
        self, *args: Any, council: Council, invitees: Sequence[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", "À noter"),
            *((entry.code, entry.label) for entry in council_list(council, "attendance")),
        ]
        self._elsewhere = {str(each.key) for each in invitees if getattr(each, "elsewhere", False)}
        for invitee in invitees:
            self.fields[str(invitee.key)] = forms.ChoiceField(
                label=f"{invitee.name}, {invitee.organisation}",
                help_text=invitee.secrecy,
                choices=choices,
                widget=forms.Select(attrs={"class": "w-auto d-print-none"}),
                initial=invitee.state,
                required=False,
                show_hidden_initial=True,
            )

    def here(self) -> list[forms.BoundField]:
        """The questions about those who are expected."""
        return [field for field in self if field.name not in self._elsewhere]

    def elsewhere(self) -> list[forms.BoundField]:
        """The questions about those who are invited to other points."""
        return [field for field in self if field.name in self._elsewhere]

    def changes(self) -> dict[str, str]:
        """What this page changed, for services.hearings.note_attendance: an answer noted
        meanwhile on another page stands."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class ConclusionsForm(VersionedForm):
    """What was said of a situation, what had been done, what stood in the way."""

    summary = GuardedText(
        "Conclusions.summary",
        label="Ce qui a été dit",
        help_text=f"Des faits, pas d’étiquettes. {NO_NAME}",
        max_length=20_000,
        required=False,
    )
    steps_taken = GuardedText(
        "Conclusions.steps_taken",
        label="Actions menées",
        help_text="Ce que les services ont déjà fait.",
        max_length=20_000,
        required=False,
    )
    obstacles = forms.MultipleChoiceField(
        label="Obstacles rencontrés",
        help_text="Ce qui manque sur le territoire ; compté dans le bilan de l’année.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, data: Any = None, *, council: Council, written: Any) -> None:
        """`written`: the conclusions that the form is opened on, or None."""
        super().__init__(data, initial=_conclusions_answers(written))
        self.fields["obstacles"].choices = [  # type: ignore[attr-defined]
            (entry.code, entry.label) for entry in council_list(council, "obstacle")
        ]
        # A page without the texts (themes only) has no version either.
        self.fields["version"].required = False

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0


class CorrectionForm(ConclusionsForm):
    """Another version of validated conclusions; its `version` is the number it replaces."""

    correction = GuardedText(
        "Conclusions.correction",
        label="Ce qui est corrigé",
        help_text=f"Les lecteurs le verront à côté de la nouvelle version. {NO_NAME}",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
    )

    def __init__(self, data: Any = None, *, council: Council, written: Any) -> None:
        super().__init__(data, council=council, written=written)
        self.initial["version"] = written.number
        self.fields["summary"].required = True


def _conclusions_answers(written: Any) -> dict[str, Any]:
    if written is None:
        return {"version": 0}
    return {
        "version": written.version,
        "summary": written.summary,
        "steps_taken": written.steps_taken,
        "obstacles": list(written.obstacles),
    }


class LeadForm(forms.Form):
    """A lead to propose; `cleaned_data` holds the arguments of services.follow_up.propose_lead."""

    kind = forms.ChoiceField(label="Type de piste")
    description = GuardedText(
        "ActionLead.description",
        label="Précision",
        help_text=NO_NAME,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
        required=False,
    )
    owner = forms.TypedChoiceField(
        label="Porteur",
        help_text="Un participant de la situation, ou la coordination.",
        empty_value=None,
        required=False,
    )
    due_on = forms.DateField(label="Échéance", required=False)

    def __init__(
        self, *args: Any, council: Council, owners: Iterable[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", "Choisissez"),
            *((entry.code, entry.label) for entry in council_list(council, "action_lead_type")),
        ]
        offer_owners(self.fields["owner"], owners, "À désigner plus tard")


_NOTED = ("summary", "steps_taken", "kind", "description", "owner", "due_on")
_LONGEST = 20_000


def typed(data: Any) -> dict[str, Any]:
    """What is typed on the page of a point, as it is, for services.room.keep_notes."""
    texts = {name: str(data.get(name, ""))[:_LONGEST] for name in _NOTED}
    return {**texts, "obstacles": data.getlist("obstacles")[:50]}


def typed_version(data: Any) -> int:
    """Over which version of the conclusions it is typed; 0 for anything but a number."""
    version = str(data.get("version", ""))
    return int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0


class TimingForm(forms.Form):
    """How long a point lasts; the arguments of services.hearings.time_point.

    `comes`: whether the person does; otherwise the second question is not asked.
    """

    minutes = forms.IntegerField(label="Durée (minutes)", min_value=5, max_value=240)
    joined_after = forms.IntegerField(
        label="La personne entre après (minutes)",
        help_text="Les professionnels se concertent d’abord. Sans réponse : à la moitié du point.",
        min_value=0,
        max_value=239,
        required=False,
    )

    def __init__(self, *args: Any, comes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not comes:
            del self.fields["joined_after"]


def offer_owners(field: Any, owners: Iterable[Membership], nobody: str) -> None:
    """Let the choice `field` give one of `owners`, or None under the label `nobody`."""
    by_key = {str(owner.pk): owner for owner in owners}
    field.choices = [("", nobody), *((key, str(owner)) for key, owner in by_key.items())]
    field.coerce = by_key.__getitem__
