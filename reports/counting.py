"""Columns of answers made into tables, cross-tables, highlights and delays."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from statistics import quantiles

from governance.models import Council
from governance.nomenclatures import UNKNOWN, UNKNOWN_LABEL
from governance.selectors import council_label, council_list
from reports.figures import CrossTable, Delay, FilledField, Filling, Highlight, Row, Table
from reports.measures import DelaySpec
from reports.tables import HighlightSpec, TableSpec

# What one situation (or alert...) answered: a code, several, or nothing.
# Equal answers are counted together before they are taken apart: 2.0 times a bare scan, not 3.4.
Answer = str | tuple[str, ...] | None
Column = Sequence[Answer]


def codes(answer: Answer) -> tuple[str, ...]:
    """The codes of an answer, each once; UNKNOWN for none."""
    if not answer:
        return (UNKNOWN,)
    return (answer,) if isinstance(answer, str) else tuple(dict.fromkeys(answer))


def table(council: Council, spec: TableSpec, column: Column) -> Table:
    """How many of the column gave each answer, in the council's words and order."""
    counts: Counter[str] = Counter()
    for answer, times in Counter(column).items():
        for code in codes(answer):
            counts[code] += times
    unknown = counts.pop(UNKNOWN, 0)
    return Table(
        code=spec.code,
        label=spec.label,
        chapter=spec.chapter,
        definition=spec.definition,
        base=len(column),
        multiple=spec.multiple,
        rows=(*_worded(council, spec, counts), Row((UNKNOWN,), UNKNOWN_LABEL, unknown)),
        unit=spec.unit,
    )


def _worded(council: Council, spec: TableSpec, counts: Mapping[str, int]) -> tuple[Row, ...]:
    if spec.list_code:
        return rows(council, spec.list_code, counts)
    words = spec.words or [(code, code) for code in sorted(counts)]
    return tuple(Row((code,), label, counts[code]) for code, label in words if code in counts)


def rows(council: Council, list_code: str, counts: Mapping[str, int]) -> tuple[Row, ...]:
    """The counts of a closed list, in the council's words and order."""
    active = [entry.code for entry in council_list(council, list_code)]
    # An answer that the council no longer offers still counts for the situations that gave it.
    order = [code for code in active if code in counts] + sorted(counts.keys() - set(active))
    return tuple(
        Row((code,), council_label(council, list_code, code), counts[code]) for code in order
    )


def cross(one: Table, down: Column, other: Table, across: Column) -> CrossTable:
    """Two tables of the same situations crossed, from their columns."""
    counts: Counter[tuple[str, str]] = Counter()
    for answers, times in Counter(zip(down, across, strict=True)).items():
        for pair in product(codes(answers[0]), codes(answers[1])):
            counts[pair] += times
    return CrossTable(
        rows=one,
        columns=other,
        cells=tuple(
            tuple(
                sum(counts[pair] for pair in product(row.codes, column.codes))
                for column in other.rows
            )
            for row in one.rows
        ),
    )


def highlight(spec: HighlightSpec, column: Column) -> Highlight:
    """How many of the column have an answer that is not `spec.without`."""
    value = sum(
        times
        for answer, times in Counter(column).items()
        if not spec.without.issuperset(codes(answer))
    )
    return Highlight(spec.code, spec.label, spec.definition, value)


def delay(spec: DelaySpec, days: Sequence[int]) -> Delay:
    """The median and the quartiles of the days, those who have no second date left out."""
    quartiles: Sequence[float | None] = (None, None, None)
    if days:
        # Quartiles want two values: of one alone, all three are itself.
        quartiles = quantiles([*days, *days] if len(days) == 1 else days, method="inclusive")
    lower, middle, upper = quartiles
    return Delay(spec.code, spec.label, spec.definition, len(days), middle, lower, upper, spec.unit)


def filling(
    council: Council,
    fields: Mapping[str, str],
    columns: Mapping[str, Sequence[object]],
    origins: Column,
) -> Filling:
    """In how many situations each of `fields` (column -> label) has an answer; an answer « no » or
    « none » is one."""
    asked_by = [codes(origin)[0] for origin in origins]
    per_origin = Counter(asked_by)
    unknown = per_origin.pop(UNKNOWN, 0)
    order = rows(council, "origin", per_origin)
    if unknown:
        order += (Row((UNKNOWN,), UNKNOWN_LABEL, unknown),)
    filled = (
        _filled(code, label, columns[code], asked_by, order) for code, label in fields.items()
    )
    return Filling(len(origins), order, tuple(sorted(filled, key=lambda field: field.filled)))


def _filled(
    code: str, label: str, column: Sequence[object], asked_by: Sequence[str], order: Iterable[Row]
) -> FilledField:
    by_origin = Counter(
        origin
        for origin, answer in zip(asked_by, column, strict=True)
        if answer not in (None, "", ())
    )
    return FilledField(
        code, label, by_origin.total(), tuple(by_origin[row.codes[0]] for row in order)
    )
