"""Published figures in French, for the eye. Everything is computed from what is printed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from governance.nomenclatures import UNKNOWN
from reports.alongside import Alongside
from reports.disclosure.places import name, places
from reports.panels import BodyPanel, PaperPanel, body_panel, body_papers
from reports.presentation import (
    NBSP,
    UNITS,
    Bar,
    Chapter,
    Chart,
    Grid,
    KeyFigure,
    Year,
    number,
    share,
    years_of,
)
from reports.published import (
    Below,
    Cell,
    PublishedCross,
    PublishedFigures,
    PublishedTable,
    Rounded,
    Withheld,
)
from reports.sections import CHAPTERS

NOT_PUBLISHED = "n.p."
UNTOLD_SHARE = "part non publiée"
KEY_FIGURES = 5
LEADS_TABLE, DONE = "lead_status", "done"
# The delays that may come first, the best known one ahead.
FIRST_DELAYS = ("first_answer", "first_hearing")


@dataclass(frozen=True)
class Reason:
    """A place of the edition and why it is not told as it is."""

    place: str
    why: str


@dataclass(frozen=True)
class Earlier:
    """The published edition of the year before: its figures, what it keeps beside them."""

    figures: PublishedFigures
    alongside: Alongside


def cell(value: Cell) -> str:
    """A cell in words: « 25 », « 140 (à 10 près) », « moins de 5 », « n.p. »."""
    match value:
        case Rounded(count, base) if base > 5:
            return f"{number(count)} (à {base // 2} près)"
        case Rounded(count):
            return number(count)
        case Below(threshold):
            return f"moins de{NBSP}{threshold}"
        case Withheld():
            return NOT_PUBLISHED


def part(value: Cell, base: int | None) -> str:
    """The share of a cell, computed from rounded numbers; UNTOLD_SHARE where it has none."""
    if isinstance(value, Rounded) and base:
        return share(min(value.value, base), base)
    return UNTOLD_SHARE


def key_figures(
    figures: PublishedFigures, alongside: Alongside, before: Earlier | None
) -> list[KeyFigure]:
    """Five figures that come first, beside those that the year before published."""
    found = [
        _situations(figures, before),
        *_leads(figures, before),
        *_delay(figures, before),
        *_sittings(alongside, before),
        *_done(figures, before),
    ]
    for highlight in figures.highlights:
        if len(found) < KEY_FIGURES:
            then = before and _highlight(before.figures, highlight.code)
            notes = []
            if isinstance(highlight.cell, Rounded):
                notes.append(f"{part(highlight.cell, figures.situations)} des situations")
            if before and then and not isinstance(then, Withheld):
                notes.append(_beside(_about(then), before))
            label = f"avec {highlight.label}"
            found.append(KeyFigure(_about(highlight.cell), label, f"{NBSP}; ".join(notes)))
    return found


def _situations(figures: PublishedFigures, before: Earlier | None) -> KeyFigure:
    noun = "situations reçues" if figures.situations > 1 else "situation reçue"
    last_year = figures.first_year - 1
    then = before.figures.situations if before else figures.trend.get(last_year)
    told = then is not None and len(figures.per_year) == 1
    note = f"{number(then or 0)} en {last_year}" if told else ""
    return KeyFigure(number(figures.situations), noun, note)


def _about(value: Cell) -> str:
    return f"≈{NBSP}{cell(value)}" if isinstance(value, Rounded) else cell(value)


def _beside(text: str, before: Earlier) -> str:
    return f"{text} en {before.figures.period}"


def _highlight(figures: PublishedFigures, code: str) -> Cell | None:
    return next((each.cell for each in figures.highlights if each.code == code), None)


def _table(figures: PublishedFigures, code: str) -> PublishedTable | None:
    return next((table for table in figures.tables if table.code == code), None)


def _leads(figures: PublishedFigures, before: Earlier | None) -> Iterator[KeyFigure]:
    table = _table(figures, LEADS_TABLE)
    if table is not None:
        earlier = before and _table(before.figures, LEADS_TABLE)
        note = _beside(_about(earlier.base), before) if before and earlier else ""
        yield KeyFigure(_about(table.base), "pistes d’action proposées", note)


def _done_share(figures: PublishedFigures) -> str | None:
    table = _table(figures, LEADS_TABLE)
    if table is None or not isinstance(table.base, Rounded):
        return None
    done = [row.cell for row in table.rows if row.group.codes == (DONE,)]
    if not done or not isinstance(done[0], Rounded):
        return None
    return f"≈{NBSP}{part(done[0], table.base.value)}"


def _done(figures: PublishedFigures, before: Earlier | None) -> Iterator[KeyFigure]:
    if now := _done_share(figures):
        then = before and _done_share(before.figures)
        note = _beside(then, before) if before and then else ""
        yield KeyFigure(now, "des pistes réalisées", note)


def _delay(figures: PublishedFigures, before: Earlier | None) -> Iterator[KeyFigure]:
    medians = _medians(figures)
    for code in FIRST_DELAYS:
        if code in medians:
            then = _medians(before.figures).get(code) if before else None
            note = _beside(then, before) if before and then else ""
            label = next(each.label for each in figures.delays if each.code == code)
            yield KeyFigure(medians[code], f"{label} (médiane)", note)
            return


def _medians(figures: PublishedFigures) -> dict[str, str]:
    return {
        each.code: f"≈{NBSP}{_days(each.median)}"
        for each in figures.delays
        if isinstance(each.median, Rounded)
    }


def _sittings(alongside: Alongside, before: Earlier | None) -> Iterator[KeyFigure]:
    if alongside.sittings:
        noun = "séances tenues" if alongside.sittings > 1 else "séance tenue"
        then = before.alongside.sittings if before else None
        note = _beside(number(then), before) if before and then is not None else ""
        yield KeyFigure(number(alongside.sittings), noun, note)


def trend(figures: PublishedFigures) -> list[Year]:
    """The years, exact: the number of situations is the one that is."""
    return years_of(figures.trend)


def published_then(figures: PublishedFigures, before: Earlier | None) -> str:
    """What the year before published of itself where the trend now has another number, else ""."""
    if before is None:
        return ""
    year, then = before.figures.first_year, before.figures.situations
    if figures.trend.get(year, then) == then:
        return ""
    return f"L’édition de {year} avait publié {number(then)} pour cette année-là."


def chapters(figures: PublishedFigures) -> list[Chapter]:
    """The chapters, in the order of the tables; those that nobody answered are only named."""
    return [
        _chapter(figures, title, tuple(tables))
        for title, tables in groupby(figures.tables, key=lambda table: table.chapter)
    ]


def _chapter(figures: PublishedFigures, title: str, tables: tuple[PublishedTable, ...]) -> Chapter:
    blank = [table.label for table in tables if _is_blank(table)]
    return Chapter(
        title=title,
        charts=tuple(chart(figures, table) for table in tables if not _is_blank(table)),
        nothing=f"Renseigné pour personne{NBSP}: {', '.join(blank)}." if blank else "",
    )


def _is_blank(table: PublishedTable) -> bool:
    return [row.group.codes for row in table.rows] == [(UNKNOWN,)]


def section_of(chapter: Chapter) -> str:
    """The section in which the coordination comments that chapter."""
    return next(section for section, title in CHAPTERS.items() if title == chapter.title)


def commented(chapters: list[Chapter], alongside: Alongside) -> list[tuple[Chapter, str]]:
    """Each chapter with its commentary, empty when there is none."""
    return [(each, alongside.texts.get(section_of(each), "")) for each in chapters]


def chart(figures: PublishedFigures, table: PublishedTable) -> Chart:
    """A table's bars, their lengths relative to the longest; what is protected is hatched."""
    base = figures.situations if table.whole else None
    if base is None and isinstance(table.base, Rounded):
        base = table.base.value
    longest = max(_length(row.cell) for row in table.rows)
    return Chart(
        code=table.code,
        label=table.label,
        definition=table.definition,
        unit=UNITS[table.unit].heading,
        base=_base(figures, table),
        bars=tuple(
            Bar(
                label=row.group.label,
                count=cell(row.cell),
                share=part(row.cell, base),
                percent=100 * _length(row.cell) / longest if longest else 0.0,
                display=_display(row.cell, base),
                low=not isinstance(row.cell, Rounded),
            )
            for row in table.rows
        ),
    )


