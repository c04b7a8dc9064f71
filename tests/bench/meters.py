"""What is measured, and with what: queries, buffers of PostgreSQL, medians of interleaved runs."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection

RUNS = 31


@dataclass(frozen=True)
class Measure:
    """One figure beside its goal: `most` or `least`; without either, it is told and not judged.

    `size`: how many situations the database held; 0 where that does not matter.
    """

    what: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None
    size: int = 0

    @property
    def is_kept(self) -> bool:
        """Whether the goal, if there is one, is reached."""
        return (self.most is None or self.value <= self.most) and (
            self.least is None or self.value >= self.least
        )


@dataclass(frozen=True)
class Statement:
    """What was asked of PostgreSQL, and how many buffers of 8 KiB a SELECT read."""

    sql: str
    params: Any
    buffers: int

    @property
    def table(self) -> str:
        """The first table that it reads or writes, subqueries apart."""
        flat, nested = self.sql, 1
        while nested:
            flat, nested = re.subn(r"\([^()]*\)", "", flat)
        found = re.search(r' (?:FROM|INTO|UPDATE) "?(\w+)', f" {flat}")
        return found[1] if found else ""


@dataclass(frozen=True)
class Meter:
    """The statements, in order."""

    statements: list[Statement]

    @property
    def queries(self) -> int:
        return len(self.statements)

    @property
    def buffers(self) -> int:
        return sum(statement.buffers for statement in self.statements)


@contextmanager
def metered(*, explain: bool = True) -> Iterator[Meter]:
    """Count what is asked of the database inside; `explain`: run each SELECT once more under
    EXPLAIN (ANALYZE, BUFFERS), before it runs."""
    meter = Meter([])
    asking = False

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal asking
        if asking:
            return execute(sql, params, many, context)
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            buffers = 0
            if explain and sql.startswith("SELECT"):
                asking = True
                try:
                    buffers = _buffers(sql, params)
                finally:
                    asking = False
            meter.statements.append(Statement(sql, params, buffers))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield meter


def _buffers(sql: str, params: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        (told,) = cursor.fetchone()
    plan = (told if isinstance(told, list) else json.loads(told))[0]["Plan"]
    found: int = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return found


def medians(*acts: Callable[[], object], runs: int | None = None) -> list[float]:
    """The median duration of each act in seconds over RUNS runs, unless told otherwise; the runs
    alternate, after one unmeasured."""
    taken: list[list[float]] = [[] for _ in acts]
    for run in range((runs or RUNS) + 1):
        for times, act in zip(taken, acts, strict=True):
            start = time.perf_counter()
            act()
            if run:
                times.append(time.perf_counter() - start)
    return [median(times) for times in taken]


def ratio(ours: Callable[[], object], bare: Callable[[], object]) -> float:
    """How many times the duration of `bare` that of `ours` is: medians of alternate runs."""
    one, other = medians(ours, bare)
    return one / other
