"""What is kept, until when, and what stays of a situation once it is erased."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases import dossier, policies, rows, sheets
from cases.services import retention as services
from governance import terms
from governance.models import Council
from governance.selectors import open_council_as_coordinator
from governance.viewer import ViewerRequest

PER_PAGE = 50


@require_safe
def retention(request: ViewerRequest, council: str) -> HttpResponse:
    """What goes within 60 days, by code, the first to go first, and the rules."""
    opened = open_council_as_coordinator(request.viewer, council)
    departures = services.departures(opened, timezone.localdate())
    page = Paginator(departures, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [
            rows.Row(f"{each.on:%d/%m/%Y}", each.code, each.url, (each.what,)) for each in page
        ],
        "figures": services.kept_figures(opened, len(departures)),
        "terms": terms,
    }
    return render(request, "cases/retention/retention.html", context)


def erased_page(request: ViewerRequest, council: Council, situation: Any) -> HttpResponse:
    """The page of an erased situation: its statistical row, and who opened it."""
    readable = policies.readable_fields(request.viewer, situation)
    context = {
        "situation": situation,
        "sheets": sheets.situation_sheets(council, situation, readable),
        "accesses": dossier.accesses(situation),
    }
    return render(request, "cases/retention/erased.html", context)
