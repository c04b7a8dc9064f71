"""Erasing: identities, texts, history and whatever hangs on an alert or a situation.

Erased by default: of each table, only the columns of KEPT stay, a table that is not in KEPT loses
its rows, and the history of all of them goes. What stays is the anonymous statistical row: closed
answers, states and dates, which the reports count. Everything is written by `update` and `delete`,
not by `save`, so that no history row tells what has just been erased.
"""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Field, Model, QuerySet
from django.utils import timezone

from cases import policies, vault
from cases.models import (
    ActionLead,
    Alert,
    AlertStep,
    Conclusions,
    ConsentRecord,
    Feedback,
    Fingerprint,
    Hearing,
    Participation,
    Situation,
    TimeSpent,
)
from cases.services.activity import locked
from cases.services.follow_up import drop_open_leads
from cases.workflow import ALERT, SITUATION
from governance import grants, journal, ledger, nomenclatures
from governance.decisions import Refused
from governance.models import Erasure, User
from governance.viewer import Viewer

# The answers that the form declares as counted. A quarter narrows down to a person, and the
# partners around somebody do too: those two go.
_ANSWERS = frozenset(
    spec.code
    for section in nomenclatures.alert_form()
    for spec in section.fields
    if spec.stats and spec.type not in ("repeated", "multi_fk")
) - {"district"}

KEPT: dict[type[Model], frozenset[str]] = {
    Situation: _ANSWERS
    | {
        "code", "council", "status", "received_on", "channel", "complexity", "venue", "closed_on",
        "closure_reason", "last_activity", "prior_hearings", "reopenings", "priority_area",
        "version",
    },
    Alert: _ANSWERS
    | {
        "code", "council", "status", "situation", "received_at", "answered_at", "settled_at",
        "information_asked_at", "information_given_at", "redirected_to", "information_date",
    },
    AlertStep: frozenset({"alert", "step", "result"}),
    ConsentRecord: frozenset(
        {"situation", "alert", "axis", "state", "given_by", "collected_on", "recorded_by",
         "recorded_at", "categories", "sheet_version", "sheet_digest", "review_on"}
    ),
    Hearing: frozenset({"situation", "meeting", "position", "minutes", "state", "naming"}),
    Conclusions: frozenset(
        {"hearing", "number", "version", "obstacles", "validated_at", "validated_by"}
    ),
    ActionLead: frozenset(
        {"council", "situation", "hearing", "kind", "owner", "due_on", "status", "proposed_on",
         "answered_on", "ended_on"}
    ),
    Feedback: frozenset({"council", "hearing", "given_by", "due_on", "given_on"}),
    TimeSpent: frozenset({"situation", "minutes", "kind", "done_on", "noted_by", "noted_at"}),
    # They have a term of their own: `forget_fingerprints`.
    Fingerprint: frozenset({"alert", "kind", "digest"}),
    Participation: frozenset(
        {"situation", "membership", "state", "since", "until", "answered_on"}
    ),
}  # fmt: skip
# Where a constraint wants a reason, this word stands for the one that was there.
ERASED = "effacé"
_REASONS: dict[type[Model], str] = {
    Alert: "not_informed_reason",
    ConsentRecord: "measure_reference",
    Participation: "reason",
}
# The reason of closure of a situation that nobody has followed for two years.
FORGOTTEN = "lost"


@transaction.atomic
def erase_situation(
    situation: Situation, on: datetime.date, *, by: User | None = None, reason: str = ""
) -> None:
    """Erase a closed situation with its alerts; noted in the ledger and in the journal.

    `by`: None for the retention, which leaves the fingerprints for as long as the council keeps
    them. IllegalTransition unless it is closed (see `close_as`).
    """
    situation = locked(situation)
    status = SITUATION.target("purge", situation.status)
    end_participations(situation, on)
    remembered = by is None and situation.council.memory_months > 0
    for alert in situation.alerts.all():
        _forget_alert(alert, on)
        if not remembered:
            forget_fingerprints(alert, on)
    Feedback.objects.filter(hearing__situation=situation, given_on__isnull=True).delete()
    grants.revoke_everyone(situation)
    quarter = situation.district
    priority_area = quarter.priority_area if quarter else situation.priority_area
    _erase(Situation.objects.filter(pk=situation.pk))
    Situation.objects.filter(pk=situation.pk).update(status=status, priority_area=priority_area)
    ledger.note(Erasure.Kind.SITUATION, situation.pk, on)
    journal.record(by, "erase", situation, council=situation.council, reason=reason)


