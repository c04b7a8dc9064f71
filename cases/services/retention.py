"""What runs out, and when: the rules of retention, applied every night by a timer.

Each rule says what is due on a day and what becomes of one of them. Situations are announced 60
days before they go, whatever made them due: the passing of time, a council that shortens its term,
an imported register whose situations are old already.
"""

import datetime
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cases.models import (
    Alert,
    AlertDraft,
    Hearing,
    InternalNote,
    KeptPassage,
    OccasionalAuthor,
    RegisterUpload,
    Situation,
)
from cases.services import council_erasure
from cases.services.erasure import (
    FORGOTTEN,
    close_as,
    erase_alert,
    erase_situation,
    forget_fingerprints,
)
from governance import ledger
from governance.models import Council, Erasure, User
from governance.services import retention as governance
from governance.services.retention import start_of
from governance.terms import (
    DRAFT_DAYS,
    JOURNAL_MONTHS,
    NOTICE_DAYS,
    SET_ASIDE_DAYS,
    UPLOAD_DAYS,
    days_before,
    months_after,
    months_before,
)

logger = logging.getLogger(__name__)

_SET_ASIDE = ("redirected", "out_of_scope", "withdrawn")
_UNSETTLED = ("submitted", "received", "in_review", "info_requested")
_NOTICE = datetime.timedelta(days=NOTICE_DAYS)
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """What is due on a day, and what becomes of one of them; without an act, all are deleted."""

    label: str
    due: Callable[[datetime.date], QuerySet[Any]]
    act: Callable[[Any, datetime.date], None] | None = None


@dataclass(frozen=True)
class Applied:
    """What a rule did, or would do; `failed` are left for the next night."""

    label: str
    count: int
    failed: int = 0


# --- what is due --------------------------------------------------------------------------------


def old_drafts(today: datetime.date) -> QuerySet[AlertDraft]:
    """Drafts that nobody has changed for seven days."""
    return AlertDraft.objects.filter(updated_at__lt=start_of(days_before(today, DRAFT_DAYS)))


def idle_authors(today: datetime.date) -> QuerySet[OccasionalAuthor]:
    """Authors without an account who have no alert nor draft left, and have not just verified."""
    limit = start_of(days_before(today, DRAFT_DAYS))
    return OccasionalAuthor.objects.filter(
        alerts__isnull=True, drafts__isnull=True, created_at__lt=limit
    ).exclude(verified_at__gte=limit)


def old_uploads(today: datetime.date) -> QuerySet[RegisterUpload]:
    """Registers uploaded the day before or earlier, and not confirmed."""
    limit = start_of(days_before(today, UPLOAD_DAYS))
    return RegisterUpload.objects.filter(uploaded_at__lt=limit)


def old_reasons(today: datetime.date) -> QuerySet[KeptPassage]:
    """Why passages were kept in a text, as old as the journal may get."""
    return KeptPassage.objects.filter(kept_at__lt=start_of(months_before(today, JOURNAL_MONTHS)))


def alerts_to_erase(today: datetime.date) -> QuerySet[Alert]:
    """Alerts set aside 90 days ago, and those never settled that are as old as a situation may
    get; not yet erased."""
    return _alerts_to_erase(today, Council.objects.all())


def _alerts_to_erase(today: datetime.date, councils: Iterable[Council]) -> QuerySet[Alert]:
    set_aside = Q(
        council__in=councils,
        status__in=_SET_ASIDE,
        settled_at__lt=_before(days_before(today, SET_ASIDE_DAYS)),
    )
    forgotten = Q(status__in=_UNSETTLED) & _older("received_at", today, councils)
    return Alert.objects.filter(set_aside | forgotten).exclude(
        pk__in=ledger.erased(Erasure.Kind.ALERT)
    )


def fingerprints_to_erase(today: datetime.date) -> QuerySet[Alert]:
    """Alerts erased longer ago than their council remembers, whose fingerprints are not.

    By the ledger: on PostgreSQL nobody sees the fingerprints themselves.
    """
    old = Q(pk__in=())
    for key, months in Council.objects.values_list("pk", "memory_months"):
        erased = ledger.erased(Erasure.Kind.ALERT, until=months_before(today, months))
        old |= Q(council=key, pk__in=erased)
    return Alert.objects.filter(old).exclude(pk__in=ledger.erased(Erasure.Kind.MEMORY))


def situations_to_announce(today: datetime.date) -> QuerySet[Situation]:
    """Situations that go within 60 days, not yet announced since they last moved."""
    return _dormant(today + _NOTICE, Council.objects.all()).exclude(_announced())


def situations_to_erase(today: datetime.date) -> QuerySet[Situation]:
    """Situations whose last contact is too old, announced 60 days ago."""
    return _dormant(today, Council.objects.all()).filter(
        _announced(), erasure_announced_on__lte=today - _NOTICE
    )


