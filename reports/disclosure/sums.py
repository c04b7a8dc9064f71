"""Sums of editions: the years of a council, or councils of the same years.

They are computed from what is printed, and so tell nothing that the editions do not; a sum that
the printed numbers leave too vague is grouped with others, or not told. Their cost grows with the
editions, not with the situations.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.disclosure.classes import ROUNDING, interval, nearest
from reports.published import (
    Axis,
    Below,
    Cell,
    Codes,
    Dropped,
    Group,
    PublishedCross,
    PublishedFigures,
    PublishedHighlight,
    PublishedRow,
    PublishedTable,
    Rounded,
    Withheld,
)

VAGUE = "masqué : les éditions additionnées n’en disent pas assez"
NOT_EVERYWHERE = "une des éditions additionnées ne le publie pas, ou trop peu"
# To what a sum may be rounded.
STEPS = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True)
class Bounds:
    """The lowest and highest value of a count, as the printed numbers leave it."""

    lowest: int
    highest: int

    def __add__(self, other: "Bounds") -> "Bounds":
        return Bounds(self.lowest + other.lowest, self.highest + other.highest)


def total(
    editions: Sequence[PublishedFigures], *, council_code: str, council_name: str
) -> PublishedFigures:
    """The sum of the editions, under the greatest of their thresholds. Neither counters (a person
    may be in two), nor delays, nor time are summed.

    ValueError (French) for none, or when they are of several kinds.
    """
    if not editions:
        raise ValueError("Aucune édition à additionner.")
    if len({one.edition for one in editions}) > 1:
        raise ValueError("On n’additionne que des éditions de la même sorte.")
    threshold = max(one.threshold for one in editions)
    per_year: Counter[int] = Counter()
    for one in editions:
        per_year.update(one.per_year)
    tables = {table.code: table for one in reversed(editions) for table in one.tables}
    crosses = {cross.code: cross for one in reversed(editions) for cross in one.cross_tables}
    summed = {code: _table(code, editions, threshold) for code in tables}
    crossed = {code: _cross(code, editions, summed, threshold) for code in crosses}
    return PublishedFigures(
        council_code=council_code,
        council_name=council_name,
        first_year=min(per_year),
        last_year=max(per_year),
        edition=editions[0].edition,
        threshold=threshold,
        situations=per_year.total(),
        per_year=dict(sorted(per_year.items())),
        trend=dict(sorted(per_year.items())),
        counters=(),
        highlights=_highlights(editions, threshold),
        tables=tuple(table for table in summed.values() if table),
        cross_tables=tuple(cross for cross in crossed.values() if cross),
        delays=(),
        time=None,
        dropped=tuple(
            Dropped(code, found[code].label, NOT_EVERYWHERE)
            for sums, found in ((summed, tables), (crossed, crosses))
            for code, one in sums.items()  # type: ignore[attr-defined]
            if one is None
        ),
    )


def sum_of_editions(editions: Sequence[PublishedFigures]) -> PublishedFigures:
    """The sum of one edition of each of several councils, all of one kind and of the same years.

    ValueError (French) otherwise.
    """
    councils = [one.council_code for one in editions]
    if len(set(councils)) < len(councils):
        raise ValueError("On n’additionne qu’une édition de chaque conseil.")
    if len({(one.first_year, one.last_year) for one in editions}) > 1:
        raise ValueError("On n’additionne que des éditions des mêmes années.")
    return total(
        editions,
        council_code="+".join(sorted(councils)),
        council_name=f"{len(councils)} conseil{'s' if len(councils) > 1 else ''}",
    )


def sum_of_years(
    first: int, last: int, edition: str, threshold: int, earlier: Iterable[PublishedFigures]
) -> PublishedFigures | None:
    """The newest editions of that kind of each of those years, summed; None when one is missing,
    or was made under another threshold."""
    newest = {
        one.first_year: one
        for one in earlier
        if one.edition == edition and one.first_year == one.last_year
    }
    years = [newest.get(year) for year in range(first, last + 1)]
    found = [year for year in years if year and year.threshold == threshold]
    if len(found) < len(years) or len(years) == 1:
        return None
    return total(found, council_code=found[0].council_code, council_name=found[0].council_name)


def written(bounds: Bounds, threshold: int) -> Cell:
    """The cell that holds all values between the bounds: a multiple of 5, and how far it may be
    from the truth; withheld when that is more than half of it."""
    if bounds.highest < threshold:
        return Below(threshold)
    value = nearest((bounds.lowest + bounds.highest) / 2, ROUNDING).value
    away = max(value - bounds.lowest, bounds.highest - value)
    base = next((step for step in STEPS if away <= step // 2), None)
    if base is None or value < base or bounds.lowest < threshold:
        return Withheld(VAGUE)
    return Rounded(value, base)


def _within(cell: Cell, edition: PublishedFigures) -> Bounds:
    known = interval(cell, edition.threshold)
    return Bounds(*known) if known else Bounds(0, edition.situations)


def _share(groups: Codes, wanted: frozenset[str], bounds: Bounds) -> Bounds:
    """What of a group counts in `wanted`: all of it, none, or at most all but the others' one."""
    outside = len(set(groups) - wanted)
    if not outside:
        return bounds
    if outside == len(groups):
        return Bounds(0, 0)
    return Bounds(len(groups) - outside, max(bounds.highest - outside, 0))


