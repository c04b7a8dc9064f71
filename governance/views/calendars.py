"""One's meetings in one's own calendar program: the address, and what is read there."""

import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance import calendar_selectors, calendars, second_factor, selectors, throttling
from governance.letters import absolute, host
from governance.models import Meeting
from governance.policies import needs_second_factor
from governance.services import calendar_feeds
from governance.viewer import Viewer, ViewerRequest

PAST = datetime.timedelta(days=90)


@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: ViewerRequest) -> HttpResponse:
    """Get, renew or revoke one's address; shown once, in the answer to the POST.

    Whoever needs a second factor has shown it a short while ago: the address needs none.
    """
    address = ""
    if request.method == "POST" and "revoke" in request.POST:
        if calendar_feeds.revoke(request.viewer):
            messages.success(request, "Votre lien d’agenda est révoqué.")
        return redirect("my_calendar")
    if request.method == "POST":
        if _factor_missing(request.viewer):
            return redirect("mfa_index")
        if needs_second_factor(request.viewer) and not second_factor.confirmed_recently(request):
            return second_factor.ask_again(request, back=request.path)
        token = calendar_feeds.renew(request.viewer)
        address = absolute(reverse("calendar_feed", args=[token]))
    feed = calendar_selectors.own_calendar_feed(request.viewer)
    context = {"address": address, "feed": feed}
    return render(request, "governance/people/my_calendar.html", context)


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The meetings in the scope of the address's owner, at this very request.

    Where a membership has ended, or a charter or a second factor is missing, its meetings are not
    there: an empty calendar takes them out of the programs that read it, an error would leave them.
    No place: it may be the link of a video meeting, and these programs belong to others.
    """
    feed = calendar_selectors.find_calendar_feed(token)
    refusal = throttling.refused(request, (throttling.CALENDARS, str(feed.pk)))
    if refusal is not None:
        return refusal
    viewer = Viewer(feed.user)
    entries = []
    if not _factor_missing(viewer):
        since = timezone.localdate() - PAST
        entries = [_entry(m) for m in calendar_selectors.list_meetings_to_subscribe(viewer, since)]
    calendar_feeds.note_reading(viewer, feed)
    return HttpResponse(
        calendars.feed(entries, host=host()),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="clsm.ics"'},
    )


def _factor_missing(viewer: Viewer) -> bool:
    """Whether the pages of the viewer's councils are closed until they set up a second factor."""
    return (
        not settings.DEMO_MODE
        and needs_second_factor(viewer)
        and not second_factor.has_second_factor(viewer.user)
    )


def _entry(meeting: Meeting) -> calendars.Entry:
    council = meeting.council
    # A meeting of a body has no page of its own.
    page = reverse("calendar", args=[council.code]) if meeting.body else meeting.get_absolute_url()
    return calendars.Entry(
        key=str(meeting.pk),
        title=f"{council.code} : {selectors.meeting_title(council, meeting)}",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        url=absolute(page),
        sequence=meeting.sequence,
    )
