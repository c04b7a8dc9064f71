"""What the coordination's lists have in common: filters, order, views kept, the way back."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cases.forms.filters import (
    ORDER,
    AlertListFilters,
    BoardFilters,
    SituationListFilters,
    TodayFilters,
)
from cases.forms.saved_views import SaveViewForm
from cases.services import saved_views
from governance.models import Council
from governance.viewer import ViewerRequest

# List -> the filters that its address may hold.
FILTERS: dict[str, type[BoardFilters]] = {
    "today": TodayFilters,
    "alerts": AlertListFilters,
    "situations": SituationListFilters,
}
_LABELS = {"today": "Aujourd’hui", "alerts": "Alertes", "situations": "Situations"}
# Says that the list is wanted without its default view.
_EVERYTHING = "tout"
# Session key: the list that one came from, with its filters.
_LAST = "last_list"


def address(page: str, council: Council | None) -> str:
    """Where the list is; `today` without a council is that of all one's councils."""
    if council is None:
        return reverse("today")
    return reverse("council_home" if page == "today" else page, args=[council.code])


def opening(request: ViewerRequest, page: str, council: Council | None) -> HttpResponse | None:
    """On an address without filters, the way to one's default view, if there is one."""
    if request.GET:
        return None
    view = saved_views.own_views(request.viewer, page, council).filter(is_default=True).first()
    return redirect(f"{address(page, council)}?{view.query}") if view else None


def context(
    request: ViewerRequest, page: str, council: Council | None, filters: BoardFilters
) -> dict[str, Any]:
    """The filters, the order and the views of a list, for its template; the list is remembered."""
    here = address(page, council)
    request.session[_LAST] = [request.get_full_path(), _LABELS[page]]
    query = filters.kept
    views = saved_views.own_views(request.viewer, page, council)
    return {
        "filters": filters.form,
        "active": len(filters.set),
        "in_words": filters.in_words(),
        "orders": _orders(request, filters),
        "reset_url": f"{here}?{_EVERYTHING}=1",
        "views": [(view, f"{here}?{view.query}", view.query == query) for view in views],
        "save_form": SaveViewForm(
            initial={"page": page, "council": council.code if council else "", "query": query}
        ),
        "query": query,
    }


def back(request: HttpRequest, council: Council, page: str) -> dict[str, str]:
    """The list that one came from, with its filters: `url` and `label`; else that of `page`."""
    url, label = request.session.get(_LAST, ("", ""))
    if url.startswith((address(page, council), council.get_absolute_url(), reverse("today"))):
        return {"url": url, "label": label}
    return {"url": address(page, council), "label": _LABELS[page]}


def _orders(request: HttpRequest, filters: BoardFilters) -> Sequence[dict[str, str]]:
    """The links that sort; that of the present order turns it round."""
    links = []
    for name, (label, _) in filters.orders.items():
        query = request.GET.copy()
        query.pop("page", None)
        query[ORDER] = f"-{name}" if filters.order == name else name
        way = {name: "ascending", f"-{name}": "descending"}.get(filters.order, "")
        links.append({"label": label, "url": f"?{query.urlencode()}", "way": way})
    return links
