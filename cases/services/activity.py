"""A situation as the database has it now, and the date of its last contact.

The last contact, from which the two years of CNIL 2023-095 run (services/retention.py), is
`Situation.last_activity`. It is the last act for the person that is written here: an alert triaged
or attached, an answer of the person, somebody sought, a séance, a lead, a feedback, the profile
brought up to date; or the day of a contact with them (a call, a visit) that a note reports. A note
that reports none, the opening of a page and what the program does by itself are no contact.
"""

import datetime

from django.utils import timezone

from cases.models import Situation
from cases.workflow import SITUATION
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
    """The situation moved now: its date, and the order of every participant's list."""
    _move(situation, timezone.now())


def open_again(situation: Situation) -> None:
    """The closed situation is reopened, once more; the caller saves it. IllegalTransition unless
    it is closed."""
    situation.status = SITUATION.target("reopen", situation.status)
    situation.closed_on, situation.closure_reason = None, ""
    situation.reopenings += 1


def note_contact(situation: Situation, on: datetime.date) -> None:
    """The person was heard of on that day, today or earlier; nothing changes if it moved since."""
    if on >= timezone.localdate():
        touch(situation)
        return
    heard_at = timezone.make_aware(datetime.datetime.combine(on, datetime.time.min))
    if heard_at > situation.last_activity:
        _move(situation, heard_at)


def _move(situation: Situation, at: datetime.datetime) -> None:
    """Those columns alone are written, here and on guardian's rows: a movement leaves no history
    and takes along nothing else that the object holds. What was announced of its erasure is void.
    """
    situation.last_activity, situation.erasure_announced_on = at, None
    Situation.objects.filter(pk=situation.pk).update(last_activity=at, erasure_announced_on=None)
    grants.touch(situation, last_activity=at)
