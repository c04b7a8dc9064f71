"""The figures of a period, as every reader of them gets them: page, PDF, spreadsheet, JSON.

What they count is said in `tables.py`; how, in `statistics.py` and the modules it calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.meetings import MeetingFigures

# The editions that exist, with the words that readers see.
INTERNAL = "internal"
EDITIONS = {INTERNAL: "Édition interne"}
# What a table counts, which is also the code of its counter.
SITUATIONS, ALERTS, HEARINGS, LEADS, MEETINGS = (
    "situations",
    "alerts",
    "hearings",
    "leads",
    "meetings",
)


@dataclass(frozen=True)
class Row:
    """One line of a table: the answers it counts (a protected edition groups some), the count."""

    codes: tuple[str, ...]
    label: str
    value: int


@dataclass(frozen=True)
class Table:
    """How many of `unit` gave each answer; the last row counts those that gave none.

    Single answers add up to `base`; where several are possible, their sum may exceed it.
    """

    code: str
    label: str
    chapter: str
    definition: str
    base: int
    multiple: bool
    rows: tuple[Row, ...]
    unit: str = SITUATIONS

    @property
    def unknown(self) -> int:
        """Those without an answer."""
        return self.rows[-1].value

    @property
    def answers(self) -> int:
        """The answers given."""
        return sum(row.value for row in self.rows[:-1])


@dataclass(frozen=True)
class CrossTable:
    """Two tables crossed: `cells[i][j]` situations are in row i of `rows` and j of `columns`."""

    rows: Table
    columns: Table
    cells: tuple[tuple[int, ...], ...]

    @property
    def code(self) -> str:
        return f"{self.rows.code}*{self.columns.code}"

    @property
    def label(self) -> str:
        return f"{self.rows.label} × {self.columns.label}"


@dataclass(frozen=True)
class Highlight:
    """How many situations have a sign of something, whatever its exact answer."""

    code: str
    label: str
    definition: str
    value: int


@dataclass(frozen=True)
class Delay:
    """From one date to another, in days, of the `base` (`unit`: situations or alerts) that have
    both; None where there is none."""

    code: str
    label: str
    definition: str
    base: int
    median: float | None
    lower_quartile: float | None
    upper_quartile: float | None
    unit: str = SITUATIONS


@dataclass(frozen=True)
class TimeTable:
    """The minutes that the coordination noted: in all, by kind of work (the rows), and the median
    of the `base` situations on which some were noted, whenever those were received."""

    base: int
    minutes: int
    median: float
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class FilledField:
    """In how many situations a field has an answer: in all, and by origin (see Filling)."""

    code: str
    label: str
    filled: int
    by_origin: tuple[int, ...]


@dataclass(frozen=True)
class Filling:
    """Which fields stay empty, the emptiest first: of the `base` situations, in how many each is
    filled; `origins` are those of the situations, with how many each alerted of."""

    base: int
    origins: tuple[Row, ...]
    fields: tuple[FilledField, ...]


@dataclass(frozen=True)
class YearFigures:
    """All figures of a council over the years `first_year` to `last_year`, both included."""

    council_code: str
    council_name: str
    first_year: int
    last_year: int
    edition: str
    situations: int
    per_year: Mapping[int, int]
    # Situations of the period and of the years before, four at least when there were some.
    trend: Mapping[int, int]
    counters: tuple[Highlight, ...]
    highlights: tuple[Highlight, ...]
    tables: tuple[Table, ...]
    cross_tables: tuple[CrossTable, ...]
    delays: tuple[Delay, ...]
    time: TimeTable
    meetings: MeetingFigures
    # For the coordination alone: no edition has it.
    filling: Filling

    @property
    def period(self) -> str:
        """The years in words: 2019, or 2016-2019."""
        if self.first_year == self.last_year:
            return str(self.first_year)
        return f"{self.first_year}-{self.last_year}"