def _length(value: Cell) -> int:
    match value:
        case Rounded(count):
            return count
        case Below(threshold):
            return threshold - 1
    return 0


def _display(value: Cell, base: int | None) -> str:
    told = part(value, base)
    return cell(value) if told == UNTOLD_SHARE else f"{cell(value)} ({told})"


def _base(figures: PublishedFigures, table: PublishedTable) -> str:
    unit = UNITS[table.unit]
    if table.whole:
        text = f"Base{NBSP}: {number(figures.situations)}{NBSP}situations"
    else:
        text = f"Base{NBSP}: {cell(table.base)}{NBSP}{unit.noun}s"
    if table.multiple and table.answers:
        text += f"{NBSP}; {cell(table.answers)} réponses, plusieurs possibles par {unit.noun}"
    return f"{text}."


def grid(cross: PublishedCross) -> Grid:
    """A cross-table as texts, without totals."""
    return Grid(
        code=cross.code.replace("*", "-"),
        label=cross.label,
        headings=(cross.rows.label, *(group.label for group in cross.columns.groups)),
        rows=tuple(
            (group.label, *map(cell, line))
            for group, line in zip(cross.rows.groups, cross.cells, strict=True)
        ),
    )


def delays(figures: PublishedFigures) -> Grid:
    """The delays that are told, a line each."""
    return Grid(
        code="delays",
        label="Délais, en jours",
        headings=("Délai", "Un quart en", "La moitié en (médiane)", "Trois quarts en"),
        rows=tuple(
            (
                each.label,
                _days(each.lower_quartile),
                _days(each.median),
                _days(each.upper_quartile),
            )
            for each in figures.delays
            if each.median
        ),
    )


