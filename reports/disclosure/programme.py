"""A linear programme that is solved many times, with one objective after the other (HiGHS)."""

from collections.abc import Mapping, Sequence

import highspy
import numpy as np

INFINITE = highspy.kHighsInf
TOLERANCE = 1e-6


class Infeasible(Exception):
    """No numbers satisfy all constraints: what was published contradicts itself."""


class Programme:
    """Variables from 0 to a highest value, constraints between two bounds. Simplex, one thread, no
    presolve: each solution starts from the last, and the same programme gives the same answers.

    A constraint on one variable alone is no row of the solver: it narrows the variable, which is
    many times faster.
    """

    def __init__(self) -> None:
        self._solver = highspy.Highs()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("threads", 1)
        self._solver.setOptionValue("solver", "simplex")
        self._solver.setOptionValue("simplex_strategy", 4)  # primal: only objectives change
        self._costs: tuple[int, ...] = ()
        self._highest: list[float] = []
        self._constraints: list[tuple[int, float, float] | int] = []
        self._rows: list[int] = []
        self._alone: dict[int, list[int]] = {}

    def variable(self, highest: float) -> int:
        """A new variable, by its number."""
        self._solver.addVar(0.0, highest)
        self._highest.append(highest)
        return len(self._highest) - 1

    def constrain(
        self, lowest: float, highest: float, columns: Sequence[int], weights: Sequence[float]
    ) -> int:
        """A new constraint, by its number: lowest <= sum of weighted variables <= highest."""
        number = len(self._constraints)
        if list(weights) == [1.0]:
            self._constraints.append((columns[0], lowest, highest))
            self._alone.setdefault(columns[0], []).append(number)
            self._narrow(columns[0])
            return number
        self._constraints.append(len(self._rows))
        self._rows.append(number)
        self._solver.addRow(
            lowest,
            highest,
            len(columns),
            np.array(columns, dtype=np.int32),
            np.array(weights, dtype=np.float64),
        )
        return number

    def free(self, number: int) -> None:
        """That constraint holds no more."""
        match self._constraints[number]:
            case int(row):
                self._solver.changeRowBounds(row, -INFINITE, INFINITE)
            case column, _, _:
                self._alone[column].remove(number)
                self._narrow(column)

    def least(self, costs: Mapping[int, float]) -> np.ndarray:
        """The values where the sum of the variables at these costs is least. Infeasible when none
        fit; every sum is bounded."""
        changed = {**dict.fromkeys(self._costs, 0.0), **costs}
        self._solver.changeColsCost(
            len(changed),
            np.fromiter(changed, dtype=np.int32),
            np.fromiter(changed.values(), dtype=np.float64),
        )
        self._costs = tuple(costs)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise Infeasible(str(status))
        return np.array(self._solver.getSolution().col_value)

    def weights(self) -> dict[int, float]:
        """How much each constraint weighs in the last answer, where it does."""
        solution = self._solver.getSolution()
        weights = {}
        rows = np.abs(np.array(solution.row_dual))
        for row in np.flatnonzero(rows > TOLERANCE).tolist():
            weights[self._rows[row]] = float(rows[row])
        columns = np.array(solution.col_dual)
        for column in np.flatnonzero(np.abs(columns) > TOLERANCE).tolist():
            for number in self._alone.get(column, ()):
                _, low, high = self._constraints[number]  # type: ignore[misc]
                value = solution.col_value[column]
                if min(abs(value - low), abs(value - high)) < TOLERANCE:
                    weights[number] = abs(float(columns[column]))
        return weights

    def _narrow(self, column: int) -> None:
        """The variable keeps what all constraints on it alone allow; none, and nothing fits."""
        lowest, highest = 0.0, self._highest[column]
        for number in self._alone[column]:
            _, low, high = self._constraints[number]  # type: ignore[misc]
            lowest, highest = max(lowest, low), min(highest, high)
        self._solver.changeColBounds(column, lowest, highest)
