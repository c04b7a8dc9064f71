"""What the coordination decides of an alert whose person seems to be already known."""

from django.db import transaction
from django.utils import timezone

from cases import policies
from cases.models import Recurrence, Situation
from cases.services import triage
from governance.decisions import Refused
from governance.viewer import Viewer


def attach(viewer: Viewer, recurrence: Recurrence) -> Situation:
    """The same person: the alert joins the situation of the earlier one, reopened if it is closed.

    Refused where the earlier alert opened none, or an erased one; IllegalTransition for an alert
    already settled.
    """
    situation = recurrence.earlier.situation
    if situation is None:
        raise Refused("L’alerte précédente n’a pas ouvert de situation.")
    triage.link(viewer, recurrence.alert, situation)
    return situation


@transaction.atomic
def set_aside(viewer: Viewer, recurrence: Recurrence) -> None:
    """Somebody else, for all the alerts of that situation; asked once, never again."""
    policies.can_triage(viewer, recurrence.alert).enforce()
    same = Recurrence.objects.filter(alert=recurrence.alert, set_aside_at__isnull=True)
    situation = recurrence.earlier.situation
    same = same.filter(earlier__situation=situation) if situation else same.filter(pk=recurrence.pk)
    for each in same:
        each.set_aside_at, each.set_aside_by = timezone.now(), viewer.user
        each.save()
