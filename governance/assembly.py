"""A meeting of a body as its page shows it: who is expected by college, who came, the quorum."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from governance import nomenclatures
from governance.composition import Chip, by_college
from governance.models import Meeting, Seat

HERE = frozenset({"present", "remote"})
_SIGNS = {"present": "done", "remote": "done", "excused": "neutral", "absent": "missing"}


@dataclass(frozen=True)
class Attendee:
    """A seat that holds on the day of the meeting; `chip`: whether it was held, if noted."""

    seat: Seat
    holder: str
    facts: tuple[str, ...]
    state: str
    chip: Chip | None


@dataclass(frozen=True)
class AttendingCollege:
    """The seats of a college: how many came, out of how many."""

    label: str
    attendees: tuple[Attendee, ...]

    @property
    def here(self) -> int:
        """How many of them came."""
        return sum(attendee.state in HERE for attendee in self.attendees)


@dataclass(frozen=True)
class Quorum:
    """`kind` and `text`: of a callout."""

    kind: str
    text: str


def attending(seats: Sequence[Seat], states: dict[UUID, str]) -> tuple[AttendingCollege, ...]:
    """The seats of the day by college; `states`: seat key -> what was noted."""
    return tuple(
        AttendingCollege(label, tuple(_attendee(seat, states.get(seat.pk, "")) for seat in held))
        for label, held in by_college(seats)
    )


def _attendee(seat: Seat, state: str) -> Attendee:
    facts = [
        seat.organisation.name if seat.organisation else "",
        seat.get_function_display(),
        "" if seat.permanent else "membre invité, ne compte pas dans le quorum",
        f"suppléant\u00a0: {seat.deputy_name}" if seat.deputy_name else "",
    ]
    chip = Chip(_SIGNS[state], nomenclatures.label("attendance", state)) if state else None
    return Attendee(seat, seat.holder_label, tuple(filter(None, facts)), state, chip)


def quorum(meeting: Meeting, seats: Sequence[Seat], states: dict[UUID, str]) -> Quorum | None:
    """What is said of the quorum: reached or not once the meeting was held, what it takes before.

    None where the body has none. The permanent seats alone count.
    """
    permanent = [seat for seat in seats if seat.permanent]
    held = meeting.status == Meeting.Status.HELD
    if meeting.body is None or meeting.status == Meeting.Status.CANCELLED:
        return None
    needed = meeting.quorum if held else meeting.body.quorum(len(permanent))
    if needed is None:
        return None
    wanted = f"il en faut {needed} sur {len(permanent)}"
    if not held:
        return Quorum("info", f"Quorum\u00a0: sièges permanents présents, {wanted}.")
    here = sum(states.get(seat.pk) in HERE for seat in permanent)
    count = f"{here} siège permanent présent" if here < 2 else f"{here} sièges permanents présents"
    if here >= needed:
        return Quorum("done", f"Quorum atteint\u00a0: {count}, {wanted}.")
    return Quorum("warn", f"Quorum non atteint\u00a0: {count}, {wanted}.")
