"""Who sits in a body today, beside who is expected to: read from its seats, not stored."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from governance import nomenclatures
from governance.benchmarks import INSTRUCTION, ExpectedCollege, Fact, expected
from governance.models import Body, Seat
from governance.models.bodies import MANDATE_NOTICE_DAYS
from governance.terms import SEAT_NAME_MONTHS, months_after


@dataclass(frozen=True)
class Chip:
    """A state: the kind of its sign, and its word."""

    kind: str
    label: str


@dataclass(frozen=True)
class Mandate:
    """A seat as one line of the composition; `term`: from when to when, in French."""

    seat: Seat
    holder: str
    term: str
    chips: tuple[Chip, ...]
    ends_soon: bool


@dataclass(frozen=True)
class College:
    """The mandates of one college."""

    label: str
    mandates: tuple[Mandate, ...]


@dataclass(frozen=True)
class Expectation:
    """One line of the comparison: what is expected, why, who says so, and what is."""

    label: str
    reason: str
    sources: tuple[str, ...]
    chip: Chip
    met: bool


@dataclass(frozen=True)
class Composition:
    """What the page of a body shows. `quorum`: how many permanent seats must be present."""

    running: tuple[College, ...]
    coming: tuple[Mandate, ...]
    ended: tuple[Mandate, ...]
    ending: int
    permanent: int
    quorum: int | None
    expectations: tuple[Expectation, ...]
    facts: tuple[Fact, ...]

    @property
    def warning(self) -> str:
        """What is said of the mandates to renew; empty where there is none."""
        if not self.ending:
            return ""
        one = self.ending == 1
        mandates = "1 mandat finit" if one else f"{self.ending} mandats finissent"
        renewed = "n’est pas renouvelé" if one else "ne sont pas renouvelés"
        return f"{mandates} dans les {MANDATE_NOTICE_DAYS} jours et {renewed}."

    @property
    def gaps(self) -> int:
        """How many expectations are not met."""
        return sum(not line.met for line in self.expectations)


def holds(seat: Seat, day: datetime.date) -> bool:
    """Whether the mandate holds on that day."""
    return seat.start <= day and (seat.end is None or seat.end >= day)


def compose(body: Body, seats: Sequence[Seat], today: datetime.date) -> Composition:
    """The composition of `body` on `today`; `seats`: all of body_selectors.list_seats."""
    ranks = _ranks(seats)
    running = [seat for seat in seats if holds(seat, today)]
    lines = {seat.pk: _mandate(seat, ranks[seat.pk], today) for seat in seats}
    permanent = sum(seat.permanent for seat in running)
    ended = [seat for seat in seats if seat.end is not None and seat.end < today]
    return Composition(
        running=tuple(
            College(label, tuple(lines[seat.pk] for seat in members))
            for label, members in by_college(running)
        ),
        coming=tuple(lines[seat.pk] for seat in seats if seat.start > today),
        ended=tuple(lines[seat.pk] for seat in reversed(ended)),
        ending=sum(lines[seat.pk].ends_soon for seat in running),
        permanent=permanent,
        quorum=body.quorum(permanent),
        expectations=tuple(_expectations(body, running)),
        facts=expected(body.kind).facts,
    )


def by_college(seats: Iterable[Seat]) -> list[tuple[str, list[Seat]]]:
    """(college's label, its seats), in the order of the list; who presides comes first."""
    order = {"chair": 0, "co_chair": 1, "": 2}
    held: dict[str, list[Seat]] = {}
    for seat in seats:
        held.setdefault(seat.college, []).append(seat)
    return [
        (
            entry.label,
            sorted(
                held[entry.code],
                key=lambda s: (order[s.function], not s.permanent, s.holder_label),
            ),
        )
        for entry in nomenclatures.entries("college")
        if entry.code in held
    ]


def _ranks(seats: Iterable[Seat]) -> dict[UUID, int]:
    """Seat key -> 1 for a first mandate, 2 for its renewal and so on."""
    renewed = {seat.pk: seat.renews_id for seat in seats}
    ranks = {}
    for key in renewed:
        rank, before = 1, renewed[key]
        while before is not None and rank <= len(renewed):
            rank, before = rank + 1, renewed.get(before)
        ranks[key] = rank
    return ranks


def _mandate(seat: Seat, rank: int, today: datetime.date) -> Mandate:
    followed = hasattr(seat, "renewal")
    running = holds(seat, today)
    left = (seat.end - today).days if seat.end is not None else None
    ends_soon = running and left is not None and left <= MANDATE_NOTICE_DAYS and not followed
    chips = []
    if seat.function:
        chips.append(Chip("named", seat.get_function_display()))
    if not seat.permanent:
        chips.append(Chip("neutral", "Membre invité"))
    if seat.secretary:
        chips.append(Chip("known", "Secrétariat"))
    if rank > 1:
        chips.append(Chip("known", f"{rank}ᵉ mandat"))
    if ends_soon:
        chips.append(Chip("late", "Finit aujourd’hui" if not left else f"Finit dans {left} j"))
    if followed:
        chips.append(Chip("done", "Renouvelé"))
    if seat.start > today:
        chips.append(Chip("neutral", "À venir"))
    if seat.end is not None and seat.end < today:
        chips.append(Chip("done", "Terminé"))
    term = f"depuis le {seat.start:%d/%m/%Y}"
    if seat.end is not None:
        term = f"du {seat.start:%d/%m/%Y} au {seat.end:%d/%m/%Y}"
        if seat.end < today and (seat.holder_name or seat.deputy_name):
            erased = months_after(seat.end, SEAT_NAME_MONTHS) + datetime.timedelta(days=1)
            term += f" (nom effacé à partir du {erased:%d/%m/%Y})"
    elif seat.start > today:
        term = f"à partir du {seat.start:%d/%m/%Y}"
    return Mandate(seat, seat.holder_label, term, tuple(chips), ends_soon)


def _expectations(body: Body, running: Sequence[Seat]) -> Iterable[Expectation]:
    wanted = expected(body.kind)
    for college in wanted.colleges:
        yield _college_expectation(college, [s for s in running if s.college == college.college])
    if wanted.chaired_by:
        yield _chair_expectation(wanted.chaired_by, running)


def _college_expectation(wanted: ExpectedCollege, seats: Sequence[Seat]) -> Expectation:
    permanent = sum(seat.permanent for seat in seats)
    if permanent:
        chip = Chip("done", "1 siège tenu" if permanent == 1 else f"{permanent} sièges tenus")
    elif seats:
        chip = Chip("missing", "Seulement en invité")
    else:
        chip = Chip("missing", "Personne n’y siège")
    label = nomenclatures.label("college", wanted.college)
    return Expectation(label, wanted.reason, wanted.sources, chip, bool(permanent))


def _chair_expectation(chaired_by: tuple[str, ...], running: Sequence[Seat]) -> Expectation:
    chairs = [seat for seat in running if seat.function]
    if any(seat.college in chaired_by for seat in chairs):
        chip = Chip("done", "Tenue par un élu")
    elif chairs:
        label = nomenclatures.label("college", chairs[0].college)
        chip = Chip("missing", f"Tenue par\u00a0: {label}")
    else:
        chip = Chip("missing", "Personne ne préside")
    return Expectation(
        "Présidence",
        "par le maire, le président de l’intercommunalité ou leur représentant",
        (INSTRUCTION,),
        chip,
        chip.kind == "done",
    )
