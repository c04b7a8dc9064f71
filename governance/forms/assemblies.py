"""When and where a meeting is held; the agenda of a body's, and who came."""

import datetime
import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from governance import nomenclatures
from governance.assembly import AttendingCollege
from governance.models import AgendaItem, Meeting
from governance.models.bodies import LAST_DAY
from governance.services.assemblies import Point

_FAR = "Cette date est trop lointaine."
_POINTS, _LONGEST, _LONGEST_NAME = 40, 200, 120  # AgendaItem.title, presenter


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
        help_text="Un point par ligne. Pour dire qui le présente et en combien de minutes : "
        "<strong>Bilan de l’année | l’élue à la santé | 20</strong>. Jamais de situation ni de nom "
        "de personne accompagnée.",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=8000,
        required=False,
    )

    def clean_points(self) -> list[Point]:
        """The points, in order, without the empty lines."""
        lines = [line.strip() for line in self.cleaned_data["points"].splitlines()]
        points = [_point(line) for line in lines if line]
        if len(points) > _POINTS:
            raise forms.ValidationError(f"L’ordre du jour tient en {_POINTS} points.")
        return points


def _point(line: str) -> Point:
    """« titre | qui présente | minutes », the last two left out or not."""
    title, presenter, minutes, *more = [*(part.strip() for part in line.split("|")), "", ""]
    if not title or any(more):
        raise forms.ValidationError(f"« {line[:60]} » : écrivez titre | qui présente | minutes.")
    if len(title) > _LONGEST or len(presenter) > _LONGEST_NAME:
        raise forms.ValidationError(
            f"Un point tient en {_LONGEST} caractères, et qui le présente en {_LONGEST_NAME}."
        )
    if not minutes:
        return Point(title, presenter)
    if not re.fullmatch(r"[1-9]\d{0,2}", minutes, re.ASCII):
        raise forms.ValidationError(f"« {minutes[:20]} » n’est pas un nombre de minutes.")
    return Point(title, presenter, int(minutes))


def assembly_answers(meeting: Meeting) -> dict[str, Any]:
    """The initial answers of AssemblyForm for a meeting that exists."""
    lines = (_line(item) for item in meeting.agenda_items.all())
    return {**times(meeting), "points": "\n".join(lines)}


def _line(item: AgendaItem) -> str:
    """The point as it is typed; what is as usual is left out."""
    if item.minutes != Point.minutes:
        return f"{item.title} | {item.presenter} | {item.minutes}"
    return f"{item.title} | {item.presenter}" if item.presenter else item.title


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
