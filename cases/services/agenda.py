"""What an agenda calls a situation, and how one leaves it by itself."""

import secrets

from cases.models import Hearing, PointNotes, Situation
from cases.services import conclusions
from cases.workflow import SITUATION
from governance.models import Meeting

# Without I and O: on a wall they are read as figures.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_POOLS = (tuple(_ALPHABET), tuple(a + b for a in _ALPHABET for b in _ALPHABET))


def draw_letter(situation: Situation, meeting: Meeting) -> str:
    """A letter at random for the situation at that séance: no other's there, and none that it
    already bore at another (docs/adr/0012)."""
    taken = {
        *meeting.hearings.values_list("letter", flat=True),
        *situation.hearings.values_list("letter", flat=True),
    }
    free = next(left for pool in _POOLS if (left := [each for each in pool if each not in taken]))
    return secrets.choice(free)


def take_off(situation: Situation) -> Meeting | None:
    """The agreement fell: the situation leaves the séance where it was to be heard, and what was
    being written about it is forgotten; that séance, or None.

    `situation` is locked by the caller, who has checked who acts.
    """
    hearing = (
        situation.hearings.filter(state=Hearing.State.SCHEDULED)
        .select_related("meeting")
        .prefetch_related("conclusions")
        .first()
    )
    if hearing is None:
        return None
    forget_writing(hearing)
    hearing.state = Hearing.State.WITHDRAWN
    hearing.save()
    situation.status = SITUATION.target("unschedule", situation.status)
    situation.save()
    mark_held(hearing.meeting)
    return hearing.meeting


def forget_writing(hearing: Hearing) -> None:
    """The notes and the draft of a point go, their history too: they were never shared."""
    PointNotes.objects.filter(hearing=hearing).delete()
    conclusions.forget_draft(hearing)


def mark_held(meeting: Meeting) -> None:
    """The séance is over once a point was heard there, and none waits any more."""
    states = set(meeting.hearings.values_list("state", flat=True))
    if Hearing.State.HELD in states and Hearing.State.SCHEDULED not in states:
        meeting.status = Meeting.Status.HELD
        meeting.save()
