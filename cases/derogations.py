"""Derogations as they are read: those that run on an alert or a situation, one's own, what the law
allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cases import policies
from cases.models import Alert, Derogation, Situation
from cases.sheets import Line
from governance import nomenclatures
from governance.models import Council, Membership, Role
from governance.selectors import list_members
from governance.viewer import Viewer


@dataclass(frozen=True)
class Panel:
    """For who may grant: the numbers of the alerts, and the derogations that run on them."""

    alerts: Sequence[str]
    running: Sequence[Derogation]


def of_alert(alert: Alert) -> Panel:
    """The panel of an alert that `selectors.open_alert` gave; one query."""
    return Panel((alert.code,), _running(Derogation.objects.filter(alert=alert).running()))


def of_situation(situation: Situation) -> Panel:
    """The panel of an opened situation, for the coordination; two queries."""
    codes = situation.alerts.order_by("received_at").values_list("code", flat=True)
    running = Derogation.objects.filter(alert__situation=situation).running()
    return Panel(tuple(codes), _running(running))


def _running(derogations: QuerySet[Derogation]) -> tuple[Derogation, ...]:
    return tuple(
        derogations.select_related(
            "alert", "recipient__user", "recipient__organisation", "granted_by"
        )
    )


def recipients(viewer: Viewer, council: Council) -> list[Membership]:
    """To whom the viewer may grant one: the council's partners and coordinators, not oneself."""
    return list(
        list_members(council, Role.PARTNER, Role.COORDINATOR)
        .exclude(user=viewer.user)
        .order_by("organisation__name", "user__last_name", "user__first_name")
    )


def grounds() -> tuple[Line, ...]:
    """Each legal ground, with what its article allows."""
    return tuple(
        Line(entry.label, f"L’{entry.extra['article']} permet {entry.extra['allows']}")
        for entry in nomenclatures.entries("derogation_ground")
    )


def open_own(viewer: Viewer, council: Council, key: UUID) -> Derogation:
    """The running derogation of that key, if the viewer is its recipient, else 404."""
    return _one(policies.derogations_in_scope(viewer, _of_council(council, key)))


def open_to_end(viewer: Viewer, council: Council, key: UUID) -> Derogation:
    """The derogation of that key, for who may end it, else 404."""
    alerts = policies.alerts_in_scope(viewer, Alert.objects.filter(council=council))
    return _one(_of_council(council, key).filter(alert__in=alerts.values("pk")))


def _of_council(council: Council, key: UUID) -> QuerySet[Derogation]:
    return Derogation.objects.filter(alert__council=council, pk=key)


def _one(derogations: QuerySet[Derogation]) -> Derogation:
    found = derogations.select_related(
        "alert__council", "alert__situation", "granted_by", "recipient__user"
    ).first()
    if found is None:
        raise Http404
    return found
