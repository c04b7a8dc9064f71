"""What the year counts of the council's meetings and papers: no person, no situation, one query
each.

Over the years `first_year` to `last_year`, both included; of the meetings, those held alone.
"""

import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from governance.models import (
    ActionSheet,
    Attendance,
    Balance,
    Body,
    Council,
    Meeting,
    Resolution,
    Seat,
    SeatAttendance,
)


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


def counted_resolutions(
    council: Council, first_year: int, last_year: int
) -> QuerySet[Resolution, tuple[str, str]]:
    """(kind, state) of each text that a body adopted in those years, once it is published."""
    return (
        council.resolutions.filter(
            published_in__isnull=False, year__gte=first_year, year__lte=last_year
        )
        .order_by()
        .values_list("kind", "state")
    )


def counted_actions(
    council: Council, first_year: int, last_year: int
) -> QuerySet[ActionSheet, tuple[UUID, str, str, bool]]:
    """(axis, its title, state, whether it has a balance of those years) of each action whose dates
    touch those years, or that has such a balance; by axis, in the roadmap's order."""
    balances = Balance.objects.filter(
        action=OuterRef("pk"), year__gte=first_year, year__lte=last_year
    )
    begun = Q(starts_on__year__lte=last_year)
    not_over = Q(ends_on=None) | Q(ends_on__year__gte=first_year)
    return (
        ActionSheet.objects.filter(objective__axis__council=council)
        .annotate(balanced=Exists(balances))
        .filter(begun & not_over | Q(balanced=True))
        .order_by("objective__axis__position", "objective__axis__title", "pk")
        .values_list("objective__axis", "objective__axis__title", "state", "balanced")
    )


def _held(meeting: str, first_year: int, last_year: int) -> Q:
    return Q(
        **{
            f"{meeting}status": Meeting.Status.HELD,
            f"{meeting}starts_at__year__gte": first_year,
            f"{meeting}starts_at__year__lte": last_year,
        }
    )
