"""The figures of a period: counted once, read by the screen, the PDF, the spreadsheet, the JSON.

One pass over the situations, one over each kind of act: the tables and cross-tables cannot
contradict each other, whatever the output.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import UUID

from django.utils import timezone

from cases import counted
from cases.conclusions import counted_obstacles
from cases.time_spent import counted_time
from governance import nomenclatures
from governance.models import Council
from reports import counting
from reports.counting import Column
from reports.figures import (
    ALERTS,
    HEARINGS,
    INTERNAL,
    SITUATIONS,
    Highlight,
    TimeTable,
    YearFigures,
)
from reports.measures import COUNTERS, DELAYS, PERSONS
from reports.meetings import HeldMeeting, MeetingFigures, count_meetings, held_meetings
from reports.persons import count_persons
from reports.tables import (
    CROSSED,
    HIGHLIGHTS,
    MOST_HEARINGS,
    MOST_PARTNERS,
    MOST_REOPENINGS,
    MOST_SITUATIONS,
    TABLES,
    TIME_LIST,
    step,
)

FIRST_YEAR, LAST_YEAR = 2000, 2100
NO_MEETINGS = MeetingFigures(0, (), ())
# How many years a trend has at least, when there are situations to show.
TREND = 4


@dataclass(frozen=True)
class Records:
    """What the figures of a period are counted from, as `cases.counted` gives it."""

    situations: Iterable[tuple[Any, ...]]
    alerts: Iterable[tuple[Any, ...]] = ()
    hearings: Iterable[tuple[Any, ...]] = ()
    partners: Iterable[tuple[UUID, UUID, str | None]] = ()
    leads: Iterable[tuple[str, str]] = ()
    likenesses: Iterable[tuple[UUID, UUID]] = ()
    time: Iterable[tuple[UUID, str, int]] = ()
    obstacles: Iterable[tuple[UUID, tuple[str, ...]]] = ()
    earlier_years: Mapping[int, int] | None = None
    held: Sequence[HeldMeeting] = ()
    meetings: MeetingFigures = NO_MEETINGS


def count_internal(council: Council, first_year: int, last_year: int) -> YearFigures:
    """The exact figures of those years; a constant number of queries.

    ValueError (French) when the years make no period. The caller has checked who may count.
    """
    if not FIRST_YEAR <= first_year <= LAST_YEAR or not FIRST_YEAR <= last_year <= LAST_YEAR:
        raise ValueError(f"Les années vont de {FIRST_YEAR} à {LAST_YEAR}.")
    if first_year > last_year:
        raise ValueError("La première année ne peut pas suivre la dernière.")
    years = council, first_year, last_year
    held = held_meetings(*years)
    records = Records(
        situations=counted.counted_situations(*years),
        alerts=counted.counted_alerts(*years),
        hearings=counted.counted_hearings(*years),
        partners=counted.counted_partners(*years),
        leads=counted.counted_leads(*years),
        likenesses=counted.counted_likenesses(*years),
        time=counted_time(*years),
        obstacles=counted_obstacles(*years),
        earlier_years=counted.situations_per_year(council, last_year - TREND + 1, first_year - 1),
        held=held,
        meetings=count_meetings(*years, held),
    )
    return tally(*years, records)


def tally(council: Council, first_year: int, last_year: int, records: Records) -> YearFigures:
    """The exact figures of the records; no query but the council's lists."""
    situations = _columns(counted.SITUATION_COLUMNS, records.situations)
    alerts = _columns(counted.ALERT_COLUMNS, records.alerts)
    hearings = _columns(counted.HEARING_COLUMNS, records.hearings)
    leads = _columns(("kind", "status"), records.leads)
    in_period = [
        first_year <= timezone.localdate(starts_at).year <= last_year
        for starts_at in hearings["meeting__starts_at"]
    ]
    columns: dict[str, Column] = {
        **situations,
        **_of_alerts(alerts),
        **_of_situations(situations, hearings, records.partners),
        "feedback": [
            "given" if given_on else "not_given"
            for given_on, counts in zip(hearings["feedback__given_on"], in_period, strict=True)
            if counts
        ],
        "obstacles": _by_situation(records.obstacles),
        "lead_kind": leads["kind"],
        "lead_status": leads["status"],
        **_of_sittings(records.held, hearings["meeting"]),
    }
    tables = {spec.code: counting.table(council, spec, columns[spec.code]) for spec in TABLES}
    per_year = Counter(received_on.year for received_on in situations["received_on"])
    counters = {
        ALERTS: len(alerts["status"]),
        SITUATIONS: len(situations["situation"]),
        HEARINGS: sum(in_period) + sum(situations["prior_hearings"]),
        PERSONS: count_persons(situations["situation"], records.likenesses),
    }
    years = {year: per_year[year] for year in range(first_year, last_year + 1)}
    return YearFigures(
        council_code=council.code,
        council_name=council.name,
        first_year=first_year,
        last_year=last_year,
        edition=INTERNAL,
        situations=counters[SITUATIONS],
        per_year=years,
        trend=_trend(records.earlier_years or {}, first_year) | years,
        counters=tuple(
            Highlight(
                spec.code,
                spec.labels[counters[spec.code] > 1],
                spec.definition,
                counters[spec.code],
            )
            for spec in COUNTERS
        ),
        highlights=tuple(counting.highlight(spec, columns[spec.table]) for spec in HIGHLIGHTS),
        tables=tuple(tables.values()),
        cross_tables=tuple(
            counting.cross(tables[row], columns[row], tables[column], columns[column])
            for row, column in CROSSED
        ),
        delays=tuple(
            counting.delay(spec, days)
            for spec, days in zip(DELAYS, _days(situations, alerts, hearings), strict=True)
        ),
        time=_time(council, records.time),
        meetings=records.meetings,
        filling=counting.filling(council, _filled_fields(), columns, columns["origin"]),
    )


