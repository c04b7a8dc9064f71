"""What awaits the coordination today: each function narrows the lists that a selector gave.

Deadlines come from the secrecy charter: an agreement is reviewed after twelve months.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from uuid import UUID

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
from cases.selectors import list_alerts, list_situations
from governance.models import Council, Meeting
from governance.viewer import Viewer

AGREED = ("named", "anonymous")
AGREEMENT_HOLDS = datetime.timedelta(days=365)
SILENCE = datetime.timedelta(days=7)
DORMANT = datetime.timedelta(days=730)


def alerts_to_settle(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """Alerts that wait for the coordination's decision."""
    return alerts.filter(status__in=("submitted", "received", "in_review"))


def alerts_awaiting_author(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """Alerts whose author was asked for more."""
    return alerts.filter(status="info_requested")


def situations_awaiting_partner(situations: QuerySet[Situation]) -> QuerySet[Situation]:
    """Situations where somebody has not yet said whether they take part."""
    sought = Participation.objects.filter(
        situation=OuterRef("pk"), state=Participation.State.SOUGHT
    )
    return _open(situations).filter(Exists(sought))


def partners_to_remind(
    viewer: Viewer, council: Council, today: datetime.date
) -> QuerySet[Participation]:
    """Participations sought a week ago or earlier and not answered, the oldest first."""
    return (
        Participation.objects.filter(
            situation__in=_open(list_situations(viewer, council)).values("pk"),
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
        alerts_awaiting_author(list_alerts(viewer, council))
        .filter(information_asked_at__date__lte=today - SILENCE)
        .order_by("information_asked_at")
    )


def agreements_to_collect(
    situations: QuerySet[Situation], today: datetime.date
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
        _open(situations)
        .annotate(agreed_on=Subquery(last))
        .filter(
            Q(consent_state__in=("", "not_collected", "unable"))
            | Q(
                consent_state__in=AGREED,
                agreed_on__lte=today - AGREEMENT_HOLDS,
            )
        )
    )


def hearings_to_prepare(
    meetings: Iterable[Meeting], situations: QuerySet[Situation]
) -> QuerySet[Hearing]:
    """The points of séances to come, in order; for who may open the séances."""
    return (
        Hearing.objects.filter(
            meeting__in=[meeting.pk for meeting in meetings],
            state=Hearing.State.SCHEDULED,
            situation__in=situations.values("pk"),
        )
        .select_related("meeting", "situation__council", "situation__psychiatric_sector")
        .order_by("meeting__starts_at", "meeting", "position")
    )


def point_counts(meetings: Iterable[Meeting]) -> Counter[UUID]:
    """How many points each séance to come has, by its key; one query."""
    hearings = Hearing.objects.filter(
        meeting__in=[meeting.pk for meeting in meetings], state=Hearing.State.SCHEDULED
    )
    return Counter(hearings.values_list("meeting", flat=True))


def overdue_leads(leads: QuerySet[ActionLead], today: datetime.date) -> QuerySet[ActionLead]:
    """Leads whose date is past, the oldest first."""
    return leads.filter(due_on__lt=today)


def feedback_to_give(feedback: QuerySet[Feedback]) -> QuerySet[Feedback]:
    """Feedback to people that has not been given, the first due first."""
    return feedback.select_related(
        "hearing__situation__council",
        "hearing__situation__psychiatric_sector",
        "given_by__user",
        "given_by__organisation",
    )


def situations_to_close(situations: QuerySet[Situation]) -> QuerySet[Situation]:
    """Situations in follow-up where no lead is open and no feedback is due any more."""
    open_leads = ActionLead.objects.filter(situation=OuterRef("pk"), status__in=ActionLead.OPEN)
    feedback = Feedback.objects.filter(
        hearing__situation=OuterRef("pk"), given_on__isnull=True, closed_on__isnull=True
    )
    return _open(situations).filter(~Exists(open_leads), ~Exists(feedback), status="follow_up")


def _open(situations: QuerySet[Situation]) -> QuerySet[Situation]:
    """Open situations that moved in the last two years: older ones are past their retention, or
    came with an imported register and nobody has touched them since."""
    return situations.exclude(status__in=Situation.OVER).filter(
        last_activity__gte=timezone.now() - DORMANT
    )