def _dormant(today: datetime.date, councils: Iterable[Council]) -> QuerySet[Situation]:
    """Without a contact (services/activity.py) for as long as their council keeps them; none to
    come at a séance."""
    heard_soon = Hearing.objects.filter(
        meeting__council__in=councils,
        meeting__starts_at__gte=timezone.now(),
        state=Hearing.State.SCHEDULED,
    )
    return (
        Situation.objects.filter(_older("last_activity", today, councils))
        .exclude(status="purged")
        .exclude(pk__in=heard_soon.values("situation"))
        .exclude(_bare_register_rows())
    )


def _bare_register_rows() -> Q:
    """Rows of an imported register that nobody has touched: nothing but the statistical row.

    There is nothing to erase in them, and closing them as lost would change the past's figures.
    """
    return Q(
        ~Q(register_reference=""),
        ~Exists(Alert.objects.filter(situation=OuterRef("pk"))),
        ~Exists(Hearing.objects.filter(situation=OuterRef("pk"))),
        ~Exists(InternalNote.objects.filter(situation=OuterRef("pk"))),
        version=1,
    )


def _announced() -> Q:
    """Announced since the situation last moved."""
    return Q(erasure_announced_on__isnull=False, erasure_announced_on__gt=F("last_activity__date"))


def _older(field: str, today: datetime.date, councils: Iterable[Council]) -> Q:
    """Whether the row is of one of `councils`, and `field` older than what that council keeps."""
    by_months: dict[int, list[UUID]] = {}
    for council in councils:
        by_months.setdefault(council.retention_months, []).append(council.pk)
    old = Q(pk__in=())
    for months, keys in by_months.items():
        old |= Q(council__in=keys, **{f"{field}__lt": _before(months_before(today, months))})
    return old


def _before(day: datetime.date) -> datetime.datetime:
    """The end of the day: what was done before it is at least as old as the day."""
    return start_of(day + _DAY)


# --- what becomes of it -------------------------------------------------------------------------


def _announce(situation: Situation, today: datetime.date) -> None:
    Situation.objects.filter(pk=situation.pk).update(erasure_announced_on=today)


def _erase_situation(situation: Situation, today: datetime.date) -> None:
    if situation.is_open:
        close_as(situation, FORGOTTEN, today)
    erase_situation(situation, today)


RULES = (
    Rule("conseils supprimés", council_erasure.due, council_erasure.erase_council),
    Rule("brouillons effacés", old_drafts),
    Rule("registres déposés effacés", old_uploads),
    Rule("alertes dont les empreintes sont effacées", fingerprints_to_erase, forget_fingerprints),
    Rule("motifs de passages gardés effacés", old_reasons),
    Rule("alertes réduites à leur ligne statistique", alerts_to_erase, erase_alert),
    Rule("situations réduites à leur ligne statistique", situations_to_erase, _erase_situation),
    Rule("auteurs sans compte effacés", idle_authors),
    Rule("situations dont l’effacement est annoncé", situations_to_announce, _announce),
    Rule(
        "comptes dont la désactivation est annoncée", governance.accounts_to_warn, governance.warn
    ),
    Rule("comptes désactivés", governance.accounts_to_disable, governance.disable),
    Rule("comptes anonymisés", governance.accounts_to_anonymise, governance.anonymise),
    Rule(
        "invitations expirées effacées",
        governance.expired_invitations,
        governance.delete_invitation,
    ),
    Rule("noms de mandats effacés", governance.names_to_erase, governance.erase_names),
    Rule("lignes du journal effacées", governance.old_accesses),
    Rule("courriers effacés", governance.old_messages),
    Rule("tâches terminées effacées", governance.old_tasks),
    Rule("envois de formulaires oubliés", governance.old_submissions),
)


def forecast(today: datetime.date) -> list[Applied]:
    """What `apply` would do today; changes nothing."""
    return [Applied(rule.label, rule.due(today).count()) for rule in RULES]


def apply(today: datetime.date) -> list[Applied]:
    """Apply every rule, one transaction an object: a second run on the same day does nothing.

    An object that fails is logged by its key and left for the next night; the others go.
    """
    applied = [_apply(rule, today) for rule in RULES]
    governance.clear_sessions()
    return applied


def _apply(rule: Rule, today: datetime.date) -> Applied:
    if rule.act is None:
        count, _ = rule.due(today).delete()
        return Applied(rule.label, count)
    done = failed = 0
    for key in list(rule.due(today).values_list("pk", flat=True)):
        try:
            done += _act(rule.act, rule.due(today).filter(pk=key), today)
        except Exception as failure:
            # What it says may hold what it is about: its kind and an opaque key are enough.
            logger.error("Conservation : %s, %s : %s", rule.label, key, type(failure).__name__)
            failed += 1
    return Applied(rule.label, done, failed)


