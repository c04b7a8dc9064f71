"""« Aujourd’hui » : what awaits the coordination, by counted tabs."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases import morning, seen_before, selectors, workload
from cases.forms.filters import TAB, AlertFilters, TodayFilters
from cases.rows import Row
from cases.services.retention import leaving
from cases.today import Today
from cases.views import listing
from governance.models import Council
from governance.selectors import meeting_title, next_meeting, open_coordinated_councils
from governance.viewer import ViewerRequest

PER_PAGE = 25
_IN_ASIDE = 5


@require_safe
def today(request: ViewerRequest) -> HttpResponse:
    """The morning page of all the councils that one coordinates."""
    return _page(request, open_coordinated_councils(request.viewer), None)


def council_today(request: ViewerRequest, council: Council) -> HttpResponse:
    """The morning page of one council that the viewer coordinates."""
    return _page(request, (council,), council)


def _page(
    request: ViewerRequest, councils: Sequence[Council], council: Council | None
) -> HttpResponse:
    if (redirection := listing.opening(request, "today", council)) is not None:
        return redirection
    viewer, day = request.viewer, timezone.localdate()
    filters = TodayFilters(
        request.GET,
        selectors.list_situations(viewer, *councils),
        viewer=viewer,
        councils=councils,
    )
    alerts = AlertFilters(
        request.GET,
        seen_before.marked(viewer, selectors.list_alerts(viewer, *councils)),
        viewer=viewer,
        councils=councils,
    )
    found = [next_meeting(viewer, each, day) for each in councils]
    meetings = sorted((each for each in found if each), key=lambda each: each.starts_at)
    board = Today(viewer, councils, day, alerts.qs, filters.qs, meetings, bool(filters.set))
    tab = next(each for each in board.tabs if each.slug == filters.tab)
    counts = {each.slug: each.count for each in board.tabs}
    # A paginator counts and slices, nothing else.
    paginator: Paginator[Row] = Paginator(tab.lines, PER_PAGE)  # type: ignore[arg-type]
    points = workload.point_counts(meetings)
    context = {
        **listing.context(request, "today", council, filters),
        "shown_council": council,
        "tabs": [
            {
                "label": each.label,
                "count": each.count,
                "url": _tab_url(request, each.slug),
                "current": each is tab,
                "due": each.is_late and each.count > 0,
            }
            for each in board.tabs
        ],
        "tab": tab,
        "leaving": [(each, leaving(each, day)) for each in councils],
        "page_obj": paginator.get_page(request.GET.get("page")),
        "sentence": morning.sentence(
            counts, [timezone.localdate(each.starts_at) for each in meetings], day
        ),
        "meetings": [
            {
                "meeting": each,
                "title": meeting_title(each.council, each),
                "points": points[each.pk],
            }
            for each in meetings
        ],
        "overdue": board.overdue_lines(_IN_ASIDE),
    }
    return render(request, "cases/board/today.html", context)


def _tab_url(request: ViewerRequest, slug: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query[TAB] = slug
    return f"?{query.urlencode()}"
