"""The exchange between the coordination and one partner, as its two sides read it.

An exchange is about an alert, with its author, or in a participation, with who takes part; the
latter begins with what was written about the partner's own alerts of the situation.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from cases import message_policies, policies
from cases.models import Alert, Message, Participation, Situation
from cases.sheets import subject
from governance.decisions import Decision
from governance.models import Council
from governance.viewer import Viewer

ALONE = "vous et la coordination, aucun autre partenaire"


@dataclass(frozen=True)
class Line:
    """One message: who wrote it, what it is when it is more than a message, who read it first."""

    sent_at: datetime.datetime
    who: str
    kind: str
    text: str
    is_own: bool
    read_by: str
    read_at: datetime.datetime | None


@dataclass(frozen=True)
class Exchange:
    """The messages, the oldest first, who reads them, and whether the viewer may write one more."""

    lines: tuple[Line, ...]
    messages: tuple[Message, ...]
    writes: Decision
    by_coordination: bool
    readers: str

    @property
    def questions(self) -> tuple[Line, ...]:
        """The question that waits for its answer: the last one asked."""
        asked = [
            line
            for line, message in zip(self.lines, self.messages, strict=True)
            if message.kind == Message.Kind.QUESTION
        ]
        return tuple(asked[-1:])

    @property
    def unread(self) -> int:
        """How many of the other side's messages nobody of the viewer's side had read."""
        return sum(
            m.read_at is None and m.from_coordination != self.by_coordination for m in self.messages
        )


def about(viewer: Viewer, alert: Alert) -> Exchange:
    """The exchange about an alert that `selectors.open_alert` gave; four queries at most."""
    return _exchange(
        viewer,
        _loaded(viewer, Q(alert=alert)),
        message_policies.can_write_about(viewer, alert),
        partner=_partner(alert) if policies.coordinates(viewer, alert.council) else "",
    )


def of_participation(viewer: Viewer, participation: Participation) -> Exchange:
    """The exchange with who takes part, for them or the coordination; its situation is loaded."""
    situation = participation.situation
    own_alerts = Q(alert__situation=situation, alert__author=participation.membership.user)
    return _exchange(
        viewer,
        _loaded(viewer, Q(participation=participation) | own_alerts),
        message_policies.can_write_to(viewer, participation),
        partner=str(participation.membership)
        if participation.membership_id not in viewer.membership_keys
        else "",
    )


def _partner(alert: Alert) -> str:
    author = str(alert.author or "l’auteur de l’alerte")
    return f"{author} ({alert.organisation})" if alert.organisation else author


def _loaded(viewer: Viewer, which: Q) -> tuple[Message, ...]:
    found = message_policies.messages_in_scope(viewer, Message.objects.filter(which))
    return tuple(found.select_related("author", "read_by"))


def _exchange(
    viewer: Viewer, messages: tuple[Message, ...], writes: Decision, *, partner: str
) -> Exchange:
    """`partner`: the other side, for the coordination; "" for the partner themselves."""
    by_coordination = bool(partner)
    lines = tuple(
        Line(
            sent_at=message.sent_at,
            who=_writer(viewer, message, by_coordination=by_coordination),
            kind="" if message.kind == Message.Kind.MESSAGE else message.get_kind_display(),
            text=message.text,
            is_own=message.from_coordination == by_coordination,
            read_by=str(message.read_by) if message.read_by else "",
            read_at=message.read_at,
        )
        for message in messages
    )
    readers = f"{partner} et la coordination" if partner else ALONE
    return Exchange(lines, messages, writes, by_coordination, readers)


def _writer(viewer: Viewer, message: Message, *, by_coordination: bool) -> str:
    """« Vous », « La coordination » for the partner, a name for the coordination."""
    if message.author is not None and message.author.pk == viewer.user.pk:
        return "Vous"
    if message.from_coordination and not by_coordination:
        return "La coordination"
    return str(message.author or "L’auteur de l’alerte")


@dataclass(frozen=True)
class Thread:
    """One partner's exchange with the coordination, as a line of the situation's page."""

    key: UUID
    who: str
    count: int
    unread: int
    last: datetime.datetime | None
    is_open: bool


def threads_of(viewer: Viewer, council: Council, situation: Situation) -> tuple[Thread, ...]:
    """The exchanges of the situation that the viewer may read: the coordination's, one for each
    participant who takes part or wrote; a participant's, their own. Two queries."""
    steers = policies.coordinates(viewer, council)
    taking_part = situation.participations.select_related(
        "membership__user", "membership__organisation"
    )
    if not steers:
        taking_part = taking_part.filter(
            membership__in=viewer.membership_keys, state__in=Participation.ACTIVE
        )
    of_participation: dict[UUID | None, list[Message]] = {}
    readable = message_policies.messages_in_scope(
        viewer, Message.objects.filter(participation__situation=situation)
    )
    for message in readable.defer("text"):
        of_participation.setdefault(message.participation_id, []).append(message)
    lines = []
    for each in taking_part:
        messages = of_participation.get(each.pk, [])
        if not (messages or each.is_active):
            continue
        lines.append(
            Thread(
                key=each.pk,
                who=str(each.membership),
                count=len(messages),
                unread=sum(m.read_at is None and m.from_coordination != steers for m in messages),
                last=messages[-1].sent_at if messages else None,
                is_open=each.is_active and situation.is_open,
            )
        )
    return tuple(lines)


