"""When and where a meeting is held; the agenda of a body's, and who came."""

import datetime
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from governance import nomenclatures
from governance.assembly import AttendingCollege
from governance.models import Meeting
from governance.models.bodies import LAST_DAY

_FAR = "Cette date est trop lointaine."
_POINTS, _LONGEST = 40, 200  # AgendaItem.title


class TimesForm(forms.Form):
    """Date, hours and place of a meeting.

    Valid, it gives `cleaned_data` starts_at, ends_at and place, as the services take them.
    """

    day = forms.DateField(
        label="Date",
        validators=[
            MinValueValidator(datetime.date(2000, 1, 1), _FAR),
            MaxValueValidator(LAST_DAY, _FAR),
        ],
    )
    start = forms.TimeField(label="Heure de début")
    end = forms.TimeField(label="Heure de fin")
    place = forms.CharField(label="Lieu ou lien de visioconférence", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        answers = dict(self.cleaned_data)
        day, start, end = (answers.pop(name, None) for name in ("day", "start", "end"))
        if not (day and start and end):
            return answers
        if end <= start:
            self.add_error("end", "La fin doit suivre le début.")
        answers["starts_at"] = timezone.make_aware(datetime.datetime.combine(day, start))
        answers["ends_at"] = timezone.make_aware(datetime.datetime.combine(day, end))
        return answers


def times(meeting: Meeting) -> dict[str, Any]:
    """The initial answers of TimesForm for a meeting that exists."""
    starts_at = timezone.localtime(meeting.starts_at)
    return {
        "day": starts_at.date(),
        "start": starts_at.time(),
        "end": timezone.localtime(meeting.ends_at).time(),
        "place": meeting.place,
    }


class AssemblyForm(TimesForm):
    """A meeting of a body; `cleaned_data` holds the arguments of services.assemblies.convene."""

    points = forms.CharField(
        label="Ordre du jour",
        help_text="Un point par ligne. Jamais de situation ni de nom de personne accompagnée.",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=8000,
        required=False,
    )

    def clean_points(self) -> list[str]:
        """The points, in order, without the empty lines."""
        points = [line.strip() for line in self.cleaned_data["points"].splitlines()]
        points = [point for point in points if point]
        if len(points) > _POINTS:
            raise forms.ValidationError(f"L’ordre du jour tient en {_POINTS} points.")
        if any(len(point) > _LONGEST for point in points):
            raise forms.ValidationError(f"Un point tient en {_LONGEST} caractères.")
        return points


def assembly_answers(meeting: Meeting) -> dict[str, Any]:
    """The initial answers of AssemblyForm for a meeting that exists."""
    points = meeting.agenda_items.values_list("title", flat=True)
    return {**times(meeting), "points": "\n".join(points)}


class SeatAttendanceForm(forms.Form):
    """Whether each seat was held: one question a seat, named by its key."""

    def __init__(self, *args: Any, colleges: Iterable[AttendingCollege], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleges = tuple(colleges)
        choices = [("", "À noter"), *nomenclatures.choices("attendance")]
        for college in self.colleges:
            for attendee in college.attendees:
                self.fields[str(attendee.seat.pk)] = forms.ChoiceField(
                    label=attendee.holder,
                    help_text=", ".join(attendee.facts),
                    choices=choices,
                    widget=forms.Select(attrs={"class": "w-auto d-print-none"}),
                    initial=attendee.state,
                    required=False,
                    show_hidden_initial=True,
                )

    def groups(self) -> list[tuple[AttendingCollege, list[tuple[Any, forms.BoundField]]]]:
        """(college, (attendee, their question)), for the page."""
        return [
            (college, [(a, self[str(a.seat.pk)]) for a in college.attendees])
            for college in self.colleges
        ]

    def changes(self) -> dict[UUID, str]:
        """What this page changed: an answer noted meanwhile on another page stands."""
        return {UUID(name): self.cleaned_data[name] for name in self.changed_data}
