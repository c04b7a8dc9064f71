"""How far an alert has come, for its author: each stage with its day and what it means, and the one
thing that is expected of them now.

Nothing here tells whether the person was known before: an alert attached to a situation already
followed goes through the words of one that opened its own, and what the situation lived before the
alert is left out.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from cases.models import ActionLead, Alert, Feedback, Hearing, Participation, Situation

_SETTLED_ALONE = frozenset({"redirected", "out_of_scope", "withdrawn"})
_NOT_YET_STUDIED = frozenset({"submitted", "received"})
RECEIVED, STUDIED, HEARD, CONCLUDED, CLOSED = range(5)


@dataclass(frozen=True)
class Stage:
    """One stage; `state` is past, now or next, `on` its day when it has one."""

    label: str
    state: str
    meaning: str
    on: datetime.date | None = None


@dataclass(frozen=True)
class Expectation:
    """What is expected of the author, in one line; with a button when there is something to do."""

    text: str
    url: str = ""
    action: str = ""


NOTHING = Expectation("Rien pour l’instant : un courriel vous préviendra, sans aucun nom.")


def stages(
    alert: Alert, situation: Situation | None, readable: Collection[str] = ()
) -> tuple[Stage, ...]:
    """The way of the alert; three queries with a situation, none without.

    `situation`: the one it opened or joined, if the reader may open it, else None; `readable`: the
    names of its fields that they may receive (policies.readable_fields). An alert that was
    redirected, set aside or withdrawn ends with its answer.
    """
    if alert.status in _SETTLED_ALONE:
        return _in_order(2, _received(alert), _studied(alert), _answered(alert))
    if situation is None:
        reached = RECEIVED if alert.status in _NOT_YET_STUDIED else STUDIED
        return _in_order(
            reached,
            _received(alert),
            _studied(alert),
            _heard(None),
            _concluded(None),
            _closed(None),
        )
    hearing = _last_hearing(alert, situation)
    closed_on = situation.closed_on if "closed_on" in readable else None
    return _in_order(
        _reached(alert, situation, hearing),
        _received(alert),
        _studied(alert),
        _heard(hearing),
        _concluded(hearing),
        _closed(closed_on),
    )


def expected(
    alert: Alert, *, unread: int, situation: Situation | None, own: Participation | None
) -> Expectation:
    """The first thing that waits for the author; `situation` and `own`, their part in it, when they
    may read more than its themes: two queries then."""
    page = alert.get_absolute_url()
    if alert.status == "info_requested":
        return Expectation(
            "La coordination vous pose une question : l’étude reprend avec votre réponse.",
            f"{page}#answer",
            "Répondre à la question",
        )
    if unread:
        return Expectation("La coordination vous a écrit.", f"{page}#messages", "Lire le message")
    if situation is not None and own is not None and situation.is_open:
        return _expected_of_participant(situation, own)
    return NOTHING


def _expected_of_participant(situation: Situation, own: Participation) -> Expectation:
    code = situation.council.code
    if own.state == Participation.State.SOUGHT:
        return Expectation(
            "Dites si vous prenez part à la situation.",
            situation.get_absolute_url(),
            "Voir et répondre",
        )
    feedback = (
        Feedback.objects.filter(
            hearing__situation=situation,
            given_by=own.membership_id,
            given_on__isnull=True,
            closed_on__isnull=True,
        )
        .order_by("due_on")
        .first()
    )
    if feedback is not None:
        return Expectation(
            "Dites à la personne ce qui s’est conclu, au plus tard le "
            f"{feedback.due_on:%d/%m/%Y}, puis notez-le.",
            reverse("feedback", args=[code, feedback.pk]),
            "Noter la restitution",
        )
    lead = (
        situation.leads.filter(owner=own.membership_id, status__in=ActionLead.CARRIED)
        .order_by("due_on")
        .first()
    )
    if lead is not None:
        return Expectation(
            "Une piste d’action vous est confiée : dites où elle en est.",
            reverse("lead_move", args=[code, lead.pk]),
            "Faire avancer la piste",
        )
    return NOTHING


def _last_hearing(alert: Alert, situation: Situation) -> Hearing | None:
    """The last hearing of the situation after the alert came; the next one, if one is planned."""
    return (
        situation.hearings.filter(meeting__starts_at__gte=alert.received_at)
        .exclude(state=Hearing.State.WITHDRAWN)
        .select_related("meeting")
        .order_by("-meeting__starts_at")
        .first()
    )


def _reached(alert: Alert, situation: Situation, hearing: Hearing | None) -> int:
    if not situation.is_open:
        return CLOSED
    if situation.status == "scheduled" and hearing is not None:
        return HEARD
    if situation.status in ("follow_up", "watch") and (hearing or alert.status == "accepted"):
        return CONCLUDED
    return STUDIED


def _in_order(reached: int, *stages: Stage) -> tuple[Stage, ...]:
    return tuple(
        Stage(
            stage.label,
            "past" if rank < reached else "now" if rank == reached else "next",
            stage.meaning,
            stage.on if rank <= reached else None,
        )
        for rank, stage in enumerate(stages)
    )


def _received(alert: Alert) -> Stage:
    return Stage(
        "Reçue",
        "next",
        "Votre alerte est arrivée : la coordination, et elle seule, la lit.",
        timezone.localdate(alert.received_at),
    )


def _studied(alert: Alert) -> Stage:
    return Stage(
        "Étudiée",
        "next",
        "La coordination fait le point avec vous et avec les services utiles, puis décide de la "
        "suite.",
        timezone.localdate(alert.answered_at) if alert.answered_at else None,
    )


def _answered(alert: Alert) -> Stage:
    return Stage(
        "Réponse",
        "next",
        "Vous avez retiré votre alerte."
        if alert.status == "withdrawn"
        else "La coordination vous répond et vous dit vers qui vous tourner.",
        timezone.localdate(alert.settled_at) if alert.settled_at else None,
    )


def _heard(hearing: Hearing | None) -> Stage:
    return Stage(
        "Séance",
        "next",
        "Les professionnels invités en parlent, dans les limites de l’accord de la personne.",
        timezone.localdate(hearing.meeting.starts_at) if hearing else None,
    )


def _concluded(hearing: Hearing | None) -> Stage:
    record = hearing.record if hearing else None
    validated = record.validated_at if record else None
    return Stage(
        "Conclusions",
        "next",
        "On sait qui fait quoi et pour quand ; les pistes d’action sont suivies.",
        timezone.localdate(validated) if validated else None,
    )


def _closed(closed_on: datetime.date | None) -> Stage:
    return Stage("Clôture", "next", "L’accompagnement par le conseil prend fin.", closed_on)
