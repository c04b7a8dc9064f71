"""An edition before its audit: small categories grouped, every count written in its class."""

from collections.abc import Iterable

from reports.disclosure.classes import ROUNDING, nearest, written
from reports.figures import (
    SITUATIONS,
    CrossTable,
    Delay,
    Highlight,
    Row,
    Table,
    TimeTable,
    YearFigures,
)
from reports.published import (
    Axis,
    Cell,
    Codes,
    Dropped,
    Group,
    PublishedCross,
    PublishedDelay,
    PublishedFigures,
    PublishedHighlight,
    PublishedRow,
    PublishedTable,
    PublishedTime,
)

# The fewest values that a hidden count must keep (anonymity.md, part 2).
FEWEST = 4
HOUR, QUARTER = 60, 15
TOO_FEW = "trop peu de situations dans ses réponses, même regroupées"
TOO_FEW_TO_CROSS = "l’un des deux tableaux qu’il croise n’a pas assez de situations"


def draft(figures: YearFigures, threshold: int, edition: str) -> PublishedFigures:
    """The figures in classes; tables that grouping leaves empty are in `dropped`."""
    groups = {table.code: grouped(table, threshold) for table in figures.tables}
    dropped = [
        Dropped(table.code, table.label, TOO_FEW)
        for table in figures.tables
        if not groups[table.code]
    ] + [
        Dropped(cross.code, cross.label, TOO_FEW_TO_CROSS)
        for cross in figures.cross_tables
        if not groups[cross.rows.code] or not groups[cross.columns.code]
    ]
    absent = {table.code for table in dropped}
    return PublishedFigures(
        council_code=figures.council_code,
        council_name=figures.council_name,
        first_year=figures.first_year,
        last_year=figures.last_year,
        edition=edition,
        threshold=threshold,
        situations=figures.situations,
        per_year=dict(figures.per_year),
        trend=dict(figures.trend),
        # That of the situations is their exact number.
        counters=tuple(
            _highlight(row, threshold) for row in figures.counters if row.code != SITUATIONS
        ),
        highlights=tuple(_highlight(row, threshold) for row in figures.highlights),
        tables=tuple(
            _table(table, groups[table.code], figures.situations, threshold)
            for table in figures.tables
            if table.code not in absent
        ),
        cross_tables=tuple(
            _cross(cross, groups[cross.rows.code], groups[cross.columns.code], threshold)
            for cross in figures.cross_tables
            if cross.code not in absent
        ),
        delays=tuple(_delay(delay, threshold) for delay in figures.delays),
        time=_time(figures.time, threshold),
        dropped=tuple(dropped),
    )


def grouped(table: Table, threshold: int) -> tuple[tuple[Row, ...], ...]:
    """The lines of the table, those under the threshold together with as many of the next smallest
    as it takes; empty when that takes them all. A line that nobody is in is left out.

    Each answer of a group is known to have been given: the total must leave it FEWEST values.
    """
    present = [row for row in table.rows if row.value]
    together = [row for row in present if row.value < threshold]
    others = sorted(
        (row for row in present if row.value >= threshold), key=lambda row: (row.value, row.codes)
    )
    while together and not _enough(together, threshold):
        if not others:
            return ()
        together.append(others.pop(0))
    alone = [(row,) for row in present if row not in together]
    if not together:
        return tuple(alone)
    if not alone:
        return ()
    group = tuple(row for row in present if row in together)
    # The unknowns stay last: that line is drawn apart.
    at = len(alone) - 1 if alone[-1][0] is table.rows[-1] else len(alone)
    return (*alone[:at], group, *alone[at:])


def _enough(together: list[Row], threshold: int) -> bool:
    total = sum(row.value for row in together)
    members = sum(len(row.codes) for row in together)
    highest = nearest(total, 5).value + 2
    return total >= threshold and (members == 1 or highest >= members - 1 + FEWEST)


def _group(rows: tuple[Row, ...]) -> Group:
    label = ", ".join(row.label for row in rows) if len(rows) <= 3 else "Autres réponses"
    return Group(_codes(rows), label)


def _codes(rows: Iterable[Row]) -> Codes:
    return tuple(code for row in rows for code in row.codes)


def _table(
    table: Table, groups: tuple[tuple[Row, ...], ...], situations: int, threshold: int
) -> PublishedTable:
    return PublishedTable(
        code=table.code,
        label=table.label,
        chapter=table.chapter,
        definition=table.definition,
        unit=table.unit,
        whole=table.unit == SITUATIONS and table.base == situations,
        multiple=table.multiple,
        base=written(table.base, threshold),
        answers=written(table.answers, threshold) if table.multiple else None,
        rows=tuple(
            PublishedRow(_group(rows), written(sum(row.value for row in rows), threshold))
            for rows in groups
        ),
    )


def _cross(
    cross: CrossTable,
    down: tuple[tuple[Row, ...], ...],
    across: tuple[tuple[Row, ...], ...],
    threshold: int,
) -> PublishedCross:
    line = {row.codes: index for index, row in enumerate(cross.rows.rows)}
    column = {row.codes: index for index, row in enumerate(cross.columns.rows)}
    return PublishedCross(
        rows=_axis(cross.rows, down),
        columns=_axis(cross.columns, across),
        cells=tuple(
            tuple(
                written(
                    sum(
                        cross.cells[line[one.codes]][column[other.codes]]
                        for one in rows
                        for other in columns
                    ),
                    threshold,
                )
                for columns in across
            )
            for rows in down
        ),
    )


def _axis(table: Table, groups: tuple[tuple[Row, ...], ...]) -> Axis:
    return Axis(table.code, table.label, table.multiple, tuple(map(_group, groups)))


def _highlight(row: Highlight, threshold: int) -> PublishedHighlight:
    return PublishedHighlight(row.code, row.label, row.definition, written(row.value, threshold))


def _delay(delay: Delay, threshold: int) -> PublishedDelay:
    """A quartile is somebody's delay: to the nearest 5 days; none of fewer than the threshold."""

    def days(value: float | None) -> Cell | None:
        return None if value is None or delay.base < threshold else nearest(value, ROUNDING)

    return PublishedDelay(
        code=delay.code,
        label=delay.label,
        definition=delay.definition,
        unit=delay.unit,
        base=written(delay.base, threshold),
        lower_quartile=days(delay.lower_quartile),
        median=days(delay.median),
        upper_quartile=days(delay.upper_quartile),
    )


def _time(time: TimeTable, threshold: int) -> PublishedTime | None:
    """Minutes are no count of persons: rounded to the hour, none below the threshold's base."""
    if time.base < threshold:
        return None
    return PublishedTime(
        base=written(time.base, threshold),
        minutes=nearest(time.minutes, HOUR),
        median=nearest(time.median, QUARTER),
        rows=tuple(PublishedRow(_group((row,)), nearest(row.value, HOUR)) for row in time.rows),
    )