@transaction.atomic
def erase_on_request(
    viewer: Viewer, situation: Situation, *, reason: str, closure: str = ""
) -> None:
    """Erase at the person's request (RGPD 17), at once and with the fingerprints; an open
    situation closes as `closure`.

    Refused for anyone but the coordination, and without a reason; ValidationError (French) for an
    open situation without a reason of closure; IllegalTransition for one already erased.
    """
    policies.can_steer(viewer, situation).enforce()
    if len(reason.strip()) < 10:
        raise Refused("Écrivez la demande en quelques mots, sans nommer la personne.")
    if situation.is_open:
        close_as(situation, closure, timezone.localdate())
    erase_situation(situation, timezone.localdate(), by=viewer.user, reason=reason.strip())


@transaction.atomic
def erase_alert(alert: Alert, on: datetime.date) -> None:
    """Erase an alert that opened no situation, and its fingerprints; one never settled counts as
    withdrawn.

    Noted in the ledger and in the journal.
    """
    if ALERT.allows("withdraw", alert.status):
        Alert.objects.filter(pk=alert.pk).update(
            status=ALERT.target("withdraw", alert.status), settled_at=timezone.now()
        )
    _forget_alert(alert, on)
    forget_fingerprints(alert, on)
    _erase(Alert.objects.filter(pk=alert.pk))
    journal.record(None, "erase", alert, council=alert.council)


def forget_fingerprints(alert: Alert, on: datetime.date) -> None:
    """Nobody is recognised by this alert any more; noted in the ledger, on a line of its own."""
    vault.forget(alert)
    ledger.note(Erasure.Kind.MEMORY, alert.pk, on)


def close_as(situation: Situation, closure: str, on: datetime.date) -> None:
    """Close an open situation, from whatever state: off the agenda first, if it is on one.

    ValidationError (French) without a reason of closure.
    """
    situation = locked(situation)
    if situation.status == "scheduled":
        situation.hearings.filter(state=Hearing.State.SCHEDULED).update(
            state=Hearing.State.WITHDRAWN
        )
        situation.status = SITUATION.target("unschedule", situation.status)
    situation.status = SITUATION.target("close", situation.status)
    situation.closed_on = max(on, situation.received_on)
    situation.closure_reason = closure
    drop_open_leads(situation)
    situation.full_clean()
    situation.save()


def end_participations(situation: Situation, on: datetime.date) -> None:
    """Nobody takes part any more."""
    active = situation.participations.filter(state__in=Participation.ACTIVE)
    active.update(state=Participation.State.ENDED, until=on)


def _forget_alert(alert: Alert, on: datetime.date) -> None:
    vault.erase_identity(alert)
    grants.revoke_everyone(alert)
    ledger.note(Erasure.Kind.ALERT, alert.pk, on)


def _erase(rows: QuerySet[Any]) -> None:
    """Erase the rows, those that point to them, and their history."""
    model = rows.model
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            child = relation.related_model
            _erase(child._base_manager.filter(**{f"{relation.field.name}__in": keys}))
    if model in KEPT:
        _clear(rows)
    else:
        rows.delete()
    # Last: a deletion leaves a row of history of its own.
    if hasattr(model._meta, "simple_history_manager_attribute"):
        _erase(model.history.model._base_manager.filter(id__in=keys))


def _clear(rows: QuerySet[Any]) -> None:
    """Empty every column of the rows that KEPT does not name."""
    model = rows.model
    reason = _REASONS.get(model)
    if reason is not None:
        rows.exclude(**{reason: ""}).update(**{reason: ERASED})
    rows.update(
        **{
            field.name: _empty(field)
            for field in model._meta.concrete_fields
            if not field.primary_key and field.name not in KEPT[model] and field.name != reason
        }
    )


def _empty(field: "Field[Any, Any]") -> Any:
    return None if field.null else field.get_default()
