"""The conclusions of a hearing as each viewer may read them: what holds, what was replaced, who
has them; and what the year counts of them."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404

from cases import conclusion_policies, policies
from cases.models import Conclusions, Hearing
from governance import journal
from governance.models import Council
from governance.selectors import council_label
from governance.versions import Difference
from governance.viewer import Viewer

_LABELS = {
    "summary": "Ce qui a été dit",
    "steps_taken": "Actions menées",
    "obstacles": "Obstacles rencontrés",
    "correction": "Ce qui est corrigé",
}


@dataclass(frozen=True)
class Version:
    """One validated version, for the coordination."""

    number: int
    validated_at: datetime.datetime
    validated_by: str
    correction: str
    is_replaced: bool


@dataclass(frozen=True)
class Receipt:
    """Who has a version of the conclusions, since when, how."""

    who: str
    means: str
    number: int
    made_at: datetime.datetime


def open_conclusions(viewer: Viewer, council: Council, meeting: UUID, key: UUID) -> Conclusions:
    """The conclusions of the hearing `key` as they hold (the draft, for the coordination, while
    there is nothing else), for who may read them, else 404; the access is journalled on the
    situation, so that one list tells who has seen it."""
    hearing = _find(council, meeting, key)
    return _opened(viewer, council, hearing.record or hearing.draft)


def open_version(
    viewer: Viewer, council: Council, meeting: UUID, key: UUID, number: int
) -> Conclusions:
    """One validated version, replaced or not, for the coordination, else 404; journalled alike."""
    validated = (each for each in _find(council, meeting, key).conclusions.all())
    found = next((c for c in validated if c.number == number and c.validated_at), None)
    if not policies.coordinates(viewer, council):
        raise Http404
    return _opened(viewer, council, found)


def _find(council: Council, meeting: UUID, key: UUID) -> Hearing:
    hearing = (
        Hearing.objects.filter(pk=key, meeting=meeting, meeting__council=council)
        .select_related("situation__council", "meeting")
        .prefetch_related("conclusions__validated_by", "meeting__attendances")
        .first()
    )
    if hearing is None:
        raise Http404
    return hearing


def _opened(viewer: Viewer, council: Council, record: Conclusions | None) -> Conclusions:
    if record is None or not conclusion_policies.can_read_conclusions(viewer, record):
        raise Http404
    journal.record(viewer.user, "open_conclusions", record.hearing.situation, council=council)
    return record


def versions(record: Conclusions) -> tuple[Version, ...]:
    """The validated versions of the same hearing, the newest first; for the coordination."""
    holds = record.hearing.record
    return tuple(
        Version(
            each.number,
            each.validated_at,
            str(each.validated_by),
            each.correction,
            is_replaced=each != holds,
        )
        for each in sorted(record.hearing.conclusions.all(), key=lambda c: -c.number)
        if each.validated_at is not None
    )


def receipts(record: Conclusions) -> tuple[Receipt, ...]:
    """To whom any version of these conclusions was sent or handed, the first one first; for the
    coordination; one query."""
    found = (
        delivery
        for each in record.hearing.conclusions.prefetch_related(
            "deliveries__membership__user", "deliveries__membership__organisation"
        )
        for delivery in each.deliveries.all()
    )
    return tuple(
        Receipt(
            str(delivery.membership),
            delivery.get_means_display(),
            delivery.conclusions.number,
            delivery.made_at,
        )
        for delivery in sorted(found, key=lambda d: d.made_at)
    )


def obstacle_labels(council: Council, record: Conclusions) -> tuple[str, ...]:
    """The obstacles noted, in the council's words."""
    return tuple(council_label(council, "obstacle", code) for code in record.obstacles)


def differences(
    council: Council, saved: Conclusions, changes: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """The fields of `changes` that do not say what was `saved`."""
    pairs = (
        Difference(_LABELS[field], _words(council, getattr(saved, field)), _words(council, typed))
        for field, typed in changes.items()
    )
    return tuple(pair for pair in pairs if pair.saved != pair.typed)


def _words(council: Council, answer: Any) -> str:
    if isinstance(answer, str):
        return answer
    return ", ".join(council_label(council, "obstacle", code) for code in answer)


def counted_obstacles(
    council: Council, first_year: int, last_year: int
) -> Iterator[tuple[UUID, tuple[str, ...]]]:
    """(situation, obstacles) of each hearing held in those years, as its last version has them;
    one query. The caller has checked who may count."""
    newer = Conclusions.objects.filter(hearing=OuterRef("hearing"), number__gt=OuterRef("number"))
    rows: Any = (
        Conclusions.objects.filter(
            ~Exists(newer),
            hearing__situation__council=council,
            hearing__meeting__starts_at__year__gte=first_year,
            hearing__meeting__starts_at__year__lte=last_year,
            validated_at__isnull=False,
        )
        .order_by()
        .values_list("hearing__situation", "obstacles")
        .iterator(chunk_size=5000)
    )
    yield from rows
