"""The time that the coordination spends: on a situation, and counted over years; in hours.

For the coordination alone: callers have opened the situation, or checked who may count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from cases.models import Situation, TimeSpent
from governance.models import Council
from governance.viewer import Viewer

NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Spent:
    """The time noted on a situation, newest first; `undoable`: the entry that the viewer may
    still take back, if any."""

    total: str
    entries: tuple[TimeSpent, ...]
    undoable: TimeSpent | None


def of_situation(viewer: Viewer, situation: Situation) -> Spent:
    """The time noted on the situation; one query."""
    entries = tuple(situation.time_spent.select_related("noted_by"))
    own = [entry for entry in entries if is_undoable(viewer, entry)]
    return Spent(
        total=in_hours(sum(entry.minutes for entry in entries)),
        entries=entries,
        undoable=max(own, key=lambda entry: entry.noted_at, default=None),
    )


def is_undoable(viewer: Viewer, entry: TimeSpent) -> bool:
    """Whether the viewer wrote the entry today: later, figures may rest on it."""
    today = timezone.localdate()
    return entry.noted_by_id == viewer.user.pk and timezone.localdate(entry.noted_at) == today


def counted_time(
    council: Council, first_year: int, last_year: int
) -> Iterator[tuple[UUID, str, int]]:
    """(situation, kind, minutes) of the work done in those years; one query."""
    return (
        TimeSpent.objects.filter(
            situation__council=council,
            done_on__year__gte=first_year,
            done_on__year__lte=last_year,
        )
        .order_by()
        .values_list("situation", "kind")
        .annotate(total=Sum("minutes"))
        .iterator(chunk_size=5000)
    )


def in_hours(minutes: float) -> str:
    """150 -> « 2 h 30 », 45 -> « 45 min »."""
    hours, rest = divmod(round(minutes), 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{rest:02d}" if rest else f"{hours}{NBSP}h"
