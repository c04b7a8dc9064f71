"""What an attentive reader can deduce: the numbers of several editions as one linear programme.

The reader holds every edition of the council given here, knows these rules and the structure of
the tables, and solves them all together. For each year there is one unknown an answer, or a pair
of answers, that some edition lists; what is printed bounds their sums.

Two editions of the same year share its unknowns while its number of situations is the same. When
that number moved (a correction), no count moved by more. Tables that contradict this (an answer
was changed since) are `moved`: each edition has its own unknowns there.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from governance.nomenclatures import UNKNOWN
from reports.disclosure.classes import interval
from reports.disclosure.places import ANSWERS, BASE, HIGHLIGHT, LINE, Place, places
from reports.disclosure.programme import INFINITE, Infeasible, Programme
from reports.disclosure.sides import Side, sides
from reports.published import Cell, PublishedCross, PublishedFigures
from reports.tables import HIGHLIGHTS

# A count that nothing bounds (hearings, leads) is under this, for the solver.
MANY = 10_000

_SPECS = {spec.code: spec for spec in HIGHLIGHTS}

# The years (or the period), and which version of them.
Slice = tuple[tuple[Any, ...], tuple[Any, ...]]
Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Printed:
    """A number of an edition: the unknowns that it sums up, and the row that its class bounds."""

    edition: int
    place: Place
    cell: Cell
    columns: tuple[int, ...]
    row: int | None


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
        # Rows that hold because an edition lists an answer, or does not: (edition, table).
        self.listings: dict[int, tuple[int, str]] = {}
        self.moved = frozenset(moved)
        self._only = only
        self._variables: dict[Key, int] = {}
        self._zeros: set[int] = set()
        self._structures: set[Key] = set()
        self._versions: dict[Key, list[tuple[Slice, list[int]]]] = {}
        self._sides = [
            {code: side for code, side in sides(edition).items() if self._wanted(code)}
            for edition in editions
        ]
        self._parts = self._split_years()
        self.answers = {
            code: self._answers(code) for code in dict.fromkeys(c for s in self._sides for c in s)
        }
        self._nobody = self._unlisted()
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
        """The variables that count situations in one category of one slice, in order; those that
        every reader knows to count nobody left out."""
        return (
            column
            for key, column in self._variables.items()
            if key[0] in ("table", "cross") and column not in self._zeros
        )

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

    def _answers(self, table: str) -> list[str]:
        """The answers that an edition lists, in order."""
        listed = {
            code: None
            for told in self._sides
            if table in told
            for group in told[table].groups
            for code in group
        }
        return list(listed)

    def _unlisted(self) -> dict[Key, list[tuple[int, str]]]:
        """The answers that nobody gave in a slice, each with those (edition, table) that tell so:
        an edition lists all that were given."""
        found: dict[Key, list[tuple[int, str]]] = {}
        for index, told in enumerate(self._sides):
            for code, side in told.items():
                listed = {answer for group in side.groups for answer in group}
                for answer in self.answers[code]:
                    for part in self._slices(index, code, side.whole):
                        if answer not in listed:
                            key = ("table", code, part, answer)
                            found.setdefault(key, []).append((index, code))
        return found

    def _slices(self, index: int, code: str, whole: bool) -> list[Slice]:
        """The years of the edition, each in the version that it tells of.

        What is not counted in the year of the alert (a hearing's obstacles) does not add up from
        year to year: such a table has one slice, its period.
        """
        edition = self.editions[index]
        fixed = ("edition", index)
        moved = code in self.moved or any(one in self.moved for one in code.split("*"))
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

    def _variable(self, key: Key, highest: float, counted: Iterable[Key] = ()) -> int:
        """The variable of that key; `counted`: the answers that all whom it counts gave."""
        if key not in self._variables:
            column = self._variables[key] = self.programme.variable(highest)
            for listing in (one for answer in counted for one in self._nobody.get(answer, ())):
                self.listings[self.programme.constrain(0.0, 0.0, [column], [1.0])] = listing
                self._zeros.add(column)
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

    def _columns(self, table: str, part: Slice) -> dict[str, int]:
        return {
            answer: self._variables["table", table, part, answer] for answer in self.answers[table]
        }

    def _table(self, index: int, code: str, side: Side, part: Slice) -> None:
        """Single answers add up to the base; several are at least the base, each at most."""
        if not self._is_new(code, part):
            return
        most = self._situations(index, part) if side.whole else MANY
        keys = [("table", code, part, answer) for answer in self.answers[code]]
        columns = [self._variable(key, most, [key]) for key in keys]
        self._versions.setdefault(("table", code, part[0]), []).append((part, columns))
        base = self._variable(("base", code, part), most)
        if side.whole:
            self.programme.constrain(most, most, [base], [1.0])
        self._add_up(self._columns(code, part), base, several=side.multiple)

    def _add_up(self, columns: Mapping[str, int], total: int, *, several: bool) -> None:
        """Single answers add up to the total. Of several each is given by those who gave one:
        never by the unknowns."""
        weights = [*([1.0] * len(columns)), -1.0]
        highest = INFINITE if several else 0.0
        self.programme.constrain(0.0, highest, [*columns.values(), total], weights)
        if not several:
            return
        unknown = columns.get(UNKNOWN)
        for column in columns.values():
            row, weights = [column, total], [1.0, -1.0]
            if unknown is not None and column != unknown:
                row, weights = [*row, unknown], [*weights, 1.0]
            self.programme.constrain(-INFINITE, 0.0, row, weights)

    def _presence(self, index: int, code: str, side: Side) -> None:
        """A line lists the answers that were given, by one situation at least."""
        slices = self._slices(index, code, side.whole)
        for answer in (answer for group in side.groups for answer in group):
            columns = [self._variables["table", code, part, answer] for part in slices]
            row = self.programme.constrain(1.0, INFINITE, columns, [1.0] * len(columns))
            self.listings[row] = (index, code)

    def _cross(self, index: int, cross: PublishedCross, part: Slice) -> None:
        """The lines add up to one table, the columns to the other, as their answers allow."""
        if not self._is_new(cross.code, part):
            return
        down, across = (self.answers[axis.code] for axis in (cross.rows, cross.columns))
        # The same years of each of the two tables, in the version that this edition tells of.
        parts = [
            next(one for one in self._slices(index, axis.code, whole=True) if one[0] == part[0])
            for axis in (cross.rows, cross.columns)
        ]
        most = self._situations(index, part)
        cells = {
            (one, other): self._variable(
                ("cross", cross.code, part, one, other),
                most,
                [
                    ("table", cross.rows.code, parts[0], one),
                    ("table", cross.columns.code, parts[1], other),
                ],
            )
            for one, other in product(down, across)
        }
        self._versions.setdefault(("cross", cross.code, part[0]), []).append(
            (part, list(cells.values()))
        )
        for one, total in self._columns(cross.rows.code, parts[0]).items():
            line = {other: cells[one, other] for other in across}
            self._add_up(line, total, several=cross.columns.multiple)
        for other, total in self._columns(cross.columns.code, parts[1]).items():
            column = {one: cells[one, other] for one in down}
            self._add_up(column, total, several=cross.rows.multiple)

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
        columns = self._columns(spec.table, slices[part[0]])
        signs = [one for answer, one in columns.items() if answer not in spec.without]
        self.programme.constrain(
            -INFINITE if side.multiple else 0.0,
            0.0,
            [column, *signs],
            [1.0, *([-1.0] * len(signs))],
        )
        if not side.multiple:
            return
        others = [one for answer, one in columns.items() if answer in spec.without]
        self.programme.constrain(most, INFINITE, [column, *others], [1.0] * (1 + len(others)))
        for sign in signs:
            self.programme.constrain(0.0, INFINITE, [column, sign], [1.0, -1.0])
        if UNKNOWN in columns:
            self.programme.constrain(-INFINITE, most, [column, columns[UNKNOWN]], [1.0, 1.0])

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
            wanted = set(place.rows) if place.kind == LINE else set(self.answers[code]) - {UNKNOWN}
            return [
                column
                for part in slices
                for answer, column in self._columns(code, part).items()
                if answer in wanted
            ]
        return [
            self._variables["cross", code, part, one, other]
            for part in self._slices(index, code, whole=True)
            for one, other in product(place.rows, place.columns)
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
