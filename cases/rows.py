"""An alert or a situation as one line of a list: a code, a few words, chips; no identity.

The shapes are those of templates/components/row.html and chip.html.
"""

import datetime
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from cases.exchanges import Unread
from cases.models import Alert, Participation, Situation
from cases.sheets import short, subject
from governance.models import Council
from governance.selectors import council_label

# agreement state -> sign and word of its chip
_AGREEMENT = {
    "named": ("named", "Accord nominatif"),
    "anonymous": ("anonymous", "Accord anonyme"),
    "unable": ("missing", "Accord impossible à exprimer"),
    "refused": ("refused", "Refus : aide au professionnel"),
    "withdrawn": ("refused", "Accord retiré : aide au professionnel"),
}
_INFORMATION = {
    "informed": ("done", "Personne informée"),
    "not_yet": ("missing", "Pas encore informée"),
    "not_informed": ("missing", "Non informée"),
    "unreachable": ("missing", "Information impossible"),
}
_PARTICIPATION: dict[str, tuple[str, str]] = {
    Participation.State.SOUGHT: ("missing", "Votre réponse est attendue"),
    Participation.State.ACCEPTED: ("done", "Vous participez"),
}
# An age is said in days up to here, by its date beyond.
_DAYS_COUNTED = 60


@dataclass(frozen=True)
class Chip:
    """A state: the kind of its sign, and its word."""

    kind: str
    label: str


@dataclass(frozen=True)
class Row:
    """One line of a list; `sought`: the key of one's own participation, to be answered."""

    code: str
    title: str
    url: str
    facts: tuple[str, ...]
    chips: tuple[Chip, ...] = ()
    unread: bool = False
    sought: UUID | None = None


def agreement_chip(state: str) -> Chip:
    """What the person agreed to."""
    return Chip(*_AGREEMENT.get(state, ("missing", "Accord non recueilli")))


def information_chip(state: str) -> Chip:
    """Whether the person was told."""
    return Chip(*_INFORMATION.get(state, ("missing", "Information non renseignée")))


def status_chip(council: Council, situation: Situation) -> Chip:
    """How far the situation has come."""
    label = council_label(council, "situation_status", situation.status)
    return Chip("neutral" if situation.is_open else "done", short(label))


def alert_status_chip(council: Council, alert: Alert) -> Chip:
    """How far the alert has come."""
    settled = alert.settled_at is not None
    label = council_label(council, "alert_status", alert.status)
    return Chip("done" if settled else "neutral", short(label))


def unverified_chip() -> Chip:
    """Nobody has called the author back yet."""
    return Chip("missing", "Auteur non vérifié")


def participation_chip(participation: Participation) -> Chip:
    """One's own part in a situation."""
    return Chip(*_PARTICIPATION.get(participation.state, ("neutral", "Vous n’y participez plus")))


