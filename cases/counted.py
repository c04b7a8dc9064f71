"""What the year counts: closed answers, states and dates, without identity or text.

One query each, over the years `first_year` to `last_year`, both included. The caller has checked
who may count (reports/policies.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, ExtractYear

from cases.models import ActionLead, Alert, Hearing, Participation, Recurrence
from governance.models import Council

_CHUNK = 5000

# What a situation's row says, in this order -> where it is read.
SITUATION_COLUMNS: Mapping[str, str] = {
    "situation": "pk",
    "received_on": "received_on",
    "closed_on": "closed_on",
    "status": "status",
    "has_alert": "has_alert",
    "prior_hearings": "prior_hearings",
    "reopenings": "reopenings",
    "channel": "channel",
    "origin": "origin",
    "situation_type": "situation_type",
    "complexity": "complexity",
    "alert_subject": "alert_subject",
    "sex": "sex",
    "age_band": "age_band",
    "household": "household",
    "minor_children": "minor_children",
    "income": "income",
    "protection_measure": "protection_measure",
    "housing_status": "housing_status",
    "housing_procedure": "housing_procedure",
    "town": "town__name",
    "priority_area": "in_priority_area",
    "criteria_body": "criteria_body",
    "criteria_home": "criteria_home",
    "criteria_others": "criteria_others",
    "criteria_institutions": "criteria_institutions",
    "psychiatry_link": "psychiatry_link",
    "psychiatric_sector": "psychiatric_sector__code",
    "addiction": "addiction",
    "suicidal_concern": "suicidal_concern",
    "involuntary_care": "involuntary_care",
    "adhesion": "adhesion",
    "information_state": "information_state",
    "consent_state": "consent_state",
    "presence_wish": "presence_wish",
    "venue": "venue",
    "closure_reason": "closure_reason",
}
ALERT_COLUMNS = ("received_at", "answered_at", "status", "redirected_to__kind")
HEARING_COLUMNS = ("situation", "meeting", "meeting__starts_at", "feedback__given_on")


def counted_situations(
    council: Council, first_year: int, last_year: int
) -> Iterator[tuple[Any, ...]]:
    """One tuple (SITUATION_COLUMNS) for each situation received in those years.

    `has_alert`: an alert opened it; one of a register has none, and what was done is not known.
    """
    return (
        council.situations.filter(_years("received_on", first_year, last_year))
        .annotate(
            has_alert=Exists(Alert.objects.filter(situation=OuterRef("pk"))),
            in_priority_area=Coalesce("district__priority_area", "priority_area"),
        )
        .order_by()
        .values_list(*SITUATION_COLUMNS.values())
        .iterator(chunk_size=_CHUNK)
    )


def counted_years(council: Council) -> tuple[int, ...]:
    """The years in which the council received situations, newest first."""
    return tuple(day.year for day in council.situations.dates("received_on", "year", order="DESC"))


def situations_per_year(council: Council, first_year: int, last_year: int) -> dict[int, int]:
    """Year -> how many situations were received; a year without any is not there."""
    received = council.situations.filter(_years("received_on", first_year, last_year)).order_by()
    per_year = received.values_list(ExtractYear("received_on")).annotate(count=Count("pk"))
    return dict(per_year)


def counted_alerts(council: Council, first_year: int, last_year: int) -> Iterator[tuple[Any, ...]]:
    """One tuple (ALERT_COLUMNS) for each alert received in those years, whatever became of it."""
    return (
        council.alerts.filter(_years("received_at", first_year, last_year))
        .order_by()
        .values_list(*ALERT_COLUMNS)
        .iterator(chunk_size=_CHUNK)
    )


def counted_hearings(
    council: Council, first_year: int, last_year: int
) -> Iterator[tuple[Any, ...]]:
    """One tuple (HEARING_COLUMNS) for each hearing that took place in those years, or that is of
    a situation received in those years."""
    return (
        Hearing.objects.filter(
            _years("meeting__starts_at", first_year, last_year)
            | _years("situation__received_on", first_year, last_year),
            situation__council=council,
            state=Hearing.State.HELD,
        )
        .order_by()
        .values_list(*HEARING_COLUMNS)
        .iterator(chunk_size=_CHUNK)
    )


def counted_partners(
    council: Council, first_year: int, last_year: int
) -> Iterator[tuple[UUID, UUID, str | None]]:
    """(situation, organisation or else member, kind of organisation) of each service that accepted
    to take part in a situation received in those years, even if it has done its part since."""
    rows = (
        Participation.objects.filter(
            _years("situation__received_on", first_year, last_year),
            situation__council=council,
            answered_on__isnull=False,
        )
        .exclude(state=Participation.State.DECLINED)
        .order_by()
        .values_list(
            "situation", "membership", "membership__organisation", "membership__organisation__kind"
        )
    )
    for situation, membership, organisation, kind in rows.iterator(chunk_size=_CHUNK):
        yield situation, organisation or membership, kind


def counted_leads(council: Council, first_year: int, last_year: int) -> Iterator[tuple[str, str]]:
    """(kind, status) of each action lead proposed in those years."""
    leads: QuerySet[ActionLead, Any] = (
        ActionLead.objects.filter(
            _years("proposed_on", first_year, last_year), situation__council=council
        )
        .order_by()
        .values_list("kind", "status")
    )
    return leads.iterator(chunk_size=_CHUNK)


def counted_likenesses(
    council: Council, first_year: int, last_year: int
) -> Iterator[tuple[UUID, UUID]]:
    """The pairs of situations received in those years that the memory of identities brings
    together (cases/memory.py), but for those that the coordination set aside."""
    likenesses: QuerySet[Recurrence, Any] = (
        Recurrence.objects.filter(
            _years("alert__situation__received_on", first_year, last_year),
            _years("earlier__situation__received_on", first_year, last_year),
            alert__situation__council=council,
            set_aside_at__isnull=True,
        )
        .order_by()
        .values_list("alert__situation", "earlier__situation")
    )
    return likenesses.iterator(chunk_size=_CHUNK)


def _years(date: str, first_year: int, last_year: int) -> Q:
    return Q(**{f"{date}__year__gte": first_year, f"{date}__year__lte": last_year})
