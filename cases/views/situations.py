"""Situations: the list of each role, the page, and what the coordination does with one."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import (
    alert_options,
    derogations,
    dossier,
    exchanges,
    policies,
    rows,
    selectors,
    sheets,
    time_spent,
)
from cases.forms.filters import SituationListFilters
from cases.forms.messages import SituationNoteForm
from cases.forms.situations import (
    CloseForm,
    ProfileForm,
    ReasonForm,
    ScheduleForm,
    TextsForm,
)
from cases.forms.time_spent import TimeForm
from cases.services import hearings
from cases.services import situations as services
from cases.views import listing
from cases.views.act_page import Act, act_page
from cases.views.rereading import reread
from cases.views.retention import erased_page
from cases.workflow import SITUATION
from governance.forms.versioned import VersionedForm
from governance.models import Council, Meeting
from governance.policies import can_take_part
from governance.selectors import open_council, open_council_as_coordinator
from governance.versions import EditConflict
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.conflicts import merged
from governance.views.once import once

PER_PAGE = 25
CLOSE = Act(
    "Clore la situation",
    "Les pistes encore ouvertes seront abandonnées. Les participants gardent l’accès à la "
    "situation ; elle peut être rouverte.",
    "Clore la situation",
    "La situation est close.",
    is_final=True,
)
REOPEN = Act(
    "Rouvrir la situation",
    "La situation revient dans votre file, avec ses participants et son historique.",
    "Rouvrir la situation",
    "La situation est rouverte.",
)
SCHEDULE = Act(
    "Inscrire à une séance",
    "Les participants sont invités à la séance. L’ordre du jour ne porte que le numéro de la "
    "situation.",
    "Inscrire à la séance",
    "La situation est inscrite à l’ordre du jour.",
)


# --- lists --------------------------------------------------------------------------------------


@require_safe
def situations(request: ViewerRequest, council: str) -> HttpResponse:
    """The coordination's list, or a partner's own; nobody else's."""
    opened = open_council(request.viewer, council)
    if policies.coordinates(request.viewer, opened):
        return _all_situations(request, opened)
    if can_take_part(request.viewer, opened):
        return _own_situations(request, opened)
    raise Http404


def _all_situations(request: ViewerRequest, council: Council) -> HttpResponse:
    if (redirection := listing.opening(request, "situations", council)) is not None:
        return redirection
    filters = SituationListFilters(
        request.GET,
        selectors.list_situations(request.viewer, council),
        viewer=request.viewer,
        councils=(council,),
    )
    page = Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **listing.context(request, "situations", council, filters),
        "page_obj": page,
        "rows": [
            rows.situation_row(council, each, late="Action échue" if each.overdue else "")
            for each in page
        ],
    }
    return render(request, "cases/situations/list.html", context)


def _own_situations(request: ViewerRequest, council: Council) -> HttpResponse:
    granted = selectors.list_own_situations(request.viewer, council)
    page = Paginator(granted, PER_PAGE).get_page(request.GET.get("page"))
    shown = [row.content_object for row in page]
    own = dossier.own_participations(request.viewer, shown)
    unread = exchanges.unread_counts(request.viewer, own.values())
    context = {
        "page_obj": page,
        "rows": [
            rows.own_situation_row(council, each, part, unread=unread[part.pk] if part else 0)
            for each, part in ((each, own.get(each.pk)) for each in shown)
        ],
    }
    return render(request, "cases/situations/own_list.html", context)


# --- the page -----------------------------------------------------------------------------------


