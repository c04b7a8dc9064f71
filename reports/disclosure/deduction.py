"""What an attentive reader can deduce: the numbers of several editions as one linear programme.

The reader holds every edition of the council given here, knows these rules and the structure of
the tables, and solves them all together. For each year there is one unknown a category, or a pair
of categories, that some edition tells apart; what is printed bounds their sums.

Two editions of the same year share its unknowns while its number of situations is the same. When
that number moved (a correction), no count moved by more. Tables that contradict this (an answer
was changed since) are `moved`: each edition has its own unknowns there.
"""

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from governance.nomenclatures import UNKNOWN
from reports.disclosure.classes import interval
from reports.disclosure.places import ANSWERS, BASE, HIGHLIGHT, LINE, Place, places
from reports.disclosure.programme import INFINITE, Infeasible, Programme
from reports.published import Cell, Codes, PublishedCross, PublishedFigures
from reports.tables import HIGHLIGHTS

# A count that nothing bounds (hearings, leads) is under this, for the solver.
MANY = 10_000

_SPECS = {spec.code: spec for spec in HIGHLIGHTS}

# The years (or the period), and which version of them.
Slice = tuple[tuple[Any, ...], tuple[Any, ...]]
Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Side:
    """A table as an edition tells it apart: its groups, or those of a cross-table that uses it."""

    groups: tuple[Codes, ...]
    multiple: bool
    whole: bool


@dataclass(frozen=True)
class Printed:
    """A number of an edition: the unknowns that it sums up, and the row that its class bounds."""

    edition: int
    place: Place
    cell: Cell
    columns: tuple[int, ...]
    row: int | None


def sides(edition: PublishedFigures) -> dict[str, Side]:
    """The tables that the edition tells of, by code; cross-tables tell of theirs too."""
    crossed = {
        axis.code: Side(tuple(group.codes for group in axis.groups), axis.multiple, whole=True)
        for cross in edition.cross_tables
        for axis in (cross.rows, cross.columns)
    }
    return crossed | {
        table.code: Side(
            tuple(row.group.codes for row in table.rows), table.multiple, whole=table.whole
        )
        for table in edition.tables
    }


def _source(highlight: str) -> str:
    """The table that the highlight sums up."""
    return _SPECS[highlight].table if highlight in _SPECS else highlight


