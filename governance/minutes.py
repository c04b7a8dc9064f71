"""The minutes of a meeting as they are read: on the page, on paper, in a word processor."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from governance import body_selectors
from governance.assembly import HERE, attending, quorum
from governance.models import AgendaItem, Meeting, Minutes, Resolution


@dataclass(frozen=True)
class Attended:
    """A college at the meeting: who came, who sent word, who did not come; names in full."""

    college: str
    here: tuple[str, ...]
    excused: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def count(self) -> str:
        """How many came, out of how many."""
        return f"{len(self.here)} sur {len(self.here) + len(self.excused) + len(self.absent)}"


@dataclass(frozen=True)
class Section:
    """A point of the agenda: what was said of it, what was adopted."""

    heading: str
    presenter: str
    text: str
    resolutions: tuple[Resolution, ...]


@dataclass(frozen=True)
class Sheet:
    """The minutes as a whole. `others`: what was adopted apart from any point."""

    record: Minutes
    meeting: Meeting
    title: str
    quorum: str
    colleges: tuple[Attended, ...]
    sections: tuple[Section, ...]
    others: tuple[Resolution, ...]
    replaced_by: int | None

    @property
    def day(self) -> datetime.datetime:
        """When the meeting began."""
        return self.meeting.starts_at

    @property
    def state(self) -> str:
        """What may be done with this version, in words: printed on every page of a draft."""
        if not self.record.is_published:
            return "Projet" if self.record.state == Minutes.State.DRAFT else "Validé, non publié"
        return "" if self.replaced_by is None else f"Remplacé par la version {self.replaced_by}"


def sheet(record: Minutes) -> Sheet:
    """The sheet of one version; as many queries whatever its length.

    What is published is read as it was: its attendance is kept with it, and what was adopted later
    belongs to a later version.
    """
    meeting = record.meeting
    points = list(meeting.agenda_items.all())
    adopted = [each for each in _adopted(meeting) if _belongs(each, record)]
    said, colleges = attendance(meeting)
    if record.is_published:
        said, colleges = record.quorum, tuple(_kept(row) for row in record.attended)
    later = meeting.minutes.filter(state=Minutes.State.PUBLISHED, number__gt=record.number)
    return Sheet(
        record,
        meeting,
        f"Compte rendu, {meeting}",
        said,
        colleges,
        tuple(_section(rank, point, record, adopted) for rank, point in enumerate(points, 1)),
        tuple(each for each in adopted if each.item_id is None),
        later.order_by("-number").values_list("number", flat=True).first(),
    )


def attendance(meeting: Meeting) -> tuple[str, tuple[Attended, ...]]:
    """What is said of the quorum, and who came by college, as noted today."""
    seats = list(body_selectors.list_expected_seats(meeting))
    states = body_selectors.seat_states(meeting)
    reached = quorum(meeting, seats, states)
    colleges = tuple(
        Attended(college.label, *_by_presence(college.attendees))
        for college in attending(seats, states)
    )
    return (reached.text if reached else ""), colleges


def rows(colleges: Iterable[Attended]) -> list[list[Any]]:
    """The attendance as Minutes.attended keeps it."""
    return [[each.college, each.here, each.excused, each.absent] for each in colleges]


def _kept(row: Sequence[Any]) -> Attended:
    college, here, excused, absent = row
    return Attended(college, tuple(here), tuple(excused), tuple(absent))


def _by_presence(attendees: Iterable[Any]) -> tuple[tuple[str, ...], ...]:
    found: tuple[list[str], list[str], list[str]] = ([], [], [])
    for attendee in attendees:
        name = attendee.holder
        if attendee.seat.organisation:
            name += f" ({attendee.seat.organisation})"
        if attendee.state in HERE:
            found[0].append(f"{name}, en visioconférence" if attendee.state == "remote" else name)
        else:
            found[1 if attendee.state == "excused" else 2].append(name)
    return tuple(tuple(names) for names in found)


def _adopted(meeting: Meeting) -> list[Resolution]:
    found = meeting.resolutions.select_related("published_in", "council")
    return list(found.order_by("kind", "year", "number"))


def _belongs(resolution: Resolution, record: Minutes) -> bool:
    published = resolution.published_in
    return not record.is_published or (published is not None and published.number <= record.number)


def _section(
    rank: int, point: AgendaItem, record: Minutes, adopted: Sequence[Resolution]
) -> Section:
    return Section(
        f"{rank}. {point.title}",
        point.presenter,
        record.texts.get(str(point.pk), ""),
        tuple(each for each in adopted if each.item_id == point.pk),
    )
