"""Who is in the room, point by point: who is invited to which, who is there for it.

Somebody invited for one situation is there for its point alone. The permanent members, and whoever
takes part in no situation of the day, are there throughout.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects

from cases.models import Hearing, Participation, PointAttendance
from governance.models import Attendance, Council, Meeting, Membership
from governance.selectors import council_label

AWAY = ("excused", "absent")


def points(meeting: Meeting) -> QuerySet[Hearing]:
    """The hearings on the agenda of a séance, in order, those taken off left out; for the
    coordination."""
    return (
        meeting.hearings.exclude(state=Hearing.State.WITHDRAWN)
        .select_related("situation__council")
        .prefetch_related("conclusions")
    )


def after(removed: Hearing) -> Hearing | None:
    """The point that comes after one that is no longer on the agenda; for the coordination."""
    later = points(removed.meeting).filter(position__gt=removed.position)
    return later.exclude(situation__status="purged").first()


@dataclass(frozen=True)
class Seat:
    """An invitee at one point, for the coordination: `state` as noted then, or at a point before.

    `elsewhere`: invited to other points only.
    """

    key: UUID
    name: str
    organisation: str
    secrecy: str
    state: str
    elsewhere: bool


class Room:
    """A séance's points and invitees, loaded in five queries whatever their number."""

    def __init__(self, meeting: Meeting) -> None:
        prefetch_related_objects([meeting], "attendances__membership__user")
        prefetch_related_objects([meeting], "attendances__membership__organisation")
        self.points = list(points(meeting))
        self.attendances: list[Attendance] = list(meeting.attendances.all())
        self.starts_at: dict[UUID, datetime.datetime] = {}
        starts_at = meeting.starts_at
        for each in self.points:
            each.meeting = meeting
            self.starts_at[each.pk] = starts_at
            starts_at += datetime.timedelta(minutes=each.minutes)
        self.ends_at = starts_at
        self._part = {
            (situation, membership): knows
            for situation, membership, knows in Participation.objects.filter(
                situation__in=[each.situation_id for each in self.points],
                membership__in=[each.membership_id for each in self.attendances],
                state__in=Participation.ACTIVE,
            ).values_list("situation", "membership", "knows_person")
        }
        self._guests = {membership for _, membership in self._part}
        self._noted: dict[tuple[UUID, UUID], str] = {
            (hearing, attendance): state
            for hearing, attendance, state in PointAttendance.objects.filter(
                hearing__in=self.points
            ).values_list("hearing", "attendance", "state")
        }

    def concerned(self, point: Hearing) -> list[Attendance]:
        """The invitees who take part in the situation."""
        return [
            each
            for each in self.attendances
            if (point.situation_id, each.membership_id) in self._part
        ]

    def is_expected(self, point: Hearing, attendance: Attendance) -> bool:
        """Whether that invitee is to be in the room for the point."""
        membership = attendance.membership
        return (
            membership.permanent_member
            or membership.pk not in self._guests
            or (point.situation_id, membership.pk) in self._part
        )

    def state(self, point: Hearing, attendance: Attendance) -> str:
        """Whether that invitee was there for the point, as noted: the last word said of them at
        this point or one before, else of the whole séance; of somebody invited to other points,
        what was said at this one. "" when nothing was."""
        if not self.is_expected(point, attendance):
            return self._noted.get((point.pk, attendance.pk), "")
        for each in reversed(self.points[: self.rank(point)]):
            if state := self._noted.get((each.pk, attendance.pk)):
                return state
        return attendance.state

    def rank(self, point: Hearing) -> int:
        """1 for the first point."""
        return [each.pk for each in self.points].index(point.pk) + 1

    def attending(self, point: Hearing) -> tuple[Membership, ...]:
        """Those in the room for the point: expected and not noted away, or noted there."""
        return tuple(each.membership for each in self.attendances if self._is_there(point, each))

    def acquainted(self, point: Hearing) -> int:
        """How many of them have met the person (SUPAP-FSU: once two of them are there, no
        anonymity is left)."""
        return sum(
            self._part.get((point.situation_id, membership.pk), False)
            for membership in self.attending(point)
        )

    def seats(self, council: Council, point: Hearing) -> tuple[Seat, ...]:
        """The invitees at the point, those of other points last; for the coordination."""
        seats = (
            Seat(
                each.pk,
                str(each.membership.user),
                str(each.membership.organisation or ""),
                council_label(council, "secrecy_status", each.membership.secrecy_status),
                self.state(point, each),
                elsewhere=not self.is_expected(point, each),
            )
            for each in self.attendances
        )
        return tuple(sorted(seats, key=lambda seat: seat.elsewhere))

    def _is_there(self, point: Hearing, attendance: Attendance) -> bool:
        state = self.state(point, attendance)
        return state not in AWAY and (bool(state) or self.is_expected(point, attendance))
