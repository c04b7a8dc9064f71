"""THE CHOKEPOINT: alerts and situations are found here, for a viewer, or not at all (404).

`open_...` = scope -> 404 -> journal -> what the page needs. `list_...` = scope, a constant number
of queries, no journal line: a list shows codes and closed answers only.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone

from cases import policies
from cases.models import (
    ActionLead,
    Alert,
    AlertDraft,
    Feedback,
    Hearing,
    Participation,
    RegisterUpload,
    Situation,
    SituationPermission,
)
from cases.rows import in_rows
from governance import grants, journal
from governance.models import (
    Council,
    Meeting,
    Membership,
    Role,
    User,
)
from governance.roles import TAKE_PART
from governance.selectors import (
    count_of,
    list_meetings,
    list_members,
    list_partners,
    open_council,
)
from governance.viewer import Viewer


def open_alert(viewer: Viewer, council: Council, code: str) -> Alert:
    """The alert of that code, if in the viewer's scope, else 404; the access is journalled."""
    alert = (
        policies.alerts_in_scope(viewer, Alert.objects.filter(council=council, code=code))
        .select_related(
            "council", "author", "occasional_author", "recorded_by", "organisation",
            "situation__council", "town", "district", "psychiatric_sector", "redirected_to",
        )
        .prefetch_related("steps", "involved_partners", "suggested_invitees")
        .first()
    )  # fmt: skip
    if alert is None:
        raise Http404
    journal.record(
        viewer.user,
        "open_alert",
        alert,
        council=council,
        reason="" if viewer.user else journal.NO_ACCOUNT,
    )
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


def list_alerts(viewer: Viewer, *councils: Council) -> QuerySet[Alert]:
    """The councils' alerts in the viewer's scope, newest first; each knows when it `moved_at`."""
    return in_rows(policies.alerts_in_scope(viewer, Alert.objects.filter(council__in=councils)))


def open_situation(viewer: Viewer, council: Council, code: str) -> Situation:
    """The situation of that code, if in the viewer's scope, else 404; the access is journalled."""
    situation = (
        policies.situations_in_scope(viewer, Situation.objects.filter(council=council, code=code))
        .select_related("council", "town", "district", "psychiatric_sector")
        .first()
    )
    if situation is None:
        raise Http404
    situation.opened_by = viewer  # type: ignore[attr-defined]
    journal.record(viewer.user, "open_situation", situation, council=council)
    return situation


def list_situations(viewer: Viewer, *councils: Council) -> QuerySet[Situation]:
    """The councils' situations in the coordinator's scope, last moved first.

    Each knows the first of its leads that is `overdue`, if any: looked up for the rows of a page,
    where an Exists would have the database read all the overdue leads first.
    """
    overdue = ActionLead.objects.filter(
        situation=OuterRef("pk"), status__in=ActionLead.OPEN, due_on__lt=timezone.localdate()
    )
    return (
        policies.situations_in_scope(viewer, Situation.objects.filter(council__in=councils))
        .select_related("council", "psychiatric_sector")
        .annotate(overdue=Subquery(overdue.values("pk")[:1]))
        .order_by("-last_activity", "-id")
    )


def list_own_situations(viewer: Viewer, council: Council) -> QuerySet[SituationPermission]:
    """A partner's situations, last moved first: guardian's own rows, which also give the order.

    Rows carry `content_object` (the situation; its council is the one asked for); see
    docs/ARCHITECTURE.md for the measure.
    """
    if not viewer.may(TAKE_PART, council):
        return SituationPermission.objects.none()
    rows: QuerySet[SituationPermission] = grants.granted(viewer.user, "view_situation", Situation)
    return (
        rows.filter(council=council)
        .select_related("content_object")
        .order_by("-last_activity", "-content_object_id")
    )


# --- what was sent (the form: cases/alert_options.py) ---------------------------------------------


def sent_from_draft(viewer: Viewer, council: Council, key: UUID) -> Alert | None:
    """The alert that the draft of that key became, if in the viewer's scope."""
    return (
        policies.alerts_in_scope(viewer, Alert.objects.filter(council=council, draft_key=key))
        .select_related("council")
        .first()
    )


@dataclass(frozen=True)
class Access:
    """One line of "who has opened this": a day, a person with their role, what they did."""

    on: datetime.date
    who: str
    action: str


def list_accesses(alert: Alert) -> tuple[Access, ...]:
    """Who else than its author opened the alert, newest first, once a day and act; two queries.

    For an alert that `open_alert` gave: its author's and the coordination's to read.
    """
    records = journal.accesses(alert).exclude(actor=alert.author)[:500]
    roles: dict[UUID, str] = {}
    for membership in alert.council.memberships.filter(user__in={r.actor_id for r in records}):
        roles.setdefault(membership.user_id, membership.get_role_display())
    return tuple(
        dict.fromkeys(
            Access(
                on=timezone.localdate(record.at),
                who=f"{record.actor} ({roles.get(record.actor.pk, 'ancien membre')})",
                action=journal.ACTIONS[record.action],
            )
            for record in records
            if record.actor is not None
        )
    )


# --- séances and follow-up (the agenda: cases/agenda.py) ----------------------------------------


def open_council_of_meetings(viewer: Viewer, code: str) -> Council:
    """The council of that code for those who attend its séances: coordination and partners; 404
    for anyone else."""
    council = open_council(viewer, code)
    if not (policies.coordinates(viewer, council) or viewer.may(TAKE_PART, council)):
        raise Http404
    return council