# --- what is to be read -------------------------------------------------------------------------


@dataclass(frozen=True)
class Unread:
    """An exchange with messages that nobody of the viewer's side has read."""

    code: str
    title: str
    who: str
    url: str
    count: int
    since: datetime.datetime
    alert_key: UUID | None


def unread(viewer: Viewer, council: Council) -> tuple[Unread, ...]:
    """The exchanges of the council with something to read for the viewer, the oldest first: for
    the coordination, what partners wrote; for a partner, what the coordination wrote them.

    Two queries beyond the viewer's own and the council's lists: asked in one, what is unread in
    all the councils would be read (docs/performance.md).
    """
    by_coordination = policies.coordinates(viewer, council)
    about: dict[str, Any] = {"alert__council": council}
    within: dict[str, Any] = {"participation__situation__council": council}
    if not by_coordination:  # the scope says so too, but not where the database begins
        about["alert__author"] = viewer.user
        within["participation__membership__in"] = viewer.membership_keys
    found = [*_unread_messages(viewer, council, about), *_unread_messages(viewer, council, within)]
    by_thread: dict[UUID | None, list[Message]] = {}
    for message in sorted(found, key=lambda message: message.sent_at):
        by_thread.setdefault(message.alert_id or message.participation_id, []).append(message)
    return tuple(_unread(council, messages, by_coordination) for messages in by_thread.values())


def unread_counts(viewer: Viewer, parts: Iterable[Participation]) -> Counter[UUID | None]:
    """Participation key -> how many messages of the coordination its partner has not read; of
    those parts, the viewer's own; one query."""
    waiting = Message.objects.filter(
        participation__in=[part.pk for part in parts],
        read_at__isnull=True,
        from_coordination=True,
    )
    found = message_policies.messages_in_scope(viewer, waiting).order_by()
    return Counter(found.values_list("participation", flat=True))


def _unread_messages(
    viewer: Viewer, council: Council, which: Mapping[str, Any]
) -> QuerySet[Message]:
    waiting = Message.objects.filter(
        **which,
        read_at__isnull=True,
        from_coordination=not policies.coordinates(viewer, council),
    )
    return (
        message_policies.messages_in_scope(viewer, waiting)
        .select_related("alert__council", "participation__situation__council", "author")
        .order_by("sent_at")
    )


def _unread(council: Council, messages: list[Message], by_coordination: bool) -> Unread:
    first = messages[0]
    described: Alert | Situation
    if first.participation is not None:
        described = first.participation.situation
        url = reverse(
            "participation_exchange",
            args=[council.code, described.code, first.participation.pk],
        )
    elif first.alert is not None:
        described = first.alert
        url = f"{described.get_absolute_url()}#messages"
    return Unread(
        code=described.code,
        title=subject(council, described),
        who=str(first.author or "L’auteur de l’alerte") if by_coordination else "La coordination",
        url=url,
        count=len(messages),
        since=first.sent_at,
        alert_key=first.alert_id,
    )
