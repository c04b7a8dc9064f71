"""Who may count the situations, and who may read which report."""

from django.db.models import Q, QuerySet

from governance.decisions import YES, Decision, no
from governance.models import Council
from governance.roles import COORDINATE, READ_REPORTS
from governance.viewer import Viewer
from reports.models import AnnualReport


def can_count(viewer: Viewer, council: Council) -> Decision:
    """Whether the viewer sees exact figures: the coordination alone (anonymity.md, part 2)."""
    if viewer.may(COORDINATE, council):
        return YES
    return no("Les effectifs exacts sont réservés à la coordination du conseil.")


def reports_in_scope(viewer: Viewer, reports: QuerySet[AnnualReport]) -> QuerySet[AnnualReport]:
    """The frozen editions that the viewer may read: published ones; for the coordination, all."""
    return reports.filter(
        Q(council__in=viewer.councils_where(COORDINATE))
        | Q(council__in=viewer.councils_where(READ_REPORTS), published_at__isnull=False)
    )


def can_publish(viewer: Viewer, report: AnnualReport) -> Decision:
    """Whether the viewer opens a frozen edition to its readers: the coordination, once."""
    if not viewer.may(COORDINATE, report.council):
        return no("Seule la coordination publie un bilan.")
    if report.published_at:
        return no("Cette édition est déjà publiée.")
    return YES
