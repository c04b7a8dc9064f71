"""Action leads put into words, as each viewer may read them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from cases import policies
from cases.models import ActionLead, Hearing
from cases.rows import Chip
from governance.models import Council
from governance.selectors import council_label
from governance.viewer import Viewer

_CHIPS = {
    "proposed": "missing",
    "declined": "missing",
    "done": "done",
    "failed": "refused",
    "out_of_remit": "refused",
    "dropped": "refused",
}


@dataclass(frozen=True)
class LeadLine:
    """A lead: what, by whom, until when, and what came of it."""

    key: UUID
    code: str
    kind: str
    description: str
    owner: str
    due_on: datetime.date | None
    chips: tuple[Chip, ...]
    outcome: str


def lead_lines(
    viewer: Viewer, council: Council, leads: Iterable[ActionLead]
) -> tuple[LeadLine, ...]:
    """`leads` in the council's words; no query when their situations and owners are loaded.

    Where the agreement leaves a participant nothing but themes, the free texts are left out.
    """
    return tuple(
        _line(council, lead, told=not policies.sees_themes_only(viewer, lead.situation))
        for lead in leads
    )


def projected_lines(council: Council, leads: Iterable[ActionLead]) -> tuple[LeadLine, ...]:
    """The same for the wall of the meeting room: what every participant may read."""
    return tuple(
        _line(
            council,
            lead,
            told=policies.discussion(lead.situation) != Hearing.Naming.THEMES,
        )
        for lead in leads
    )


def _line(council: Council, lead: ActionLead, *, told: bool) -> LeadLine:
    return LeadLine(
        lead.pk,
        lead.situation.code,
        council_label(council, "action_lead_type", lead.kind),
        lead.description if told else "",
        str(lead.owner or ""),
        lead.due_on,
        _chips(council, lead),
        lead.outcome if told else "",
    )


def _chips(council: Council, lead: ActionLead) -> tuple[Chip, ...]:
    label = council_label(council, "action_lead_status", lead.status)
    state = Chip(_CHIPS.get(lead.status, "neutral"), label)
    return (state, Chip("late", "En retard")) if lead.is_overdue else (state,)


def leads_of(hearing: Hearing) -> QuerySet[ActionLead]:
    """The leads proposed at a hearing, in the order in which they were."""
    return _loaded(hearing.leads.order_by("proposed_on", "id"))


def earlier_leads(hearing: Hearing) -> QuerySet[ActionLead]:
    """What the hearing takes stock of: the leads of the one before it, those noted since then,
    and whatever is still open."""
    before = (
        hearing.situation.hearings.filter(
            state=Hearing.State.HELD, meeting__starts_at__lt=hearing.meeting.starts_at
        )
        .select_related("meeting")
        .order_by("-meeting__starts_at")
        .first()
    )
    if before is None:
        recent = Q(hearing__isnull=True)
    else:
        since = timezone.localdate(before.meeting.starts_at)
        recent = Q(hearing=before) | Q(hearing__isnull=True, proposed_on__gte=since)
    leads = hearing.situation.leads.filter(recent | Q(status__in=ActionLead.OPEN))
    return _loaded(leads.exclude(hearing=hearing))


def _loaded(leads: QuerySet[ActionLead]) -> QuerySet[ActionLead]:
    return leads.select_related("situation__council", "owner__user", "owner__organisation")
