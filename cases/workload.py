"""What awaits the coordination today, counted and listed; each function is in the viewer's scope.

Deadlines come from the secrecy charter: an agreement is reviewed after twelve months.
"""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cases.models import (
    ActionLead,
    Alert,
    ConsentRecord,
    Feedback,
    Hearing,
    Participation,
    Situation,
)
from cases.seen_before import marked
from cases.selectors import list_alerts, list_feedback, list_leads, list_situations
from governance.models import Council, Meeting
from governance.viewer import Viewer

AGREED = ("named", "anonymous")
AGREEMENT_HOLDS = datetime.timedelta(days=365)
SILENCE = datetime.timedelta(days=7)
DORMANT = datetime.timedelta(days=730)
_OVER = ("closed", "purged")


def alerts_to_settle(viewer: Viewer, council: Council) -> QuerySet[Alert]:
    """Alerts that wait for the coordination's decision, newest first."""
    alerts = list_alerts(viewer, council)
    return marked(viewer, alerts.filter(status__in=("submitted", "received", "in_review")))


def alerts_awaiting_author(viewer: Viewer, council: Council) -> QuerySet[Alert]:
    """Alerts whose author was asked for more."""
    return marked(viewer, list_alerts(viewer, council).filter(status="info_requested"))


def situations_awaiting_partner(viewer: Viewer, council: Council) -> QuerySet[Situation]:
    """Situations where somebody has not yet said whether they take part."""
    sought = Participation.objects.filter(
        situation=OuterRef("pk"), state=Participation.State.SOUGHT
    )
    return _open(viewer, council).filter(Exists(sought))


def partners_to_remind(
    viewer: Viewer, council: Council, today: datetime.date
) -> QuerySet[Participation]:
    """Participations sought a week ago or earlier and not answered, the oldest first."""
    return (
        Participation.objects.filter(
            situation__in=_open(viewer, council).values("pk"),
            state=Participation.State.SOUGHT,
            since__lte=today - SILENCE,
        )
        .select_related("situation__council", "membership__user", "membership__organisation")
        .order_by("since", "id")
    )


def authors_to_remind(viewer: Viewer, council: Council, today: datetime.date) -> QuerySet[Alert]:
    """Alerts whose author was asked for more a week ago or earlier and has not answered, the
    oldest first; `information_asked_at` says when."""
    return (
        alerts_awaiting_author(viewer, council)
        .filter(information_asked_at__date__lte=today - SILENCE)
        .order_by("information_asked_at")
    )


def agreements_to_collect(
    viewer: Viewer, council: Council, today: datetime.date
) -> QuerySet[Situation]:
    """Situations without an answer of the person, or whose agreement is a year old (`agreed_on`).

    A refusal is an answer: nobody is asked again.
    """
    last = (
        ConsentRecord.objects.filter(situation=OuterRef("pk"), axis=ConsentRecord.Axis.AGREEMENT)
        .order_by("-recorded_at")
        .values("collected_on")[:1]
    )
    return (
        _open(viewer, council)
        .annotate(agreed_on=Subquery(last))
        .filter(
            Q(consent_state__in=("", "not_collected", "unable"))
            | Q(
                consent_state__in=AGREED,
                agreed_on__lte=today - AGREEMENT_HOLDS,
            )
        )
    )


def hearings_to_prepare(meeting: Meeting) -> QuerySet[Hearing]:
    """The points of a séance to come, in order; for who may open the séance."""
    return (
        meeting.hearings.filter(state=Hearing.State.SCHEDULED)
        .select_related("situation__council", "situation__psychiatric_sector")
        .order_by("position")
    )


def overdue_leads(viewer: Viewer, council: Council, today: datetime.date) -> QuerySet[ActionLead]:
    """Leads whose date is past, the oldest first."""
    return list_leads(viewer, council).filter(due_on__lt=today)


def feedback_to_give(viewer: Viewer, council: Council) -> QuerySet[Feedback]:
    """Feedback to people that has not been given, the first due first."""
    return list_feedback(viewer, council).select_related(
        "hearing__situation__council",
        "hearing__situation__psychiatric_sector",
        "given_by__user",
        "given_by__organisation",
    )


def situations_to_close(viewer: Viewer, council: Council) -> QuerySet[Situation]:
    """Situations in follow-up where no lead is open and no feedback is due any more."""
    open_leads = ActionLead.objects.filter(situation=OuterRef("pk"), status__in=ActionLead.OPEN)
    feedback = Feedback.objects.filter(hearing__situation=OuterRef("pk"), given_on__isnull=True)
    return _open(viewer, council).filter(~Exists(open_leads), ~Exists(feedback), status="follow_up")


def _open(viewer: Viewer, council: Council) -> QuerySet[Situation]:
    """Open situations that moved in the last two years: older ones are past their retention, or
    came with an imported register and nobody has touched them since."""
    return (
        list_situations(viewer, council)
        .exclude(status__in=_OVER)
        .filter(last_activity__gte=timezone.now() - DORMANT)
    )
