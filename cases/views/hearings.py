"""Séance mode, projected in the room: one situation by its code, what is said, what is to be done.

No identity is reachable from these pages, and nothing is projected that somebody in the room could
not read on their own screen (policies.projectable_fields).
"""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases import agenda, conclusions, leads, policies, sheets
from cases.forms.meetings import AttendanceForm, ConclusionsForm, LeadForm
from cases.selectors import lead_owners, open_hearing
from cases.services import follow_up, hearings
from cases.sheets import Sheet
from cases.views import refusals
from cases.views.rereading import note_reasons, passes, reread
from governance.models import Council
from governance.nomenclatures import UNKNOWN_LABEL
from governance.selectors import meeting_title, open_council_as_coordinator
from governance.versions import Difference, EditConflict
from governance.viewer import ViewerRequest
from governance.views.conflicts import merged


@require_http_methods(["GET", "HEAD", "POST"])
def hearing(request: ViewerRequest, council: str, key: UUID, hearing: UUID) -> HttpResponse:
    """One point of the agenda, heard.

    Whatever the button, what was typed is kept first: who came, what was said. Then a lead is
    added, or the point goes to its conclusion.
    """
    opened = open_council_as_coordinator(request.viewer, council)
    point = open_hearing(request.viewer, opened, key, hearing)
    act = request.POST.get("act", "")
    came, said, lead = _forms(request, opened, point, act)
    conflict = False
    differences: tuple[Difference, ...] = ()
    try:
        kept = request.method == "POST" and _kept(request, opened, point, came, said)
    except EditConflict as found:
        kept, conflict = False, True
        said, differences = merged(
            said, found, partial(_said, opened), partial(conclusions.differences, opened)
        )
    if kept:
        if act == "conclude":
            return redirect("hearing_conclude", opened.code, key, hearing)
        if act != "lead":
            messages.success(request, "C’est enregistré.")
            return redirect(request.path)
        if reread(request, opened, lead, about=point.situation.alerts.all()):
            with refusals.as_form_error(lead):
                follow_up.propose_lead(
                    request.viewer, point.situation, hearing=point, **lead.cleaned_data
                )
                messages.success(request, "La piste est proposée.")
                return redirect(f"{request.path}#pistes")
        # What was said is saved: the form goes on from there, the lead alone is in error.
        point.refresh_from_db()
        said = _said(opened, None, point.draft)
    context = {
        **_shown(request, opened, point),
        "came": came,
        "said": said,
        "lead": lead,
        "in_error": [form for form in (came, said, lead) if form.errors],
        "conflict": conflict,
        "differences": differences,
    }
    return render(request, "cases/meetings/hearing.html", context)


def _forms(
    request: ViewerRequest, council: Council, point: Any, act: str
) -> tuple[AttendanceForm, ConclusionsForm, LeadForm]:
    """Who came, what was said, a lead: three parts of one form, so that no button loses a word."""
    answers = request.POST if request.method == "POST" else None
    return (
        AttendanceForm(
            answers,
            council=council,
            invitees=agenda.invitees(request.viewer, council, point.meeting),
        ),
        _said(council, answers, point.draft),
        LeadForm(
            answers if act == "lead" else None,
            council=council,
            owners=lead_owners(point.situation),
            use_required_attribute=False,
        ),
    )


def _said(council: Council, answers: Any, draft: Any) -> ConclusionsForm:
    return ConclusionsForm(answers, council=council, written=draft)


def _kept(
    request: ViewerRequest,
    council: Council,
    point: Any,
    came: AttendanceForm,
    said: ConclusionsForm,
) -> bool:
    """Keep who came and what was said; whether that could be done. EditConflict when somebody
    wrote what was said in the meantime."""
    about = point.situation.alerts.all()
    if not all([came.is_valid(), passes(request, council, said, about=about)]):
        return False
    note_reasons(request, council, said)
    with refusals.as_form_error(said):
        hearings.note_attendance(request.viewer, point.meeting, came.changes())
        if not agenda.is_themes_only(point):
            hearings.write_conclusions(request.viewer, point, **said.cleaned_data)
        return True
    return False


def _shown(request: ViewerRequest, council: Council, point: Any) -> dict[str, Any]:
    """What the page of a point shows, the forms left out."""
    attending = agenda.attending(point.meeting)
    fields = policies.projectable_fields(point.situation, attending)
    order = [each.pk for each in agenda.points(point.meeting)]
    rank = order.index(point.pk)
    return {
        "sitting": point.meeting,
        "title": meeting_title(council, point.meeting),
        "point": point,
        "code": point.situation.code,
        "rank": rank + 1,
        "count": len(order),
        "previous": order[rank - 1] if rank else None,
        "following": order[rank + 1] if rank + 1 < len(order) else None,
        "naming": agenda.naming(point),
        "themes_only": agenda.is_themes_only(point),
        "has_record": point.record is not None,
        "held": point.state == point.State.HELD,
        "begun": point.meeting.starts_at <= timezone.now(),
        "sheets": _answered(sheets.situation_sheets(council, point.situation, fields)),
        "texts": sheets.text_lines(council, point.situation, fields),
        "health_kept_back": "psychiatry_link" not in fields,
        "earlier": leads.projected_lines(council, leads.earlier_leads(point)),
        "proposed": leads.projected_lines(council, leads.leads_of(point)),
    }


def _answered(profile: Iterable[Sheet]) -> list[Sheet]:
    """What is known, for a wall: the line of what is not goes, and the sections left empty."""
    known = (
        Sheet(sheet.title, tuple(x for x in sheet.lines if x.label != UNKNOWN_LABEL))
        for sheet in profile
    )
    return [sheet for sheet in known if sheet.lines]


@require_http_methods(["GET", "HEAD", "POST"])
def hearing_conclude(
    request: ViewerRequest, council: str, key: UUID, hearing: UUID
) -> HttpResponse:
    """Show what is about to be frozen, ask; then conclude, and go on to the next point."""
    opened = open_council_as_coordinator(request.viewer, council)
    point = open_hearing(request.viewer, opened, key, hearing)
    shown = _shown(request, opened, point)
    if request.method == "POST":
        with refusals.as_message(request, f"{point.situation.code} : le point est conclu."):
            hearings.conclude(request.viewer, point)
            if shown["following"]:
                return redirect("hearing", opened.code, key, shown["following"])
            return redirect(point.meeting)
        return redirect("hearing", opened.code, key, hearing)
    shown["conclusions"] = point.draft
    if point.draft:
        shown["obstacles"] = conclusions.obstacle_labels(opened, point.draft)
    return render(request, "cases/meetings/conclude.html", shown)
