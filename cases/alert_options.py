"""What the alert form offers in a council, and to whom: found for this viewer, or 404."""

from dataclasses import dataclass

from django.http import Http404

from cases import policies
from cases.models import OccasionalAuthor
from cases.occasional import OccasionalViewer
from governance.models import Council, District, Membership, Organisation, Sector, Town, User
from governance.selectors import list_organisations, open_council
from governance.viewer import Viewer


@dataclass(frozen=True)
class AlertOptions:
    """What the alert form offers in a council, and who writes it.

    `membership` is the partner's, `occasional` a professional's without an account; neither when
    the coordination writes what somebody else told.
    """

    council: Council
    writer: User | None
    membership: Membership | None
    occasional: OccasionalAuthor | None
    organisations: tuple[Organisation, ...]
    towns: tuple[Town, ...]
    districts: tuple[District, ...]
    sectors: tuple[Sector, ...]

    @property
    def by_coordinator(self) -> bool:
        return self.membership is None and self.occasional is None


def open_intake(viewer: Viewer, code: str) -> Council:
    """The council of that code, if the viewer may send it an alert, else 404."""
    council = open_council(viewer, code)
    if not policies.can_submit(viewer, council):
        raise Http404
    return council


def alert_options(viewer: Viewer, council: Council) -> AlertOptions:
    """The organisations, towns, quarters and sectors that the form offers; four queries."""
    by_coordinator = policies.coordinates(viewer, council)
    return AlertOptions(
        council=council,
        writer=viewer.user,
        membership=None if by_coordinator else viewer.membership(council, "partner"),
        occasional=viewer.author if isinstance(viewer, OccasionalViewer) else None,
        organisations=tuple(list_organisations(council)),
        towns=tuple(council.towns.all()),
        districts=tuple(
            District.objects.filter(town__council=council)
            .select_related("town")
            .order_by("town__name", "name")
        ),
        sectors=tuple(council.sectors.all()),
    )
