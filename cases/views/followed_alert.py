"""The page of one alert: the coordination's decisions, or its author's follow-up; what is written
there."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cases import derogations, dossier, exchanges, policies, progress, selectors, sheets, vault
from cases.forms.alerts import RevealForm, WithdrawForm
from cases.forms.messages import AnswerForm, MessageForm, NoteForm
from cases.rows import own_alert_chip
from cases.services import messages as exchange_services
from cases.services import situations, triage
from cases.views.rereading import reread
from cases.views.triage import triage_page
from cases.workflow import ALERT
from governance import second_factor, throttling
from governance.models import Council
from governance.selectors import open_council, open_council_as_coordinator
from governance.throttling import throttled
from governance.viewer import ViewerRequest
from governance.views.once import once
from governance.views.refusals import as_form_error, as_message

# Session key: the reason of a reveal, kept while the second factor is shown again (never in a URL).
_ASKED = "reveal_asked"


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
@throttled(throttling.MESSAGES)
@once
def alert_message(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """A message about the alert, between its author and the coordination."""
    opened = open_council(request.viewer, council)
    alert = selectors.open_alert(request.viewer, opened, code)
    form = MessageForm(request.POST)
    if reread(request, opened, form, about=[alert]):
        with as_form_error(form):
            exchange_services.write_about(request.viewer, alert, text=form.cleaned_data["text"])
            messages.success(request, "Votre message est envoyé.")
            return redirect(f"{alert.get_absolute_url()}#messages")
    return _page(request, opened, alert, message_form=form)


@require_POST
@once
def alert_note(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """A note on the alert that the coordination alone reads."""
    opened = open_council_as_coordinator(request.viewer, council)
    alert = selectors.open_alert(request.viewer, opened, code)
    form = NoteForm(request.POST)
    if form.is_valid():
        with as_form_error(form):
            situations.note_alert(request.viewer, alert, text=form.cleaned_data["text"])
            messages.success(request, "La note est enregistrée.")
            return redirect(f"{alert.get_absolute_url()}#notes")
    return _page(request, opened, alert, note_form=form)


@require_POST
@throttled(throttling.MESSAGES)
@once
def alert_answer(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """The author answers the coordination's question."""
    opened = open_council(request.viewer, council)
    alert = selectors.open_alert(request.viewer, opened, code)
    form = AnswerForm(request.POST)
    if reread(request, opened, form, about=[alert]):
        with as_form_error(form):
            triage.answer(request.viewer, alert, **form.cleaned_data)
            messages.success(request, "Votre réponse est transmise à la coordination.")
            return redirect(alert)
    return _page(request, opened, alert, answer_form=form)


@require_POST
def alert_withdraw(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """The author takes the alert back."""
    opened = open_council(request.viewer, council)
    alert = selectors.open_alert(request.viewer, opened, code)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        with as_form_error(form):
            triage.withdraw(request.viewer, alert, reason=form.cleaned_data["reason"])
            messages.success(request, "L’alerte est retirée.")
            return redirect(alert)
    return _page(request, opened, alert, withdraw_form=form)


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
        messages.info(request, "Confirmez que c’est vous ; puis affichez l’identité.")
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
    """The page of each reader; `shown` replaces what it holds: a form in error, or the identity
    just revealed."""
    if policies.coordinates(request.viewer, council):
        return triage_page(request, council, alert, **shown)
    return _follow_up(request, council, alert, **shown)


def _follow_up(request: ViewerRequest, council: Council, alert: Any, **shown: Any) -> HttpResponse:
    """The author's page; the coordination's messages are read from now on."""
    exchange = exchanges.about(request.viewer, alert)
    exchange_services.mark_read(request.viewer, exchange.messages, by_coordination=False)
    viewer = request.viewer
    situation = alert.situation
    if situation is not None and not policies.can_view(viewer, situation):
        situation = None
    readable = policies.readable_fields(viewer, situation) if situation else frozenset()
    own = None
    if situation is not None and not policies.sees_themes_only(viewer, situation):
        own = dossier.own_participation(viewer, situation)
    stages = progress.stages(alert, situation, readable)
    may_answer = bool(policies.can_answer(viewer, alert))
    context = {
        "alert": alert,
        "subject": sheets.subject(council, alert),
        "status": own_alert_chip(alert),
        "situation": situation,
        "stages": stages,
        "stage": 1 + [stage.state for stage in stages].index("now"),
        "expectation": progress.expected(
            alert, unread=exchange.unread, situation=situation, own=own
        ),
        "exchange": exchange,
        "exchange_url": _exchange_of(council, situation, own),
        "sheets": sheets.alert_sheets(council, alert),
        "accesses": selectors.list_accesses(alert),
        "may_answer": may_answer and ALERT.allows("answer", alert.status),
        "may_withdraw": may_answer and ALERT.allows("withdraw", alert.status),
        "answer_form": AnswerForm(),
        "message_form": MessageForm(),
        "withdraw_form": WithdrawForm(),
        "holds_identity": vault.holds_identity(alert),
        "reveal": policies.can_reveal(viewer, alert),
        "reveal_form": RevealForm(),
        "reveal_url": reverse("alert_reveal", args=[council.code, alert.code]),
        "identity": (),
        "may_derogate": policies.can_derogate(viewer, alert),
        "derogations": derogations.of_alert(alert),
        **shown,
    }
    return render(request, "cases/alerts/follow_up.html", context)


def _exchange_of(council: Council, situation: Any, own: Any) -> str:
    """Where the exchange goes on once the author takes part in the situation; "" before."""
    if own is None:
        return ""
    return reverse("participation_exchange", args=[council.code, situation.code, own.pk])
