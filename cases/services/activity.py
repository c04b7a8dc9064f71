"""A situation as the database has it now, and the date of its last movement."""

from django.utils import timezone

from cases.models import Situation
from governance import grants


def locked(situation: Situation) -> Situation:
    """The situation read again, its council loaded, locked until the transaction ends.

    Services change this one, never the object they were given: what somebody else saved since
    then is not overwritten.
    """
    return (
        Situation.objects.select_for_update(of=("self",))
        .select_related("council")
        .get(pk=situation.pk)
    )


def touch(situation: Situation) -> None:
    """The situation moved now: its date, and the order of every participant's list.

    That column alone is written, here and on guardian's rows: a movement leaves no history and
    takes along nothing else that the object holds.
    """
    situation.last_activity = timezone.now()
    Situation.objects.filter(pk=situation.pk).update(last_activity=situation.last_activity)
    grants.touch(situation, last_activity=situation.last_activity)