class Deduction:
    """The programme of those editions; `only`, if given, the tables that it is limited to."""

    def __init__(
        self,
        editions: Sequence[PublishedFigures],
        moved: Collection[str] = (),
        only: Collection[str] | None = None,
    ) -> None:
        self.editions = editions
        self.programme = Programme()
        self.printed: list[Printed] = []
        self.members: list[tuple[tuple[int, ...], int]] = []
        self._moved = frozenset(moved)
        self._only = only
        self._variables: dict[Key, int] = {}
        self._structures: set[Key] = set()
        self._versions: dict[Key, list[tuple[Slice, tuple[int, ...]]]] = {}
        self._sides = [
            {code: side for code, side in sides(edition).items() if self._wanted(code)}
            for edition in editions
        ]
        self._parts = self._split_years()
        self.blocks = {
            code: self._split(code) for code in dict.fromkeys(c for s in self._sides for c in s)
        }
        for index, edition in enumerate(editions):
            self._tell(index, edition)
        self._couple()

    def feasible(self) -> bool:
        """Whether some numbers satisfy it all."""
        try:
            self.programme.least({})
        except Infeasible:
            return False
        return True

    def unknowns(self) -> Iterator[int]:
        """The variables that count situations in one category of one slice, in order."""
        return (column for key, column in self._variables.items() if key[0] in ("table", "cross"))

    # --- what is told apart ---------------------------------------------------------------------

    def _wanted(self, code: str) -> bool:
        return self._only is None or code in self._only

    def _split_years(self) -> list[tuple[int, ...]]:
        """The years by the editions that cover them: those always together are one part."""
        covered: dict[tuple[bool, ...], list[int]] = {}
        for year in sorted({year for edition in self.editions for year in edition.per_year}):
            signature = tuple(year in edition.per_year for edition in self.editions)
            covered.setdefault(signature, []).append(year)
        return [tuple(years) for years in covered.values()]

    def _split(self, table: str) -> list[Codes]:
        """The answers of the table by the groups they are in: those always together are one.

        Apart too: those that a highlight counts, and the unknowns, who gave no other answer.
        """
        signatures: dict[str, list[object]] = {}
        for index, side in enumerate(self._sides):
            for number, group in enumerate(side[table].groups if table in side else ()):
                for code in group:
                    signatures.setdefault(code, []).extend((index, number))
        for code, signature in signatures.items():
            signature.append(code == UNKNOWN)
            signature.extend(code in spec.without for spec in HIGHLIGHTS if spec.table == table)
        blocks: dict[tuple[object, ...], list[str]] = {}
        for code, signature in signatures.items():
            blocks.setdefault(tuple(signature), []).append(code)
        return [tuple(codes) for codes in blocks.values()]

    def _slices(self, index: int, code: str, whole: bool) -> list[Slice]:
        """The years of the edition, each in the version that it tells of.

        What is not counted in the year of the alert (a hearing's obstacles) does not add up from
        year to year: such a table has one slice, its period.
        """
        edition = self.editions[index]
        fixed = ("edition", index)
        moved = code in self._moved or any(one in self._moved for one in code.split("*"))
        if not whole:
            period = (edition.first_year, edition.last_year)
            return [(("period", period), fixed if moved else (edition.situations,))]
        return [
            (part, fixed if moved else tuple(edition.per_year[year] for year in part))
            for part in self._parts
            if part[0] in edition.per_year
        ]

    def _situations(self, index: int, part: Slice) -> int:
        """How many situations that slice of a whole table counts."""
        per_year = self.editions[index].per_year
        return sum(per_year[year] for year in part[0])

    def _variable(self, key: Key, highest: float) -> int:
        if key not in self._variables:
            self._variables[key] = self.programme.variable(highest)
        return self._variables[key]

    def _is_new(self, *key: Hashable) -> bool:
        if key in self._structures:
            return False
        self._structures.add(key)
        return True

    # --- what every reader knows ----------------------------------------------------------------

    def _tell(self, index: int, edition: PublishedFigures) -> None:
        for code, side in self._sides[index].items():
            for part in self._slices(index, code, side.whole):
                self._table(index, code, side, part)
            self._presence(index, code, side)
        for cross in edition.cross_tables:
            if self._wanted(cross.rows.code) and self._wanted(cross.columns.code):
                for part in self._slices(index, cross.code, whole=True):
                    self._cross(index, cross, part)
        for highlight in edition.highlights:
            if self._wanted(_source(highlight.code)):
                for part in self._slices(index, _source(highlight.code), whole=True):
                    self._highlight(index, highlight.code, part)
        for place, cell in places(edition):
            code = _source(place.table) if place.kind == HIGHLIGHT else place.table
            if all(self._wanted(one) for one in code.split("*")):
                self._print(index, place, cell)

    def _columns(self, table: str, part: Slice) -> list[int]:
        return [
            self._variables["table", table, part, number]
            for number in range(len(self.blocks[table]))
        ]

    def _table(self, index: int, code: str, side: Side, part: Slice) -> None:
        """Single answers add up to the base; several are at least the base, each at most."""
        if not self._is_new(code, part):
            return
        most = self._situations(index, part) if side.whole else MANY
        blocks = self.blocks[code]
        columns = [
            self._variable(("table", code, part, number), most * len(block))
            for number, block in enumerate(blocks)
        ]
        self._versions.setdefault(("table", code, part[0]), []).append((part, tuple(columns)))
        base = self._variable(("base", code, part), most)
        if side.whole:
            self.programme.constrain(most, most, [base], [1.0])
        weights = [1.0] * len(columns)
        self.programme.constrain(
            0.0, INFINITE if side.multiple else 0.0, [*columns, base], [*weights, -1.0]
        )
        if side.multiple:
            self._at_most(blocks, columns, base)

    def _at_most(self, blocks: list[Codes], columns: list[int], total: int) -> None:
        """Each of several answers is given by those who gave one: never by the unknowns."""
        unknown = next((c for b, c in zip(blocks, columns, strict=True) if b == (UNKNOWN,)), None)
        for block, column in zip(blocks, columns, strict=True):
            size = float(len(block))
            row, weights = [column, total], [1.0, -size]
            if unknown is not None and column != unknown:
                row, weights = [*row, unknown], [*weights, size]
            self.programme.constrain(-INFINITE, 0.0, row, weights)

    def _presence(self, index: int, code: str, side: Side) -> None:
        """A line lists the answers that were given, by one situation at least; no other was."""
        slices = self._slices(index, code, side.whole)
        listed = {answer for group in side.groups for answer in group}
        for number, block in enumerate(self.blocks[code]):
            columns = [self._variables["table", code, part, number] for part in slices]
            weights = [1.0] * len(columns)
            if block[0] in listed:
                self.programme.constrain(float(len(block)), INFINITE, columns, weights)
                if len(block) > 1:
                    self.members.append((tuple(columns), len(block)))
            else:
                self.programme.constrain(0.0, 0.0, columns, weights)

    def _cross(self, index: int, cross: PublishedCross, part: Slice) -> None:
        """The lines add up to one table, the columns to the other, as their answers allow."""
        if not self._is_new(cross.code, part):
            return
        sizes = [len(self.blocks[axis.code]) for axis in (cross.rows, cross.columns)]
        most = self._situations(index, part)
        cells = {
            (i, j): self._variable(
                ("cross", cross.code, part, i, j),
                most
                * len(self.blocks[cross.rows.code][i])
                * len(self.blocks[cross.columns.code][j]),
            )
            for i, j in product(range(sizes[0]), range(sizes[1]))
        }
        self._versions.setdefault(("cross", cross.code, part[0]), []).append(
            (part, tuple(cells.values()))
        )
        lines = [[cells[i, j] for j in range(sizes[1])] for i in range(sizes[0])]
        columns = [[cells[i, j] for i in range(sizes[0])] for j in range(sizes[1])]
        for axis, other, parallel in (
            (cross.rows, cross.columns, lines),
            (cross.columns, cross.rows, columns),
        ):
            margin = next(
                one for one in self._slices(index, axis.code, whole=True) if one[0] == part[0]
            )
            for total, line in zip(self._columns(axis.code, margin), parallel, strict=True):
                self.programme.constrain(
                    0.0,
                    INFINITE if other.multiple else 0.0,
                    [*line, total],
                    [*([1.0] * len(line)), -1.0],
                )
                if other.multiple:
                    self._at_most(self.blocks[other.code], line, total)

    def _highlight(self, index: int, code: str, part: Slice) -> None:
        """It counts the situations with an answer that is not among those `without`."""
        if not self._is_new("highlight", code, part):
            return
        most = self._situations(index, part)
        column = self._variable(("highlight", code, part), most)
        spec = _SPECS.get(code)
        side = self._sides[index].get(spec.table) if spec else None
        if spec is None or side is None or not side.whole:
            return
        slices = {one[0]: one for one in self._slices(index, spec.table, whole=True)}
        blocks = self.blocks[spec.table]
        columns = self._columns(spec.table, slices[part[0]])
        signs = [
            (block, column)
            for block, column in zip(blocks, columns, strict=True)
            if not spec.without & set(block)
        ]
        counted = [column, *(sign for _, sign in signs)]
        weights = [1.0, *(-1.0 for _ in signs)]
        self.programme.constrain(-INFINITE if side.multiple else 0.0, 0.0, counted, weights)
        if not side.multiple:
            return
        others = [one for one in columns if one not in counted]
        self.programme.constrain(most, INFINITE, [column, *others], [1.0] * (1 + len(others)))
        for block, sign in signs:
            self.programme.constrain(0.0, INFINITE, [column, sign], [float(len(block)), -1.0])
        if (UNKNOWN,) in blocks:
            unknown = columns[blocks.index((UNKNOWN,))]
            self.programme.constrain(-INFINITE, most, [column, unknown], [1.0, 1.0])

    def _print(self, index: int, place: Place, cell: Cell) -> None:
        columns = self._counted(index, place)
        known = interval(cell, self.editions[index].threshold)
        row = None
        if known:
            lowest, highest = known
            row = self.programme.constrain(lowest, highest, columns, [1.0] * len(columns))
        self.printed.append(Printed(index, place, cell, tuple(columns), row))

    def _counted(self, index: int, place: Place) -> list[int]:
        """The variables that the number at that place adds up."""
        code = place.table
        if place.kind == HIGHLIGHT:
            slices = self._slices(index, _source(code), whole=True)
            return [self._variables["highlight", code, part] for part in slices]
        if place.kind in (LINE, BASE, ANSWERS):
            slices = self._slices(index, code, self._sides[index][code].whole)
            if place.kind == BASE:
                return [self._variables["base", code, part] for part in slices]
            wanted = set(place.rows) if place.kind == LINE else None
            return [
                self._variables["table", code, part, number]
                for part in slices
                for number, block in enumerate(self.blocks[code])
                if (block[0] in wanted if wanted else block != (UNKNOWN,))
            ]
        one, other = code.split("*")
        return [
            self._variables["cross", code, part, i, j]
            for part in self._slices(index, code, whole=True)
            for i, down in enumerate(self.blocks[one])
            if down[0] in place.rows
            for j, across in enumerate(self.blocks[other])
            if across[0] in place.columns
        ]

    def _couple(self) -> None:
        """Between two versions of a year no count moved by more than its situations did."""
        for versions in self._versions.values():
            for (one, before), (other, after) in pairwise(versions):
                if "edition" in (one[1][0], other[1][0]):
                    continue
                steps = [b - a for a, b in zip(one[1], other[1], strict=True)]
                fewer = sum(min(step, 0) for step in steps)
                more = sum(max(step, 0) for step in steps)
                for early, late in zip(before, after, strict=True):
                    self.programme.constrain(fewer, more, [late, early], [1.0, -1.0])


def deduction(editions: Sequence[PublishedFigures]) -> Deduction:
    """The programme of those editions, each table that contradicts itself told apart."""
    together = Deduction(editions)
    if together.feasible():
        return together
    codes = sorted({code for edition in editions for code in sides(edition)})
    moved = {code for code in codes if not Deduction(editions, only=(code,)).feasible()}
    for cross in sorted({cross.code for edition in editions for cross in edition.cross_tables}):
        pair = cross.split("*")
        if not moved & set(pair) and not Deduction(editions, moved, only=pair).feasible():
            moved.add(cross)
    together = Deduction(editions, moved)
    if together.feasible():
        return together
    crosses = {cross.code for edition in editions for cross in edition.cross_tables}
    return Deduction(editions, {*codes, *crosses})
