"""THE CHOKEPOINT: alerts and situations are found here, for a viewer, or not at all (404).

`open_...` = scope -> 404 -> journal -> what the page needs. `list_...` = scope, a constant number
of queries, no journal line: a list shows codes and closed answers only.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import Http404

from cases import policies
from cases.models import Alert, AlertDraft, Situation, SituationPermission
from governance import grants, journal
from governance.models import Council
from governance.roles import TAKE_PART
from governance.viewer import Viewer

# One row a situation for the year's figures, in the order of this tuple.
COUNTED_COLUMNS = (
    "received_on", "channel", "origin", "situation_type", "complexity", "alert_subject", "sex",
    "age_band", "household", "income", "protection_measure", "housing_status", "psychiatry_link",
    "psychiatric_sector__code", "addiction", "suicidal_concern", "information_state",
    "consent_state", "venue", "closure_reason",
)  # fmt: skip


def open_alert(viewer: Viewer, council: Council, code: str) -> Alert:
    """The alert of that code, if in the viewer's scope, else 404; the access is journalled."""
    alert = (
        policies.alerts_in_scope(viewer, Alert.objects.filter(council=council, code=code))
        .select_related(
            "council", "author", "organisation", "situation__council", "town", "district",
            "psychiatric_sector", "redirected_to",
        )
        .prefetch_related("steps", "involved_partners", "suggested_invitees", "messages__author")
        .first()
    )  # fmt: skip
    if alert is None:
        raise Http404
    journal.record(viewer.user, "open_alert", alert, council=council)
    return alert


def open_draft(viewer: Viewer, council: Council, key: UUID) -> AlertDraft:
    """One's own draft of that key, else 404."""
    draft = policies.drafts_in_scope(
        viewer, AlertDraft.objects.filter(council=council, pk=key)
    ).first()
    if draft is None:
        raise Http404
    return draft


def list_drafts(viewer: Viewer, council: Council) -> QuerySet[AlertDraft]:
    """One's own drafts, newest first."""
    return policies.drafts_in_scope(viewer, AlertDraft.objects.filter(council=council))


def list_alerts(viewer: Viewer, council: Council) -> QuerySet[Alert]:
    """The council's alerts in the viewer's scope, newest first."""
    return policies.alerts_in_scope(viewer, council.alerts.all()).select_related(
        "council", "organisation", "psychiatric_sector", "situation"
    )


def open_situation(viewer: Viewer, council: Council, code: str) -> Situation:
    """The situation of that code, if in the viewer's scope, else 404; the access is journalled."""
    situation = (
        policies.situations_in_scope(viewer, Situation.objects.filter(council=council, code=code))
        .select_related("council", "town", "district", "psychiatric_sector")
        .first()
    )
    if situation is None:
        raise Http404
    journal.record(viewer.user, "open_situation", situation, council=council)
    return situation


def list_situations(viewer: Viewer, council: Council) -> QuerySet[Situation]:
    """The council's situations in the coordinator's scope, last moved first."""
    return (
        policies.situations_in_scope(viewer, council.situations.all())
        .select_related("council", "psychiatric_sector")
        .annotate(hearing_count=Count("hearings", distinct=True))
        .order_by("-last_activity", "-id")
    )


def list_own_situations(viewer: Viewer, council: Council) -> QuerySet[SituationPermission]:
    """A partner's situations, last moved first: guardian's own rows, which also give the order.

    Rows carry `content_object` (the situation, its council loaded); see docs/ARCHITECTURE.md for
    the measure.
    """
    if not viewer.may(TAKE_PART, council):
        return SituationPermission.objects.none()
    rows: QuerySet[SituationPermission] = grants.granted(viewer.user, "view_situation", Situation)
    return (
        rows.filter(content_object__council=council)
        .select_related("content_object__council", "content_object__psychiatric_sector")
        .order_by("-last_activity", "-content_object_id")
    )


def counted_situations(
    council: Council, first_year: int, last_year: int
) -> Iterator[tuple[Any, ...]]:
    """One tuple (COUNTED_COLUMNS) for each situation received in those years; one query.

    Anonymous columns only; the caller has checked who may count (reports/policies).
    """
    return (
        council.situations.filter(
            received_on__year__gte=first_year, received_on__year__lte=last_year
        )
        .order_by()
        .values_list(*COUNTED_COLUMNS)
        .iterator(chunk_size=5000)
    )
