"""The coordination's alerts: the list, and the page where each one is settled."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cases import (
    derogations,
    dossier,
    exchanges,
    policies,
    rows,
    seen_before,
    selectors,
    sheets,
    vault,
)
from cases.forms.alerts import RevealForm
from cases.forms.filters import AlertListFilters
from cases.forms.messages import MessageForm, NoteForm
from cases.forms.triage import (
    LinkForm,
    PrepareForm,
    QuestionForm,
    RedirectForm,
    RejectForm,
    SittingForm,
)
from cases.services import authors, hearings, triage
from cases.services.messages import mark_read
from cases.views import listing
from cases.views.rereading import reread
from cases.workflow import ALERT
from governance.models import Council, Meeting
from governance.selectors import (
    list_organisations,
    list_prepared_replies,
    list_resources,
    open_council_as_coordinator,
)
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.once import once

PER_PAGE = 25
_PROPOSED = 50
# What the address of the page says when a reply is being prepared.
_PREPARES = frozenset({"reponse", "ressource"})


@require_safe
def alerts(request: ViewerRequest, council: str) -> HttpResponse:
    """The council's alerts, newest first; the filters are in the address."""
    opened = open_council_as_coordinator(request.viewer, council)
    if (redirection := listing.opening(request, "alerts", opened)) is not None:
        return redirection
    filters = AlertListFilters(
        request.GET,
        seen_before.marked(request.viewer, selectors.list_alerts(request.viewer, opened)),
        viewer=request.viewer,
        councils=(opened,),
    )
    page = Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **listing.context(request, "alerts", opened, filters),
        "page_obj": page,
        "rows": [rows.alert_row(opened, alert, with_status=True) for alert in page],
    }
    return render(request, "cases/triage/alerts.html", context)


def triage_page(request: ViewerRequest, council: Council, alert: Any, **shown: Any) -> HttpResponse:
    """The alert by section, beside the decisions that its state allows; the author's messages are
    read from now on.

    `shown` replaces what the page holds: a form in error, or the identity just revealed.
    """
    exchange = exchanges.about(request.viewer, alert)
    mark_read(request.viewer, exchange.messages, by_coordination=exchange.by_coordination)
    prepare_form = PrepareForm(
        request.GET,
        replies=list_prepared_replies(council),
        resources=list_resources(council),
    )
    context = {
        "alert": alert,
        "back": listing.back(request, council, "alerts"),
        "subject": sheets.subject(council, alert),
        "chips": [
            rows.alert_status_chip(council, alert),
            rows.agreement_chip(alert.consent_state),
            rows.information_chip(alert.information_state),
            *([rows.unverified_chip()] if alert.is_unverified else []),
        ],
        "sheets": sheets.alert_sheets(council, alert),
        "decision": policies.can_triage(request.viewer, alert),
        "acts": ALERT.acts(alert.status),
        "question_form": QuestionForm(),
        "link_form": LinkForm(situations=_known(request, council)),
        "sitting_form": SittingForm(meetings=_planned(request, council)),
        "prepare_form": prepare_form,
        "redirect_form": RedirectForm(
            organisations=list_organisations(council), prepared=prepare_form.prepared(alert.code)
        ),
        "prepares": _PREPARES.issubset(request.GET),
        "reject_form": RejectForm(),
        "known": _known(request, council)[:_PROPOSED],
        "holds_identity": vault.holds_identity(alert),
        "reveal": policies.can_reveal(request.viewer, alert),
        "reveal_form": RevealForm(),
        "reveal_url": reverse("alert_reveal", args=[council.code, alert.code]),
        "identity": (),
        "derogations": derogations.of_alert(alert),
        "accesses": dossier.accesses(alert),
        "seen_before": seen_before.of_alert(request.viewer, alert),
        "notes": dossier.alert_notes(alert),
        "note_form": NoteForm(),
        "message_form": MessageForm(),
        "exchange": exchange,
        **shown,
    }
    return render(request, "cases/triage/alert.html", context)