@require_safe
def situation(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """The situation as its viewer may read it, with what they may do."""
    opened = open_council(request.viewer, council)
    found = selectors.open_situation(request.viewer, opened, code)
    if found.status == "purged":
        return erased_page(request, opened, found)
    return situation_page(request, opened, found)


def situation_page(
    request: ViewerRequest, council: Council, situation: Any, **shown: Any
) -> HttpResponse:
    """The page of an opened situation; `shown` replaces what it holds: a note in error."""
    viewer = request.viewer
    readable = policies.readable_fields(viewer, situation)
    passages = dossier.passages(viewer, situation)
    leads = dossier.leads(viewer, council, situation)
    own = dossier.own_participation(viewer, situation)
    context = {
        "situation": situation,
        "back": listing.back(request, council, "situations"),
        "subject": sheets.subject(council, situation),
        "chips": [
            rows.status_chip(council, situation),
            rows.agreement_chip(situation.consent_state),
            rows.information_chip(situation.information_state),
            *([rows.participation_chip(own)] if own else ()),
        ],
        "discussion": policies.discussion(situation),
        "themes_only": policies.sees_themes_only(viewer, situation),
        "sheets": sheets.situation_sheets(council, situation, readable),
        "texts": sheets.text_lines(council, situation, readable),
        "tried": sheets.tried_lines(council, dossier.tried_steps(viewer, situation)),
        "participants": dossier.participants(viewer, council, situation),
        "threads": exchanges.threads_of(viewer, council, situation),
        "own": own,
        "passages": passages,
        "leads": leads,
        "timeline": dossier.timeline(viewer, council, situation, passages, leads),
        "steers": policies.coordinates(viewer, council),
        "acts": SITUATION.acts(situation.status),
        "reveals": bool(dossier.revealable_alerts(request.viewer, situation)),
    }
    if context["steers"]:
        context |= {
            "notes": dossier.notes(situation),
            "time": time_spent.of_situation(viewer, situation),
            "time_form": TimeForm(council=council),
            "note_form": SituationNoteForm(),
            "accesses": dossier.accesses(situation),
            "derogations": derogations.of_situation(situation),
            "alerts": [
                rows.alert_row(council, each, with_status=True)
                for each in dossier.alerts(situation)
            ],
        }
    return render(request, "cases/situations/situation.html", context | shown)


# --- what the coordination does -----------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def situation_edit(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Change the closed answers."""
    opened, situation = _to_steer(request, council, code)
    options = alert_options.alert_options(request.viewer, opened)

    def act(form: VersionedForm) -> None:
        version = form.cleaned_data["version"]
        services.revise(request.viewer, situation, form.changes(), version=version)
        messages.success(request, "Le profil est enregistré.")

    return _revision(
        request,
        opened,
        situation,
        lambda data, on: ProfileForm(data, situation=on, options=options),
        act,
        "cases/situations/edit.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def situation_texts(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Re-read the free texts: participants read them from then on."""
    opened, situation = _to_steer(request, council, code)

    def act(form: VersionedForm) -> None:
        version = form.cleaned_data["version"]
        services.review_texts(request.viewer, situation, form.changes(), version=version)
        messages.success(request, "Les textes sont relus : les participants peuvent les lire.")

    return _revision(
        request,
        opened,
        situation,
        lambda data, on: TextsForm(data, situation=on),
        act,
        "cases/situations/texts.html",
    )


def _revision(
    request: ViewerRequest,
    council: Council,
    situation: Any,
    make_form: Callable[[Any, Any], VersionedForm],
    act: Callable[[VersionedForm], None],
    template: str,
) -> HttpResponse:
    """Save the form; when somebody saved before, show both versions and lose neither."""
    form = make_form(request.POST or None, situation)
    context: dict[str, Any] = {"situation": situation, "conflict": False, "differences": ()}
    if reread(request, council, form, about=situation.alerts.all()):
        try:
            with refusals.as_form_error(form):
                act(form)
                return redirect(situation)
        except EditConflict as conflict:
            context["conflict"] = True
            form, context["differences"] = merged(
                form, conflict, make_form, partial(sheets.differences, council)
            )
    return render(request, template, {**context, "form": form})


@require_POST
@once
def situation_note(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Add a note that the coordination alone reads."""
    opened, situation = _to_steer(request, council, code)
    form = SituationNoteForm(request.POST)
    if form.is_valid():
        with refusals.as_form_error(form):
            services.add_note(request.viewer, situation, **form.cleaned_data)
            messages.success(request, "La note est enregistrée.")
            return redirect(situation)
    return situation_page(request, opened, situation, note_form=form)


@require_POST
def situation_follow(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Put the situation in follow-up."""
    _, situation = _to_steer(request, council, code)
    with refusals.as_message(request, "La situation est en suivi."):
        services.follow(request.viewer, situation)
    return redirect(situation)


@require_POST
def situation_watch(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Put the situation under watch."""
    _, situation = _to_steer(request, council, code)
    with refusals.as_message(request, "La situation est en veille médico-sociale."):
        services.watch(request.viewer, situation)
    return redirect(situation)


@require_http_methods(["GET", "HEAD", "POST"])
def situation_close(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Close the situation."""
    opened, situation = _to_steer(request, council, code)
    return act_page(
        request,
        situation,
        CLOSE,
        CloseForm(request.POST or None, council=opened),
        partial(services.close, request.viewer, situation),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def situation_reopen(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Reopen a closed situation."""
    _, situation = _to_steer(request, council, code)
    return act_page(
        request,
        situation,
        REOPEN,
        ReasonForm(request.POST or None, help_text="Gardé comme note de la coordination."),
        partial(services.reopen, request.viewer, situation),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def situation_schedule(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Put the situation on the agenda of a planned séance."""
    opened, situation = _to_steer(request, council, code)
    sittings = selectors.list_sittings(request.viewer, opened)
    meetings = list(sittings.filter(status=Meeting.Status.PLANNED))
    return act_page(
        request,
        situation,
        SCHEDULE,
        ScheduleForm(request.POST or None, meetings=meetings),
        partial(hearings.schedule, request.viewer, situation),
    )


def _to_steer(request: ViewerRequest, council: str, code: str) -> tuple[Council, Any]:
    opened = open_council_as_coordinator(request.viewer, council)
    return opened, selectors.open_situation(request.viewer, opened, code)
