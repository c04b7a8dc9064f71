"""A situation moved: its date, and the order of every participant's list, in the same act."""

from django.utils import timezone

from cases.models import Situation
from governance import grants


def touch(situation: Situation) -> None:
    """Set the situation's last activity to now: on the object, its row and guardian's rows.

    Writes that one column alone: the object may be older than the row, and saving it whole would
    undo what somebody else just did. It leaves no history: nothing was said of the situation.
    """
    situation.last_activity = timezone.now()
    Situation.objects.filter(pk=situation.pk).update(last_activity=situation.last_activity)
    grants.touch(situation, last_activity=situation.last_activity)
