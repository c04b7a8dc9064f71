"""An attacker: reads the JSON of all editions, and seeks whole numbers that satisfy them together.

It knows what any reader may know: how counts are rounded, which answers a table lists, that single
answers add up and several do not, that the year's number of situations is exact. It works answer by
answer, in whole numbers (HiGHS), and shares no code with what protects the editions.
"""

import math
import random
from collections.abc import Iterable, Sequence
from itertools import count, pairwise

import highspy
import numpy as np

from reports.tables import HIGHLIGHTS

UNKNOWN = "unknown"
SEVERAL = 10_000


class Contradiction(Exception):
    """No whole numbers satisfy the editions as the attacker understands them."""


class Attacker:
    """All the editions as one integer programme. `same`: editions of a year with as many
    situations tell of the same situations; otherwise each stands alone."""

    def __init__(self, editions: Sequence[dict], *, same: bool = True) -> None:
        self.editions = editions
        self.same = same
        self.bounds: list[float] = []
        self.rows: list[tuple[float, float, dict[int, float]]] = []
        self.names: dict[tuple, int] = {}
        self.secrets: dict[tuple, dict[int, float]] = {}
        self._told: set[frozenset[int]] = set()
        self._answers: dict[tuple, set[str]] = {}
        for edition in editions:
            for table, groups in _groups(edition).items():
                self._answers.setdefault(table, set()).update(*groups)
        for number, edition in enumerate(editions):
            self._read(number, edition)
        self._follow_corrections()
        self.secrets = {
            place: sums for place, sums in self.secrets.items() if frozenset(sums) not in self._told
        }
        self._relaxed = self._solver()
        self._whole = self._solver()
        self._whole.changeColsIntegrality(
            len(self.bounds),
            np.arange(len(self.bounds), dtype=np.int32),
            np.full(len(self.bounds), highspy.HighsVarType.kInteger),
        )
        self._seen = {place: set() for place in self.secrets}
        # The columns of all secrets, one after the other, and where each begins.
        self._flat = np.array([c for sums in self.secrets.values() for c in sums], dtype=np.intp)
        lengths = [len(sums) for sums in self.secrets.values()]
        self._starts = np.cumsum([0, *lengths[:-1]], dtype=np.intp)
        self._relaxed.setOptionValue("presolve", "off")
        self._relaxed.setOptionValue("simplex_strategy", 4)
        self._show_most()

    def _show_most(self) -> None:
        """Numbers large or small at once, at random: most have shown four values by then."""
        chance = random.Random(0)
        for turn in count():
            unseen = [place for place, seen in self._seen.items() if len(seen) < 4]
            if not unseen:
                return
            costs: dict[int, float] = {}
            for place in unseen:
                sign = chance.choice((1.0, -1.0))
                for column in self.secrets[place]:
                    costs[column] = costs.get(column, 0.0) + sign
            self._optimum(self._whole, costs, 1)
            left = sum(len(self._seen[place]) < 4 for place in unseen)
            if turn > 8 and left > 0.95 * len(unseen):
                return

    # --- reading --------------------------------------------------------------------------------

    def _read(self, number: int, edition: dict) -> None:
        groups, low = _groups(edition), edition["threshold"]
        facts = {table["code"]: table for table in edition["tables"]}
        several = {table["code"] for table in edition["tables"] if table["multiple"]}
        for cross in edition["cross_tables"]:
            one, other = cross["code"].split("*")
            several |= {one} if cross["row_multiple"] else set()
            several |= {other} if cross["column_multiple"] else set()
        for table, its_groups in groups.items():
            whole = facts[table]["whole"] if table in facts else True
            slices = self._slices(number, edition, whole)
            for part, situations in slices:
                self._one_way(table, part, situations, table in several)
            listed = set().union(*its_groups)
            for code in sorted(self._answers[table]):
                sums = self._sum(((table, part, code) for part, _ in slices))
                self.rows.append((1, math.inf, sums) if code in listed else (0, 0, sums))
            if table not in facts:
                continue
            if not whole:
                bases = self._sum((table, part, "base") for part, _ in slices)
                self._learn((number, table, "base"), facts[table]["base"], bases, low)
            if facts[table]["answers"]:
                given = sorted(self._answers[table] - {UNKNOWN})
                sums = self._sum((table, part, code) for part, _ in slices for code in given)
                self._learn((number, table, "answers"), facts[table]["answers"], sums, low)
            for row in facts[table]["rows"]:
                sums = self._sum((table, part, code) for part, _ in slices for code in row["codes"])
                self._learn((number, table, tuple(row["codes"])), row, sums, low)
        slices = self._slices(number, edition, True)
        for cross in edition["cross_tables"]:
            one, other = cross["code"].split("*")
            for part, situations in slices:
                self._crossed(one, other, part, situations, several)
            for rows, line in zip(cross["row_codes"], cross["cells"], strict=True):
                for columns, cell in zip(cross["column_codes"], line, strict=True):
                    sums = self._sum(
                        (one, other, part, down, across)
                        for part, _ in slices
                        for down in rows
                        for across in columns
                    )
                    place = (number, cross["code"], tuple(rows), tuple(columns))
                    self._learn(place, cell, sums, low)
        for highlight in edition["highlights"]:
            for part, situations in slices:
                self._highlighted(highlight["code"], part, situations, groups, several)
            sums = self._sum((highlight["code"], part, "highlight") for part, _ in slices)
            self._learn((number, highlight["code"]), highlight, sums, low)

    def _slices(self, number: int, edition: dict, whole: bool) -> list[tuple[tuple, int]]:
        told = 0 if self.same else number
        if not whole:
            period = (edition["from"], edition["to"], edition["situations"], told)
            return [(period, SEVERAL)]
        return [((int(y), n, told), n) for y, n in edition["per_year"].items()]

    def _name(self, key: tuple, most: float = SEVERAL) -> int:
        if key not in self.names:
            self.names[key] = len(self.bounds)
            self.bounds.append(most)
        return self.names[key]

    def _sum(self, keys: Iterable[tuple]) -> dict[int, float]:
        return {self.names[key]: 1.0 for key in keys}

    def _learn(self, place: tuple, cell: dict, sums: dict[int, float], low: int) -> None:
        if "value" in cell:
            half = cell["rounded"] // 2
            self.rows.append((max(low, cell["value"] - half), cell["value"] + half, sums))
            self._told.add(frozenset(sums))
            return
        if "below" in cell:
            self.rows.append((0, cell["below"] - 1, sums))
        self.secrets[place] = sums

    # --- structure ------------------------------------------------------------------------------

    def _one_way(self, table: str, part: tuple, situations: int, several: bool) -> None:
        if (table, part, "base") in self.names:
            return
        base = self._name((table, part, "base"), situations)
        if len(part) == 3:
            self.rows.append((situations, situations, {base: 1.0}))
        codes = sorted(self._answers[table])
        cells = [self._name((table, part, code), situations) for code in codes]
        self._add_up(codes, cells, base, several)

    def _add_up(self, codes: list[str], cells: list[int], total: int, several: bool) -> None:
        sums = dict.fromkeys(cells, 1.0) | {total: -1.0}
        self.rows.append((0, math.inf if several else 0, sums))
        if several:
            unknown = dict(zip(codes, cells, strict=True)).get(UNKNOWN)
            for code, cell in zip(codes, cells, strict=True):
                also = {unknown: 1.0} if unknown is not None and code != UNKNOWN else {}
                self.rows.append((-math.inf, 0, {cell: 1.0, total: -1.0} | also))

    def _crossed(self, one: str, other: str, part: tuple, most: int, several: set[str]) -> None:
        if (one, other, part) in self.names:
            return
        self._name((one, other, part), 0)
        downs, acrosses = sorted(self._answers[one]), sorted(self._answers[other])
        for down in downs:
            for across in acrosses:
                self._name((one, other, part, down, across), most)
        for down in downs:
            cells = [self.names[one, other, part, down, across] for across in acrosses]
            self._add_up(acrosses, cells, self.names[one, part, down], other in several)
        for across in acrosses:
            cells = [self.names[one, other, part, down, across] for down in downs]
            self._add_up(downs, cells, self.names[other, part, across], one in several)

    def _highlighted(
        self, code: str, part: tuple, most: int, groups: dict, several: set[str]
    ) -> None:
        if (code, part, "highlight") in self.names:
            return
        column = self._name((code, part, "highlight"), most)
        spec = next(spec for spec in HIGHLIGHTS if spec.code == code)
        if spec.table not in groups:
            return
        signs = sorted(self._answers[spec.table] - spec.without)
        cells = self._sum((spec.table, part, sign) for sign in signs)
        others = self._sum(
            (spec.table, part, answer) for answer in sorted(self._answers[spec.table] - set(signs))
        )
        self.rows.append((0, math.inf, cells | {column: -1.0}))
        self.rows.append((most, math.inf, others | {column: 1.0}))
        if spec.table not in several:
            self.rows.append((0, 0, cells | {column: -1.0}))
            return
        for cell in cells:
            self.rows.append((0, math.inf, {column: 1.0, cell: -1.0}))
        if UNKNOWN in self._answers[spec.table]:
            unknown = self.names[spec.table, part, UNKNOWN]
            self.rows.append((-math.inf, most, {column: 1.0, unknown: 1.0}))

    def _follow_corrections(self) -> None:
        """A year told twice, with more situations: every count grew, by no more than these."""
        if not self.same:
            return
        years: dict[tuple, list[tuple[int, int]]] = {}
        for key, column in self.names.items():
            at = next((i for i, part in enumerate(key) if isinstance(part, tuple)), None)
            if at is not None and len(key[at]) == 3:
                year, situations, _ = key[at]
                years.setdefault((*key[:at], year, *key[at + 1 :]), []).append((situations, column))
        for told in years.values():
            told.sort()
            for (before, early), (after, late) in pairwise(told):
                self.rows.append((0, after - before, {late: 1.0, early: -1.0}))

    # --- solving --------------------------------------------------------------------------------

    def _solver(self) -> highspy.Highs:
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.addVars(len(self.bounds), np.zeros(len(self.bounds)), np.array(self.bounds, float))
        for low, high, sums in self.rows:
            columns = np.array(list(sums), dtype=np.int32)
            weights = np.array(list(sums.values()))
            solver.addRow(
                -highspy.kHighsInf if low == -math.inf else low,
                highspy.kHighsInf if high == math.inf else high,
                len(columns), columns, weights,
            )  # fmt: skip
        return solver

    def _optimum(self, solver: highspy.Highs, sums: dict[int, float], sign: int) -> float:
        for column, weight in sums.items():
            solver.changeColCost(column, sign * weight)
        solver.run()
        status, solution = solver.getModelStatus(), solver.getSolution()
        for column in sums:
            solver.changeColCost(column, 0.0)
        if status != highspy.HighsModelStatus.kOptimal:
            raise Contradiction(str(status))
        self._see(solution)
        return float(sum(solution.col_value[column] for column in sums))

    def _see(self, solution: highspy.HighsSolution) -> None:
        """What a solution in whole numbers says of every hidden number."""
        values = np.array(solution.col_value)
        if np.abs(values - values.round()).max() > 1e-6:
            return
        whole = values.round().astype(int)
        counts = np.add.reduceat(whole[self._flat], self._starts).tolist()
        for seen, value in zip(self._seen.values(), counts, strict=True):
            seen.add(value)

    def values_left(self, place: tuple, enough: int = 4) -> int:
        """How many whole values the hidden number may have; the search stops at `enough`.

        Contradiction when the editions, as understood, admit none.
        """
        sums, seen = self.secrets[place], self._seen[place]
        if len(seen) < enough:
            lowest = math.ceil(self._optimum(self._relaxed, sums, 1) - 1e-6)
            highest = math.floor(self._optimum(self._relaxed, sums, -1) + 1e-6)
            near = sorted(seen)[len(seen) // 2]
            for value in sorted(range(lowest, highest + 1), key=lambda value: abs(value - near)):
                if len(seen) < enough and value not in seen:
                    self._try(sums, value)
        return len(seen)

    def _try(self, sums: dict[int, float], value: int) -> None:
        """Whether whole numbers satisfy everything with that value: it is seen then."""
        columns = np.array(list(sums), dtype=np.int32)
        self._whole.addRow(value, value, len(columns), columns, np.ones(len(columns)))
        self._whole.run()
        if self._whole.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            self._see(self._whole.getSolution())
        self._whole.deleteRows(1, np.array([self._whole.getNumRow() - 1], dtype=np.int32))


def _groups(edition: dict) -> dict[str, list[list[str]]]:
    groups = {}
    for cross in edition["cross_tables"]:
        one, other = cross["code"].split("*")
        groups[one], groups[other] = cross["row_codes"], cross["column_codes"]
    for table in edition["tables"]:
        groups[table["code"]] = [row["codes"] for row in table["rows"]]
    return groups


def attack(editions: Sequence[dict]) -> dict[tuple, int]:
    """For each hidden number of the editions, how many values are left to it (4: or more).

    Editions that share no year, directly or through others, are independent of one another.
    """
    found = {}
    for number, together in enumerate(_linked(editions)):
        try:
            attacker = Attacker(together)
            left = {place: attacker.values_left(place) for place in attacker.secrets}
        except Contradiction:
            attacker = Attacker(together, same=False)
            left = {place: attacker.values_left(place) for place in attacker.secrets}
        found |= {(number, *place): values for place, values in left.items()}
    return found


def _linked(editions: Sequence[dict]) -> list[list[dict]]:
    groups: list[list[dict]] = []
    for edition in editions:
        years = set(edition["per_year"])
        linked = [one for one in groups if any(years & set(other["per_year"]) for other in one)]
        groups = [one for one in groups if one not in linked]
        groups.append([other for one in linked for other in one] + [edition])
    return groups