def in_rows(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """`alerts` with what `alert_row` reads of them, of which when each last moved (`moved_at`)."""
    changes = Alert.history.model.objects.filter(id=OuterRef("pk")).order_by("-history_date")
    return alerts.select_related(
        "council", "organisation", "psychiatric_sector", "situation", "occasional_author"
    ).annotate(moved_at=Subquery(changes.values("history_date")[:1]))


def alert_row(council: Council, alert: Any, *, with_status: bool = False) -> Row:
    """An alert for the coordination, as `in_rows` gives it."""
    chips = [agreement_chip(alert.consent_state)]
    if with_status:
        chips.insert(0, alert_status_chip(council, alert))
    if alert.immediate_danger:
        chips.append(Chip("late", "Danger immédiat signalé"))
    # Only the lists of the coordination's alerts are marked (cases/seen_before.py).
    if getattr(alert, "seen_before", False):
        chips.append(Chip("known", "Déjà vue"))
    asked = alert.information_asked_at if alert.status == "info_requested" else None
    waiting = f"complément demandé {day_in_words(timezone.localdate(asked))}" if asked else ""
    if alert.is_unverified:
        chips.append(unverified_chip())
    if alert.already_known:
        chips.append(Chip("known", "Déjà signalée"))
    return Row(
        code=alert.code,
        title=subject(council, alert),
        url=alert.get_absolute_url(),
        facts=(
            short(council_label(council, "origin", alert.origin)),
            _sector(alert),
            f"reçue {age_in_words(alert.received_at)}",
            f"critères {alert.criteria_met}/4",
            *([waiting] if waiting else ()),
            *_moved(alert.received_at, alert.moved_at),
        ),
        chips=tuple(chips),
        unread=alert.status == "received",
    )


def own_alert_chip(alert: Alert) -> Chip:
    """How far one's alert has come, in the same words whether the person was known or not."""
    match alert.status:
        case "accepted" | "linked":
            return Chip("done", "Retenue")
        case "redirected" | "out_of_scope":
            return Chip("done", "La coordination vous a répondu")
        case "withdrawn":
            return Chip("done", "Retirée")
        case "info_requested":
            return Chip("missing", "Une question vous est posée")
        case "in_review":
            return Chip("neutral", "À l’étude")
        case _:
            return Chip("neutral", "Reçue")


def own_alert_row(council: Council, alert: Alert, *, unread: int = 0) -> Row:
    """An alert for its author: what it is about, how far it has come, what waits to be read."""
    return Row(
        code=alert.code,
        title=subject(council, alert),
        url=alert.get_absolute_url(),
        facts=(f"reçue {day_in_words(timezone.localdate(alert.received_at))}",),
        chips=(own_alert_chip(alert), *_unread_chips(unread)),
        unread=bool(unread) or alert.status == "info_requested",
    )


def situation_row(council: Council, situation: Situation, *facts: str, late: str = "") -> Row:
    """A situation for the coordination; `facts` say why it is in this list, `late` what is due."""
    chips = [agreement_chip(situation.consent_state), status_chip(council, situation)]
    if late:
        chips.append(Chip("late", late))
    return Row(
        code=situation.code,
        title=subject(council, situation),
        url=situation.get_absolute_url(),
        facts=(
            short(council_label(council, "origin", situation.origin)),
            _sector(situation),
            *((f"critères {situation.criteria_met}/4",) if situation.criteria_met else ()),
            *(facts or (f"reçue {day_in_words(situation.received_on)}",)),
            f"dernier mouvement {age_in_words(situation.last_activity)}",
        ),
        chips=tuple(chips),
    )


def own_situation_row(
    council: Council,
    situation: Situation,
    participation: Participation | None,
    *,
    unread: int = 0,
) -> Row:
    """A situation for one of its participants: its themes and their own part, nothing else."""
    sought = None
    if participation is not None and participation.state == Participation.State.SOUGHT:
        sought = participation.pk
    own = (participation_chip(participation),) if participation else ()
    return Row(
        code=situation.code,
        title=subject(council, situation),
        url=reverse("situation", args=[council.code, situation.code]),
        facts=(f"Dernier mouvement {day_in_words(timezone.localdate(situation.last_activity))}",),
        chips=(*own, *_unread_chips(unread)),
        unread=bool(sought or unread),
        sought=sought,
    )


def _unread_chips(unread: int) -> tuple[Chip, ...]:
    if not unread:
        return ()
    return (Chip("missing", f"{unread} message{'s' if unread > 1 else ''} à lire"),)


def exchange_row(unread: Unread) -> Row:
    """An exchange with something to read: whose it is, since when."""
    return Row(
        code=unread.code,
        title=unread.title,
        url=unread.url,
        facts=(unread.who, f"écrit {day_in_words(timezone.localdate(unread.since))}"),
        chips=_unread_chips(unread.count),
        unread=True,
    )


def day_in_words(day: datetime.date) -> str:
    """« aujourd’hui », « hier » or « le 21/09/2026 »."""
    match (timezone.localdate() - day).days:
        case 0:
            return "aujourd’hui"
        case 1:
            return "hier"
        case _:
            return f"le {day:%d/%m/%Y}"


def age_in_words(moment: datetime.datetime) -> str:
    """« il y a 2 heures », « hier », « il y a 12 jours »; after two months, « le 21/09/2026 »."""
    day = timezone.localdate(moment)
    days = (timezone.localdate() - day).days
    if 1 < days <= _DAYS_COUNTED:
        return f"il y a {days} jours"
    hours = (timezone.now() - moment) // datetime.timedelta(hours=1)
    match days, hours:
        case 0, 0:
            return "il y a moins d’une heure"
        case 0, 1:
            return "il y a 1 heure"
        case 0, _:
            return f"il y a {hours} heures"
        case _:
            return day_in_words(day)


def _moved(received_at: datetime.datetime, moved_at: datetime.datetime | None) -> tuple[str, ...]:
    """The last move, when it is another than the reception."""
    if moved_at is None or moved_at - received_at < datetime.timedelta(hours=1):
        return ()
    return (f"dernier mouvement {age_in_words(moved_at)}",)


def _sector(described: Alert | Situation) -> str:
    sector = described.psychiatric_sector
    return f"secteur {sector.label}" if sector else "secteur non renseigné"
