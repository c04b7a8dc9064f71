"""The derogation to secrecy: granted one at a time, ended, and its one recipient's page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cases import derogations, policies, selectors, sheets, vault
from cases.forms.alerts import RevealForm
from cases.forms.derogations import DerogationForm
from cases.services import derogations as services
from cases.views.rereading import reread
from governance import second_factor, throttling
from governance.selectors import open_council
from governance.throttling import throttled
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.once import once


@require_http_methods(["GET", "HEAD", "POST"])
@once
def alert_derogate(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """What the law allows, then the identity of this alert to one more reader."""
    opened = open_council(request.viewer, council)
    alert = selectors.open_alert(request.viewer, opened, code)
    if not policies.can_derogate(request.viewer, alert):
        raise Http404
    form = DerogationForm(
        request.POST or None, recipients=derogations.recipients(request.viewer, opened)
    )
    if reread(request, opened, form, about=[alert]):
        with refusals.as_form_error(form):
            services.grant(request.viewer, alert, **form.cleaned_data)
            messages.success(request, "La dérogation est accordée ; un courriel le dit.")
            return redirect(alert)
    context = {
        "alert": alert,
        "form": form,
        "grounds": derogations.grounds(),
        "holds_identity": vault.holds_identity(alert),
    }
    return render(request, "cases/derogations/grant.html", context)


@require_POST
def derogation_end(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """End it before its time."""
    opened = open_council(request.viewer, council)
    derogation = derogations.open_to_end(request.viewer, opened, key)
    with refusals.as_message(request, "La dérogation a pris fin."):
        services.end(request.viewer, derogation)
    return redirect(derogation.alert)


@require_http_methods(["GET", "HEAD", "POST"])
@throttled(throttling.REVEALS)
def derogation_reveal(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """The recipient's page; with a reason, the identity on this one answer, kept nowhere."""
    opened = open_council(request.viewer, council)
    derogation = derogations.open_own(request.viewer, opened, key)
    if not second_factor.confirmed_recently(request):
        return second_factor.ask_again(request, back=request.path)
    form = RevealForm(request.POST if request.method == "POST" else None)
    identity: dict[str, str] = {}
    if form.is_valid():
        try:
            with refusals.as_message(request):
                reason = form.cleaned_data["reason"]
                identity = vault.reveal(request.viewer, derogation.alert, reason=reason)
        except ObjectDoesNotExist:
            messages.error(request, "Aucune identité n’est conservée avec cette alerte.")
    context: dict[str, Any] = {
        "derogation": derogation,
        "holds_identity": vault.holds_identity(derogation.alert),
        "reveal": policies.can_reveal(request.viewer, derogation.alert),
        "reveal_form": form,
        "reveal_url": reverse("derogation_reveal", args=[opened.code, derogation.pk]),
        "identity": sheets.identity_lines(identity),
    }
    return render(request, "cases/derogations/reveal.html", context)
