"""What leaves the coordinator's hands: the figures of a period, every count protected.

A cell is a rounded number, « moins de 5 », or hidden. Only the numbers of situations, of the
period and of each of its years, are exact. The reason of a hidden cell is for the coordinator: it
is neither compared nor written in the JSON, which readers get.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Codes = tuple[str, ...]


@dataclass(frozen=True)
class Rounded:
    """A count to half of `base`: a year's is its nearest multiple, a sum's a multiple of 5."""

    value: int
    base: int = 5

    @property
    def reason(self) -> str:
        return f"arrondi : à {self.base // 2} près"


@dataclass(frozen=True)
class Below:
    """A count from 0 to `threshold` - 1."""

    threshold: int

    @property
    def reason(self) -> str:
        return f"moins de {self.threshold}"


@dataclass(frozen=True)
class Withheld:
    """A count that is not told, small or not; why, in French, for the coordinator."""

    reason: str = field(default="masqué pour qu’aucune autre valeur ne s’en déduise", compare=False)


Cell = Rounded | Below | Withheld


@dataclass(frozen=True)
class Group:
    """The answers that one line or column counts together, and their label."""

    codes: Codes
    label: str

    @property
    def reason(self) -> str:
        return "regroupé" if len(self.codes) > 1 else ""


@dataclass(frozen=True)
class PublishedRow:
    group: Group
    cell: Cell


@dataclass(frozen=True)
class PublishedTable:
    """How many gave each answer. `whole`: the base is all the situations of the period.

    `answers`, where several answers are possible: how many were given in all.
    """

    code: str
    label: str
    chapter: str
    definition: str
    unit: str
    whole: bool
    multiple: bool
    base: Cell
    answers: Cell | None
    rows: tuple[PublishedRow, ...]


@dataclass(frozen=True)
class Axis:
    """One side of a cross-table: the groups of the table of the same code."""

    code: str
    label: str
    multiple: bool
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class PublishedCross:
    """Two tables crossed: `cells[i][j]` is of group i of `rows` and group j of `columns`."""

    rows: Axis
    columns: Axis
    cells: tuple[tuple[Cell, ...], ...]

    @property
    def code(self) -> str:
        return f"{self.rows.code}*{self.columns.code}"

    @property
    def label(self) -> str:
        return f"{self.rows.label} × {self.columns.label}"


@dataclass(frozen=True)
class PublishedHighlight:
    code: str
    label: str
    definition: str
    cell: Cell


@dataclass(frozen=True)
class PublishedDelay:
    """The quartiles of a delay, in days; None: of fewer than the threshold, it is not told."""

    code: str
    label: str
    definition: str
    unit: str
    base: Cell
    lower_quartile: Cell | None
    median: Cell | None
    upper_quartile: Cell | None


@dataclass(frozen=True)
class PublishedTime:
    """The minutes noted, to the hour; their median, to the quarter of an hour."""

    base: Cell
    minutes: Cell
    median: Cell
    rows: tuple[PublishedRow, ...]


@dataclass(frozen=True)
class Dropped:
    """A table that is not published; why, in French, for the coordinator."""

    code: str
    label: str
    reason: str = field(default="", compare=False)


@dataclass(frozen=True)
class PublishedFigures:
    """An edition: what the readers of that kind get, of those years, under that threshold."""

    council_code: str
    council_name: str
    first_year: int
    last_year: int
    edition: str
    threshold: int
    situations: int
    per_year: Mapping[int, int]
    trend: Mapping[int, int]
    counters: tuple[PublishedHighlight, ...]
    highlights: tuple[PublishedHighlight, ...]
    tables: tuple[PublishedTable, ...]
    cross_tables: tuple[PublishedCross, ...]
    delays: tuple[PublishedDelay, ...]
    time: PublishedTime | None
    dropped: tuple[Dropped, ...]

    @property
    def period(self) -> str:
        """The years in words: 2019, or 2016-2019."""
        if self.first_year == self.last_year:
            return str(self.first_year)
        return f"{self.first_year}-{self.last_year}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of the canonical JSON."""
        return digest(to_json(self))


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 (hexadecimal) of that JSON, written one way: keys sorted, no space, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# --- JSON ---------------------------------------------------------------------------------------


def to_json(figures: PublishedFigures) -> dict[str, Any]:
    """The edition as `annual_report --format json` writes it and the database keeps it."""
    time = figures.time
    return {
        "council": figures.council_code,
        "council_name": figures.council_name,
        "from": figures.first_year,
        "to": figures.last_year,
        "edition": figures.edition,
        "threshold": figures.threshold,
        "situations": figures.situations,
        "per_year": {str(year): value for year, value in figures.per_year.items()},
        "trend": {str(year): value for year, value in figures.trend.items()},
        "counters": [_highlight_to_json(counter) for counter in figures.counters],
        "highlights": [_highlight_to_json(highlight) for highlight in figures.highlights],
        "tables": [_table_to_json(table) for table in figures.tables],
        "cross_tables": [_cross_to_json(cross) for cross in figures.cross_tables],
        "delays": [_delay_to_json(delay) for delay in figures.delays],
        "time": time
        and {
            "base": _cell_to_json(time.base),
            "minutes": _cell_to_json(time.minutes),
            "median": _cell_to_json(time.median),
            "rows": [_row_to_json(row) for row in time.rows],
        },
        "dropped": [{"code": table.code, "label": table.label} for table in figures.dropped],
    }


