"""The meetings of a body: convened, with an agenda in words, who came and whether enough did.

Never a situation: those are heard in séances (cases/services/hearings.py).
"""

import datetime
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.decisions import YES, Decision, no
from governance.models import AgendaItem, Body, Meeting, Seat, SeatAttendance
from governance.policies import can_coordinate
from governance.viewer import Viewer


@transaction.atomic
def convene(
    viewer: Viewer,
    body: Body,
    *,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    place: str,
    points: Sequence[str],
) -> Meeting:
    """A meeting of the body, with the points of its agenda in order.

    ValidationError (French) for an end before the start.
    """
    can_coordinate(viewer, body.council).enforce()
    meeting = Meeting(
        council=body.council, body=body, starts_at=starts_at, ends_at=ends_at, place=place
    )
    meeting.full_clean()
    meeting.save()
    _write_agenda(meeting, points)
    return meeting


@transaction.atomic
def revise(
    viewer: Viewer,
    meeting: Meeting,
    *,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    place: str,
    points: Sequence[str],
) -> Meeting:
    """Change the date, place or agenda of a planned meeting; Refused for any other."""
    can_coordinate(viewer, meeting.council).enforce()
    can_change(meeting).enforce()
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, place
    meeting.full_clean()
    meeting.save()
    _write_agenda(meeting, points)
    return meeting


@transaction.atomic
def cancel(viewer: Viewer, meeting: Meeting) -> Meeting:
    """Cancel a planned meeting; Refused for any other."""
    can_coordinate(viewer, meeting.council).enforce()
    can_change(meeting).enforce()
    meeting.status = Meeting.Status.CANCELLED
    meeting.save()
    return meeting


@transaction.atomic
def note_attendance(viewer: Viewer, meeting: Meeting, states: Mapping[UUID, str]) -> Meeting:
    """Note who came, by key of seat; the meeting was held, its quorum stays what it was that day.

    An empty state says nothing any more of that seat; a seat of another day is left aside. Refused
    before the day, and for a cancelled meeting.
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
    if meeting.status == Meeting.Status.PLANNED and meeting.body is not None:
        meeting.status = Meeting.Status.HELD
        meeting.quorum = meeting.body.quorum(expected.filter(permanent=True).count())
        meeting.save()
    return meeting


def can_change(meeting: Meeting) -> Decision:
    """Whether the meeting may still be changed or cancelled: neither held nor cancelled."""
    if meeting.status == Meeting.Status.PLANNED:
        return YES
    if meeting.status == Meeting.Status.HELD:
        return no("Cette réunion s’est tenue : elle ne change plus.")
    return no("Cette réunion est annulée.")


def can_note_attendance(meeting: Meeting) -> Decision:
    """Whether attendance may be noted: from the day of the meeting, unless cancelled."""
    if meeting.status == Meeting.Status.CANCELLED:
        return no("Cette réunion est annulée.")
    if day_of(meeting) > timezone.localdate():
        return no("Les présences se notent à partir du jour de la réunion.")
    return YES


def day_of(meeting: Meeting) -> datetime.date:
    """The day on which the meeting begins, here."""
    return timezone.localdate(meeting.starts_at)


def _write_agenda(meeting: Meeting, points: Sequence[str]) -> None:
    """The points in order; those that stay keep their row: the history says what changed."""
    known = list(meeting.agenda_items.all())
    for position, title in enumerate(points, start=1):
        point = known.pop(0) if known else AgendaItem(meeting=meeting)
        if (point.position, point.title) != (position, title):
            point.position, point.title = position, title
            point.full_clean()
            point.save()
    for point in known:
        point.delete()
