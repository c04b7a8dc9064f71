"""The coordination composes a report: words, preview with its reasons, frozen, published."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cases.views.rereading import reread
from governance import throttling
from governance.models import Council
from governance.selectors import open_council_as_coordinator
from governance.throttling import throttled
from governance.versions import Difference, EditConflict
from governance.viewer import ViewerRequest
from governance.views.conflicts import merged
from governance.views.once import once
from reports import composition, editions, legible, papers, policies
from reports.alongside import Alongside
from reports.forms import CompositionForm, FreezeForm
from reports.models import AnnualReport
from reports.published import PublishedFigures
from reports.selectors import list_reports, open_edition, open_internal


@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: ViewerRequest, council: str, first: int, last: int) -> HttpResponse:
    """The commentary of each section, beside the true figures; 409 with both versions when
    somebody saved since."""
    opened = open_council_as_coordinator(request.viewer, council)
    figures = open_internal(request.viewer, opened, first, last, "open_report")
    record = composition.commentary(opened, first, last)
    form = CompositionForm(request.POST or None, record)
    conflict, differences = False, tuple[Difference, ...]()
    if reread(request, opened, form):
        version = form.cleaned_data["version"]
        try:
            composition.write(record, form.changes(), version=version, by=request.user)
            messages.success(request, "Les textes sont enregistrés.")
            if "preview" in request.POST:
                return redirect("report_preview", opened.code, first, last, editions.COPIL)
            return redirect("report_compose", opened.code, first, last)
        except EditConflict as found:
            conflict = True
            form, differences = merged(form, found, CompositionForm, form.differences)
    context = {
        "council": opened,
        "figures": figures,
        "form": form,
        "conflict": conflict,
        "differences": differences,
    }
    return render(request, "reports/compose.html", context, status=409 if conflict else 200)


@require_safe
@throttled(throttling.DOCUMENTS)
def preview(
    request: ViewerRequest, council: str, first: int, last: int, edition: str
) -> HttpResponse:
    """Exactly what would leave, and why each cell is hidden."""
    opened = open_council_as_coordinator(request.viewer, council)
    figures, beside = _composed(opened, first, last, edition)
    context = papers.shown(opened, figures, beside) | {
        "edition": AnnualReport.Edition(edition),
        "other": _other(edition),
        "reasons": legible.reasons(figures),
        "numbers": _numbers_said(beside),
    }
    return render(request, "reports/preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def freeze(
    request: ViewerRequest, council: str, first: int, last: int, edition: str
) -> HttpResponse:
    """Confirm: the edition gets its number and changes no more."""
    opened = open_council_as_coordinator(request.viewer, council)
    kind = _kind(edition)
    form = FreezeForm(request.POST or None)
    if form.is_valid():
        try:
            report = composition.freeze(opened, first, last, kind, by=request.user)
        except ValueError as no_period:
            raise Http404 from no_period
        messages.success(request, f"L’édition n° {report.number} est arrêtée.")
        return redirect(report)
    same = [
        each
        for each in list_reports(request.viewer, opened).defer("figures")
        if (each.first_year, each.last_year, each.edition) == (first, last, kind)
    ]
    context = {
        "council": opened,
        "first": first,
        "last": last,
        "edition": kind,
        "number": max((each.number for each in same), default=0) + 1,
        "form": form,
    }
    return render(request, "reports/freeze.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Confirm: the readers of the edition read it from now on."""
    opened = open_council_as_coordinator(request.viewer, council)
    report = open_edition(request.viewer, opened, key, "open_report")
    decision = policies.can_publish(request.viewer, report)
    if request.method == "POST":
        if decision:
            composition.publish(report, by=request.user)
            messages.success(request, "Le bilan est publié.")
        else:
            messages.error(request, decision.reason)
        return redirect(report)
    context = {"council": opened, "report": report, "decision": decision}
    return render(request, "reports/publish.html", context)


def _numbers_said(beside: Alongside) -> str:
    numbers = composition.numbers_written(beside.texts.values())
    return (
        f"Vos textes contiennent des nombres\N{NO-BREAK SPACE}: {', '.join(numbers)}"
        if numbers
        else ""
    )


def _kind(edition: str) -> AnnualReport.Edition:
    if edition not in AnnualReport.Edition.values:
        raise Http404
    return AnnualReport.Edition(edition)


def _other(edition: str) -> AnnualReport.Edition:
    return next(kind for kind in AnnualReport.Edition if kind != edition)


def _composed(
    council: Council, first: int, last: int, edition: str
) -> tuple[PublishedFigures, Alongside]:
    kind = _kind(edition)
    try:
        return composition.preview(council, first, last, kind)
    except ValueError as no_period:
        raise Http404 from no_period
