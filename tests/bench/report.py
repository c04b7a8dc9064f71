"""The measures in words: a line each for the terminal, tables for docs/performance.md."""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.bench.meters import RUNS, Measure

PAGE = Path(settings.BASE_DIR) / "docs" / "performance.md"
# What is written by hand, above; what a run writes, below.
LINE = "<!-- Below this line: the last run of `make bench`. -->"


def line(measure: Measure) -> str:
    """The measure, its goal beside it, and whether it is kept."""
    size = f"{measure.size:>9,}" if measure.size else " " * 9
    said = f"{size}  {measure.what:58} {_number(measure.value):>9} {measure.unit:10}"
    if goal(measure):
        said += f" {goal(measure):12} {'' if measure.is_kept else 'MISSED'}"
    return said.rstrip()


def goal(measure: Measure) -> str:
    """« ≤ 1.3 », « ≥ 1 » or nothing."""
    if measure.most is not None:
        return f"≤ {_number(measure.most)}"
    return f"≥ {_number(measure.least)}" if measure.least is not None else ""


def _number(value: float) -> str:
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def write(measures: Sequence[Measure], minutes: float) -> None:
    """docs/performance.md: what is written by hand is kept, the run below it is replaced."""
    above = PAGE.read_text("utf-8").partition(LINE)[0]
    PAGE.write_text("\n".join([above + LINE, "", *_tables(measures, minutes)]) + "\n", "utf-8")


def _tables(measures: Sequence[Measure], minutes: float) -> Iterable[str]:
    missed = sum(not measure.is_kept for measure in measures)
    judged = sum(bool(goal(measure)) for measure in measures)
    yield "## The last run"
    yield ""
    yield (
        f"{timezone.localdate():%Y-%m-%d}, {minutes:.0f} minutes, on {machine()}. Medians of "
        f"{RUNS} alternate runs. {judged - missed} goals of {judged} kept."
    )
    once = [measure for measure in measures if not measure.size]
    by_size = sorted((m for m in measures if m.size), key=lambda m: m.unit not in _RATIOS)
    pages = [m for m in by_size if m.what.startswith(_PAGES)]
    yield from _table("Ratios and counts", [m for m in by_size if m not in pages])
    for unit, of_unit in groupby(sorted(pages, key=lambda m: m.unit), key=lambda m: m.unit):
        yield from _table(f"Whole pages, {_UNITS[unit]}", list(of_unit))
    yield from _table("Whatever the size", once)


_RATIOS = ("× buffers", "× time")
_PAGES = ("partner: ", "coordination: ")
_UNITS = {
    "buffers": "buffers of 8 KiB read by their SELECTs",
    "ms": "milliseconds",
    "queries": "queries, who asks included",
}


def _table(title: str, measures: Sequence[Measure]) -> Iterable[str]:
    """One line for each thing measured, one column for each size."""
    sizes = list(dict.fromkeys(measure.size for measure in measures))
    heads = ["what", *(f"{size:,}" if size else "measured" for size in sizes), "goal"]
    yield from ("", f"### {title}", "", _row(heads), _row(["---"] * len(heads)))
    for what, unit in dict.fromkeys((measure.what, measure.unit) for measure in measures):
        found = {m.size: m for m in measures if (m.what, m.unit) == (what, unit)}
        cells = [_cell(found[size]) if size in found else "" for size in sizes]
        yield _row([what, *cells, goal(list(found.values())[-1])])


def _cell(measure: Measure) -> str:
    said = f"{_number(measure.value)} {measure.unit if measure.unit not in _UNITS else ''}".strip()
    return said if measure.is_kept else f"**{said}** missed"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def machine() -> str:
    """Processor, cores, memory, versions: what the durations depend on."""
    model = platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        found = re.search(r"model name\s*: (.*)", information.read_text())
        model = found[1] if found else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    version = connection.pg_version
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB; Python {platform.python_version()}, "
        f"PostgreSQL {version // 10000}.{version % 10000}"
    )