def list_sittings(viewer: Viewer, council: Council) -> QuerySet[Meeting]:
    """The council's séances in the viewer's scope, with the numbers of invitees and of points."""
    return (
        list_meetings(viewer, council)
        .filter(body__isnull=True)
        .annotate(point_count=count_of(Hearing.objects.exclude(state=Hearing.State.WITHDRAWN)))
    )


def open_sitting(viewer: Viewer, council: Council, key: UUID) -> Meeting:
    """The séance, if in the viewer's scope, else 404 (for a body's meeting too); journalled."""
    meeting = list_sittings(viewer, council).filter(pk=key).first()
    if meeting is None:
        raise Http404
    journal.record(viewer.user, "open_meeting", meeting, council=council)
    return meeting


def list_permanent_users(council: Council) -> QuerySet[User]:
    """The accounts of who sits at every séance of the council; nobody's where there is no such
    member."""
    permanent = list_partners(council).filter(permanent_member=True)
    if not council.has_permanent_members:
        permanent = permanent.none()
    return User.objects.filter(memberships__in=permanent)


def planned_days(
    council: Council, first: datetime.datetime, last: datetime.datetime
) -> frozenset[datetime.date]:
    """The days of that span on which a séance of the council is planned."""
    planned = council.meetings.filter(
        body__isnull=True, status=Meeting.Status.PLANNED, starts_at__range=(first, last)
    )
    return frozenset(timezone.localdate(meeting.starts_at) for meeting in planned)


class PointRemoved(Http404):
    """The point was on that agenda, and is no longer: its situation left it, or is erased."""

    def __init__(self, hearing: Hearing) -> None:
        super().__init__()
        self.hearing = hearing


def open_hearing(viewer: Viewer, council: Council, meeting: UUID, key: UUID) -> Hearing:
    """A point of a séance's agenda, for who conducts the séance, else 404; the situation's access
    is journalled. PointRemoved, to them alone, for one taken off the agenda."""
    hearing = find_hearing(viewer, council, meeting, key)
    journal.record(viewer.user, "open_situation", hearing.situation, council=council)
    return hearing


def find_hearing(viewer: Viewer, council: Council, meeting: UUID, key: UUID) -> Hearing:
    """The same, to write on a page that was opened: nothing is shown, nothing is journalled."""
    hearing = (
        policies.hearings_in_scope(
            viewer, Hearing.objects.filter(meeting=meeting, meeting__council=council, pk=key)
        )
        .select_related("situation__council", "meeting__council", "notes")
        .prefetch_related("conclusions")
        .first()
    )
    if hearing is None or not policies.coordinates(viewer, council):
        raise Http404
    if hearing.state == Hearing.State.WITHDRAWN or not policies.can_steer(
        viewer, hearing.situation
    ):
        raise PointRemoved(hearing)
    return hearing


def lead_owners(situation: Situation) -> QuerySet[Membership]:
    """Who may carry a lead of the situation today: who takes part in it, and the coordination."""
    taking_part = situation.participations.filter(state__in=Participation.ACTIVE)
    return list_members(situation.council).filter(
        Q(role=Role.COORDINATOR) | Q(pk__in=taking_part.values("membership"))
    )


def list_leads(viewer: Viewer, *councils: Council) -> QuerySet[ActionLead]:
    """The open leads that the viewer may act on, the most overdue first, undated ones last."""
    return (
        policies.leads_in_scope(viewer, ActionLead.objects.filter(council__in=councils))
        .filter(status__in=ActionLead.OPEN)
        .select_related("situation__council", "owner__user", "owner__organisation")
        .order_by(F("due_on").asc(nulls_last=True), "proposed_on", "id")
    )


def open_lead(viewer: Viewer, council: Council, key: UUID) -> ActionLead:
    """The lead, for its owner or the coordination, else 404; the situation's access is
    journalled."""
    lead = (
        policies.leads_in_scope(
            viewer, ActionLead.objects.filter(situation__council=council, pk=key)
        )
        .select_related("situation__council", "owner__user", "owner__organisation")
        .first()
    )
    if lead is None:
        raise Http404
    journal.record(viewer.user, "open_situation", lead.situation, council=council)
    return lead


def list_feedback(viewer: Viewer, *councils: Council) -> QuerySet[Feedback]:
    """The feedback still to be given that the viewer may note, the first due first."""
    return (
        policies.feedback_in_scope(viewer, Feedback.objects.filter(council__in=councils))
        .filter(given_on__isnull=True, closed_on__isnull=True)
        .select_related("hearing__situation", "given_by__user", "given_by__organisation")
        .order_by("due_on", "hearing_id")
    )


def open_feedback(viewer: Viewer, council: Council, key: UUID) -> Feedback:
    """The feedback, for who is to give it or the coordination, else 404; the situation's access
    is journalled."""
    feedback = (
        policies.feedback_in_scope(
            viewer, Feedback.objects.filter(hearing__situation__council=council, pk=key)
        )
        .select_related(
            "hearing__situation__council", "hearing__meeting", "given_by__user",
            "given_by__organisation",
        )
        .first()
    )  # fmt: skip
    if feedback is None:
        raise Http404
    journal.record(viewer.user, "open_situation", feedback.hearing.situation, council=council)
    return feedback


def open_register_upload(viewer: Viewer, council: Council, key: UUID) -> RegisterUpload:
    """The register that the viewer uploaded and has not confirmed yet, else 404."""
    upload = RegisterUpload.objects.filter(council=council, uploaded_by=viewer.user, pk=key).first()
    if upload is None:
        raise Http404
    return upload
