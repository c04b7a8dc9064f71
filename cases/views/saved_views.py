"""One's own views of the coordination's lists: kept, opened by default, forgotten."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cases import selectors
from cases.forms.saved_views import SaveViewForm
from cases.services import saved_views
from cases.views import listing
from governance.models import Council
from governance.selectors import open_coordinated_councils, open_council_as_coordinator
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.once import once


@require_POST
@once
def saved_view_new(request: ViewerRequest) -> HttpResponse:
    """Keep the filters of the list that one comes from."""
    councils = open_coordinated_councils(request.viewer)
    form = SaveViewForm(request.POST)
    form.is_valid()
    answers = form.cleaned_data
    page, council = answers.get("page", ""), None
    if code := answers.get("council"):
        council = open_council_as_coordinator(request.viewer, code)
        councils = (council,)
    if page not in listing.FILTERS or (council is None and page != "today"):
        raise Http404
    query = _understood(request, page, councils, answers.get("query", ""))
    if form.is_valid():
        with refusals.as_message(request, f"La vue « {answers['name']} » est enregistrée."):
            saved_views.save(
                request.viewer,
                page,
                council,
                name=answers["name"],
                query=query,
                is_default=answers["is_default"],
            )
    else:
        messages.error(request, "Donnez un nom à la vue, de 60 caractères au plus.")
    return redirect(f"{listing.address(page, council)}?{query or 'tout=1'}")


@require_POST
def saved_view_default(request: ViewerRequest, key: UUID) -> HttpResponse:
    """The list opens on this view, or no longer does."""
    view = saved_views.open_view(request.viewer, key)
    saved_views.set_default(request.viewer, view, is_default=not view.is_default)
    messages.success(
        request,
        f"La page s’ouvre désormais sur « {view.name} »."
        if view.is_default
        else "La page s’ouvre désormais sans filtre.",
    )
    return redirect(f"{listing.address(view.page, view.council)}?{view.query}")


@require_POST
def saved_view_delete(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Forget the view."""
    view = saved_views.open_view(request.viewer, key)
    saved_views.delete(view)
    messages.success(request, f"La vue « {view.name} » est supprimée.")
    return redirect(f"{listing.address(view.page, view.council)}?tout=1")


def _understood(
    request: ViewerRequest, page: str, councils: tuple[Council, ...], query: str
) -> str:
    """What the list understands of an address that a browser sent, and may keep."""
    rows = selectors.list_situations(request.viewer, *councils).none()
    filters = listing.FILTERS[page](
        QueryDict(query), rows, viewer=request.viewer, councils=councils
    )
    return filters.kept
