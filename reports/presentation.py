"""Figures in French, for the eye: shares, changes, bars. Counts nothing anew."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import TypeVar

from cases.time_spent import in_hours
from reports.figures import (
    ALERTS,
    HEARINGS,
    LEADS,
    MEETINGS,
    SITUATIONS,
    CrossTable,
    Table,
    TimeTable,
    YearFigures,
)
from reports.tables import TIME, TIME_DEFINITION

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Unit:
    """What a table counts, in words."""

    heading: str
    noun: str
    not_known: str = "non renseignée"
    all_known: str = "toutes renseignées"


UNITS = {
    SITUATIONS: Unit("Situations", "situation"),
    ALERTS: Unit("Alertes", "alerte"),
    HEARINGS: Unit("Passages", "passage", "non renseigné", "tous renseignés"),
    LEADS: Unit("Pistes", "piste"),
    MEETINGS: Unit("Séances", "séance"),
}


@dataclass(frozen=True)
class Bar:
    """One drawn line: label, count, share of the base, length (percent of the longest).

    `display` is the figure as the screen shows it; `low` bars are drawn apart.
    """

    label: str
    count: str
    share: str
    percent: float
    display: str
    low: bool = False


# What a column of half a page holds: of a label on one line, of lines, of headings.
NARROW_LABEL, NARROW_LINES, NARROW_HEADINGS = 22, 18, 3


@dataclass(frozen=True)
class Chart:
    """A table with the words around it and its bars."""

    code: str
    label: str
    definition: str
    unit: str
    base: str
    bars: tuple[Bar, ...]

    @property
    def is_narrow(self) -> bool:
        """Whether it reads well on half the width of a page."""
        return sum(ceil(len(bar.label) / NARROW_LABEL) for bar in self.bars) <= NARROW_LINES


@dataclass(frozen=True)
class Chapter:
    """The charts under one title; `nothing` names the tables that had nothing to count."""

    title: str
    charts: tuple[Chart, ...]
    nothing: str

    @property
    def pairs(self) -> list[tuple[Chart, ...]]:
        """The charts as paper sets them."""
        return side_by_side(self.charts)


@dataclass(frozen=True)
class Year:
    """One year of the trend, its change from the year before (empty for the first), its bar."""

    year: int
    change: str
    bar: Bar


@dataclass(frozen=True)
class KeyFigure:
    value: str
    label: str
    note: str


@dataclass(frozen=True)
class Grid:
    """A cross-table as texts: headings (the first is the corner's), then lines."""

    code: str
    label: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_narrow(self) -> bool:
        """Whether it reads well on half the width of a page."""
        labels = (*self.headings[1:], *(row[0] for row in self.rows))
        return len(self.headings) <= NARROW_HEADINGS and max(map(len, labels)) <= 2 * NARROW_LABEL


Drawn = TypeVar("Drawn", Chart, Grid)


def side_by_side(drawn: Iterable[Drawn]) -> list[tuple[Drawn, ...]]:
    """Two narrow ones beside each other, a wide one alone; each as near its place as can be."""
    rows: list[tuple[Drawn, ...]] = []
    waiting: int | None = None
    for each in drawn:
        if each.is_narrow and waiting is not None:
            rows[waiting] += (each,)
            waiting = None
            continue
        if each.is_narrow:
            waiting = len(rows)
        rows.append((each,))
    return rows


def number(value: int) -> str:
    """1234 -> « 1 234 »."""
    return f"{value:,}".replace(",", NBSP)


def counted(value: int, words: str) -> str:
    """(3, "non renseignée") -> « 3 non renseignées »: the last word agrees, from two on."""
    return f"{number(value)}{NBSP}{words}{'s' if value > 1 else ''}"


def share(part: int, whole: int) -> str:
    """The share in whole percents: « 57 % », « moins de 1 % », « – » of nothing."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    if 0 < percent < 1:
        return f"moins de{NBSP}1{NBSP}%"
    return f"{percent:.0f}{NBSP}%"


def change(now: int, before: int) -> str:
    """From one year to the next: « +13 (+21 %) », « −2 (−4 %) », « stable »."""
    if now == before:
        return "stable"
    sign = "+" if now > before else MINUS
    step = f"{sign}{number(abs(now - before))}"
    return f"{step} ({sign}{share(abs(now - before), before)})" if before else step


def key_figures(figures: YearFigures) -> list[KeyFigure]:
    """The figures that come first: the situations, then each highlight with its share."""
    years = len(figures.per_year)
    note = ""
    if years > 1:
        mean = f"{figures.situations / years:.0f}"
        note = f"soit {mean} par an en moyenne"
    noun = "situations reçues" if figures.situations > 1 else "situation reçue"
    return [
        KeyFigure(number(figures.situations), noun, note),
        *(
            KeyFigure(
                number(highlight.value),
                f"avec {highlight.label}",
                f"{share(highlight.value, figures.situations)} des situations",
            )
            for highlight in figures.highlights
        ),
    ]


def trend(figures: YearFigures) -> list[Year]:
    """The years in order; the label of each bar repeats the change, for the screen."""
    return years_of(figures.trend)


def years_of(counts: Mapping[int, int]) -> list[Year]:
    """The same, of situations by year."""
    longest, whole = max(counts.values()), sum(counts.values())
    before = None
    years = []
    for year, value in counts.items():
        step = "" if before is None else change(value, before)
        bar = Bar(
            label=f"{year}{NBSP}: {step}" if step else str(year),
            count=number(value),
            share=share(value, whole),
            percent=_percent(value, longest),
            display=number(value),
        )
        years.append(Year(year, step, bar))
        before = value
    return years


def chapters(figures: YearFigures) -> list[Chapter]:
    """The chapters, in the order of the tables."""
    return [
        _chapter(title, tuple(tables))
        for title, tables in groupby(figures.tables, key=lambda table: table.chapter)
    ]


def _chapter(title: str, tables: tuple[Table, ...]) -> Chapter:
    nothing = ", ".join(table.label for table in tables if not table.base)
    return Chapter(
        title=title,
        charts=tuple(chart(table) for table in tables if table.base),
        nothing=f"Rien à compter sur la période{NBSP}: {nothing}." if nothing else "",
    )


def chart(table: Table) -> Chart:
    """A table's bars: lengths relative to the longest, the unknowns drawn apart."""
    return Chart(
        code=table.code,
        label=table.label,
        definition=table.definition,
        unit=UNITS[table.unit].heading,
        base=base(table),
        bars=tuple(_bars(table)),
    )


def time_chart(time: TimeTable) -> Chart:
    """The time spent, as the bars of its kinds."""
    longest = max((row.value for row in time.rows), default=0)
    return Chart(
        code="time",
        label=TIME,
        definition=TIME_DEFINITION,
        unit="Temps",
        base=time_base(time),
        bars=tuple(
            Bar(
                label=row.label,
                count=in_hours(row.value),
                share=share(row.value, time.minutes),
                percent=_percent(row.value, longest),
                display=f"{in_hours(row.value)} ({share(row.value, time.minutes)})",
            )
            for row in time.rows
        ),
    )


def time_base(time: TimeTable) -> str:
    """The base of the time spent, in a sentence: situations, total, median."""
    if not time.base:
        return "Aucun temps n’a été noté sur la période."
    return (
        f"Base{NBSP}: {counted(time.base, 'situation')} où du temps a été noté{NBSP}; "
        f"{in_hours(time.minutes)} en tout, {in_hours(time.median)} par situation (médiane)."
    )


def awaited(year: int) -> str:
    """What the readers of reports are told while none is published for `year`."""
    return (
        f"Le bilan de {year} est attendu en {year + 1}, avant la réunion du COPIL qui l’examine. "
        "La coordination l’arrête après avoir vérifié que ses chiffres ne permettent de "
        "reconnaître personne, puis le publie ici."
    )


def base(table: Table) -> str:
    """Who is counted, in a sentence: base, unknowns, number of answers."""
    unit = UNITS[table.unit]
    text = f"Base{NBSP}: {counted(table.base, unit.noun)}"
    if table.multiple:
        text += f"{NBSP}; {counted(table.answers, 'réponse')}, plusieurs possibles par {unit.noun}"
    if not table.unknown:
        return f"{text}{NBSP}; {unit.all_known}."
    return f"{text}{NBSP}; {counted(table.unknown, unit.not_known)}."


def grid(cross: CrossTable) -> Grid:
    """A cross-table as texts, without totals: where several answers are possible, none is true."""
    return Grid(
        code=cross.code.replace("*", "-"),
        label=cross.label,
        headings=(cross.rows.label, *(column.label for column in cross.columns.rows)),
        rows=tuple(
            (row.label, *map(number, line))
            for row, line in zip(cross.rows.rows, cross.cells, strict=True)
        ),
    )


def _bars(table: Table) -> Iterator[Bar]:
    longest = max(row.value for row in table.rows)
    for row in table.rows:
        count, part = number(row.value), share(row.value, table.base)
        yield Bar(
            label=row.label,
            count=count,
            share=part,
            percent=_percent(row.value, longest),
            display=f"{count} ({part})",
            low=row is table.rows[-1],
        )


def _percent(value: int, longest: int) -> float:
    return 100 * value / longest if longest else 0.0
