"""The alert: one's own, and writing one step by step until it is sent, once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cases import dossier, exchanges, rows, selectors, sheets
from cases.forms.alerts import (
    SOMEBODY_ELSE,
    STEPS,
    ObservationsForm,
    StepsTriedForm,
    bound_steps,
    submission,
)
from cases.forms.steps import StepForm
from cases.services import intake
from cases.views.refusals import as_message
from governance import throttling
from governance.models import Council
from governance.throttling import throttled
from governance.viewer import ViewerRequest

PER_PAGE = 25
_STEP_LABELS = ("Vous", "La personne", *(step.title for step in STEPS if step.number > 2))
_BY_SLUG = {step.slug: step for step in STEPS}


# --- one's own alerts ---------------------------------------------------------------------------


def own_alerts(request: ViewerRequest, council: Council) -> HttpResponse:
    """A partner's home: what waits for them, their alerts and where each stands, their drafts."""
    waiting = exchanges.unread(request.viewer, council)
    unread = {each.alert_key: each.count for each in waiting}
    page = Paginator(selectors.list_alerts(request.viewer, council), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page_obj": page,
        "rows": [
            rows.own_alert_row(council, alert, unread=unread.get(alert.pk, 0)) for alert in page
        ],
        "waiting": [rows.exchange_row(each) for each in waiting],
        "sought": [
            rows.own_situation_row(council, own.situation, own)
            for own in dossier.sought(request.viewer, council)
        ],
        "drafts": _drafts(request, council),
    }
    return render(request, "cases/alerts/own.html", context)


# --- writing ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@throttled(throttling.DRAFTS)
def alert_new(request: ViewerRequest, council: str) -> HttpResponse:
    """What an alert is and what it needs; then a draft."""
    opened = selectors.open_intake(request.viewer, council)
    if request.method == "POST":
        draft = intake.start_draft(request.viewer, opened)
        return redirect("alert_draft", opened.code, draft.pk, STEPS[0].slug)
    return render(request, "cases/alerts/new.html", {"drafts": _drafts(request, opened)})


@require_http_methods(["GET", "HEAD", "POST"])
def alert_draft(request: ViewerRequest, council: str, key: UUID, step: str) -> HttpResponse:
    """One step of the draft: shown, kept whatever was typed, left when it is valid."""
    opened = selectors.open_intake(request.viewer, council)
    sent = selectors.sent_from_draft(request.viewer, opened, key)
    if sent is not None:
        return redirect(sent)
    draft = selectors.open_draft(request.viewer, opened, key)
    if step not in _BY_SLUG:
        raise Http404
    options = selectors.alert_options(request.viewer, opened)
    if request.method == "POST":
        form = _BY_SLUG[step](options, draft.answers, request.POST)
        go = request.POST.get("go", "next")
        typed = form.typed()
        if go == "row" and isinstance(form, StepsTriedForm):
            typed = form.typed_with_another_row()
        kept = None
        with as_message(request):
            kept = intake.save_step(draft, step, typed)
        if kept is None:
            return redirect("alert_new", opened.code)
        draft = kept
        if go != "next" or form.is_valid():
            return redirect(_after(request, opened, key, form, go))
    else:
        form = _BY_SLUG[step](options, draft.answers)
    context = {
        "form": form,
        "parts_in_error": [part for part in form.parts if part.is_bound and part.errors],
        "draft": draft,
        "stages": _stages(opened, key, draft.answers, form),
        "complete": all(each.slug in draft.answers for each in STEPS),
        "refused": form.agreement in ("refused", "withdrawn"),
    }
    templates = [f"cases/alerts/step_{step}.html", "cases/alerts/step.html"]
    return render(request, templates, context)


