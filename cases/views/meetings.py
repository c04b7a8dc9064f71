"""Séances: their list, agenda and invitees. What is said there: cases/views/hearings.py."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import agenda, policies
from cases.forms.meetings import (
    AttendanceForm,
    InvitationForm,
    MeetingForm,
    PointForm,
    TimingForm,
    meeting_answers,
)
from cases.rows import Chip, Row
from cases.selectors import list_sittings, open_council_of_meetings, open_sitting
from cases.services import hearings
from governance import clashes, pdf
from governance.models import Council, Meeting
from governance.selectors import meeting_title, open_council_as_coordinator
from governance.viewer import Viewer, ViewerRequest
from governance.views import refusals
from governance.views.once import once

PER_PAGE = 20


@require_safe
def meetings(request: ViewerRequest, council: str) -> HttpResponse:
    """The séances to come and the past ones: all of them, or those one is invited to."""
    opened = open_council_of_meetings(request.viewer, council)
    conducts = policies.coordinates(request.viewer, opened)
    sittings = list_sittings(request.viewer, opened)
    now = timezone.now()
    coming = sittings.filter(ends_at__gte=now).order_by("starts_at")
    past = Paginator(sittings.filter(ends_at__lt=now).order_by("-starts_at"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "conducts": conducts,
        "coming": [_row(opened, sitting, conducts) for sitting in coming],
        "past": [_row(opened, sitting, conducts) for sitting in past],
        "page_obj": past,
    }
    return render(request, "cases/meetings/list.html", context)


def _row(council: Council, sitting: Any, conducts: bool) -> Row:
    starts_at = timezone.localtime(sitting.starts_at)
    facts = [f"{starts_at:%H:%M} – {timezone.localtime(sitting.ends_at):%H:%M}"]
    if sitting.place:
        facts.append(sitting.place)
    if conducts:
        facts.append(_counted(sitting.point_count, "situation"))
        facts.append(_counted(sitting.invited_count, "invitation"))
    cancelled = sitting.status == Meeting.Status.CANCELLED
    return Row(
        code=f"{starts_at:%d/%m/%Y}",
        title=meeting_title(council, sitting),
        url=sitting.get_absolute_url(),
        facts=tuple(facts),
        chips=(Chip("refused", "Annulée"),) if cancelled else (),
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}"


# --- the séance ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@once
def meeting_new(request: ViewerRequest, council: str) -> HttpResponse:
    """Convene a séance."""
    opened = open_council_as_coordinator(request.viewer, council)
    form = MeetingForm(request.POST or None, council=opened, initial={"venue": opened.venue})
    if form.is_valid():
        with refusals.as_form_error(form):
            sitting = hearings.convene(request.viewer, opened, **form.cleaned_data)
            messages.success(request, "La séance est convoquée.")
            return redirect(sitting)
    return render(request, "cases/meetings/edit.html", {"form": form, "sitting": None})


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Change the date, the place or the frame of a séance."""
    opened, sitting = _conducted(request, council, key)
    form = MeetingForm(request.POST or None, council=opened, initial=meeting_answers(sitting))
    if form.is_valid():
        with refusals.as_form_error(form):
            hearings.revise_meeting(request.viewer, sitting, **form.cleaned_data)
            messages.success(request, "La séance est modifiée.")
            return redirect(sitting)
    context = {"form": form, "sitting": sitting, "title": meeting_title(opened, sitting)}
    return render(request, "cases/meetings/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_cancel(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Ask whether the séance is really cancelled; then cancel it."""
    opened, sitting = _conducted(request, council, key)
    if request.method == "POST":
        with refusals.as_message(request, "La séance est annulée."):
            hearings.cancel(request.viewer, sitting)
        return redirect(sitting)
    context = {
        "sitting": sitting,
        "title": meeting_title(opened, sitting),
        "points": agenda.agenda(request.viewer, opened, sitting),
    }
    return render(request, "cases/meetings/cancel.html", context)


@require_safe
def meeting(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """The agenda of a séance, by code, and who is invited."""
    opened = open_council_of_meetings(request.viewer, council)
    sitting = open_sitting(request.viewer, opened, key)
    return _page(request, opened, sitting)


@require_safe
def meeting_agenda(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """One's own copy of the agenda, on paper: one's own points; of the others, hours alone."""
    opened = open_council_of_meetings(request.viewer, council)
    sitting = open_sitting(request.viewer, opened, key)
    return _paper(request.viewer, opened, sitting)


@require_safe
def meeting_agenda_of(
    request: ViewerRequest, council: str, key: UUID, attendance: UUID
) -> HttpResponse:
    """The copy of somebody invited, for the coordination to hand them."""
    opened, sitting = _conducted(request, council, key)
    invitation = agenda.find_attendance(sitting, attendance)
    return _paper(Viewer(invitation.membership.user), opened, sitting)


def _paper(reader: Viewer, council: Council, sitting: Meeting) -> HttpResponse:
    context = {
        "council": council,
        "sitting": sitting,
        "title": meeting_title(council, sitting),
        "points": agenda.agenda(reader, council, sitting),
        "recipient": reader.user,
        "made_at": timezone.now(),
    }
    name = f"ordre-du-jour-{timezone.localtime(sitting.starts_at):%Y-%m-%d}.pdf"
    return HttpResponse(
        pdf.render("pdf/agenda.html", context),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# --- the agenda ---------------------------------------------------------------------------------


@require_POST
@once
def point_add(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Put a situation on the agenda; its participants are invited."""
    opened, sitting = _conducted(request, council, key)
    form = PointForm(request.POST, situations=agenda.schedulable(request.viewer, opened, sitting))
    if form.is_valid():
        with refusals.as_form_error(form):
            hearings.schedule(
                request.viewer,
                form.cleaned_data["situation"],
                sitting,
                minutes=form.cleaned_data["minutes"],
            )
            messages.success(request, "La situation est inscrite, ses participants sont invités.")
            return redirect(sitting)
    return _page(request, opened, sitting, point_form=form)


@require_POST
def point_remove(request: ViewerRequest, council: str, key: UUID, hearing: UUID) -> HttpResponse:
    """Take a situation off the agenda."""
    _, sitting = _conducted(request, council, key)
    point = agenda.find_point(sitting, hearing)
    done = f"{point.meeting_code} est retirée de l’ordre du jour."
    with refusals.as_message(request, done):
        hearings.unschedule(request.viewer, point)
    return redirect(sitting)


@require_http_methods(["GET", "HEAD", "POST"])
def point_edit(request: ViewerRequest, council: str, key: UUID, hearing: UUID) -> HttpResponse:
    """How long a point lasts, and when the person comes in."""
    opened, sitting = _conducted(request, council, key)
    point = agenda.find_point(sitting, hearing)
    comes = agenda.joined_at(point, sitting.starts_at) is not None
    answers = {"minutes": point.minutes, "joined_after": point.joined_after}
    form = TimingForm(request.POST or None, comes=comes, initial=answers)
    if form.is_valid():
        with refusals.as_form_error(form):
            hearings.time_point(
                request.viewer, point, **{"joined_after": None, **form.cleaned_data}
            )
            messages.success(request, "L’ordre du jour est modifié.")
            return redirect(sitting)
    context = {"form": form, "sitting": sitting, "point": point}
    context["title"] = meeting_title(opened, sitting)
    return render(request, "cases/meetings/point.html", context)


@require_POST
@once
def point_up(request: ViewerRequest, council: str, key: UUID, hearing: UUID) -> HttpResponse:
    """Hear a situation before the one that precedes it."""
    _, sitting = _conducted(request, council, key)
    point = agenda.find_point(sitting, hearing)
    with refusals.as_message(request, "L’ordre du jour est modifié."):
        hearings.move_up(request.viewer, point)
    return redirect(sitting)


# --- the invitees -------------------------------------------------------------------------------


@require_POST
@once
def meeting_invite(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Invite partners."""
    opened, sitting = _conducted(request, council, key)
    form = InvitationForm(request.POST, partners=agenda.invitable(opened, sitting))
    if form.is_valid():
        with refusals.as_form_error(form):
            hearings.invite(request.viewer, sitting, form.cleaned_data["invitees"])
            messages.success(request, "Les invitations sont envoyées.")
            return redirect(sitting)
    return _page(request, opened, sitting, invitation_form=form)


@require_POST
def meeting_uninvite(
    request: ViewerRequest, council: str, key: UUID, attendance: UUID
) -> HttpResponse:
    """Take an invitation back."""
    _, sitting = _conducted(request, council, key)
    invitation = agenda.find_attendance(sitting, attendance)
    with refusals.as_message(request, "L’invitation est retirée."):
        hearings.uninvite(request.viewer, invitation)
    return redirect(sitting)


@require_POST
def meeting_attendance(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Note who came."""
    opened, sitting = _conducted(request, council, key)
    invitees = agenda.invitees(request.viewer, opened, sitting)
    form = AttendanceForm(request.POST, council=opened, invitees=invitees)
    if form.is_valid():
        with refusals.as_form_error(form):
            hearings.note_attendance(request.viewer, sitting, form.changes())
            messages.success(request, "Les présences sont notées.")
            return redirect(sitting)
    return _page(request, opened, sitting, attendance_form=form)


def _conducted(request: ViewerRequest, council: str, key: UUID) -> tuple[Council, Meeting]:
    """The séance, for who conducts it; 404 for anyone else."""
    opened = open_council_as_coordinator(request.viewer, council)
    return opened, open_sitting(request.viewer, opened, key)


def _page(request: ViewerRequest, council: Council, sitting: Meeting, **bound: Any) -> HttpResponse:
    """The page of a séance; `bound`: a form in error."""
    points = agenda.agenda(request.viewer, council, sitting)
    invitees = agenda.invitees(request.viewer, council, sitting)
    context: dict[str, Any] = {
        "sitting": sitting,
        "title": meeting_title(council, sitting),
        "points": points,
        "invitees": invitees,
        "planned": sitting.status == Meeting.Status.PLANNED,
        "cancelled": sitting.status == Meeting.Status.CANCELLED,
    }
    if not policies.coordinates(request.viewer, council):
        return render(request, "cases/meetings/invited.html", context)
    context |= {
        "minutes": sum(point.minutes for point in points),
        "available": int((sitting.ends_at - sitting.starts_at).total_seconds() // 60),
        "thin": [point for point in points if point.is_thin],
        "point_form": PointForm(situations=agenda.schedulable(request.viewer, council, sitting)),
        "invitation_form": InvitationForm(partners=agenda.invitable(council, sitting)),
        "attendance_form": AttendanceForm(council=council, invitees=invitees),
        "clashes": clashes.of_meeting(council, sitting) if context["planned"] else (),
        **bound,
    }
    return render(request, "cases/meetings/conduct.html", context)