def _columns(names: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> dict[str, Sequence[Any]]:
    names = tuple(names)
    return dict(zip(names, tuple(zip(*rows, strict=True)) or ((),) * len(names), strict=True))


def _of_alerts(alerts: Mapping[str, Sequence[Any]]) -> dict[str, Column]:
    return {
        "alert_outcome": alerts["status"],
        "redirected_to": [
            kind
            for kind, status in zip(alerts["redirected_to__kind"], alerts["status"], strict=True)
            if status == "redirected"
        ],
    }


def _of_situations(
    situations: Mapping[str, Sequence[Any]],
    hearings: Mapping[str, Sequence[Any]],
    partners: Iterable[tuple[UUID, UUID, str | None]],
) -> dict[str, Column]:
    """What the rows of the situations do not say by themselves, in their order."""
    heard = Counter(hearings["situation"])
    services: defaultdict[UUID, dict[UUID, str | None]] = defaultdict(dict)
    for situation, service, kind in partners:
        services[situation][service] = kind
    keys, known = situations["situation"], situations["has_alert"]
    return {
        "priority_area": [
            None if area is None else "yes" if area else "no"
            for area in situations["priority_area"]
        ],
        # Erased, a situation is closed all the same.
        "outcome": ["closed" if s == "purged" else s for s in situations["status"]],
        "hearings": [
            step(before + heard[key], MOST_HEARINGS)
            for key, before in zip(keys, situations["prior_hearings"], strict=True)
        ],
        "partners": [
            step(len(services[key]), MOST_PARTNERS) if told or key in services else None
            for key, told in zip(keys, known, strict=True)
        ],
        "partner_kind": [
            tuple(sorted({kind or nomenclatures.UNKNOWN for kind in services[key].values()}))
            for key in keys
            if services.get(key)
        ],
        "reopenings": [
            step(times, MOST_REOPENINGS) if told or times else None
            for times, told in zip(situations["reopenings"], known, strict=True)
        ],
    }


def _of_sittings(held: Sequence[HeldMeeting], heard_at: Sequence[UUID]) -> dict[str, Column]:
    heard = Counter(heard_at)
    sittings = [meeting for meeting in held if meeting.body is None]
    return {
        "sitting_venue": [sitting.venue for sitting in sittings],
        "situations_per_sitting": [step(heard[s.key], MOST_SITUATIONS) for s in sittings],
    }


def _by_situation(obstacles: Iterable[tuple[UUID, tuple[str, ...]]]) -> Column:
    """What each situation met, whatever the number of its hearings."""
    met: dict[UUID, dict[str, None]] = {}
    for situation, codes in obstacles:
        met.setdefault(situation, {}).update(dict.fromkeys(codes))
    return [tuple(sorted(codes)) for codes in met.values()]


def _days(
    situations: Mapping[str, Sequence[Any]],
    alerts: Mapping[str, Sequence[Any]],
    hearings: Mapping[str, Sequence[Any]],
) -> tuple[list[int], list[int], list[int]]:
    """The days of each of DELAYS, one for each that has both dates."""
    first: dict[UUID, datetime.datetime] = {}
    for situation, at in zip(hearings["situation"], hearings["meeting__starts_at"], strict=True):
        first[situation] = min(at, first.get(situation, at))
    received = dict(zip(situations["situation"], situations["received_on"], strict=True))
    return (
        [
            (timezone.localdate(answered) - timezone.localdate(at)).days
            for at, answered in zip(alerts["received_at"], alerts["answered_at"], strict=True)
            if answered is not None
        ],
        [
            (timezone.localdate(at) - received[situation]).days
            for situation, at in first.items()
            if situation in received
        ],
        [
            (closed_on - received_on).days
            for received_on, closed_on in zip(
                situations["received_on"], situations["closed_on"], strict=True
            )
            if closed_on is not None
        ],
    )


def _trend(earlier: Mapping[int, int], first_year: int) -> dict[int, int]:
    """The years before the period, from the first that had situations."""
    return {
        year: earlier.get(year, 0) for year in range(min(earlier, default=first_year), first_year)
    }


def _time(council: Council, spent: Iterable[tuple[UUID, str, int]]) -> TimeTable:
    by_situation: Counter[UUID] = Counter()
    by_kind: Counter[str] = Counter()
    for situation, kind, minutes in spent:
        by_situation[situation] += minutes
        by_kind[kind] += minutes
    return TimeTable(
        base=len(by_situation),
        minutes=by_kind.total(),
        median=median(by_situation.values()) if by_situation else 0,
        rows=counting.rows(council, TIME_LIST, by_kind),
    )


def _filled_fields() -> dict[str, str]:
    """Column -> label of each answer that is counted and that a situation keeps."""
    specs = (spec for section in nomenclatures.alert_form() for spec in section.fields)
    return {
        "channel": nomenclatures.field_spec("alert_channel").label,
        **{
            spec.code: spec.label
            for spec in specs
            if spec.stats and spec.code in counted.SITUATION_COLUMNS
        },
        "complexity": "Complexité",
        "venue": "Cadre de traitement",
    }