@transaction.atomic
def _act(
    act: Callable[[Any, datetime.date], None], due: QuerySet[Any], today: datetime.date
) -> bool:
    """Act on the one object that `due` gives, unless somebody has moved it in the meantime."""
    found = due.select_for_update(of=("self",)).first()
    if found is None:
        return False
    act(found, today)
    return True


# --- after a restore ----------------------------------------------------------------------------


def replay(entries: Iterable[ledger.Entry]) -> int:
    """Erase again what a restored database brought back, and note it at its date; how many."""
    return sum(_replay(entry) for entry in entries)


@transaction.atomic
def _replay(entry: ledger.Entry) -> bool:
    match entry.kind:
        case Erasure.Kind.SITUATION:
            back: Any = Situation.objects.filter(pk=entry.identifier).exclude(status="purged")
            act: Callable[[Any, datetime.date], None] = _erase_situation
        case Erasure.Kind.ALERT:
            back = Alert.objects.exclude(pk__in=ledger.erased(Erasure.Kind.ALERT))
            act = erase_alert
        case Erasure.Kind.MEMORY:
            back = Alert.objects.exclude(pk__in=ledger.erased(Erasure.Kind.MEMORY))
            act = forget_fingerprints
        case Erasure.Kind.COUNCIL:
            back = Council.objects.filter(erased_on__isnull=True)
            act = council_erasure.erase_council
        case _:
            back = User.objects.exclude(pk__in=ledger.erased(Erasure.Kind.ACCOUNT))
            act = governance.anonymise
    found = back.filter(pk=entry.identifier).first()
    if found is not None:
        act(found, entry.erased_on)
    ledger.note(entry.kind, entry.identifier, entry.erased_on)
    return found is not None


# --- what is announced --------------------------------------------------------------------------


@dataclass(frozen=True)
class Departure:
    """A situation or an alert that goes, by its code; `url` opens it, `what` says how it goes."""

    code: str
    url: str
    on: datetime.date
    what: str


def departures(council: Council, today: datetime.date) -> list[Departure]:
    """What goes within 60 days, the first to go first; two queries."""
    until = today + _NOTICE
    # No text is read: decrypting those of a thousand situations would take seconds.
    alerts = _alerts_to_erase(until, [council]).select_related("council")
    situations = _dormant(until, [council]).select_related("council")
    lines = [
        _alert_departure(alert, council, today)
        for alert in alerts.only("code", "council", "status", "received_at", "settled_at")
    ]
    lines += [
        _situation_departure(situation, council, today)
        for situation in situations.only(
            "code", "council", "status", "last_activity", "erasure_announced_on"
        )
    ]
    return sorted(lines, key=lambda line: (line.on, line.code))


def leaving(council: Council, today: datetime.date) -> int:
    """How many situations go within 60 days, unless somebody takes them up."""
    return _dormant(today + _NOTICE, [council]).count()


def _alert_departure(alert: Alert, council: Council, today: datetime.date) -> Departure:
    if alert.status in _SET_ASIDE and alert.settled_at is not None:
        day = timezone.localdate(alert.settled_at) + datetime.timedelta(days=SET_ASIDE_DAYS)
    else:
        received = timezone.localdate(alert.received_at)
        day = months_after(received, council.retention_months)
    what = f"Alerte, {alert.status_label.lower()}"
    if alert.status in _UNSETTLED:
        what = "Alerte jamais triée : elle comptera comme retirée"
    return Departure(alert.code, alert.get_absolute_url(), max(day, today), what)


def _situation_departure(situation: Situation, council: Council, today: datetime.date) -> Departure:
    moved = timezone.localdate(situation.last_activity)
    announced = situation.erasure_announced_on
    if announced is None or announced <= moved:
        announced = today
    day = max(months_after(moved, council.retention_months), announced + _NOTICE)
    what = "Situation close"
    if situation.is_open:
        what = "Situation encore ouverte : elle sera close, « perdue de vue », puis effacée"
    return Departure(situation.code, situation.get_absolute_url(), day, what)


@dataclass(frozen=True)
class Figure:
    """A number and what it counts, as templates/components/figures.html wants it."""

    label: str
    value: int
    note: str = ""


def kept_figures(council: Council, leaving: int) -> tuple[Figure, ...]:
    """How many situations and alerts are kept, go soon (`leaving`) or are erased; one query."""
    kept = council.situations.aggregate(
        kept=Count("pk", filter=~Q(status="purged")), erased=Count("pk", filter=Q(status="purged"))
    )
    return (
        Figure("Situations conservées", kept["kept"]),
        Figure(f"Effacements dans les {NOTICE_DAYS} jours", leaving, "situations et alertes"),
        Figure("Situations effacées", kept["erased"], "leur ligne statistique reste"),
    )
