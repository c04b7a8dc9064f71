"""Importing a CLSM's register: read the file, check every cell, store all of it or nothing.

The situations of a register have no alert, no identity and no text: closed answers and dates only.
Their agreement is what the register says, without evidence (no ConsentRecord).
"""

import csv
import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from cases.models import RegisterUpload, Situation
from cases.services.register_columns import (
    COLUMNS,
    BadCell,
    Reader,
    admitted,
    is_silent,
    readers,
)
from cases.services.register_file import REASON_COLUMN, Register, RegisterRefused, read
from governance import journal
from governance.models import Council, User
from governance.services.councils import take_numbers
from governance.table_file import Line

__all__ = [
    "COLUMNS",
    "Preview",
    "Problem",
    "Register",
    "RegisterRefused",
    "admitted",
    "check",
    "confirm",
    "discard",
    "keep",
    "kept",
    "read",
    "refused_rows",
    "store",
]

_BATCH = 1000
_KEPT = datetime.timedelta(days=1)
_BY_CODE = {column.code: column for column in COLUMNS}


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell, or with one row when `column` is empty."""

    line: int
    column: str
    value: str
    reason: str
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"ligne {self.line}, {self.what}"

    @property
    def what(self) -> str:
        """The same without the line."""
        said = f"« {self.value} » {self.reason}" if self.value else self.reason
        if self.column:
            said = f"colonne {self.column} : {said}"
        return f"{said} (admis : {', '.join(self.allowed)})" if self.allowed else said


@dataclass(frozen=True)
class Preview:
    """What an import would do: the fields of each situation, and what prevents it."""

    rows: tuple[dict[str, Any], ...]
    problems: tuple[Problem, ...]

    @property
    def refused_lines(self) -> frozenset[int]:
        """The numbers of the rows that have a problem."""
        return frozenset(problem.line for problem in self.problems)

    @property
    def per_year(self) -> dict[int, int]:
        """Year of reception -> number of situations."""
        years = sorted(row["received_on"].year for row in self.rows)
        return {year: len(list(rows)) for year, rows in groupby(years)}

    def good_rows_only(self) -> "Preview":
        """The same import, the refused rows left out on purpose."""
        return replace(self, problems=())


def check(register: Register, council: Council) -> Preview:
    """Every cell of `register` read as `council` understands it; stores nothing."""
    read_cell = readers(council)
    already = set(
        council.situations.exclude(register_reference="").values_list(
            "register_reference", flat=True
        )
    )
    first_seen: dict[str, int] = {}
    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for line in register.lines:
        fields, wrong = _fields(line, register.columns, read_cell)
        reference = fields.get("register_reference", "")
        if reference in already:
            wrong.append(Problem(line.number, "reference", reference, "est déjà importée"))
        elif reference and reference in first_seen:
            reason = f"est déjà à la ligne {first_seen[reference]}"
            wrong.append(Problem(line.number, "reference", reference, reason))
        else:
            first_seen[reference] = line.number
        if wrong:
            problems += wrong
        else:
            rows.append(fields | _state(fields))
    return Preview(tuple(rows), tuple(problems))


def _fields(
    line: Line, columns: Sequence[str], read_cell: Mapping[str, Reader]
) -> tuple[dict[str, Any], list[Problem]]:
    """The Situation fields that one row fills, and what is wrong with it."""
    if len(line.cells) != len(columns):
        reason = f"la ligne compte {len(line.cells)} cellules au lieu de {len(columns)}"
        return {}, [Problem(line.number, "", "", reason)]
    fields: dict[str, Any] = {}
    problems = []
    for code, text in zip(columns, line.cells, strict=True):
        column = _BY_CODE[code]
        if not is_silent(text):
            try:
                fields[column.target] = read_cell[code](text)
            except BadCell as bad:
                problems.append(Problem(line.number, code, text, bad.reason, bad.allowed))
        elif column.required:
            problems.append(Problem(line.number, code, "", "cette cellule est obligatoire"))
    return fields, problems or _contradictions(line.number, fields)


def _contradictions(line: int, fields: dict[str, Any]) -> list[Problem]:
    closed_on = fields.get("closed_on")
    if closed_on is None and "closure_reason" in fields:
        reason = "une situation qui a un motif de clôture a une date de clôture"
        return [Problem(line, "closed_on", "", reason)]
    if closed_on is not None and "closure_reason" not in fields:
        reason = "une situation clôturée a un motif de clôture"
        return [Problem(line, "closure_reason", "", reason)]
    if closed_on is not None and closed_on < fields["received_on"]:
        return [Problem(line, "closed_on", closed_on.isoformat(), "précède la réception")]
    return []


def _state(fields: dict[str, Any]) -> dict[str, Any]:
    """The state and the last move that the row's dates and passages tell."""
    moved_on = fields.get("closed_on") or fields["received_on"]
    if "closed_on" in fields:
        status = "closed"
    else:
        status = "follow_up" if fields.get("prior_hearings") else "under_review"
    noon = datetime.datetime.combine(moved_on, datetime.time(12))
    return {"status": status, "last_activity": timezone.make_aware(noon)}


