"""Synthetic years: situations drawn with the shares that Lille published for 2016 to 2019."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from governance.nomenclatures import UNKNOWN
from reports.figures import CrossTable, Filling, Highlight, Row, Table, TimeTable, YearFigures
from reports.meetings import MeetingFigures
from reports.tables import CROSSED, HIGHLIGHTS, TABLES, TableSpec

EXPECTED = Path(__file__).resolve().parent.parent / "data" / "lille_expected.json"
Situation = dict[str, tuple[str, ...]]

# Somewhat as in life: the older are retired, and more often present geriatric situations.
_OLDER = {"income": ("pension", 0.6), "situation_type": ("geriatrics_psychiatry", 0.25)}


@cache
def _shares() -> dict[str, dict[str, int]]:
    tables: dict[str, dict[str, int]] = json.loads(EXPECTED.read_text("utf-8"))["tables"]
    return tables


def _specs() -> list[TableSpec]:
    """The tables of which the shares are known."""
    return [spec for spec in TABLES if spec.code in _shares()]


def situation(chance: random.Random) -> Situation:
    """One situation: its answers to every table, the unknowns as UNKNOWN."""
    answers = {}
    for spec in _specs():
        shares = _shares()[spec.code]
        codes, weights = list(shares), list(shares.values())
        drawn = chance.choices(codes, weights, k=2 if spec.multiple else 1)
        given = [code for code in dict.fromkeys(drawn) if code != UNKNOWN]
        alone = spec.multiple and chance.random() < 0.6
        answers[spec.code] = tuple(given[:1] if alone else given) or (UNKNOWN,)
    if answers["age_band"] == ("ge61",):
        for table, (code, share) in _OLDER.items():
            if chance.random() < share:
                answers[table] = (code,)
    return answers


def year(chance: random.Random) -> list[Situation]:
    """From 50 to 75 situations, as Lille has in a year."""
    return [situation(chance) for _ in range(chance.randint(50, 75))]


def recoded(situations: list[Situation], chance: random.Random) -> list[Situation]:
    """The same year, some answers of three situations written otherwise."""
    changed = [dict(one) for one in situations]
    for one in chance.sample(changed, 3):
        other = situation(chance)
        one.update({table: other[table] for table in chance.sample(sorted(one), 4)})
    return changed


def count(by_year: dict[int, list[Situation]]) -> YearFigures:
    """The figures of those years, counted apart from reports/statistics.py."""
    everyone = [one for situations in by_year.values() for one in situations]
    tables = {
        spec.code: Table(
            code=spec.code,
            label=spec.label,
            chapter=spec.chapter,
            definition=spec.definition,
            base=len(everyone),
            multiple=spec.multiple,
            rows=_rows(Counter(code for one in everyone for code in one[spec.code])),
        )
        for spec in _specs()
    }
    return YearFigures(
        council_code="SYN",
        council_name="Conseil synthétique",
        first_year=min(by_year),
        last_year=max(by_year),
        edition="internal",
        situations=len(everyone),
        per_year={number: len(situations) for number, situations in by_year.items()},
        trend={},
        counters=(),
        highlights=tuple(
            Highlight(
                spec.code,
                spec.label,
                spec.definition,
                sum(not spec.without.issuperset(one[spec.table]) for one in everyone),
            )
            for spec in HIGHLIGHTS
        ),
        tables=tuple(tables.values()),
        cross_tables=tuple(_cross(tables[one], tables[other], everyone) for one, other in CROSSED),
        delays=(),
        time=TimeTable(base=0, minutes=0, median=0, rows=()),
        meetings=MeetingFigures(0, (), ()),
        filling=Filling(0, (), ()),
    )


def _rows(counts: Counter[str]) -> tuple[Row, ...]:
    unknown = counts.pop(UNKNOWN, 0)
    rows = [Row((code,), code, counts[code]) for code in sorted(counts)]
    return (*rows, Row((UNKNOWN,), "Non renseigné", unknown))


def _cross(one: Table, other: Table, everyone: Iterable[Situation]) -> CrossTable:
    counts = Counter(
        (down, across)
        for situation in everyone
        for down in situation[one.code]
        for across in situation[other.code]
    )
    return CrossTable(
        one,
        other,
        tuple(
            tuple(counts[row.codes[0], column.codes[0]] for column in other.rows)
            for row in one.rows
        ),
    )


def visible(figures: YearFigures, protected: dict) -> list[float]:
    """For each cross-table of the protected JSON, the share of people in a number one can read."""
    shares = []
    true = {cross.code: cross for cross in figures.cross_tables}
    for cross in protected["cross_tables"]:
        counted = true[cross["code"]]
        at_row = _places(counted.rows.rows)
        at_column = _places(counted.columns.rows)
        everyone = sum(map(sum, counted.cells))
        seen = sum(
            counted.cells[at_row[row]][at_column[column]]
            for rows, line in zip(cross["row_codes"], cross["cells"], strict=True)
            for columns, cell in zip(cross["column_codes"], line, strict=True)
            if "value" in cell
            for row in rows
            for column in columns
        )
        shares.append(seen / everyone)
    return shares


def _places(rows: Sequence[Row]) -> dict[str, int]:
    return {row.codes[0]: index for index, row in enumerate(rows)}
