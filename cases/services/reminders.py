"""What is said again to whoever has it to do, until it is done; by code, on a few fixed days.

Each reminder has a stage, a run of days around a date. It is announced once in its stage, whatever
the number of runs; one that has not left when its thing is done, or its stage over, is withdrawn.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from cases.models import ActionLead, Alert, AlertDraft, ConsentRecord, Participation, Situation
from governance import mail
from governance.letters import day
from governance.models import Council, Membership, OutgoingMessage, Role
from governance.terms import DRAFT_DAYS

# Days after a date (before it when negative): first and last day of each stage. The longest is
# shorter than a message is kept, so that none is announced again once forgotten.
ASKED = ((3, 6), (7, 13))
DUE = ((-3, 0), (1, 7), (8, 14))
TOLD = ((-7, 0), (1, 14))
REVIEW = ((-30, -15), (-14, 0), (1, 14))
DRAFT = ((DRAFT_DAYS - 2, DRAFT_DAYS),)
_OVER = ("closed", "purged")
Stages = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Reminder:
    """One message to one person; `key` names the thing, its date and the stage."""

    key: str
    template: str
    to: str
    subject: str
    context: dict[str, Any]


def remind(today: datetime.date) -> int:
    """Announce what is to be said again today, and withdraw what is not any more; how many are due.

    Run twice, it announces nothing twice.
    """
    due = list(_due(today))
    OutgoingMessage.objects.filter(
        kind=OutgoingMessage.Kind.REMINDER,
        state__in=(OutgoingMessage.State.WAITING, OutgoingMessage.State.GATHERED),
        gathered_in__isnull=True,
    ).exclude(key__in=[reminder.key for reminder in due]).delete()
    for reminder in due:
        mail.send(
            reminder.template,
            reminder.to,
            subject=reminder.subject,
            context=reminder.context,
            once=reminder.key,
        )
    return len(due)


def _due(today: datetime.date) -> Iterator[Reminder]:
    yield from _participations(today)
    yield from _questions(today)
    yield from _leads(today)
    yield from _information(today)
    yield from _agreements(today)
    yield from _drafts(today)


def _staged(
    rows: Iterable[Any], field: str, today: datetime.date, stages: Stages
) -> Iterator[tuple[Any, datetime.date, str]]:
    """The rows whose date `field` is in one of the stages, that date, what the key says of both."""
    for row in rows:
        on = getattr(row, field)
        if isinstance(on, datetime.datetime):
            on = timezone.localdate(on)
        for first, last in stages:
            if first <= (today - on).days <= last:
                yield row, on, f"{on:%Y%m%d}:{first}"


def _window(field: str, today: datetime.date, stages: Stages) -> Q:
    """The rows whose date `field` may be in one of the stages."""
    return Q(
        **{
            f"{field}__gte": today - datetime.timedelta(days=stages[-1][1]),
            f"{field}__lte": today - datetime.timedelta(days=stages[0][0]),
        }
    )


def _participations(today: datetime.date) -> Iterator[Reminder]:
    """A partner asked three days ago, then seven, who has not answered."""
    sought = (
        Participation.objects.filter(
            _window("since", today, ASKED),
            state=Participation.State.SOUGHT,
            membership__in=Membership.objects.active(today),
        )
        .exclude(situation__status__in=_OVER)
        .select_related("situation__council", "membership__user")
    )
    for asked, on, stage in _staged(sought, "since", today, ASKED):
        yield Reminder(
            f"participation:{asked.pk}:{stage}",
            "participation_waiting",
            asked.membership.user.email,
            f"{asked.situation.code} : votre réponse est attendue",
            _about(asked.situation, since=day(on)),
        )


def _questions(today: datetime.date) -> Iterator[Reminder]:
    """An author asked for more three days ago, then seven, who has not answered."""
    asked = Alert.objects.filter(
        status="info_requested", author__isnull=False, information_asked_at__isnull=False
    ).select_related("council", "author")
    members = Membership.objects.active(today)
    for alert, on, stage in _staged(asked, "information_asked_at", today, ASKED):
        if members.filter(user=alert.author, council=alert.council_id).exists():
            yield Reminder(
                f"question:{alert.pk}:{stage}",
                "question_waiting",
                alert.author.email,
                f"{alert.code} : votre réponse est attendue",
                _about(alert, since=day(on)),
            )


def _leads(today: datetime.date) -> Iterator[Reminder]:
    """The owner alone of a lead due in three days, then overdue, once a week, twice."""
    open_leads = (
        ActionLead.objects.filter(
            _window("due_on", today, DUE),
            status__in=ActionLead.CARRIED,
            owner__in=_concerned(today),
        )
        .exclude(situation__status="purged")
        .select_related("situation__council", "owner__user")
    )
    for lead, on, stage in _staged(open_leads, "due_on", today, DUE):
        late = on < today
        act = "l’échéance de votre piste est passée" if late else "votre piste arrive à échéance"
        yield Reminder(
            f"lead:{lead.pk}:{lead.owner_id}:{stage}",
            "lead_due",
            lead.owner.user.email,
            f"{lead.situation.code} : {act}",
            {
                **_about(lead.situation, due=day(on), late="oui" if late else "non"),
                "path": reverse("lead_move", args=[lead.situation.council.code, lead.pk]),
            },
        )


def _information(today: datetime.date) -> Iterator[Reminder]:
    """Whoever was to tell the person by a date: a week before it, then after it."""
    untold = _last(ConsentRecord.Axis.INFORMATION, today, TOLD).filter(state="not_yet")
    for record, on, stage in _staged(untold, "review_on", today, TOLD):
        teller = record.recorded_by_id
        if record.alert is not None and record.alert.author_id is not None:
            teller = record.alert.author_id
        for membership in _people(record.situation, today, Q(user=teller)):
            yield Reminder(
                f"information:{record.pk}:{membership.user_id}:{stage}",
                "information_due",
                membership.user.email,
                f"{record.situation.code} : la personne est à informer",
                _about(record.situation, due=day(on)),
            )


def _agreements(today: datetime.date) -> Iterator[Reminder]:
    """The coordination: an agreement is to review in a month, in two weeks, since yesterday."""
    agreements = _last(ConsentRecord.Axis.AGREEMENT, today, REVIEW)
    for record, on, stage in _staged(agreements, "review_on", today, REVIEW):
        for membership in _people(record.situation, today, Q(role=Role.COORDINATOR)):
            yield Reminder(
                f"agreement:{record.pk}:{membership.user_id}:{stage}",
                "agreement_due",
                membership.user.email,
                f"{record.situation.code} : l’accord est à revoir",
                _about(record.situation, due=day(on)),
            )


def _drafts(today: datetime.date) -> Iterator[Reminder]:
    """The author of a draft that goes in two days; without an account, they were told."""
    members = Membership.objects.active(today)
    drafts = AlertDraft.objects.select_related("council", "author").defer("answers")
    for draft, on, stage in _staged(drafts, "updated_at", today, DRAFT):
        council: Council = draft.council
        author = draft.author
        if author is not None and members.filter(user=author, council=council).exists():
            yield Reminder(
                f"draft:{draft.pk}:{stage}",
                "draft_expiring",
                author.email,
                f"{council.code} : votre brouillon va être effacé",
                {
                    "until": day(on + datetime.timedelta(days=DRAFT_DAYS + 1)),
                    "council": council,
                    "path": reverse("alert_recap", args=[council.code, draft.pk]),
                },
            )


def _about(case: Situation | Alert, **facts: str) -> dict[str, Any]:
    return {
        "code": case.code,
        **facts,
        "council": case.council,
        "path": case.get_absolute_url(),
    }


def _last(axis: str, today: datetime.date, stages: Stages) -> QuerySet[ConsentRecord]:
    """The last answer of each open situation on that axis, where its review may be near."""
    newest = (
        ConsentRecord.objects.filter(situation=OuterRef("situation"), axis=axis)
        .order_by("-recorded_at", "-id")
        .values("pk")[:1]
    )
    return (
        ConsentRecord.objects.filter(
            _window("review_on", today, stages), axis=axis, pk=Subquery(newest)
        )
        .exclude(situation__status__in=_OVER)
        .select_related("situation__council", "alert")
    )


def _concerned(today: datetime.date) -> QuerySet[Any]:
    """The members of today who coordinate, or take part in the situation of the row (a lead)."""
    takes_part = Q(
        participations__situation=OuterRef("situation"),
        participations__state__in=Participation.ACTIVE,
    )
    members = Membership.objects.active(today)
    return members.filter(Q(role=Role.COORDINATOR) | takes_part).values("pk")


def _people(situation: Situation, today: datetime.date, which: Q) -> QuerySet[Membership]:
    """The members of today who coordinate or take part in the situation, and are `which`."""
    takes_part = Q(
        participations__situation=situation, participations__state__in=Participation.ACTIVE
    )
    return (
        Membership.objects.active(today)
        .filter(Q(role=Role.COORDINATOR) | takes_part, which, council=situation.council_id)
        .select_related("user")
        .distinct()
    )
