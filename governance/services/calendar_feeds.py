"""One's private calendar address: opened, renewed, revoked, read."""

from django.db import transaction
from django.utils import timezone

from governance import journal
from governance.models import CalendarFeed, User
from governance.viewer import Viewer


@transaction.atomic
def renew(viewer: Viewer) -> str:
    """A new address for the viewer, the former one closed: its token, to be shown once."""
    feed, token = CalendarFeed.open_for(viewer.user)
    _record(viewer, "grant", feed)
    return token


@transaction.atomic
def revoke(viewer: Viewer) -> bool:
    """Close the viewer's address; whether they had one."""
    feed = CalendarFeed.objects.filter(user=viewer.user).first()
    if feed is None:
        return False
    _record(viewer, "revoke", feed)
    feed.delete()
    return True


def forget(user: User) -> None:
    """Close the address of an account that closes."""
    CalendarFeed.objects.filter(user=user).delete()


@transaction.atomic
def note_reading(viewer: Viewer, feed: CalendarFeed) -> None:
    """Journal the first reading of the day: a program asks every hour, a person once."""
    if feed.note_reading(timezone.localdate()):
        _record(viewer, "read_calendar", feed)


def _record(viewer: Viewer, action: str, feed: CalendarFeed) -> None:
    for council in viewer.councils:
        journal.record(viewer.user, action, feed, council=council)
