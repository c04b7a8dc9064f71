"""The figures of a period: counted once, read by the screen, the PDF, the spreadsheet, the JSON.

One pass over the rows of `cases.selectors.counted_situations`: the tables and cross-tables cannot
contradict each other, whatever the output.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
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
from reports.figures import (
    INTERNAL,
    SITUATIONS,
    CrossTable,
    Highlight,
    Row,
    Table,
    TimeTable,
    YearFigures,
)
from reports.tables import (
    CROSSED,
    HIGHLIGHTS,
    OBSTACLES,
    SITUATIONS_DEFINITION,
    TABLES,
    TIME_LIST,
    HighlightSpec,
    TableSpec,
)

FIRST_YEAR, LAST_YEAR = 2000, 2100

# What one situation answered: a code, several, or nothing; a column has one answer a situation.
# Equal answers are counted together before they are taken apart: 2.0 times a bare scan, not 3.4.
Answer = str | tuple[str, ...] | None
Column = Sequence[Answer]


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
        counters=(
            Highlight(SITUATIONS, "situations reçues", SITUATIONS_DEFINITION, len(received)),
        ),
        highlights=tuple(_highlight(spec, columns[spec.table]) for spec in HIGHLIGHTS),
        tables=(*tables.values(), _table(council, OBSTACLES, _by_situation(obstacles))),
        cross_tables=tuple(
            _cross(tables[row], columns[row], tables[column], columns[column])
            for row, column in CROSSED
        ),
        delays=(),
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