@require_http_methods(["GET", "HEAD", "POST"])
@throttled(throttling.ALERTS)
def alert_recap(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Everything that was typed and what is missing; then send it, once."""
    opened = selectors.open_intake(request.viewer, council)
    sent = selectors.sent_from_draft(request.viewer, opened, key)
    if sent is not None:
        return redirect(sent)
    draft = selectors.open_draft(request.viewer, opened, key)
    options = selectors.alert_options(request.viewer, opened)
    steps = bound_steps(options, draft.answers)
    parts = [_recap_part(opened, key, step, step.slug in draft.answers) for step in steps]
    missing = [line for part in parts for line in part["missing"]]
    if request.method == "POST" and not missing:
        with as_message(request):
            alert = intake.submit(request.viewer, opened, submission(key, steps))
            messages.success(request, f"Votre alerte est transmise. Son numéro : {alert.code}.")
            return redirect(alert)
    observations = next(step for step in steps if isinstance(step, ObservationsForm))
    context = {
        "draft": draft,
        "parts": parts,
        "missing": missing,
        "asked_to_send": request.method == "POST",
        "by_coordinator": options.by_coordinator,
        "missing_criteria": observations.missing_criteria(),
        "danger": observations.data.get("immediate_danger") == "yes",
        "refused": observations.agreement in ("refused", "withdrawn"),
    }
    return render(request, "cases/alerts/recap.html", context)


@require_POST
def alert_discard(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Delete a draft and all that was typed."""
    opened = selectors.open_intake(request.viewer, council)
    intake.discard_draft(selectors.open_draft(request.viewer, opened, key))
    messages.success(request, "Le brouillon est supprimé.")
    return redirect("alert_new", opened.code)


# --- the way through a draft --------------------------------------------------------------------


def _drafts(request: ViewerRequest, council: Council) -> list[dict[str, Any]]:
    """One's drafts, each with where it resumes: the first step not yet seen, or the recap."""
    drafts = []
    for draft in selectors.list_drafts(request.viewer, council):
        slug = next((step.slug for step in STEPS if step.slug not in draft.answers), None)
        drafts.append({"draft": draft, "url": _address(council, draft.pk, slug)})
    return drafts


def _address(council: Council, key: UUID, slug: str | None) -> str:
    """The address of a step of the draft, or of its recap."""
    if slug is None:
        return reverse("alert_recap", args=[council.code, key])
    return reverse("alert_draft", args=[council.code, key, slug])


def _after(request: ViewerRequest, council: Council, key: UUID, form: StepForm, go: str) -> str:
    """Where the button `go` leads from the step of `form`."""
    rank = [step.slug for step in STEPS].index(form.slug)
    match go:
        case "later":
            messages.success(request, "Votre brouillon est enregistré. Il est gardé 7 jours.")
            return council.get_absolute_url()
        case "previous":
            return _address(council, key, STEPS[max(rank - 1, 0)].slug)
        case "row" if isinstance(form, StepsTriedForm):
            return f"{_address(council, key, form.slug)}#id_tried-{len(form.rows)}-step"
        case "next" if rank + 1 < len(STEPS):
            return _address(council, key, STEPS[rank + 1].slug)
        case _:
            return _address(council, key, None)


def _stages(
    council: Council, key: UUID, answers: dict[str, Any], current: StepForm
) -> list[sheets.Stage]:
    """The five steps: where one is, and the way back to those already seen."""
    labels = list(_STEP_LABELS)
    if current.options.by_coordinator:
        labels[0] = SOMEBODY_ELSE
    stages = []
    for number, label in enumerate(labels, start=1):
        slugs = [step.slug for step in STEPS if step.number == number]
        seen = slugs[0] in answers
        state = "now" if number == current.number else "past" if seen else "next"
        stages.append(sheets.Stage(label, state, _address(council, key, slugs[0]) if seen else ""))
    return stages


def _recap_part(council: Council, key: UUID, step: StepForm, seen: bool) -> dict[str, Any]:
    """One step on the recap: its answers, what is missing, the way back to it."""
    url = _address(council, key, step.slug)
    if step.is_valid():
        missing = []
    elif seen:
        missing = [
            {
                "label": bound.label,
                "error": error,
                "url": f"{url}#{bound.id_for_label or bound.auto_id}",
            }
            for part in step.parts
            for bound in part
            for error in bound.errors
        ]
    else:
        missing = [{"label": step.title, "error": "Étape à remplir.", "url": url}]
    return {"step": step, "url": url, "lines": step.lines(), "missing": missing}
