"""The person's answers: told or not, agrees or not, comes or not; recorded by who takes part."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases import policies, rows, selectors
from cases.forms.situations import AgreementForm, AxisForm, InformationForm, PresenceForm
from cases.services import consent
from cases.views import refusals
from governance.models import Council
from governance.selectors import council_label, open_council
from governance.viewer import ViewerRequest

_RECORD: dict[str, Callable[..., Any]] = {
    "information": consent.record_information,
    "agreement": consent.record_agreement,
    "presence": consent.record_presence,
}


@require_http_methods(["GET", "HEAD", "POST"])
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


def _forms(request: ViewerRequest, council: Council, situation: Any) -> dict[str, AxisForm]:
    """The form of each axis, bound if it is the one that was sent; none for the agreement where
    the viewer can record nothing."""

    def sent(axis: str) -> Any:
        return request.POST if request.POST.get("axis") == axis else None

    states = consent.possible_agreements(request.viewer, situation)
    forms: dict[str, AxisForm] = {}
    if states:
        choices = [(state, council_label(council, "consent_state", state)) for state in states]
        forms["agreement"] = AgreementForm(sent("agreement"), council=council, states=choices)
    forms["information"] = InformationForm(sent("information"), council=council)
    forms["presence"] = PresenceForm(sent("presence"), council=council)
    return forms
