"""The person's answers: told or not, agrees or not, comes or not; recorded by who takes part."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cases import (
    alert_options,
    dossier,
    information_sheet,
    policies,
    rows,
    selectors,
    sheets,
    vault,
)
from cases.forms.alerts import RevealForm
from cases.forms.situations import AgreementForm, AxisForm, InformationForm, PresenceForm
from cases.services import consent
from governance import second_factor, throttling
from governance.models import Council
from governance.selectors import council_label, open_council
from governance.throttling import throttled
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.once import once

_RECORD: dict[str, Callable[..., Any]] = {
    "information": consent.record_information,
    "agreement": consent.record_agreement,
    "presence": consent.record_presence,
}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def situation_consent(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Record one answer: each axis has its own form, and what it may record now."""
    opened = open_council(request.viewer, council)
    situation = selectors.open_situation(request.viewer, opened, code)
    forms = _forms(request, opened, situation)
    for axis, form in forms.items():
        if form.is_valid():
            with refusals.as_form_error(form):
                _RECORD[axis](request.viewer, situation, **form.cleaned_data)
                messages.success(request, "La réponse est enregistrée.")
                return redirect(situation)
    context = {
        "situation": situation,
        "forms": forms,
        "in_error": [form for form in forms.values() if form.errors],
        "agreement": rows.agreement_chip(situation.consent_state),
        "information": rows.information_chip(situation.information_state),
        "raises": policies.can_raise_agreement(request.viewer, situation),
    }
    return render(request, "cases/situations/consent.html", context)


@require_safe
@throttled(throttling.DOCUMENTS)
def information_sheet_pdf(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """The sheet that explains the meeting to the person of that situation, with its slip."""
    opened = open_council(request.viewer, council)
    situation = selectors.open_situation(request.viewer, opened, code)
    return _sheet(opened, situation.code)


@require_safe
@throttled(throttling.DOCUMENTS)
def blank_information_sheet(request: ViewerRequest, council: str) -> HttpResponse:
    """The same before there is a code: for whoever is about to write an alert."""
    return _sheet(alert_options.open_intake(request.viewer, council), "")


def _sheet(council: Council, code: str) -> HttpResponse:
    name = f"feuille-information-{code or council.code}.pdf"
    return HttpResponse(
        information_sheet.as_pdf(council, code),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@throttled(throttling.REVEALS)
def situation_reveal(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """The identity, for whom the person named in their agreement: asked with a reason, shown once.

    404 for everybody else, as where none is kept.
    """
    opened = open_council(request.viewer, council)
    situation = selectors.open_situation(request.viewer, opened, code)
    alerts = dossier.revealable_alerts(request.viewer, situation)
    if not alerts:
        raise Http404
    if not second_factor.confirmed_recently(request):
        return second_factor.ask_again(request, back=request.path)
    form = RevealForm(request.POST or None)
    identities: list[tuple[sheets.Line, ...]] = []
    if form.is_valid():
        with refusals.as_form_error(form):
            identities = [
                sheets.identity_lines(
                    vault.reveal(request.viewer, alert, reason=form.cleaned_data["reason"])
                )
                for alert in alerts
            ]
    context = {"situation": situation, "form": form, "identities": identities}
    return render(request, "cases/situations/identity.html", context)


def _forms(request: ViewerRequest, council: Council, situation: Any) -> dict[str, AxisForm]:
    """The form of each axis, bound if it is the one that was sent; none for the agreement where
    the viewer can record nothing."""

    def sent(axis: str) -> Any:
        return request.POST if request.POST.get("axis") == axis else None

    states = consent.possible_agreements(request.viewer, situation)
    forms: dict[str, AxisForm] = {}
    if states:
        choices = [(state, council_label(council, "consent_state", state)) for state in states]
        forms["agreement"] = AgreementForm(
            sent("agreement"),
            council=council,
            states=choices,
            recipients=dossier.who_knows_the_person(situation),
        )
    forms["information"] = InformationForm(sent("information"), council=council)
    forms["presence"] = PresenceForm(sent("presence"), council=council)
    return forms
