"""The coordination notes the time it spends on a situation, and takes its last entry back."""

import datetime

from django.db import transaction
from django.utils import timezone

from cases import policies
from cases.models import Situation, TimeSpent
from cases.services.activity import locked
from cases.time_spent import of_situation
from governance.decisions import Refused
from governance.viewer import Viewer


@transaction.atomic
def note(
    viewer: Viewer, situation: Situation, *, minutes: int, kind: str, on: datetime.date
) -> TimeSpent:
    """Add minutes of work; the situation has not moved for all that: its term and the order of
    the partners' lists stay.

    Refused for anyone but the coordination, and for a day to come; ValidationError (French) for
    minutes or a kind that do not exist.
    """
    policies.can_steer(viewer, situation).enforce()
    if on > timezone.localdate():
        raise Refused("Le temps passé ne peut être daté du futur.")
    spent = TimeSpent(
        situation=situation, minutes=minutes, kind=kind, done_on=on, noted_by=viewer.user
    )
    spent.full_clean()
    spent.save()
    return spent


@transaction.atomic
def undo(viewer: Viewer, situation: Situation) -> None:
    """Take back one's own last entry on the situation, of today; Refused when there is none."""
    policies.can_steer(viewer, situation).enforce()
    last = of_situation(viewer, locked(situation)).undoable
    if last is None:
        raise Refused("Vous n’avez rien noté aujourd’hui sur cette situation.")
    last.delete()
