"""The figures of a period: counted once, read by the screen, the PDF, the spreadsheet, the JSON.

One pass over the rows of `cases.selectors.counted_situations`: the tables and cross-tables cannot
contradict each other, whatever the output.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median
from typing import Any
from uuid import UUID

from cases.conclusions import counted_obstacles
from cases.selectors import counted_situations
from cases.time_spent import counted_time
from governance.models import Council
from governance.nomenclatures import UNKNOWN, UNKNOWN_LABEL
from governance.selectors import council_label, council_list
from reports.tables import (
    CROSSED,
    HIGHLIGHTS,
    OBSTACLES,
    TABLES,
    TIME_LIST,
    HighlightSpec,
    TableSpec,
)

# The editions that exist, with the words that readers see.
INTERNAL = "internal"
EDITIONS = {INTERNAL: "Édition interne"}
FIRST_YEAR, LAST_YEAR = 2000, 2100

# What one situation answered: a code, several, or nothing; a column has one answer a situation.
# Equal answers are counted together before they are taken apart: 2.0 times a bare scan, not 3.4.
Answer = str | tuple[str, ...] | None
Column = Sequence[Answer]


@dataclass(frozen=True)
class Row:
    """One line of a table: the answers it counts (a protected edition groups some), the count."""

    codes: tuple[str, ...]
    label: str
    value: int


@dataclass(frozen=True)
class Table:
    """How many situations gave each answer; the last row counts those that gave none.

    Single answers add up to `base`; where several are possible, their sum may exceed it.
    """

    code: str
    label: str
    chapter: str
    definition: str
    base: int
    multiple: bool
    rows: tuple[Row, ...]

    @property
    def unknown(self) -> int:
        """The situations without an answer."""
        return self.rows[-1].value

    @property
    def answers(self) -> int:
        """The answers given."""
        return sum(row.value for row in self.rows[:-1])


@dataclass(frozen=True)
class CrossTable:
    """Two tables crossed: `cells[i][j]` situations are in row i of `rows` and j of `columns`."""

    rows: Table
    columns: Table
    cells: tuple[tuple[int, ...], ...]

    @property
    def code(self) -> str:
        return f"{self.rows.code}*{self.columns.code}"

    @property
    def label(self) -> str:
        return f"{self.rows.label} × {self.columns.label}"


@dataclass(frozen=True)
class Highlight:
    """How many situations have a sign of something, whatever its exact answer."""

    code: str
    label: str
    definition: str
    value: int


@dataclass(frozen=True)
class TimeTable:
    """The minutes that the coordination noted: in all, by kind of work (the rows), and the median
    of the `base` situations on which some were noted, whenever those were received."""

    base: int
    minutes: int
    median: float
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class YearFigures:
    """All figures of a council over the years `first_year` to `last_year`, both included."""

    council_code: str
    council_name: str
    first_year: int
    last_year: int
    edition: str
    situations: int
    per_year: Mapping[int, int]
    highlights: tuple[Highlight, ...]
    tables: tuple[Table, ...]
    cross_tables: tuple[CrossTable, ...]
    time: TimeTable

    @property
    def period(self) -> str:
        """The years in words: 2019, or 2016-2019."""
        if self.first_year == self.last_year:
            return str(self.first_year)
        return f"{self.first_year}-{self.last_year}"


def count_internal(council: Council, first_year: int, last_year: int) -> YearFigures:
    """The exact figures of those years; three queries, and two for the council's lists.

    ValueError (French) when the years make no period. The caller has checked who may count.
    """
    if not FIRST_YEAR <= first_year <= LAST_YEAR or not FIRST_YEAR <= last_year <= LAST_YEAR:
        raise ValueError(f"Les années vont de {FIRST_YEAR} à {LAST_YEAR}.")
    if first_year > last_year:
        raise ValueError("La première année ne peut pas suivre la dernière.")
    rows = counted_situations(council, first_year, last_year)
    return tally(
        council,
        first_year,
        last_year,
        rows,
        counted_time(council, first_year, last_year),
        counted_obstacles(council, first_year, last_year),
    )


def tally(
    council: Council,
    first_year: int,
    last_year: int,
    rows: Iterable[tuple[Any, ...]],
    time: Iterable[tuple[UUID, str, int]] = (),
    obstacles: Iterable[tuple[UUID, tuple[str, ...]]] = (),
) -> YearFigures:
    """The exact figures of `rows`: one for each situation, as COUNTED_COLUMNS orders them; of
    `time`: (situation, kind of work, minutes); of `obstacles`: (situation, codes) a hearing."""
    received, *answered = tuple(zip(*rows, strict=True)) or ((),) * (1 + len(TABLES))
    per_year = Counter(received_on.year for received_on in received)
    columns = {spec.code: column for spec, column in zip(TABLES, answered, strict=True)}
    tables = {spec.code: _table(council, spec, columns[spec.code]) for spec in TABLES}
    return YearFigures(
        council_code=council.code,
        council_name=council.name,
        first_year=first_year,
        last_year=last_year,
        edition=INTERNAL,
        situations=len(received),
        per_year={year: per_year[year] for year in range(first_year, last_year + 1)},
        highlights=tuple(_highlight(spec, columns[spec.table]) for spec in HIGHLIGHTS),
        tables=(*tables.values(), _table(council, OBSTACLES, _by_situation(obstacles))),
        cross_tables=tuple(
            _cross(tables[row], columns[row], tables[column], columns[column])
            for row, column in CROSSED
        ),
        time=_time(council, time),
    )


def _by_situation(obstacles: Iterable[tuple[UUID, tuple[str, ...]]]) -> Column:
    """What each situation met, whatever the number of its hearings."""
    met: dict[UUID, dict[str, None]] = {}
    for situation, codes in obstacles:
        met.setdefault(situation, {}).update(dict.fromkeys(codes))
    return [tuple(sorted(codes)) for codes in met.values()]


def _codes(answer: Answer) -> tuple[str, ...]:
    if not answer:
        return (UNKNOWN,)
    return (answer,) if isinstance(answer, str) else tuple(dict.fromkeys(answer))


def _table(council: Council, spec: TableSpec, column: Column) -> Table:
    counts: Counter[str] = Counter()
    for answer, situations in Counter(column).items():
        for code in _codes(answer):
            counts[code] += situations
    unknown = counts.pop(UNKNOWN, 0)
    rows = _rows(council, spec.list_code, counts)
    return Table(
        code=spec.code,
        label=spec.label,
        chapter=spec.chapter,
        definition=spec.definition,
        base=len(column),
        multiple=spec.multiple,
        rows=(*rows, Row((UNKNOWN,), UNKNOWN_LABEL, unknown)),
    )


def _rows(council: Council, list_code: str, counts: Counter[str]) -> tuple[Row, ...]:
    active = [entry.code for entry in council_list(council, list_code)]
    # An answer that the council no longer offers still counts for the situations that gave it.
    order = [code for code in active if code in counts] + sorted(counts.keys() - set(active))
    return tuple(
        Row((code,), council_label(council, list_code, code), counts[code]) for code in order
    )


def _cross(rows: Table, down: Column, columns: Table, across: Column) -> CrossTable:
    counts: Counter[tuple[str, str]] = Counter()
    for (one, other), situations in Counter(zip(down, across, strict=True)).items():
        for pair in product(_codes(one), _codes(other)):
            counts[pair] += situations
    return CrossTable(
        rows=rows,
        columns=columns,
        cells=tuple(
            tuple(
                sum(counts[pair] for pair in product(row.codes, column.codes))
                for column in columns.rows
            )
            for row in rows.rows
        ),
    )


def _time(council: Council, spent: Iterable[tuple[UUID, str, int]]) -> TimeTable:
    by_situation: Counter[UUID] = Counter()
    by_kind: Counter[str] = Counter()
    for situation, kind, minutes in spent:
        by_situation[situation] += minutes
        by_kind[kind] += minutes
    return TimeTable(
        base=len(by_situation),
        minutes=by_kind.total(),
        median=median(by_situation.values()) if by_situation else 0,
        rows=_rows(council, TIME_LIST, by_kind),
    )


def _highlight(spec: HighlightSpec, column: Column) -> Highlight:
    value = sum(
        situations
        for answer, situations in Counter(column).items()
        if not spec.without.issuperset(_codes(answer))
    )
    return Highlight(spec.code, spec.label, spec.definition, value)


def as_contract(figures: YearFigures) -> dict[str, Any]:
    """The figures as the JSON of `annual_report --format json` holds them."""
    return {
        "council": figures.council_code,
        "from": figures.first_year,
        "to": figures.last_year,
        "edition": figures.edition,
        "situations": figures.situations,
        "per_year": {str(year): value for year, value in figures.per_year.items()},
        "highlights": [
            {"code": highlight.code, "label": highlight.label, "value": highlight.value}
            for highlight in figures.highlights
        ],
        "tables": [
            {
                "code": table.code,
                "label": table.label,
                "definition": table.definition,
                "base": table.base,
                "multiple": table.multiple,
                "answers": table.answers,
                "rows": [
                    {"codes": list(row.codes), "label": row.label, "value": row.value}
                    for row in table.rows
                ],
            }
            for table in figures.tables
        ],
        "cross_tables": [
            {
                "code": cross.code,
                "label": cross.label,
                "row_codes": [list(row.codes) for row in cross.rows.rows],
                "column_codes": [list(column.codes) for column in cross.columns.rows],
                "cells": [[{"value": value} for value in line] for line in cross.cells],
            }
            for cross in figures.cross_tables
        ],
        "time": {
            "base": figures.time.base,
            "minutes": figures.time.minutes,
            "median": figures.time.median,
            "rows": [
                {"codes": list(row.codes), "label": row.label, "value": row.value}
                for row in figures.time.rows
            ],
        },
    }