def from_json(content: Mapping[str, Any]) -> PublishedFigures:
    """The edition that `to_json` wrote; KeyError or TypeError for anything else."""
    time = content["time"]
    return PublishedFigures(
        council_code=content["council"],
        council_name=content["council_name"],
        first_year=content["from"],
        last_year=content["to"],
        edition=content["edition"],
        threshold=content["threshold"],
        situations=content["situations"],
        per_year={int(year): value for year, value in content["per_year"].items()},
        trend={int(year): value for year, value in content["trend"].items()},
        counters=tuple(_highlight_from_json(row) for row in content["counters"]),
        highlights=tuple(_highlight_from_json(row) for row in content["highlights"]),
        tables=tuple(_table_from_json(table) for table in content["tables"]),
        cross_tables=tuple(_cross_from_json(cross) for cross in content["cross_tables"]),
        delays=tuple(_delay_from_json(delay) for delay in content["delays"]),
        time=time
        and PublishedTime(
            base=_cell_from_json(time["base"]),
            minutes=_cell_from_json(time["minutes"]),
            median=_cell_from_json(time["median"]),
            rows=tuple(_row_from_json(row) for row in time["rows"]),
        ),
        dropped=tuple(Dropped(row["code"], row["label"]) for row in content["dropped"]),
    )


def _cell_to_json(cell: Cell) -> dict[str, Any]:
    match cell:
        case Rounded(value, base):
            return {"value": value, "rounded": base}
        case Below(threshold):
            return {"below": threshold}
        case Withheld():
            return {"withheld": True}


def _cell_from_json(content: Mapping[str, Any]) -> Cell:
    if "value" in content:
        return Rounded(content["value"], content["rounded"])
    if "below" in content:
        return Below(content["below"])
    if content["withheld"] is not True:
        raise TypeError(content)
    return Withheld()


def _highlight_to_json(highlight: PublishedHighlight) -> dict[str, Any]:
    return {
        "code": highlight.code,
        "label": highlight.label,
        "definition": highlight.definition,
        **_cell_to_json(highlight.cell),
    }


def _highlight_from_json(content: Mapping[str, Any]) -> PublishedHighlight:
    return PublishedHighlight(
        content["code"], content["label"], content["definition"], _cell_from_json(content)
    )


QUARTILES = ("lower_quartile", "median", "upper_quartile")


def _delay_to_json(delay: PublishedDelay) -> dict[str, Any]:
    cells = {quartile: getattr(delay, quartile) for quartile in QUARTILES}
    return {
        "code": delay.code,
        "label": delay.label,
        "definition": delay.definition,
        "unit": delay.unit,
        "base": _cell_to_json(delay.base),
        **{quartile: cell and _cell_to_json(cell) for quartile, cell in cells.items()},
    }


def _delay_from_json(content: Mapping[str, Any]) -> PublishedDelay:
    cells = {quartile: content[quartile] for quartile in QUARTILES}
    return PublishedDelay(
        code=content["code"],
        label=content["label"],
        definition=content["definition"],
        unit=content["unit"],
        base=_cell_from_json(content["base"]),
        **{quartile: cell and _cell_from_json(cell) for quartile, cell in cells.items()},
    )


def _row_to_json(row: PublishedRow) -> dict[str, Any]:
    return {
        "codes": list(row.group.codes),
        "label": row.group.label,
        **_cell_to_json(row.cell),
    }


def _row_from_json(content: Mapping[str, Any]) -> PublishedRow:
    return PublishedRow(Group(tuple(content["codes"]), content["label"]), _cell_from_json(content))


def _table_to_json(table: PublishedTable) -> dict[str, Any]:
    return {
        "code": table.code,
        "label": table.label,
        "chapter": table.chapter,
        "definition": table.definition,
        "unit": table.unit,
        "whole": table.whole,
        "multiple": table.multiple,
        "base": _cell_to_json(table.base),
        "answers": table.answers and _cell_to_json(table.answers),
        "rows": [_row_to_json(row) for row in table.rows],
    }


def _table_from_json(content: Mapping[str, Any]) -> PublishedTable:
    answers = content["answers"]
    return PublishedTable(
        code=content["code"],
        label=content["label"],
        chapter=content["chapter"],
        definition=content["definition"],
        unit=content["unit"],
        whole=content["whole"],
        multiple=content["multiple"],
        base=_cell_from_json(content["base"]),
        answers=answers and _cell_from_json(answers),
        rows=tuple(_row_from_json(row) for row in content["rows"]),
    )


def _cross_to_json(cross: PublishedCross) -> dict[str, Any]:
    sides: dict[str, Any] = {}
    for side, axis in (("row", cross.rows), ("column", cross.columns)):
        sides |= {
            f"{side}_label": axis.label,
            f"{side}_multiple": axis.multiple,
            f"{side}_codes": [list(group.codes) for group in axis.groups],
            f"{side}_labels": [group.label for group in axis.groups],
        }
    return {
        "code": cross.code,
        "label": cross.label,
        **sides,
        "cells": [[_cell_to_json(cell) for cell in line] for line in cross.cells],
    }


def _cross_from_json(content: Mapping[str, Any]) -> PublishedCross:
    def axis(side: str, code: str) -> Axis:
        return Axis(
            code,
            content[f"{side}_label"],
            content[f"{side}_multiple"],
            tuple(
                Group(tuple(codes), label)
                for codes, label in zip(
                    content[f"{side}_codes"], content[f"{side}_labels"], strict=True
                )
            ),
        )

    rows, columns = content["code"].split("*")
    return PublishedCross(
        axis("row", rows),
        axis("column", columns),
        tuple(tuple(_cell_from_json(cell) for cell in line) for line in content["cells"]),
    )