def _days(value: Cell | None) -> str:
    return "–" if value is None else f"{cell(value)}{NBSP}j"


def bodies(alongside: Alongside) -> list[BodyPanel]:
    """The bodies, attendance by college beside the national survey."""
    return [body_panel(body) for body in alongside.bodies]


def papers_of_bodies(alongside: Alongside) -> list[PaperPanel]:
    """What the bodies adopted and where the roadmap stands."""
    return body_papers(alongside.adopted, alongside.roadmap)


def rounding(figures: PublishedFigures) -> str:
    """How its numbers are written, in a sentence."""
    return (
        f"Effectifs protégés{NBSP}: arrondis à 5 près{NBSP}; «{NBSP}moins de{NBSP}"
        f"{figures.threshold}{NBSP}» n’est pas détaillé{NBSP}; «{NBSP}n.p.{NBSP}» n’est pas "
        "publié. "
        "Seul le nombre de situations par année est exact."
    )


def reasons(figures: PublishedFigures) -> list[Reason]:
    """Every place that is grouped, hidden or left out, and why, for the coordination."""
    grouped = [
        Reason(table.label, f"{row.group.label}{NBSP}: réponses réunies, trop rares seules")
        for table in figures.tables
        for row in table.rows
        if row.group.reason
    ]
    hidden = [
        Reason(name(figures, place), value.reason)
        for place, value in places(figures)
        if isinstance(value, Withheld)
    ]
    dropped = [
        Reason(table.label, f"tableau non publié{NBSP}: {table.reason}")
        for table in figures.dropped
    ]
    return [*grouped, *hidden, *dropped]


def lines(figures: PublishedFigures) -> Iterator[tuple[str, str, str, str]]:
    """(table, row, column, number) for each published number, as the attached CSV has them."""
    yield "Situations reçues", figures.period, "", number(figures.situations)
    for highlight in figures.highlights:
        yield "Chiffres clés", f"avec {highlight.label}", "", cell(highlight.cell)
    for table in figures.tables:
        for row in table.rows:
            yield table.label, row.group.label, "", cell(row.cell)
    for cross in figures.cross_tables:
        for group, values in zip(cross.rows.groups, cross.cells, strict=True):
            for column, value in zip(cross.columns.groups, values, strict=True):
                yield cross.label, group.label, column.label, cell(value)
