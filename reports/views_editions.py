"""Editions as their readers get them: one page, its documents; councils summed."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from governance import throttling
from governance.selectors import open_council_as_reader
from governance.throttling import throttled
from governance.viewer import ViewerRequest
from reports import edition_sheets, editions, files, papers, policies
from reports.alongside import Alongside
from reports.models import AnnualReport, ReportFile
from reports.selectors import (
    list_reports,
    newest_of_each_year,
    open_coordinated,
    open_edition,
)
from reports.views import KINDS

# How long a page waits before it asks again for a document under way, in seconds.
ASK_AGAIN = 4


@require_safe
def edition(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """The year on one page."""
    opened = open_council_as_reader(request.viewer, council)
    report = open_edition(request.viewer, opened, key, "open_report")
    readable = list(list_reports(request.viewer, opened))
    newest = newest_of_each_year(readable, report)
    same = (report.first_year, report.last_year)
    context = papers.context(report) | {
        "years": newest,
        "newer": next(
            (e for e in newest if (e.first_year, e.last_year) == same and e != report), None
        ),
        "may_publish": policies.can_publish(request.viewer, report),
        "may_compose": policies.can_count(request.viewer, opened),
    }
    return render(request, "reports/edition.html", context)


@require_safe
@throttled(throttling.DOCUMENTS)
def spreadsheet(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """The published figures as .xlsx."""
    opened = open_council_as_reader(request.viewer, council)
    report = open_edition(request.viewer, opened, key, "export")
    return _attachment(edition_sheets.as_spreadsheet(report), report, "xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: ViewerRequest, council: str, key: UUID, document: str) -> HttpResponse:
    """Whether a document is there, under way or to be asked for; the page asks again by itself."""
    opened = open_council_as_reader(request.viewer, council)
    report = open_edition(request.viewer, opened, key, "open_report")
    kind = _document(document)
    if request.method == "POST":
        files.ask(report, kind)
        return redirect("edition_document", opened.code, report.pk, kind)
    state = files.state(report, kind)
    context = {"council": opened, "report": report, "kind": kind, "state": state}
    response = render(request, "reports/document.html", context)
    if state == files.WAITING:
        response["Refresh"] = str(ASK_AGAIN)
    return response


@require_safe
def document_file(request: ViewerRequest, council: str, key: UUID, document: str) -> HttpResponse:
    """The document, whole; where it is not there yet, the page that says so."""
    opened = open_council_as_reader(request.viewer, council)
    report = open_edition(request.viewer, opened, key, "export")
    kind = _document(document)
    content = files.content(report, kind)
    if content is None:
        return redirect("edition_document", opened.code, report.pk, kind)
    ending = "pdf" if kind == ReportFile.Kind.REPORT else f"{kind}.pdf"
    return _attachment(content, report, ending)


@require_safe
def together(request: ViewerRequest, first: int, last: int, edition: str) -> HttpResponse:
    """The sum of the newest published editions of the councils that one coordinates."""
    councils = open_coordinated(request.viewer)
    if edition not in AnnualReport.Edition.values:
        raise Http404
    context = {"councils": councils, "first": first, "last": last, "edition": edition}
    try:
        figures, absent = editions.sum_of_councils(councils, first, last, edition)
    except ValueError:
        context["absent"] = councils
    else:
        context |= papers.shown(None, figures, Alongside()) | {"absent": absent}
    return render(request, "reports/together.html", context)


def _document(name: str) -> ReportFile.Kind:
    if name not in ReportFile.Kind.values:
        raise Http404
    return ReportFile.Kind(name)


def _attachment(content: bytes, report: AnnualReport, ending: str) -> HttpResponse:
    name = papers.file_name(report, ending)
    return HttpResponse(
        content,
        content_type=KINDS[ending.rpartition(".")[2]],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
