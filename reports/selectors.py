"""The way to figures and reports: found for this viewer, or 404."""

import logging
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from governance import journal
from governance.models import Council
from governance.viewer import Viewer
from reports import editions, policies
from reports.figures import YearFigures
from reports.models import AnnualReport
from reports.statistics import count_internal

logger = logging.getLogger(__name__)


def list_reports(viewer: Viewer, council: Council) -> QuerySet[AnnualReport]:
    """The council's frozen editions in the viewer's scope, newest first."""
    return policies.reports_in_scope(viewer, council.annual_reports.select_related("council"))


def open_edition(viewer: Viewer, council: Council, key: UUID, action: str) -> AnnualReport:
    """A frozen edition in the viewer's scope, else 404; journalled as `action`.

    One that is no longer what was frozen is shown to nobody: it is logged, and 404.
    """
    # The logo comes with the one that is opened, not with each line of a list.
    reports = list_reports(viewer, council).select_related("council__look")
    report = get_object_or_404(reports, pk=key)
    try:
        editions.read(report)
    except editions.Altered as altered:
        logger.error("altered edition %s", report.pk)
        raise Http404 from altered
    journal.record(viewer.user, action, report, council=council, reason=str(report))
    return report


def newest_of_each_year(
    reports: Iterable[AnnualReport], report: AnnualReport
) -> list[AnnualReport]:
    """Of the same kind, the newest edition of each period among those the viewer may read."""
    newest: dict[tuple[int, int], AnnualReport] = {}
    for each in sorted(reports, key=lambda each: each.number):
        if each.edition == report.edition:
            newest[each.first_year, each.last_year] = each
    return sorted(newest.values(), key=lambda each: (-each.last_year, each.first_year))


def coordinated(viewer: Viewer) -> tuple[Council, ...]:
    """The councils that the viewer coordinates today."""
    return tuple(each for each in viewer.councils if policies.can_count(viewer, each))


def open_coordinated(viewer: Viewer) -> tuple[Council, ...]:
    """The same when there are several, else 404."""
    councils = coordinated(viewer)
    if len(councils) < 2:
        raise Http404
    return councils


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
