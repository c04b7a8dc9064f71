"""In the room: who is there for a point, and what is typed while people speak."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import uuid4

from django.db import transaction

from cases import policies
from cases.models import Conclusions, Hearing, PointAttendance, PointNotes
from cases.room import AWAY
from governance.decisions import Refused
from governance.models import Meeting
from governance.policies import can_coordinate
from governance.versions import EditConflict
from governance.viewer import Viewer
from governance.workflow import IllegalTransition


@transaction.atomic
def note_presence(viewer: Viewer, hearing: Hearing, states: Mapping[str, str]) -> None:
    """Note who is there for a point, and for those after it until said otherwise: {attendance
    key: code of the list `attendance`, or empty to take the note back}.

    Whoever was there for one point came to the séance. Refused for a séance that was cancelled;
    ValidationError for a code outside the list.
    """
    can_coordinate(viewer, hearing.meeting.council).enforce()
    if hearing.meeting.status == Meeting.Status.CANCELLED:
        raise Refused("Cette séance est annulée.")
    for attendance in hearing.meeting.attendances.all():
        state = states.get(str(attendance.pk))
        if state is None:
            continue
        noted = hearing.attendances.filter(attendance=attendance).first()
        if not state:
            if noted is not None:
                noted.delete()
            continue
        noted = noted or PointAttendance(hearing=hearing, attendance=attendance)
        noted.state = state
        noted.full_clean()
        noted.save()
        if not attendance.state or (attendance.state in AWAY and state not in AWAY):
            attendance.state = state
            attendance.save()


@transaction.atomic
def keep_notes(
    viewer: Viewer,
    hearing: Hearing,
    answers: Mapping[str, Any],
    *,
    version: int,
    mark: str = "",
    known: Collection[str] | None = None,
) -> PointNotes:
    """Keep what is typed at a point, before the guard reads it; `version`: of the conclusions that
    it is typed over.

    `mark` names this save, `known` those that the page has seen or made: EditConflict when the last
    one is none of them, since somebody else is typing too; None does not ask. IllegalTransition
    once the point is concluded or taken off; Refused where only themes may be discussed.
    """
    policies.can_steer(viewer, hearing.situation).enforce()
    hearing = (
        Hearing.objects.select_for_update(of=("self",))
        .select_related("situation__council", "meeting")
        .get(pk=hearing.pk)
    )
    if hearing.state != Hearing.State.SCHEDULED:
        raise IllegalTransition("Ce point est déjà conclu ou retiré de l’ordre du jour.")
    if policies.discussion(hearing.situation) == Hearing.Naming.THEMES:
        raise Refused("Aide au professionnel : rien n’est écrit sur la personne.")
    notes = PointNotes.objects.filter(hearing=hearing).first() or PointNotes(hearing=hearing)
    if known is not None and notes.mark not in ("", *known):
        raise EditConflict(as_conclusions(notes), None)
    notes.answers, notes.version = dict(answers), version
    notes.mark = mark or uuid4().hex
    notes.save()
    return notes


def last_mark(hearing: Hearing) -> str:
    """The name of the last save of the notes of a point; "" when there are none."""
    return PointNotes.objects.filter(hearing=hearing).values_list("mark", flat=True).first() or ""


def as_conclusions(notes: PointNotes) -> Conclusions:
    """The notes as the conclusions that they are to become; not saved."""
    typed = notes.answers
    written = Conclusions(
        hearing=notes.hearing,
        version=notes.version,
        summary=str(typed.get("summary", "")),
        steps_taken=str(typed.get("steps_taken", "")),
    )
    written.obstacles = tuple(typed.get("obstacles", ()))
    return written
