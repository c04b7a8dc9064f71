"""The council's organisations."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from governance import selectors
from governance.forms.organisations import OrganisationFilters, OrganisationForm
from governance.models import Council, Membership, Organisation
from governance.services import directory
from governance.viewer import ViewerRequest
from governance.views.once import once


@require_safe
def organisations(request: ViewerRequest, council: str) -> HttpResponse:
    """The organisations by name, the inactive ones last, with how many members each has today."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    filters = OrganisationFilters(request.GET, opened.organisations.all())
    today = Q(membership__in=Membership.objects.active())
    rows = filters.qs.annotate(member_count=Count("membership", filter=today)).order_by(
        "-active", "name"
    )
    context = {
        "form": filters.form,
        "active": len(filters.answers),
        "page_obj": Paginator(rows, 50).get_page(request.GET.get("page")),
    }
    return render(request, "governance/organisations/organisations.html", context)


@require_http_methods(["GET", "POST"])
@once
def organisation_new(request: ViewerRequest, council: str) -> HttpResponse:
    """Write down a new organisation."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    return _edit(request, opened, Organisation(), "Inscrire un organisme")


@require_http_methods(["GET", "POST"])
def organisation_edit(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Change an organisation."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    organisation = selectors.open_organisation(opened, key)
    return _edit(request, opened, organisation, organisation.name)


def _edit(
    request: ViewerRequest, opened: Council, organisation: Organisation, heading: str
) -> HttpResponse:
    form = OrganisationForm(request.POST or None, instance=organisation, council=opened)
    if form.is_valid():
        directory.inscribe(request.viewer, form.instance, form.cleaned_data)
        messages.success(request, f"« {organisation.name} » est enregistré.")
        return redirect("organisations", opened.code)
    context = {"form": form, "heading": heading}
    return render(request, "governance/organisations/organisation_edit.html", context)
