"""What the year counts of the council's meetings: no person, no situation, one query each.

Over the years `first_year` to `last_year`, both included; meetings held alone.
"""

import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from governance.models import Attendance, Body, Council, Meeting, Seat, SeatAttendance


def counted_meetings(
    council: Council, first_year: int, last_year: int
) -> QuerySet[Meeting, tuple[UUID, UUID | None, str, datetime.datetime]]:
    """(meeting, body or None for a séance, venue, start) of each meeting."""
    held = council.meetings.filter(_held("", first_year, last_year)).order_by()
    return held.values_list("pk", "body", "venue", "starts_at")


def counted_attendances(
    council: Council, first_year: int, last_year: int
) -> QuerySet[Attendance, Any]:
    """(kind of organisation or None, state, how many) of the invitations to séances."""
    return (
        Attendance.objects.filter(
            _held("meeting__", first_year, last_year),
            meeting__council=council,
            meeting__body__isnull=True,
        )
        .order_by()
        .values_list(F("membership__organisation__kind"), "state")
        .annotate(count=Count("pk"))
    )


def counted_seat_attendances(
    council: Council, first_year: int, last_year: int
) -> QuerySet[SeatAttendance, tuple[UUID, UUID, str]]:
    """(meeting, seat, state) of what was noted at the meetings of the bodies."""
    return SeatAttendance.objects.filter(
        _held("meeting__", first_year, last_year), meeting__council=council
    ).values_list("meeting", "seat", "state")


def counted_bodies(council: Council) -> QuerySet[Body]:
    """The council's bodies, by kind and name."""
    return council.bodies.order_by("kind", "name")


def counted_seats(council: Council) -> QuerySet[Seat]:
    """The seats of the council's bodies, past ones too."""
    return Seat.objects.filter(body__council=council)


def _held(meeting: str, first_year: int, last_year: int) -> Q:
    return Q(
        **{
            f"{meeting}status": Meeting.Status.HELD,
            f"{meeting}starts_at__year__gte": first_year,
            f"{meeting}starts_at__year__lte": last_year,
        }
    )
