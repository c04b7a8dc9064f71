"""The meetings of a body, convened by the coordination, read by the COPIL."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance import (
    body_selectors,
    paper_policies,
    paper_selectors,
    policies,
    resolution_lines,
    selectors,
)
from governance.assembly import attending, quorum
from governance.forms.assemblies import AssemblyForm, SeatAttendanceForm, assembly_answers
from governance.models import Council, Meeting
from governance.services import assemblies, minutes
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.once import once


@require_safe
def meeting(request: ViewerRequest, council: str, key: UUID, meeting: UUID) -> HttpResponse:
    """When and where a body meets, its agenda, who is expected and who came."""
    found = paper_selectors.open_paper_meeting(request.viewer, council, key, meeting)
    return _page(request, found.council, found)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def meeting_new(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Convene a meeting of a body."""
    opened = selectors.open_council_as_coordinator(request.viewer, council)
    body = selectors.open_body(opened, key)
    form = AssemblyForm(request.POST or None)
    if form.is_valid():
        with refusals.as_form_error(form):
            convened = assemblies.convene(request.viewer, body, **form.cleaned_data)
            messages.success(request, "La réunion est convoquée.")
            return redirect(convened)
    context = {"form": form, "body": body, "meeting": None}
    return render(request, "governance/bodies/meeting_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request: ViewerRequest, council: str, key: UUID, meeting: UUID) -> HttpResponse:
    """Change the date, the place or the agenda of a meeting."""
    _, found = _convened(request, council, key, meeting)
    form = AssemblyForm(request.POST or None, initial=assembly_answers(found))
    if form.is_valid():
        with refusals.as_form_error(form):
            assemblies.revise(request.viewer, found, **form.cleaned_data)
            messages.success(request, "La réunion est modifiée.")
            return redirect(found)
    context = {"form": form, "body": found.body, "meeting": found}
    return render(request, "governance/bodies/meeting_edit.html", context)


@require_POST
def meeting_cancel(request: ViewerRequest, council: str, key: UUID, meeting: UUID) -> HttpResponse:
    """Cancel a meeting."""
    _, found = _convened(request, council, key, meeting)
    with refusals.as_message(request, "La réunion est annulée."):
        assemblies.cancel(request.viewer, found)
    return redirect(found)


@require_POST
def meeting_attendance(
    request: ViewerRequest, council: str, key: UUID, meeting: UUID
) -> HttpResponse:
    """Note who came."""
    opened, found = _convened(request, council, key, meeting)
    form = _attendance_form(found, request.POST)
    if form.is_valid():
        with refusals.as_form_error(form):
            assemblies.note_attendance(request.viewer, found, form.changes())
            messages.success(request, "Les présences sont notées.")
            return redirect(found)
    return _page(request, opened, found, attendance_form=form)


def _convened(
    request: ViewerRequest, council: str, key: UUID, meeting: UUID
) -> tuple[Council, Meeting]:
    """The meeting, for who convenes it; 404 for anyone else."""
    opened = selectors.open_council_as_coordinator(request.viewer, council)
    body = selectors.open_body(opened, key)
    return opened, body_selectors.open_body_meeting(request.viewer, body, meeting)


def _attendance_form(meeting: Meeting, answers: Any = None) -> SeatAttendanceForm:
    seats = list(body_selectors.list_expected_seats(meeting))
    return SeatAttendanceForm(
        answers, colleges=attending(seats, body_selectors.seat_states(meeting))
    )


def _page(request: ViewerRequest, council: Council, meeting: Meeting, **bound: Any) -> HttpResponse:
    """The page of a meeting; `bound`: a form in error."""
    seats = list(body_selectors.list_expected_seats(meeting))
    states = body_selectors.seat_states(meeting)
    colleges = attending(seats, states)
    context: dict[str, Any] = {
        "meeting": meeting,
        "body": meeting.body,
        "points": meeting.agenda_items.all(),
        "colleges": colleges,
        "quorum": quorum(meeting, seats, states),
        "held": meeting.status == Meeting.Status.HELD,
        "cancelled": meeting.status == Meeting.Status.CANCELLED,
        "minutes": paper_selectors.list_minutes(request.viewer, meeting),
        "resolutions": [
            resolution_lines.line(each)
            for each in paper_selectors.list_resolutions(request.viewer, council).filter(
                meeting=meeting
            )
        ],
    }
    if paper_policies.can_write_for(request.viewer, meeting.body):
        context["may_write"] = minutes.can_write(meeting)
        context["adopts"] = meeting.status == Meeting.Status.HELD
    if policies.can_coordinate(request.viewer, council):
        context |= {
            "may_change": assemblies.can_change(meeting),
            "may_note": assemblies.can_note_attendance(meeting),
            "attendance_form": SeatAttendanceForm(colleges=colleges),
            **bound,
        }
    return render(request, "governance/bodies/meeting.html", context)