def _sum(bounds: Iterable[Bounds]) -> Bounds:
    return sum(bounds, Bounds(0, 0))


def _highlights(
    editions: Sequence[PublishedFigures], threshold: int
) -> tuple[PublishedHighlight, ...]:
    cells = [{row.code: _within(row.cell, one) for row in one.highlights} for one in editions]
    return tuple(
        PublishedHighlight(
            row.code,
            row.label,
            row.definition,
            written(_sum(one[row.code] for one in cells), threshold),
        )
        for row in editions[0].highlights
        if all(row.code in one for one in cells)
    )


def _table(
    code: str, editions: Sequence[PublishedFigures], threshold: int
) -> PublishedTable | None:
    tables = [(one, table) for one in editions for table in one.tables if table.code == code]
    model = tables[0][1]
    if len(tables) < len(editions) or not all(table.whole for _, table in tables):
        return None
    labels = {
        answer: row.group.label
        for _, table in tables
        for row in table.rows
        for answer in row.group.codes
        if len(row.group.codes) == 1
    }
    answers = dict.fromkeys(a for _, table in tables for row in table.rows for a in row.group.codes)

    def bounds(codes: Iterable[str]) -> Bounds:
        wanted = frozenset(codes)
        return _sum(
            _share(row.group.codes, wanted, _within(row.cell, one))
            for one, table in tables
            for row in table.rows
        )

    cells = {
        (answer,): cell
        for answer in answers
        if isinstance(cell := written(bounds((answer,)), threshold), Rounded) and answer in labels
    }
    others = tuple(answer for answer in answers if (answer,) not in cells)
    if not cells:
        return None
    rows = [PublishedRow(Group(codes, labels[codes[0]]), cell) for codes, cell in cells.items()]
    if others:
        rows.append(
            PublishedRow(Group(others, "Autres réponses"), written(bounds(others), threshold))
        )
    situations = sum(one.situations for one in editions)
    given = [_within(table.answers, one) for one, table in tables if table.answers]
    return PublishedTable(
        code=code,
        label=model.label,
        chapter=model.chapter,
        definition=model.definition,
        unit=model.unit,
        whole=True,
        multiple=model.multiple,
        base=written(Bounds(situations, situations), threshold),
        answers=written(_sum(given), threshold) if model.multiple else None,
        rows=tuple(rows),
    )


def _cross(
    code: str,
    editions: Sequence[PublishedFigures],
    summed: dict[str, PublishedTable | None],
    threshold: int,
) -> PublishedCross | None:
    """Crossed by the groups of the two summed tables."""
    crosses = [(one, c) for one in editions for c in one.cross_tables if c.code == code]
    down, across = (summed.get(table) for table in code.split("*"))
    if len(crosses) < len(editions) or not down or not across:
        return None

    def bounds(rows: Codes, columns: Codes) -> Bounds:
        one_side, other_side = frozenset(rows), frozenset(columns)
        found = Bounds(0, 0)
        for edition, cross in crosses:
            for group, line in zip(cross.rows.groups, cross.cells, strict=True):
                for column, cell in zip(cross.columns.groups, line, strict=True):
                    found += _overlap(
                        (group.codes, one_side), (column.codes, other_side), _within(cell, edition)
                    )
        return found

    axes = [
        Axis(table.code, table.label, table.multiple, tuple(row.group for row in table.rows))
        for table in (down, across)
    ]
    cells = tuple(
        tuple(written(bounds(group.codes, column.codes), threshold) for column in axes[1].groups)
        for group in axes[0].groups
    )
    if not any(isinstance(cell, Rounded) for line in cells for cell in line):
        return None
    return PublishedCross(axes[0], axes[1], cells)


def _overlap(
    down: tuple[Codes, frozenset[str]], across: tuple[Codes, frozenset[str]], bounds: Bounds
) -> Bounds:
    if not set(down[0]) & down[1] or not set(across[0]) & across[1]:
        return Bounds(0, 0)
    if set(down[0]) <= down[1] and set(across[0]) <= across[1]:
        return bounds
    return Bounds(0, bounds.highest)
