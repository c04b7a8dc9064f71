"""The council's year: its séances and the meetings of its bodies; the proposal of its séances."""

import datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases import policies, rhythm
from cases.forms.planning import RhythmForm, SittingFormSet, YearFilter, kept
from cases.rows import Chip
from cases.selectors import list_permanent_users, planned_days
from cases.services import planning
from governance.clashes import Diary
from governance.models import Council, Meeting
from governance.selectors import (
    list_meetings,
    meeting_title,
    open_council,
    open_council_as_coordinator,
)
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.once import once


@require_safe
def calendar(request: ViewerRequest, council: str) -> HttpResponse:
    """The meetings of a year that the viewer may know of, month by month; to be printed."""
    opened = open_council(request.viewer, council)
    asked = YearFilter(request.GET)
    year = (asked.is_valid() and asked.cleaned_data["annee"]) or timezone.localdate().year
    meetings = list_meetings(request.viewer, opened).filter(starts_at__year=year)
    context = {
        "year": year,
        "months": [
            (month, [_line(opened, meeting) for meeting in several])
            for month, several in groupby(meetings.order_by("starts_at"), _month)
        ],
        "conducts": policies.coordinates(request.viewer, opened),
    }
    return render(request, "cases/calendar/year.html", context)


def _month(meeting: Meeting) -> datetime.date:
    return timezone.localdate(meeting.starts_at).replace(day=1)


def _line(council: Council, meeting: Meeting) -> dict[str, Any]:
    cancelled = meeting.status == Meeting.Status.CANCELLED
    return {
        "meeting": meeting,
        "title": meeting_title(council, meeting),
        # A meeting of a body has no page of its own.
        "url": "" if meeting.body else meeting.get_absolute_url(),
        "chip": Chip("refused", "Annulée") if cancelled else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@once
def calendar_propose(request: ViewerRequest, council: str) -> HttpResponse:
    """Propose the year's séances in a rhythm; a POST convenes those kept, as corrected."""
    opened = open_council_as_coordinator(request.viewer, council)
    if request.method == "POST":
        return _convene(request, opened)
    form = RhythmForm(request.GET or None, council=opened)
    context: dict[str, Any] = {"form": form, "sittings": None, "proposed": ()}
    if form.is_valid():
        proposed = _proposed(opened, form.cleaned_data)
        sittings = SittingFormSet(initial=[line["initial"] for line in proposed])
        context |= {"sittings": sittings, "proposed": list(zip(sittings, proposed, strict=True))}
    return render(request, "cases/calendar/propose.html", context)


def _convene(request: ViewerRequest, council: Council) -> HttpResponse:
    sittings = SittingFormSet(request.POST)
    if sittings.is_valid():
        with refusals.as_message(request):
            convened = planning.plan_year(request.viewer, council, kept(sittings))
            messages.success(request, _said(len(convened)))
            year = timezone.localdate(kept(sittings)[0].starts_at).year
            return redirect(f"{reverse('calendar', args=[council.code])}?annee={year}")
    context = {
        "form": RhythmForm(council=council),
        "sittings": sittings,
        "proposed": [(form, {}) for form in sittings],
    }
    return render(request, "cases/calendar/propose.html", context)


def _said(number: int) -> str:
    if number == 0:
        return "Ces séances étaient déjà convoquées."
    return "Une séance est convoquée." if number == 1 else f"{number} séances sont convoquées."


def _proposed(council: Council, answers: dict[str, Any]) -> list[dict[str, Any]]:
    """Each séance to come: its initial answers, the holidays skipped, who is taken."""
    days = rhythm.propose(
        answers["year"],
        months_apart=answers["months_apart"],
        first_month=answers["first_month"],
        rank=answers["rank"],
        weekday=answers["weekday"],
    )
    days = tuple(proposed for proposed in days if proposed.day > timezone.localdate())
    first = _at(datetime.date(answers["year"], 1, 1), datetime.time())
    last = _at(datetime.date(answers["year"], 12, 31), datetime.time.max)
    diary = Diary(council, list_permanent_users(council), (first, last))
    known = planned_days(council, first, last)
    return [
        {
            "initial": {
                "kept": proposed.day not in known,
                "day": proposed.day,
                **{name: answers[name] for name in ("start", "end", "place")},
            },
            "skipped": proposed.skipped,
            "known": proposed.day in known,
            "clashes": diary.clashes(
                _at(proposed.day, answers["start"]), _at(proposed.day, answers["end"])
            ),
        }
        for proposed in days
    ]


def _at(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, time))
