"""Reports on screen: published editions for readers, exact figures for the coordination."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.counted import counted_years
from governance import throttling
from governance.selectors import open_council_as_coordinator, open_council_as_reader
from governance.throttling import throttled
from governance.viewer import ViewerRequest
from reports import panels, policies, presentation, services
from reports.forms import PeriodForm
from reports.selectors import coordinated, list_reports, open_internal

# The files one may download, by extension.
KINDS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
def report_list(request: ViewerRequest, council: str) -> HttpResponse:
    """The editions one may read; for the coordination, the choice of a period to count."""
    opened = open_council_as_reader(request.viewer, council)
    context: dict[str, Any] = {
        "council": opened,
        "reports": list_reports(request.viewer, opened).defer("figures"),
        "awaited": presentation.awaited(timezone.localdate().year - 1),
        "may_count": policies.can_count(request.viewer, opened),
    }
    if context["may_count"]:
        years = counted_years(opened)
        form = PeriodForm(request.GET or None, years=years, initial=_proposed(years))
        if form.is_valid():
            period = form.cleaned_data
            return redirect("report_internal", opened.code, period["first"], period["last"])
        context |= {"form": form, "years": years}
        if len(coordinated(request.viewer)) > 1:
            single = {r.last_year for r in context["reports"] if r.first_year == r.last_year}
            context["together"] = sorted(single, reverse=True)
    return render(request, "reports/list.html", context)


@require_safe
def internal(request: ViewerRequest, council: str, first: int, last: int) -> HttpResponse:
    """The exact figures of a period."""
    opened = open_council_as_coordinator(request.viewer, council)
    figures = open_internal(request.viewer, opened, first, last, "open_report")
    context = {
        "council": opened,
        "figures": figures,
        "key_figures": presentation.key_figures(figures),
        "trend": [year.bar for year in presentation.trend(figures)],
        "chapters": presentation.chapters(figures),
        "time": presentation.time_chart(figures.time),
        "counters": panels.counters(figures),
        "delays": panels.delays(figures),
        "services": panels.services(figures),
        "bodies": panels.bodies(figures),
        "papers": panels.body_papers(figures.meetings.adopted, figures.meetings.roadmap),
    }
    return render(request, "reports/internal.html", context)


@require_safe
def filling(request: ViewerRequest, council: str, first: int, last: int) -> HttpResponse:
    """Which fields of the situations of a period stay empty, by origin."""
    opened = open_council_as_coordinator(request.viewer, council)
    figures = open_internal(request.viewer, opened, first, last, "open_report")
    context = {
        "council": opened,
        "figures": figures,
        "fields": panels.filled(figures.filling),
        "by_origin": panels.filled_by_origin(figures.filling),
    }
    return render(request, "reports/filling.html", context)


@require_safe
@throttled(throttling.DOCUMENTS)
def internal_file(
    request: ViewerRequest, council: str, first: int, last: int, extension: str
) -> HttpResponse:
    """The same figures as a file to keep: pdf or xlsx."""
    opened = open_council_as_coordinator(request.viewer, council)
    if extension not in KINDS:
        raise Http404
    figures = open_internal(request.viewer, opened, first, last, "export")
    name = services.file_name(figures, extension)
    return HttpResponse(
        services.FORMATS[extension](figures),
        content_type=KINDS[extension],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _proposed(years: tuple[int, ...]) -> dict[str, int]:
    """The last full year with situations; failing that, the year under way."""
    this_year = timezone.localdate().year
    proposed = next((year for year in years if year < this_year), this_year)
    return {"first": proposed, "last": proposed}