@transaction.atomic
def store(preview: Preview, council: Council, *, by: User | None) -> list[Situation]:
    """The rows of `preview` become situations of `council`, numbered by date of reception.

    With their history, and one line of the journal (`by`: None for a command of the server).
    RegisterRefused, and nothing stored, when the preview has problems or no row, or when the same
    register is being stored at this moment.
    """
    if preview.problems:
        raise RegisterRefused("Rien n’est importé tant que des lignes sont refusées.")
    if not preview.rows:
        raise RegisterRefused("Il n’y a aucune situation à importer.")
    rows = sorted(preview.rows, key=lambda row: row["received_on"])
    situations: list[Situation] = []
    for year, in_year in groupby(rows, key=lambda row: row["received_on"].year):
        batch = list(in_year)
        numbers = take_numbers(council, "situation", year, len(batch))
        situations += [
            Situation(council=council, code=f"{council.code}-{year}-{number:03d}", **row)
            for number, row in zip(numbers, batch, strict=True)
        ]
    try:
        bulk_create_with_history(
            situations,
            Situation,
            batch_size=_BATCH,
            default_user=by,
            default_change_reason="Import du registre",
        )
    except IntegrityError:
        raise RegisterRefused(
            "Ce registre vient d’être importé par ailleurs : vérifiez la liste des situations."
        ) from None
    journal.record(
        by, "import_register", council, council=council, reason=f"{len(situations)} situations"
    )
    return situations


def refused_rows(register: Register, preview: Preview) -> str:
    """A CSV of the rows that `preview` refuses: the file's columns and `motif`.

    Headings alone when nothing is refused. Corrected, it can be imported as it is.
    """
    reasons: dict[int, list[str]] = {}
    for problem in preview.problems:
        reasons.setdefault(problem.line, []).append(problem.what)
    width = len(register.headings)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=register.delimiter, lineterminator="\n")
    writer.writerow([*register.headings, REASON_COLUMN])
    for line in register.lines:
        if line.number in reasons:
            cells = [*line.cells, *[""] * (width - len(line.cells))]
            reason = " ; ".join(reasons[line.number])
            writer.writerow([*cells[:width], reason, *cells[width:]])
    return out.getvalue()


# --- between the preview and the confirmation ---------------------------------------------------


@transaction.atomic
def keep(register: Register, council: Council, *, file_name: str, by: User) -> UUID:
    """Keep what was read until `by` confirms or gives up; the key to find it again.

    The earlier one of the same person in this council goes, and everyone's older than a day. Of the
    file only the rows are kept: its metadata (author, comments, other sheets) never were read.
    """
    RegisterUpload.objects.filter(uploaded_at__lt=timezone.now() - _KEPT).delete()
    RegisterUpload.objects.filter(council=council, uploaded_by=by).delete()
    content: Any = {
        "headings": register.headings,
        "columns": register.columns,
        "lines": [(line.number, line.cells) for line in register.lines],
    }
    upload = RegisterUpload.objects.create(
        council=council, uploaded_by=by, file_name=_shown_name(file_name), content=content
    )
    return upload.pk


def _shown_name(file_name: str) -> str:
    """The file's name without what prints nothing: controls, and marks that turn the text round."""
    return "".join(character for character in file_name if character.isprintable())[-200:]


def kept(upload: RegisterUpload) -> Register:
    """The register that `keep` kept."""
    content: Any = upload.content
    return Register(
        tuple(content["headings"]),
        tuple(content["columns"]),
        tuple(Line(number, tuple(cells)) for number, cells in content["lines"]),
    )


@transaction.atomic
def confirm(upload: RegisterUpload, *, by: User) -> list[Situation]:
    """Check again what was kept, store it, forget it.

    RegisterRefused (see `store`), also when it was confirmed or given up meanwhile.
    """
    locked = RegisterUpload.objects.select_for_update().filter(pk=upload.pk).first()
    if locked is None:
        raise RegisterRefused("Cet import est déjà confirmé ou abandonné.")
    situations = store(check(kept(locked), locked.council), locked.council, by=by)
    locked.delete()
    return situations


def discard(upload: RegisterUpload) -> None:
    """Give up the import: nothing of the file stays."""
    upload.delete()
