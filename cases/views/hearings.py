"""Séance mode, projected in the room: the situations by their letter, what is said, what is to be
done.

No identity is reachable from these pages, nor the code that a situation has elsewhere, and nothing
is projected that somebody in the room could not read on their own screen
(policies.projectable_fields).
"""

import datetime
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST

from cases import agenda, conclusions, leads, policies, sheets
from cases.forms.meetings import AttendanceForm, ConclusionsForm, LeadForm, typed, typed_version
from cases.room import Room, after
from cases.selectors import (
    PointRemoved,
    find_hearing,
    lead_owners,
    open_hearing,
    open_sitting,
)
from cases.services import follow_up, hearings, room
from cases.sheets import Sheet
from cases.views.rereading import note_reasons, passes, reread
from governance.decisions import Refused
from governance.models import Council
from governance.nomenclatures import UNKNOWN_LABEL
from governance.selectors import meeting_title, open_council_as_coordinator
from governance.versions import Difference, EditConflict
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.conflicts import merged
from governance.views.once import once
from governance.workflow import IllegalTransition

_KNOWN_MARKS = 20


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_room(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """The séance as it opens on the wall: the charter, who is there under which secrecy, the
    points with their hours."""
    opened = open_council_as_coordinator(request.viewer, council)
    sitting = open_sitting(request.viewer, opened, key)
    invitees = agenda.invitees(request.viewer, opened, sitting)
    form = AttendanceForm(request.POST or None, council=opened, invitees=invitees)
    if form.is_valid():
        with refusals.as_form_error(form):
            hearings.note_attendance(request.viewer, sitting, form.changes())
            messages.success(request, "Les présences sont notées.")
            return redirect(request.path)
    context = {
        "sitting": sitting,
        "title": meeting_title(opened, sitting),
        "came": form,
        "points": agenda.agenda(request.viewer, opened, sitting),
    }
    return render(request, "cases/meetings/room.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def hearing(request: ViewerRequest, council: str, key: UUID, hearing: UUID) -> HttpResponse:
    """One point of the agenda, heard.

    Whatever the button, what was typed is kept first: who is there, what was said. Then a lead is
    added, or the point goes to its conclusion.
    """
    opened = open_council_as_coordinator(request.viewer, council)
    try:
        point = open_hearing(request.viewer, opened, key, hearing)
    except PointRemoved as removed:
        return _removed(request, removed.hearing)
    seating = Room(point.meeting)
    act = request.POST.get("act", "")
    came, said, lead = _forms(request, opened, point, seating, act)
    known = getattr(getattr(point, "notes", None), "mark", "")
    kept = conflict = False
    differences: tuple[Difference, ...] = ()
    if request.method == "POST":
        try:
            kept, known = _kept(request, opened, point, came, said)
        except EditConflict as found:
            conflict, known = True, room.last_mark(point)
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
        **_shown(opened, point, seating),
        "came": came,
        "said": said,
        "lead": lead,
        "known": known,
        "in_error": [form for form in (came, said, lead) if form.errors],
        "conflict": conflict,
        "differences": differences,
    }
    return render(request, "cases/meetings/hearing.html", context)


@require_POST
def hearing_autosave(
    request: ViewerRequest, council: str, key: UUID, hearing: UUID
) -> HttpResponse:
    """Keep what is being typed at a point, before the guard reads it (static/js/autosave.js); when
    it was, in words. 409 when somebody else types too, 404 when the point is concluded or gone."""
    opened = open_council_as_coordinator(request.viewer, council)
    point = find_hearing(request.viewer, opened, key, hearing)
    try:
        notes = _noted(request, point)
    except EditConflict:
        return JsonResponse({}, status=409)
    except (Refused, IllegalTransition):
        return JsonResponse({}, status=404)
    at = date_format(timezone.localtime(notes.updated_at), "G\\ \\h\\ i")
    return JsonResponse({"saved": f"Notes enregistrées à {at}."})


def _removed(request: ViewerRequest, hearing: Any) -> HttpResponse:
    """What the wall shows of a point that left the agenda meanwhile: the way on, and not why."""
    context = {"sitting": hearing.meeting, "following": after(hearing)}
    return render(request, "cases/meetings/removed.html", context, status=410)


def _forms(
    request: ViewerRequest, council: Council, point: Any, seating: Room, act: str
) -> tuple[AttendanceForm, ConclusionsForm, LeadForm]:
    """Who is there, what was said, a lead: three parts of one form, so that no button loses a
    word. They open on the notes that wait for the guard, else on the draft."""
    answers = request.POST if request.method == "POST" else None
    notes = getattr(point, "notes", None)
    return (
        AttendanceForm(answers, council=council, invitees=seating.seats(council, point)),
        _said(council, answers, room.as_conclusions(notes) if notes else point.draft),
        LeadForm(
            answers if act == "lead" else None,
            council=council,
            owners=lead_owners(point.situation),
            initial=notes.answers if notes else None,
            use_required_attribute=False,
        ),
    )


def _said(council: Council, answers: Any, draft: Any) -> ConclusionsForm:
    return ConclusionsForm(answers, council=council, written=draft)


def _noted(request: ViewerRequest, point: Any) -> Any:
    """The notes of the point, as they were just typed."""
    sent = request.POST
    return room.keep_notes(
        request.viewer,
        point,
        typed(sent),
        version=typed_version(sent),
        mark=sent.get("mark", "")[:40],
        known=str(sent["known"]).split()[-_KNOWN_MARKS:] if "known" in sent else None,
    )


def _kept(
    request: ViewerRequest,
    council: Council,
    point: Any,
    came: AttendanceForm,
    said: ConclusionsForm,
) -> tuple[bool, str]:
    """Keep who is there and what was said; whether that could be done, and the save that the page
    then knows of. EditConflict when somebody wrote what was said in the meantime.

    A text that the guard has not passed is kept as notes.
    """
    known = request.POST.get("known", "")
    about = point.situation.alerts.all()
    if not all([came.is_valid(), passes(request, council, said, about=about)]):
        with suppress(EditConflict, Refused, IllegalTransition):
            known = _noted(request, point).mark
        return False, known
    note_reasons(request, council, said)
    with refusals.as_form_error(said):
        room.note_presence(request.viewer, point, came.changes())
        if not agenda.is_themes_only(point):
            _noted(request, point)
            hearings.write_conclusions(request.viewer, point, **said.cleaned_data)
        return True, ""
    return False, known


def _shown(council: Council, point: Any, seating: Room) -> dict[str, Any]:
    """What the page of a point shows, the forms left out."""
    fields = policies.projectable_fields(point.situation, seating.attending(point))
    order = [each.pk for each in seating.points]
    rank = seating.rank(point)
    starts_at = seating.starts_at[point.pk]
    return {
        "sitting": point.meeting,
        "title": meeting_title(council, point.meeting),
        "point": point,
        "rank": rank,
        "count": len(order),
        "starts_at": starts_at,
        "ends_at": starts_at + datetime.timedelta(minutes=point.minutes),
        "joined_at": agenda.joined_at(point, starts_at),
        "previous": order[rank - 2] if rank > 1 else None,
        "following": order[rank] if rank < len(order) else None,
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
    try:
        point = open_hearing(request.viewer, opened, key, hearing)
    except PointRemoved as removed:
        return _removed(request, removed.hearing)
    shown = _shown(opened, point, Room(point.meeting))
    if request.method == "POST":
        with refusals.as_message(request, f"{point.meeting_code} : le point est conclu."):
            hearings.conclude(request.viewer, point)
            if shown["following"]:
                return redirect("hearing", opened.code, key, shown["following"])
            return redirect(point.meeting)
        return redirect("hearing", opened.code, key, hearing)
    shown["conclusions"] = point.draft
    if point.draft:
        shown["obstacles"] = conclusions.obstacle_labels(opened, point.draft)
    return render(request, "cases/meetings/conclude.html", shown)