@require_POST
def alert_review(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Start the assessment."""
    _, alert = _to_settle(request, council, code)
    with refusals.as_message(request, "L’état des lieux commence."):
        triage.review(request.viewer, alert)
    return redirect(alert)


@require_POST
def alert_author_checked(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Note that the author, who has no account, was called back."""
    _, alert = _to_settle(request, council, code)
    with refusals.as_message(request, "L’identité du professionnel est notée comme vérifiée."):
        authors.confirm(request.viewer, alert)
    return redirect(alert)


@require_POST
def alert_accept(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Retain the alert, and go to the situation that it opens."""
    _, alert = _to_settle(request, council, code)
    with refusals.as_message(request, "L’alerte est retenue : une situation anonyme est ouverte."):
        return redirect(triage.accept(request.viewer, alert))
    return redirect(alert)


@require_POST
def alert_schedule(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Retain the alert, and put its situation on the agenda of a séance."""
    opened, alert = _to_settle(request, council, code)
    form = SittingForm(request.POST, meetings=_planned(request, opened))
    if form.is_valid():
        with refusals.as_form_error(form):
            hearing = hearings.retain(request.viewer, alert, form.cleaned_data["meeting"])
            messages.success(
                request, "L’alerte est retenue : sa situation est inscrite à l’ordre du jour."
            )
            return redirect(hearing.situation)
    return triage_page(request, opened, alert, sitting_form=form)


@require_POST
@once
def alert_question(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Ask the author for more."""
    opened, alert = _to_settle(request, council, code)
    form = QuestionForm(request.POST)
    if reread(request, opened, form, about=[alert]):
        with refusals.as_form_error(form):
            triage.request_information(
                request.viewer, alert, question=form.cleaned_data["question"]
            )
            messages.success(request, "Votre question est transmise à l’auteur de l’alerte.")
            return redirect(alert)
    return triage_page(request, opened, alert, question_form=form)


@require_POST
def alert_link(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Attach the alert to a situation already known."""
    opened, alert = _to_settle(request, council, code)
    form = LinkForm(request.POST, situations=_known(request, opened))
    if form.is_valid():
        with refusals.as_form_error(form):
            situation = form.cleaned_data["situation"]
            triage.link(request.viewer, alert, situation)
            messages.success(request, f"L’alerte est rattachée à {situation.code}.")
            return redirect(situation)
    return triage_page(request, opened, alert, link_form=form)


@require_POST
def alert_redirect(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Redirect the author to who can help."""
    opened, alert = _to_settle(request, council, code)
    form = RedirectForm(request.POST, organisations=list_organisations(opened))
    if reread(request, opened, form, about=[alert]):
        with refusals.as_form_error(form):
            triage.redirect(
                request.viewer,
                alert,
                reason=form.cleaned_data["reason"],
                to=form.cleaned_data["organisation"],
            )
            messages.success(request, "L’alerte est orientée ; l’auteur est prévenu.")
            return redirect(alert)
    return triage_page(request, opened, alert, redirect_form=form)


@require_POST
def alert_reject(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Set the alert aside as out of criteria or territory."""
    opened, alert = _to_settle(request, council, code)
    form = RejectForm(request.POST)
    if reread(request, opened, form, about=[alert]):
        with refusals.as_form_error(form):
            triage.reject(request.viewer, alert, reason=form.cleaned_data["reason"])
            messages.success(request, "L’alerte est classée hors critères ; l’auteur est prévenu.")
            return redirect(alert)
    return triage_page(request, opened, alert, reject_form=form)


def _planned(request: ViewerRequest, council: Council) -> QuerySet[Meeting]:
    """The séances at which an alert may be heard."""
    return selectors.list_sittings(request.viewer, council).filter(status=Meeting.Status.PLANNED)


def _known(request: ViewerRequest, council: Council) -> QuerySet[Any]:
    """The situations that an alert may be attached to, the last moved first."""
    return selectors.list_situations(request.viewer, council).exclude(status="purged")


def _to_settle(request: ViewerRequest, council: str, code: str) -> tuple[Council, Any]:
    opened = open_council_as_coordinator(request.viewer, council)
    return opened, selectors.open_alert(request.viewer, opened, code)
