"""A partner's home: their alerts and their drafts. Writing one: cases/views/writing.py."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from cases import dossier, exchanges, rows, selectors
from cases.views.drafts import desk_of, resumable
from governance.models import Council
from governance.viewer import ViewerRequest

PER_PAGE = 25


def own_alerts(request: ViewerRequest, council: Council) -> HttpResponse:
    """A partner's home: what waits for them, their alerts and where each stands, their drafts."""
    waiting = exchanges.unread(request.viewer, council)
    unread = {each.alert_key: each.count for each in waiting}
    page = Paginator(selectors.list_alerts(request.viewer, council), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page_obj": page,
        "rows": [
            rows.own_alert_row(council, alert, unread=unread.get(alert.pk, 0)) for alert in page
        ],
        "waiting": [rows.exchange_row(each) for each in waiting],
        "sought": [
            rows.own_situation_row(council, own.situation, own)
            for own in dossier.sought(request.viewer, council)
        ],
        "drafts": resumable(desk_of(request.viewer, council)),
    }
    return render(request, "cases/alerts/own.html", context)
