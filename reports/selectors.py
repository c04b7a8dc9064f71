"""The way to figures and reports: found for this viewer, or 404."""

from django.db.models import QuerySet
from django.http import Http404

from governance import journal
from governance.models import Council
from governance.viewer import Viewer
from reports import policies
from reports.figures import YearFigures
from reports.models import AnnualReport
from reports.statistics import count_internal


def list_reports(viewer: Viewer, council: Council) -> QuerySet[AnnualReport]:
    """The council's frozen editions in the viewer's scope, newest first."""
    return policies.reports_in_scope(viewer, council.annual_reports.all())


def open_internal(
    viewer: Viewer, council: Council, first_year: int, last_year: int, action: str
) -> YearFigures:
    """The exact figures of those years for the coordination, else 404; journalled as `action`.

    `action` is open_report (on screen) or export (a file).
    """
    if not policies.can_count(viewer, council):
        raise Http404
    try:
        figures = count_internal(council, first_year, last_year)
    except ValueError as no_period:
        raise Http404 from no_period
    journal.record(
        viewer.user,
        action,
        council,
        council=council,
        reason=f"Bilan interne {figures.period}",
    )
    return figures
