"""Who did what on which object between two days: for the notification to the CNIL within 72 hours.

From the journal of accesses alone: acts, codes and keys; neither contents nor written reasons.
"""

import csv
import datetime
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from cases.models import Alert, Participation, Situation
from governance import journal
from governance.models import AccessRecord, Council, User

HEADINGS = ("date", "personne", "courriel", "acte", "objet", "reference", "conseil")
_NOBODY = "Programme"


@dataclass(frozen=True)
class Line:
    """One act; `reference` is the code of the situation or alert while it exists, else a key."""

    at: datetime.datetime
    person: str
    email: str
    action: str
    kind: str
    reference: str
    council: str


@dataclass
class Person:
    """How many acts of one person, on how many situations and alerts."""

    name: str
    acts: int = 0
    reveals: int = 0
    objects: set[tuple[str, str]] = field(default_factory=set)

    def count(self, kind: str) -> int:
        return sum(each == kind for each, _ in self.objects)


def report(
    first: datetime.date,
    last: datetime.date,
    *,
    council: Council | None = None,
    person: User | None = None,
) -> list[Line]:
    """The acts of those days, both included, the oldest first; five queries."""
    start = timezone.make_aware(datetime.datetime.combine(first, datetime.time.min))
    end = timezone.make_aware(datetime.datetime.combine(last, datetime.time.max))
    records = AccessRecord.objects.filter(at__gte=start, at__lte=end).order_by("id")
    if council is not None:
        records = records.filter(council=council)
    if person is not None:
        records = records.filter(actor=person)
    records = records.select_related("actor", "council")
    codes = _codes(records)
    return [_line(record, codes) for record in records]


def people(lines: Iterable[Line]) -> list[Person]:
    """The same, counted a person, the most acts first."""
    counted: dict[str, Person] = {}
    for line in lines:
        name = f"{line.person} <{line.email}>" if line.email else line.person
        person = counted.setdefault(name, Person(name))
        person.acts += 1
        person.reveals += line.action == journal.ACTIONS["reveal_identity"]
        person.objects.add((line.kind, line.reference))
    return sorted(counted.values(), key=lambda person: (-person.acts, person.name))


def as_csv(lines: Iterable[Line]) -> str:
    """One act a row; a cell that a spreadsheet would compute is quoted as a text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(HEADINGS)
    for line in lines:
        writer.writerow(
            _text(cell)
            for cell in (
                _when(line.at), line.person, line.email, line.action, line.kind, line.reference,
                line.council,
            )
        )  # fmt: skip
    return out.getvalue()


def as_text(lines: Sequence[Line]) -> str:
    """The people counted, then the acts."""
    said = [f"{len(lines)} actes."]
    for person in people(lines):
        said.append(
            f"- {person.name} : {person.acts} actes, {person.count('Situation')} situations, "
            f"{person.count('Alert')} alertes, {person.reveals} identités affichées"
        )
    said += [
        f"{_when(line.at)}  {line.person}  {line.action}  {line.kind} {line.reference}"
        for line in lines
    ]
    return "\n".join(said) + "\n"


def _codes(records: QuerySet[AccessRecord]) -> dict[tuple[str, UUID], str]:
    """(kind, key) -> code, for the situations, alerts and participations that still exist."""
    keys: dict[str, set[UUID]] = {"Situation": set(), "Alert": set(), "Participation": set()}
    for kind, key in records.values_list("target_type", "target_id"):
        if kind in keys:
            keys[kind].add(key)
    found: dict[tuple[str, UUID], str] = {}
    for model, code in ((Situation, "code"), (Alert, "code"), (Participation, "situation__code")):
        kind = model.__name__
        rows = model._default_manager.filter(pk__in=keys[kind]).values_list("pk", code)
        found |= {(kind, key): value for key, value in rows}
    return found


def _line(record: AccessRecord, codes: dict[tuple[str, UUID], str]) -> Line:
    actor = record.actor
    return Line(
        at=record.at,
        person=str(actor) if actor else _NOBODY,
        email=actor.email if actor else "",
        action=journal.ACTIONS.get(record.action, record.action),
        kind=record.target_type,
        reference=codes.get((record.target_type, record.target_id), str(record.target_id)),
        council=record.council.code if record.council else "",
    )


def _when(at: datetime.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


def _text(cell: str) -> str:
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell
