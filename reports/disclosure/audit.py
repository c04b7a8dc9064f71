"""How many values each hidden count keeps for a reader of all those editions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil, floor, inf
from typing import Any

import numpy as np

from reports.disclosure.deduction import Deduction, Printed, deduction
from reports.disclosure.drafts import FEWEST
from reports.disclosure.programme import TOLERANCE
from reports.published import PublishedFigures, Rounded

# Mixed objectives are solved before the counts one by one, while each shows safe at least this
# share of the counts that were not yet.
WORTHWHILE = 0.02


@dataclass(frozen=True)
class Target:
    """A count that must keep FEWEST values: printed as hidden, or deduced from what is printed.

    `harmless`: from this lowest value on it is no small number, however well it is known.
    """

    columns: tuple[int, ...]
    printed: Printed | None = None
    harmless: float = inf

    def is_safe(self, lowest: float, highest: float) -> bool:
        """Whether a count that may be anything between these two keeps its secret."""
        values = floor(highest + TOLERANCE) - ceil(lowest - TOLERANCE) + 1
        return values >= FEWEST or lowest + TOLERANCE >= self.harmless


@dataclass(frozen=True)
class Narrow:
    """A count given away: the values that it keeps, and how much each row of the programme
    serves to deduce it."""

    target: Target
    lowest: int
    highest: int
    weights: dict[int, float]


def audit(editions: Sequence[PublishedFigures]) -> list[Narrow]:
    """The hidden counts that the editions give away together, fewer than FEWEST values each."""
    auditor = Auditor(deduction(editions))
    found = (auditor.narrow(number) for number in range(len(auditor.targets)))
    return [narrow for narrow in found if narrow]


class Auditor:
    """Solves a deduction count by count; what one solution shows serves all other counts."""

    def __init__(self, known: Deduction) -> None:
        self.known = known
        self.targets: list[Target] = []
        self._low = self._high = self._flat = np.empty(0)
        self._starts = np.empty(0, dtype=np.intp)
        self.watch(list(_targets(known)))
        self._show_most()

    def watch(self, targets: Sequence[Target]) -> None:
        """So many more counts to keep secret."""
        self.targets += targets
        unseen = np.full(len(targets), inf)
        self._low = np.concatenate([self._low, unseen])
        self._high = np.concatenate([self._high, -unseen])
        lengths = [len(target.columns) for target in self.targets]
        self._starts = np.cumsum([0, *lengths[:-1]], dtype=np.intp)
        columns = (column for target in self.targets for column in target.columns)
        self._flat = np.fromiter(columns, dtype=np.intp)

    def narrow(self, number: int) -> Narrow | None:
        """Target `number` with what gives it away, or None while it keeps enough values."""
        target = self.targets[number]
        weights: dict[int, float] = {}
        for sign in (1.0, -1.0):
            if self._seen_safe()[number]:
                return None
            self._solve(dict.fromkeys(target.columns, sign))
            if sign > 0 and self._low[number] + TOLERANCE >= target.harmless:
                return None
            for constraint, weight in self.known.programme.weights().items():
                weights[constraint] = weights.get(constraint, 0.0) + weight
        low, high = self._low[number], self._high[number]
        if target.is_safe(low, high):
            return None
        return Narrow(target, ceil(low - TOLERANCE), floor(high + TOLERANCE), weights)

    def _show_most(self) -> None:
        """Solve mixed objectives: each shows many counts large here and small there, at once."""
        for pattern in count():
            unsafe = np.flatnonzero(~self._seen_safe()).tolist()
            costs: dict[int, float] = {}
            for number in unsafe:
                sign = _sign(pattern, number)
                for column in self.targets[number].columns:
                    costs[column] = costs.get(column, 0.0) + sign
            if not unsafe:
                return
            self._solve(costs)
            left = np.count_nonzero(~self._seen_safe())
            if pattern > 1 and left > (1 - WORTHWHILE) * len(unsafe):
                return

    def _seen_safe(self) -> Any:
        """Whether the solutions seen until now show enough values of each target. That a count is
        harmless no solution but its least one shows."""
        low, high = np.ceil(self._low - TOLERANCE), np.floor(self._high + TOLERANCE)
        return high - low + 1 >= FEWEST

    def _solve(self, costs: dict[int, float]) -> None:
        values = self.known.programme.least(costs)
        if self.targets:
            counts = np.add.reduceat(values[self._flat], self._starts)
            np.minimum(self._low, counts, out=self._low)
            np.maximum(self._high, counts, out=self._high)


def _targets(known: Deduction) -> Iterator[Target]:
    told = {printed.columns for printed in known.printed if isinstance(printed.cell, Rounded)}
    printed_somewhere = {printed.columns for printed in known.printed}
    seen: set[tuple[int, ...]] = set()
    for printed in known.printed:
        if printed.columns not in told | seen:
            seen.add(printed.columns)
            yield Target(printed.columns, printed)
    small = min(edition.threshold for edition in known.editions)
    for column in known.unknowns():
        if (column,) not in printed_somewhere:
            yield Target((column,), harmless=small)


def _sign(pattern: int, number: int) -> float:
    """1 or -1: all of one sign first, then by turns of a multiplicative hash, the same each run."""
    if pattern < 2:
        return 1.0 - 2.0 * pattern
    return 1.0 if (number * 2654435761 >> (pattern % 24 + 4)) & 1 else -1.0
