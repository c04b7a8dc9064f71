"""The founding agreement: its term, its signatories."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance import paper_selectors, policies
from governance.forms.agreements import AgreementForm, SignatoryForm
from governance.models import Agreement, Council, Signatory
from governance.selectors import open_council_as_coordinator, open_council_of_papers
from governance.services import agreements as services
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.once import once


@require_safe
def agreements(request: ViewerRequest, council: str) -> HttpResponse:
    """The agreements, the one in force first, with what its term asks for."""
    opened = open_council_of_papers(request.viewer, council)
    today = timezone.localdate()
    context = {
        "agreements": [
            (each, services.warning(each, today), each.signatories.all())
            for each in paper_selectors.list_agreements(opened)
        ],
        "in_force": services.in_force(opened, today),
        "coordinates": policies.can_coordinate(request.viewer, opened),
    }
    return render(request, "governance/papers/agreements.html", context)


@require_safe
def agreement(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """One agreement and who signed it."""
    opened = open_council_of_papers(request.viewer, council)
    found = paper_selectors.open_agreement(opened, key)
    today = timezone.localdate()
    end = f"{found.end:%d/%m/%Y}" if found.end else "Sans terme"
    context = {
        "agreement": found,
        "warning": services.warning(found, today),
        "facts": [
            {"label": "Prend effet le", "value": f"{found.start:%d/%m/%Y}"},
            {"label": "Jusqu’au", "value": end},
            {"label": "Tacite reconduction", "value": "Oui" if found.tacit_renewal else "Non"},
            {"label": "Référence du document", "value": found.reference},
        ],
        "signatories": found.signatories.all(),
        "coordinates": policies.can_coordinate(request.viewer, opened),
    }
    return render(request, "governance/papers/agreement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def agreement_new(request: ViewerRequest, council: str) -> HttpResponse:
    """Write down an agreement."""
    opened = open_council_as_coordinator(request.viewer, council)
    return _edit(request, opened, Agreement(council=opened), "Inscrire une convention")


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Change an agreement."""
    opened = open_council_as_coordinator(request.viewer, council)
    found = paper_selectors.open_agreement(opened, key)
    return _edit(request, opened, found, "Modifier la convention")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def agreement_signatory_new(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Write down a signatory."""
    opened = open_council_as_coordinator(request.viewer, council)
    found = paper_selectors.open_agreement(opened, key)
    return _edit_signatory(request, Signatory(agreement=found))


@require_http_methods(["GET", "HEAD", "POST"])
def signatory_edit(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Change a signatory; note the day of the signature."""
    opened = open_council_as_coordinator(request.viewer, council)
    return _edit_signatory(request, paper_selectors.open_signatory(opened, key))


@require_POST
def signatory_strike(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Strike out a signatory."""
    opened = open_council_as_coordinator(request.viewer, council)
    found = paper_selectors.open_signatory(opened, key)
    with refusals.as_message(request, f"« {found} » est retirée."):
        services.strike_signatory(request.viewer, found)
    return redirect(found.agreement)


def _edit(
    request: ViewerRequest, council: Council, agreement: Agreement, heading: str
) -> HttpResponse:
    form = AgreementForm(request.POST or None, instance=agreement)
    if form.is_valid():
        with refusals.as_form_error(form):
            services.write(request.viewer, agreement)
            messages.success(request, "La convention est enregistrée.")
            return redirect(agreement)
    return _form(request, form, heading, None)


def _edit_signatory(request: ViewerRequest, signatory: Signatory) -> HttpResponse:
    form = SignatoryForm(request.POST or None, instance=signatory)
    if form.is_valid():
        with refusals.as_form_error(form):
            services.write_signatory(request.viewer, signatory)
            messages.success(request, f"« {signatory} » est enregistrée.")
            return redirect(signatory.agreement)
    known = None if signatory._state.adding else signatory
    heading = "Signataire" if known else "Ajouter un signataire"
    return _form(request, form, heading, known)


def _form(request: ViewerRequest, form: Any, heading: str, signatory: Any) -> HttpResponse:
    context = {"form": form, "heading": heading, "signatory": signatory}
    return render(request, "governance/papers/agreement_edit.html", context)
