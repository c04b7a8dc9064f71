"""The one writer of the ledger of erasures, and its copy in a file outside the backups."""

import csv
import datetime
import io
import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from governance.models import Erasure

HEADINGS = ["kind", "identifier", "erased_on"]


class UnreadableLedger(Exception):
    """The file is not a ledger of erasures; the message is French."""


@dataclass(frozen=True)
class Entry:
    """One object erased."""

    kind: str
    identifier: UUID
    erased_on: datetime.date


def note(kind: str, identifier: UUID, on: datetime.date) -> None:
    """Note that the object was erased; noting it twice keeps the first date."""
    Erasure.objects.get_or_create(kind=kind, identifier=identifier, defaults={"erased_on": on})


def erased(kind: str, until: datetime.date = datetime.date.max) -> "QuerySet[Erasure, Any]":
    """The keys of the objects of that kind erased by the day `until`, for `filter(pk__in=...)`."""
    return Erasure.objects.filter(kind=kind, erased_on__lte=until).values("identifier")


def entries() -> list[Entry]:
    """The ledger of the database, the oldest first."""
    return [Entry(*row) for row in Erasure.objects.values_list(*HEADINGS)]


def read(file: Path) -> list[Entry]:
    """The ledger that `write` wrote; UnreadableLedger for anything else, OSError without a file."""
    rows = csv.reader(io.StringIO(file.read_text("utf-8")))
    if next(rows, None) != HEADINGS:
        raise UnreadableLedger(f"{file} n’est pas un registre des effacements.")
    try:
        return [
            Entry(Erasure.Kind(kind).value, UUID(identifier), datetime.date.fromisoformat(day))
            for kind, identifier, day in rows
        ]
    except ValueError as problem:
        raise UnreadableLedger(f"{file}, ligne {rows.line_num} : illisible.") from problem


def write(file: Path) -> int:
    """Write the ledger to `file`, which keeps the lines that it had; the number of lines.

    A database just restored knows fewer erasures than the file: the file never shrinks. Written
    aside and renamed, so that a power cut leaves the former one. UnreadableLedger, OSError.
    """
    known = _by_object(read(file)) if file.exists() else {}
    merged = list({**_by_object(entries()), **known}.values())
    aside = file.with_name(f"{file.name}.new")
    with aside.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEADINGS)
        writer.writerows(astuple(entry) for entry in sorted(merged, key=lambda e: e.erased_on))
        out.flush()
        os.fsync(out.fileno())
    aside.replace(file)
    return len(merged)


def _by_object(entries: Iterable[Entry]) -> dict[tuple[str, UUID], Entry]:
    return {(entry.kind, entry.identifier): entry for entry in entries}
