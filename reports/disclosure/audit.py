"""How many values each hidden count keeps for a reader of all those editions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf

import numpy as np

from reports.disclosure.deduction import Deduction, Printed, deduction
from reports.disclosure.drafts import FEWEST
from reports.disclosure.programme import TOLERANCE
from reports.published import PublishedFigures, Rounded

# How many mixed objectives are solved before the counts one by one.
PATTERNS = 16


@dataclass(frozen=True)
class Target:
    """A count that must keep FEWEST values: printed as hidden, or deduced from what is printed.

    `harmless`: from this lowest value on it is no small number, however well it is known.
    `large`: it may be that large, which is enough (a group, each answer of which is in it).
    """

    columns: tuple[int, ...]
    printed: Printed | None = None
    harmless: float = inf
    large: float = inf

    def is_safe(self, lowest: float, highest: float) -> bool:
        """Whether a count that may be anything between these two keeps its secret."""
        values = floor(highest + TOLERANCE) - ceil(lowest - TOLERANCE) + 1
        return (
            values >= FEWEST
            or lowest + TOLERANCE >= self.harmless
            or highest + TOLERANCE >= self.large
        )


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
        columns = sorted({column for target in self.targets for column in target.columns})
        # Mixed objectives first: they show most counts large here and small there, at once.
        for pattern in range(PATTERNS if columns else 0):
            self._solve({column: _sign(pattern, column) for column in columns})

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
            if self._seen_safe(number):
                return None
            for constraint, weight in self._solve(dict.fromkeys(target.columns, sign)).items():
                weights[constraint] = weights.get(constraint, 0.0) + weight
        low, high = self._low[number], self._high[number]
        if target.is_safe(low, high):
            return None
        return Narrow(target, ceil(low - TOLERANCE), floor(high + TOLERANCE), weights)

    def _seen_safe(self, number: int) -> bool:
        """Whether the solutions seen until now show enough values; `harmless` takes the least."""
        target, low, high = self.targets[number], self._low[number], self._high[number]
        if low > high:
            return False
        return (
            floor(high + TOLERANCE) - ceil(low - TOLERANCE) + 1 >= FEWEST
            or high + TOLERANCE >= target.large
        )

    def _solve(self, costs: dict[int, float]) -> dict[int, float]:
        values, weights = self.known.programme.least(costs)
        if self.targets:
            counts = np.add.reduceat(values[self._flat], self._starts)
            np.minimum(self._low, counts, out=self._low)
            np.maximum(self._high, counts, out=self._high)
        return weights


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
    for columns, answers in known.members:
        yield Target(columns, large=answers - 1 + FEWEST)


def _sign(pattern: int, column: int) -> float:
    """1 or -1: all of one sign first, then by turns of a multiplicative hash, the same each run."""
    if pattern < 2:
        return 1.0 - 2.0 * pattern
    return 1.0 if (column * 2654435761 >> (pattern + 8)) & 1 else -1.0
