"""The meetings of a period: who came to the séances, and to those of the bodies.

Of services and colleges, never of the people concerned.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from governance import nomenclatures
from governance.assembly import HERE
from governance.benchmarks import EXPECTED_BODIES, SURVEY, expected
from governance.counted import (
    counted_attendances,
    counted_bodies,
    counted_meetings,
    counted_seat_attendances,
    counted_seats,
)
from governance.models import Body, Council, Seat
from governance.nomenclatures import UNKNOWN
from governance.selectors import council_label
from reports.governance_figures import Adopted, AxisActions, count_adopted, count_roadmap


@dataclass(frozen=True)
class Presence:
    """How those of one kind of organisation, or of one college, came: of so many `expected`, how
    many were there (in the room or remote), excused, absent; of the others nothing was noted.

    `survey`: what the national survey says of the college, "" where it says nothing.
    """

    code: str
    label: str
    expected: int
    present: int
    excused: int
    absent: int
    survey: str = ""

    @property
    def unsaid(self) -> int:
        """Of how many nothing was noted."""
        return self.expected - self.present - self.excused - self.absent


@dataclass(frozen=True)
class BodyMeetings:
    """How often a body met, by college who came, what the national survey says of such bodies."""

    kind: str
    name: str
    held: int
    colleges: tuple[Presence, ...]
    survey: tuple[str, ...]


@dataclass(frozen=True)
class MeetingFigures:
    """The séances held, who came to them by kind of organisation, the bodies, what these adopted,
    where the roadmap stands."""

    sittings: int
    services: tuple[Presence, ...]
    bodies: tuple[BodyMeetings, ...]
    adopted: tuple[Adopted, ...] = ()
    roadmap: tuple[AxisActions, ...] = ()


@dataclass(frozen=True)
class HeldMeeting:
    """A meeting that was held; `body` is None for a séance, which has a `venue`."""

    key: UUID
    body: UUID | None
    venue: str
    on: datetime.date


def held_meetings(council: Council, first_year: int, last_year: int) -> tuple[HeldMeeting, ...]:
    """The meetings held in those years; one query."""
    return tuple(
        HeldMeeting(key, body, venue, timezone.localdate(starts_at))
        for key, body, venue, starts_at in counted_meetings(council, first_year, last_year)
    )


def count_meetings(
    council: Council, first_year: int, last_year: int, held: Sequence[HeldMeeting]
) -> MeetingFigures:
    """The figures of the meetings `held` in those years, of the papers; six queries."""
    states: defaultdict[UUID, dict[UUID, str]] = defaultdict(dict)
    for meeting, seat, state in counted_seat_attendances(council, first_year, last_year):
        states[meeting][seat] = state
    seats: defaultdict[UUID, list[Seat]] = defaultdict(list)
    for each in counted_seats(council):
        seats[each.body_id].append(each)
    bodies = (
        _body(body, [m for m in held if m.body == body.pk], seats[body.pk], states)
        for body in counted_bodies(council)
    )
    return MeetingFigures(
        sittings=sum(meeting.body is None for meeting in held),
        services=_services(council, counted_attendances(council, first_year, last_year)),
        bodies=tuple(body for body in bodies if body.held or body.kind in EXPECTED_BODIES),
        adopted=count_adopted(council, first_year, last_year),
        roadmap=count_roadmap(council, first_year, last_year),
    )


def _services(
    council: Council, rows: Iterable[tuple[str | None, str, int]]
) -> tuple[Presence, ...]:
    noted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind, state, count in rows:
        noted[kind or UNKNOWN][state] += count
    services = (
        _presence(kind, council_label(council, "origin", kind), states.total(), states)
        for kind, states in noted.items()
    )
    return tuple(sorted(services, key=lambda each: (-each.expected, each.label)))


def _body(
    body: Body,
    held: Sequence[HeldMeeting],
    seats: Sequence[Seat],
    states: dict[UUID, dict[UUID, str]],
) -> BodyMeetings:
    awaited: Counter[str] = Counter()
    noted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for meeting in held:
        said = states.get(meeting.key, {})
        for seat in seats:
            if seat.start <= meeting.on and (seat.end is None or seat.end >= meeting.on):
                awaited[seat.college] += 1
                noted[seat.college][said.get(seat.pk, "")] += 1
    wanted = expected(body.kind)
    surveyed = {each.college: each.reason for each in wanted.colleges if SURVEY in each.sources}
    present = [code for code in nomenclatures.codes("college") if awaited[code] or code in surveyed]
    return BodyMeetings(
        kind=body.kind,
        name=body.name,
        held=len(held),
        colleges=tuple(
            _presence(
                code,
                nomenclatures.label("college", code),
                awaited[code],
                noted[code],
                surveyed.get(code, ""),
            )
            for code in present
        ),
        survey=tuple(fact.text for fact in wanted.facts if fact.source == SURVEY),
    )


def _presence(
    code: str, label: str, awaited: int, states: Counter[str], survey: str = ""
) -> Presence:
    return Presence(
        code=code,
        label=label,
        expected=awaited,
        present=sum(states[state] for state in HERE),
        excused=states["excused"],
        absent=states["absent"],
        survey=survey,
    )
