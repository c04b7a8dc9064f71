"""The alert: written step by step, sent once, then followed by its author."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import derogations, policies, rows, selectors, sheets, vault
from cases.forms.alerts import (
    SOMEBODY_ELSE,
    STEPS,
    AnswerForm,
    ObservationsForm,
    RevealForm,
    StepsTriedForm,
    WithdrawForm,
    bound_steps,
    submission,
)
from cases.forms.steps import StepForm
from cases.services import intake, triage
from cases.views.refusals import as_message
from cases.views.triage import triage_page
from cases.workflow import ALERT
from governance import second_factor, throttling
from governance.models import Council
from governance.selectors import council_label, open_council
from governance.throttling import throttled
from governance.viewer import ViewerRequest

PER_PAGE = 25
# Session key: the reason of a reveal, kept while the second factor is shown again (never in a URL).
_ASKED = "reveal_asked"
_STEP_LABELS = ("Vous", "La personne", *(step.title for step in STEPS if step.number > 2))
_BY_SLUG = {step.slug: step for step in STEPS}


# --- one's own alerts ---------------------------------------------------------------------------


def own_alerts(request: ViewerRequest, council: Council) -> HttpResponse:
    """A partner's home: their alerts and where each stands, their drafts."""
    page = Paginator(selectors.list_alerts(request.viewer, council), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page_obj": page,
        "rows": [rows.own_alert_row(council, alert) for alert in page],
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


# --- following ----------------------------------------------------------------------------------


@require_safe
def alert_page(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """The coordination's decisions, or the author's follow-up."""
    opened = open_council(request.viewer, council)
    alert = selectors.open_alert(request.viewer, opened, code)
    asked = request.session.get(_ASKED, {})
    if asked.get("alert") == str(alert.pk):
        del request.session[_ASKED]
        return _page(request, opened, alert, reveal_form=RevealForm(initial=asked))
    return _page(request, opened, alert)


@require_POST
def alert_answer(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """The author answers the coordination's question."""
    opened = open_council(request.viewer, council)
    alert = selectors.open_alert(request.viewer, opened, code)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, opened, alert, answer_form=form)
    with as_message(request, "Votre réponse est transmise à la coordination."):
        triage.answer(request.viewer, alert, text=form.cleaned_data["text"])
    return redirect(alert)


@require_POST
def alert_withdraw(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """The author takes the alert back."""
    opened = open_council(request.viewer, council)
    alert = selectors.open_alert(request.viewer, opened, code)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, opened, alert, withdraw_form=form)
    with as_message(request, "L’alerte est retirée."):
        triage.withdraw(request.viewer, alert, reason=form.cleaned_data["reason"])
    return redirect(alert)


@require_POST
@throttled(throttling.REVEALS)
def alert_reveal(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """The identity that came with the alert, on this one answer: neither kept nor addressed."""
    opened = open_council(request.viewer, council)
    alert = selectors.open_alert(request.viewer, opened, code)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _page(request, opened, alert, reveal_form=form)
    if policies.can_reveal(request.viewer, alert) and not second_factor.confirmed_recently(request):
        request.session[_ASKED] = {"alert": str(alert.pk), **form.cleaned_data}
        messages.info(request, "Confirmez que c’est vous ; puis affichez l’identité.")
        return second_factor.ask_again(request, back=f"{alert.get_absolute_url()}#identity")
    identity: dict[str, str] = {}
    try:
        with as_message(request):
            identity = vault.reveal(request.viewer, alert, reason=form.cleaned_data["reason"])
    except ObjectDoesNotExist:
        messages.error(request, "Aucune identité n’est conservée avec cette alerte.")
    if not identity:
        return redirect(alert)
    return _page(request, opened, alert, identity=sheets.identity_lines(identity))


def _page(request: ViewerRequest, council: Council, alert: Any, **shown: Any) -> HttpResponse:
    """The page of each reader; `shown`: a form in error, or the identity just revealed."""
    if policies.coordinates(request.viewer, council):
        return triage_page(request, council, alert, **shown)
    return _follow_up(request, council, alert, **shown)


def _follow_up(request: ViewerRequest, council: Council, alert: Any, **shown: Any) -> HttpResponse:
    """The author's page; `shown`: a form in error, or the identity just revealed."""
    situation = alert.situation
    if situation is not None and not policies.can_view(request.viewer, situation):
        situation = None
    stages = sheets.stages(alert, situation)
    may_answer = bool(policies.can_answer(request.viewer, alert))
    context = {
        "alert": alert,
        "subject": sheets.subject(council, alert),
        "status_label": council_label(council, "alert_status", alert.status),
        "situation": situation,
        "stages": stages,
        "stage": 1 + [stage.state for stage in stages].index("now"),
        "sheets": sheets.alert_sheets(council, alert),
        "accesses": selectors.list_accesses(alert),
        "may_answer": may_answer and ALERT.allows("answer", alert.status),
        "may_withdraw": may_answer and ALERT.allows("withdraw", alert.status),
        "answer_form": AnswerForm(),
        "withdraw_form": WithdrawForm(),
        "holds_identity": vault.holds_identity(alert),
        "reveal": policies.can_reveal(request.viewer, alert),
        "reveal_form": RevealForm(),
        "reveal_url": reverse("alert_reveal", args=[council.code, alert.code]),
        "identity": (),
        "may_derogate": policies.can_derogate(request.viewer, alert),
        "derogations": derogations.of_alert(alert),
        **shown,
    }
    return render(request, "cases/alerts/follow_up.html", context)


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
