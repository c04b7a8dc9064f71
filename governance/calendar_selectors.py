"""The way to a private calendar address, and to what is read there."""

from datetime import date

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from governance import policies
from governance.models import CalendarFeed, Meeting
from governance.models.people import token_digest
from governance.viewer import Viewer


def find_calendar_feed(token: str) -> CalendarFeed:
    """The feed of that token; 404 when unknown, renewed, revoked or of a closed account, alike."""
    return get_object_or_404(
        CalendarFeed.objects.select_related("user"),
        token_digest=token_digest(token),
        user__is_active=True,
    )


def own_calendar_feed(viewer: Viewer) -> CalendarFeed | None:
    """The viewer's feed, None before they asked for one."""
    return CalendarFeed.objects.filter(user=viewer.user).first()


def list_meetings_to_subscribe(viewer: Viewer, since: date) -> QuerySet[Meeting]:
    """The meetings of all the viewer's councils in their scope, from `since`, the cancelled left
    out."""
    return (
        policies.meetings_in_scope(viewer, Meeting.objects.filter(starts_at__date__gte=since))
        .exclude(status=Meeting.Status.CANCELLED)
        .select_related("body", "council")
        .order_by("starts_at", "pk")
    )
