"""The conclusions of a point: read, taken away on paper, corrected by another version."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import agenda, conclusion_policies, leads, policies
from cases import conclusions as records
from cases.forms.meetings import CorrectionForm
from cases.selectors import open_council_of_meetings
from cases.services import conclusions as services
from cases.views.rereading import reread
from governance import pdf
from governance.models import Council
from governance.selectors import meeting_title, open_council_as_coordinator
from governance.versions import Difference, EditConflict
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.conflicts import merged


@require_safe
def conclusions(request: ViewerRequest, council: str, key: UUID, hearing: UUID) -> HttpResponse:
    """The conclusions as they hold, for those they are meant for."""
    opened = open_council_of_meetings(request.viewer, council)
    record = records.open_conclusions(request.viewer, opened, key, hearing)
    return _page(request, opened, record)


@require_safe
def conclusions_version(
    request: ViewerRequest, council: str, key: UUID, hearing: UUID, number: int
) -> HttpResponse:
    """One version, replaced or not, for the coordination."""
    opened = open_council_as_coordinator(request.viewer, council)
    record = records.open_version(request.viewer, opened, key, hearing, number)
    return _page(request, opened, record)


@require_POST
def conclusions_pdf(request: ViewerRequest, council: str, key: UUID, hearing: UUID) -> HttpResponse:
    """A copy on paper, marked with who takes it; 404 where none may be taken."""
    opened = open_council_of_meetings(request.viewer, council)
    record = records.open_conclusions(request.viewer, opened, key, hearing)
    membership = request.viewer.membership(opened, "coordinator", "partner")
    if membership is None or not conclusion_policies.can_take_copy(request.viewer, record):
        raise Http404
    services.hand_copy(request.viewer, record, membership)
    context = {
        **_shown(request, opened, record),
        "council": opened,
        "recipient": request.user,
        "service": membership.organisation or "coordination du conseil",
        "made_at": timezone.now(),
    }
    day = timezone.localtime(record.hearing.meeting.starts_at)
    name = f"releve-{day:%Y-%m-%d}-{record.hearing.letter}.pdf"
    return HttpResponse(
        pdf.render("pdf/conclusions.html", context),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def conclusions_correct(
    request: ViewerRequest, council: str, key: UUID, hearing: UUID
) -> HttpResponse:
    """Write the version that replaces the one that holds; it is validated at once."""
    opened = open_council_as_coordinator(request.viewer, council)
    record = records.open_conclusions(request.viewer, opened, key, hearing)
    if record.validated_at is None:
        raise Http404
    conflict = False
    differences: tuple[Difference, ...] = ()
    form = _correction(opened, request.POST or None, record)
    if reread(request, opened, form, about=record.hearing.situation.alerts.all()):
        try:
            with refusals.as_form_error(form):
                services.correct(
                    request.viewer,
                    record.hearing,
                    number=form.cleaned_data["version"],
                    **form.changes(),
                )
                messages.success(request, "La nouvelle version est validée.")
                return redirect("conclusions", opened.code, key, hearing)
        except EditConflict as found:
            conflict = True
            form, differences = merged(
                form, found, partial(_correction, opened), partial(records.differences, opened)
            )
    context = {
        **_shown(request, opened, record),
        "form": form,
        "conflict": conflict,
        "differences": differences,
    }
    return render(request, "cases/meetings/correct.html", context)


def _correction(council: Council, answers: Any, record: Any) -> CorrectionForm:
    return CorrectionForm(answers, council=council, written=record)


def _page(request: ViewerRequest, council: Council, record: Any) -> HttpResponse:
    context = {
        **_shown(request, council, record),
        "reader": request.user,
        "read_at": timezone.now(),
        "may_take_copy": conclusion_policies.can_take_copy(request.viewer, record),
        "replaced": record.validated_at is not None and record != record.hearing.record,
    }
    if policies.coordinates(request.viewer, council):
        context["versions"] = records.versions(record)
        context["receipts"] = records.receipts(record)
        context["may_correct"] = record == record.hearing.record and not agenda.is_themes_only(
            record.hearing
        )
    return render(request, "cases/meetings/conclusions.html", context)


def _shown(request: ViewerRequest, council: Council, record: Any) -> dict[str, Any]:
    """What the screen and the paper say alike."""
    point = record.hearing
    return {
        "record": record,
        "obstacles": records.obstacle_labels(council, record),
        "code": point.situation.code,
        "point": point,
        "sitting": point.meeting,
        "title": meeting_title(council, point.meeting),
        "naming": agenda.naming(point),
        "leads": leads.lead_lines(request.viewer, council, leads.leads_of(point)),
    }
