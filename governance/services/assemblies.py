"""The meetings of a body: convened, with an agenda in words, who came and whether enough did.

Never a situation: those are heard in séances (cases/services/hearings.py).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.decisions import YES, Decision, no
from governance.models import AgendaItem, Body, Meeting, Minutes, Seat, SeatAttendance
from governance.policies import can_coordinate
from governance.services import convocations
from governance.viewer import Viewer


@dataclass(frozen=True)
class Point:
    """A point of an agenda: its title, who presents it, how long it takes."""

    title: str
    presenter: str = ""
    minutes: int = 15


@transaction.atomic
def convene(
    viewer: Viewer,
    body: Body,
    *,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    place: str,
    points: Sequence[Point],
) -> Meeting:
    """A meeting of the body, with the points of its agenda in order; its members are told.

    ValidationError (French) for an end before the start.
    """
    can_coordinate(viewer, body.council).enforce()
    meeting = Meeting(
        council=body.council, body=body, starts_at=starts_at, ends_at=ends_at, place=place
    )
    meeting.full_clean()
    meeting.save()
    _write_agenda(meeting, points)
    convocations.convene(meeting)
    return meeting


@transaction.atomic
def revise(
    viewer: Viewer,
    meeting: Meeting,
    *,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    place: str,
    points: Sequence[Point],
) -> Meeting:
    """Change the date, place or agenda of a planned meeting; Refused for any other.

    Its members are told of another day, hour or place; whoever sits since then is convened.
    """
    can_coordinate(viewer, meeting.council).enforce()
    can_change(meeting).enforce()
    moved = (meeting.starts_at, meeting.ends_at, meeting.place) != (starts_at, ends_at, place)
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, place
    meeting.full_clean()
    meeting.save()
    _write_agenda(meeting, points)
    if moved:
        convocations.tell_members_changed(meeting)
    else:
        convocations.convene(meeting)
    return meeting


@transaction.atomic
def cancel(viewer: Viewer, meeting: Meeting) -> Meeting:
    """Cancel a planned meeting, and tell its members; Refused for any other."""
    can_coordinate(viewer, meeting.council).enforce()
    can_change(meeting).enforce()
    meeting.status = Meeting.Status.CANCELLED
    meeting.save()
    convocations.tell_members_cancelled(meeting)
    return meeting


@transaction.atomic
def note_attendance(viewer: Viewer, meeting: Meeting, states: Mapping[UUID, str]) -> Meeting:
    """Note who came, by key of seat; the meeting was held, its quorum stays what it was that day.

    An empty state says nothing any more of that seat; a seat of another day is left aside. Refused
    before the day, for a cancelled meeting, and once its minutes are published.
    """
    can_coordinate(viewer, meeting.council).enforce()
    can_note_attendance(meeting).enforce()
    expected = Seat.objects.filter(body=meeting.body_id).holding(day_of(meeting))
    noted = {attendance.seat_id: attendance for attendance in meeting.seat_attendances.all()}
    for seat in expected.filter(pk__in=states):
        attendance = noted.get(seat.pk) or SeatAttendance(meeting=meeting, seat=seat)
        if states[seat.pk]:
            if attendance.state != states[seat.pk]:
                attendance.state = states[seat.pk]
                attendance.full_clean()
                attendance.save()
        elif seat.pk in noted:
            attendance.delete()
    hold(meeting)
    return meeting


def hold(meeting: Meeting) -> None:
    """The meeting was held, if that was not noted yet; its quorum is what it was that day."""
    if meeting.status == Meeting.Status.PLANNED and meeting.body is not None:
        expected = Seat.objects.filter(body=meeting.body_id).holding(day_of(meeting))
        meeting.status = Meeting.Status.HELD
        meeting.quorum = meeting.body.quorum(expected.filter(permanent=True).count())
        meeting.save()


def can_change(meeting: Meeting) -> Decision:
    """Whether the meeting may still be changed or cancelled: neither held nor cancelled."""
    if meeting.status == Meeting.Status.PLANNED:
        return YES
    if meeting.status == Meeting.Status.HELD:
        return no("Cette réunion s’est tenue : elle ne change plus.")
    return no("Cette réunion est annulée.")


def can_note_attendance(meeting: Meeting) -> Decision:
    """Whether attendance may be noted: from the day of the meeting until its minutes are published,
    unless it is cancelled."""
    if meeting.status == Meeting.Status.CANCELLED:
        return no("Cette réunion est annulée.")
    if day_of(meeting) > timezone.localdate():
        return no("Les présences se notent à partir du jour de la réunion.")
    if meeting.minutes.filter(state=Minutes.State.PUBLISHED).exists():
        return no("Le compte rendu est publié : les présences ne changent plus.")
    return YES


def day_of(meeting: Meeting) -> datetime.date:
    """The day on which the meeting begins, here."""
    return timezone.localdate(meeting.starts_at)


def _write_agenda(meeting: Meeting, points: Sequence[Point]) -> None:
    """The points in order; those that stay keep their row: the history says what changed."""
    known = list(meeting.agenda_items.all())
    for position, point in enumerate(points, start=1):
        item = known.pop(0) if known else AgendaItem(meeting=meeting)
        written = (item.position, item.title, item.presenter, item.minutes)
        if written != (position, point.title, point.presenter, point.minutes):
            item.position, item.title = position, point.title
            item.presenter, item.minutes = point.presenter, point.minutes
            item.full_clean()
            item.save()
    for item in known:
        item.delete()
