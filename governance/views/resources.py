"""The directory of local resources, for all members; the prepared replies, for the coordination."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from governance import policies, selectors
from governance.forms.resources import (
    PlaceForm,
    PreparedReplyForm,
    ResourceFilters,
    ResourceForm,
)
from governance.models import Council, PreparedReply, Resource
from governance.services import directory
from governance.viewer import ViewerRequest
from governance.views.once import once


@require_safe
def resources(request: ViewerRequest, council: str) -> HttpResponse:
    """The resources by name, filtered by the address; and of which sector a street is."""
    opened = selectors.open_council(request.viewer, council)
    filters = ResourceFilters(request.GET, selectors.list_resources(opened), council=opened)
    place = PlaceForm(request.GET)
    context = {
        "form": filters.form,
        "active": len(filters.answers),
        "place_form": place,
        "answers": selectors.resources_of_place(opened, place.words),
        "page_obj": Paginator(filters.qs, 50).get_page(request.GET.get("page")),
        "coordinates": bool(policies.can_coordinate(request.viewer, opened)),
    }
    return render(request, "governance/resources/resources.html", context)


@require_safe
def resource(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """One resource, whole."""
    opened = selectors.open_council(request.viewer, council)
    found = selectors.open_proposed_resource(opened, key)
    context = {
        "resource": found,
        "coordinates": bool(policies.can_coordinate(request.viewer, opened)),
    }
    return render(request, "governance/resources/resource.html", context)


@require_http_methods(["GET", "POST"])
@once
def resource_new(request: ViewerRequest, council: str) -> HttpResponse:
    """Write down a new resource."""
    opened = selectors.open_council_as_coordinator(request.viewer, council)
    return _edit_resource(request, opened, Resource(), "Inscrire une ressource")


@require_http_methods(["GET", "POST"])
def resource_edit(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Change a resource, or take it off the directory."""
    opened = selectors.open_council_as_coordinator(request.viewer, council)
    found = selectors.open_resource(opened, key)
    return _edit_resource(request, opened, found, found.name)


def _edit_resource(
    request: ViewerRequest, opened: Council, found: Resource, heading: str
) -> HttpResponse:
    form = ResourceForm(request.POST or None, instance=found, council=opened)
    if form.is_valid():
        directory.inscribe(request.viewer, form.instance, form.cleaned_data)
        messages.success(request, f"« {found.name} » est enregistrée.")
        return redirect("resources", opened.code)
    context = {"form": form, "heading": heading}
    return render(request, "governance/resources/resource_edit.html", context)


@require_safe
def prepared_replies(request: ViewerRequest, council: str) -> HttpResponse:
    """The council's replies, those no longer proposed last."""
    opened = selectors.open_council_as_coordinator(request.viewer, council)
    context = {"replies": opened.prepared_replies.order_by("-active", "title")}
    return render(request, "governance/resources/prepared_replies.html", context)


@require_http_methods(["GET", "POST"])
@once
def prepared_reply_new(request: ViewerRequest, council: str) -> HttpResponse:
    """Write a new reply."""
    opened = selectors.open_council_as_coordinator(request.viewer, council)
    return _edit_reply(request, opened, PreparedReply(), "Écrire une réponse")


@require_http_methods(["GET", "POST"])
def prepared_reply_edit(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Change a reply, or stop proposing it."""
    opened = selectors.open_council_as_coordinator(request.viewer, council)
    reply = selectors.open_prepared_reply(opened, key)
    return _edit_reply(request, opened, reply, reply.title)


def _edit_reply(
    request: ViewerRequest, opened: Council, reply: PreparedReply, heading: str
) -> HttpResponse:
    form = PreparedReplyForm(request.POST or None, instance=reply, council=opened)
    if form.is_valid():
        directory.inscribe(request.viewer, form.instance, form.cleaned_data)
        messages.success(request, f"« {reply.title} » est enregistrée.")
        return redirect("prepared_replies", opened.code)
    context = {"form": form, "heading": heading}
    return render(request, "governance/resources/prepared_reply_edit.html", context)
