"""« Déjà vue » : what the coordination, and nobody else, is told of a person already presented.

Codes and dates, no identity. What is shown is journalled on the recurrence itself, never on the
alerts: their authors read who opened those.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils import timezone

from cases import policies
from cases.models import Alert, Recurrence
from cases.recurrence import BIRTH
from cases.rows import Chip, alert_status_chip, status_chip
from governance import journal
from governance.models import Council
from governance.viewer import Viewer


@dataclass(frozen=True)
class Seen:
    """An earlier situation, or an earlier alert without one: what it is, and what one may answer.

    `chip`: how far it has come; `attach`: the words of the button, empty when there is nothing to
    attach to; `set_aside`: who said, and when, that it is somebody else.
    """

    key: UUID
    code: str
    url: str
    first_on: datetime.date
    alike: str
    chip: Chip
    attach: str = ""
    is_erased: bool = False
    set_aside: str = ""


def marked(viewer: Viewer, alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """The alerts, each knowing whether it is `seen_before` and waits for an answer; no query more.

    Never so for anyone but the coordination.
    """
    waiting = Recurrence.objects.filter(
        alert=OuterRef("pk"), alert__settled_at__isnull=True, set_aside_at__isnull=True
    )
    return alerts.annotate(seen_before=Exists(policies.recurrences_in_scope(viewer, waiting)))


def of_alert(viewer: Viewer, alert: Alert) -> tuple[Seen, ...]:
    """What an alert still to settle brings to mind, the newest first; one query.

    One line a situation, however many of its alerts are alike. Each that waits for an answer is
    journalled as shown.
    """
    if alert.settled_at is not None:
        return ()
    found = _found(viewer, alert.council).filter(alert=alert).order_by("-earlier__received_at")
    lines: dict[UUID, Seen] = {}
    for recurrence in found:
        lines.setdefault(recurrence.earlier.situation_id or recurrence.pk, _seen(recurrence))
    shown = {line.key for line in lines.values() if not line.set_aside}
    for recurrence in found:
        if recurrence.pk in shown:
            journal.record(viewer.user, "show_recurrence", recurrence, council=alert.council)
    return tuple(lines.values())


def open_recurrence(viewer: Viewer, council: Council, key: UUID) -> Recurrence:
    """The recurrence of that key with its two alerts, for the coordination, else 404."""
    found = _found(viewer, council).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _found(viewer: Viewer, council: Council) -> QuerySet[Recurrence]:
    recurrences = Recurrence.objects.filter(alert__council=council)
    return policies.recurrences_in_scope(viewer, recurrences).select_related(
        "alert__council", "earlier__council", "earlier__situation__council", "set_aside_by"
    )


def _seen(recurrence: Recurrence) -> Seen:
    earlier = recurrence.earlier
    council, situation = earlier.council, earlier.situation
    attach = ""
    if situation is not None and situation.is_open:
        attach = "Rattacher à cette situation"
    elif situation is not None and situation.status == "closed":
        attach = "Rouvrir la situation et rattacher"
    return Seen(
        key=recurrence.pk,
        code=situation.code if situation else earlier.code,
        url=(situation or earlier).get_absolute_url(),
        first_on=situation.received_on if situation else timezone.localdate(earlier.received_at),
        alike="nom et date de naissance" if recurrence.kind == BIRTH else "nom et adresse",
        chip=status_chip(council, situation) if situation else alert_status_chip(council, earlier),
        attach=attach,
        is_erased=situation is not None and situation.status == "purged",
        set_aside=_set_aside(recurrence),
    )


def _set_aside(recurrence: Recurrence) -> str:
    if recurrence.set_aside_at is None:
        return ""
    return f"{recurrence.set_aside_by}, le {timezone.localdate(recurrence.set_aside_at):%d/%m/%Y}"
