"""The report as a spreadsheet: one sheet a table, every text written as a text."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from reports import panels, presentation
from reports.figures import EDITIONS, CrossTable, Delay, Filling, Table, TimeTable, YearFigures
from reports.governance_figures import (
    ADOPTED_DEFINITION,
    ROADMAP_DEFINITION,
    Adopted,
    AxisActions,
)
from reports.meetings import MeetingFigures, Presence
from reports.tables import TIME, TIME_DEFINITION
from reports.workbook import PLAIN_TEXTS, Styles, headings, line, new_sheet, styles_of

SUMMARY, CROSSED, DEFINITIONS = "Sommaire", "Tableaux croisés", "Définitions"
BODIES, FILLING = "Instances", "Champs restés vides"
MARK = "Usage interne"


def as_spreadsheet(figures: YearFigures) -> bytes:
    """The figures as .xlsx: summary, one sheet a table, cross-tables, definitions."""
    content = BytesIO()
    with Workbook(content, PLAIN_TEXTS) as book:
        book.set_properties(
            {
                "title": f"Bilan des situations {figures.period}",
                "author": figures.council_name,
                "comments": EDITIONS[figures.edition],
            }
        )
        styles = styles_of(book)
        _summary(new_sheet(book, SUMMARY, MARK), styles, figures)
        for table in figures.tables:
            _table(new_sheet(book, table.label, MARK), styles, table)
        _delays(new_sheet(book, panels.DELAYS, MARK), styles, figures.delays)
        _services(new_sheet(book, panels.SERVICES, MARK), styles, figures.meetings)
        _bodies(new_sheet(book, BODIES, MARK), styles, figures.meetings)
        _time(new_sheet(book, TIME, MARK), styles, figures.time)
        _cross_tables(new_sheet(book, CROSSED, MARK), styles, figures.cross_tables)
        _filling(new_sheet(book, FILLING, MARK), styles, figures.filling)
        _definitions(new_sheet(book, DEFINITIONS, MARK), styles, figures)
    return content.getvalue()


def _summary(sheet: Worksheet, styles: Styles, figures: YearFigures) -> None:
    sheet.write_string(0, 0, f"{figures.council_name}, bilan {figures.period}", styles.title)
    sheet.write_string(1, 0, f"{EDITIONS[figures.edition]} : usage interne", styles.hint)
    headings(sheet, 3, ("Chiffres clés", "Situations", "Part"), styles)
    line(sheet, 4, ("Situations reçues", figures.situations), styles)
    for at, highlight in enumerate(figures.highlights, 5):
        line(sheet, at, (f"Avec {highlight.label}", highlight.value), styles)
        _share(sheet, at, highlight.value, figures.situations, styles)
    counters_at = 6 + len(figures.highlights)
    headings(sheet, counters_at, ("Quatre comptes, qui ne s’additionnent pas", "Nombre"), styles)
    for at, counter in enumerate(figures.counters, counters_at + 1):
        line(sheet, at, (counter.label.capitalize(), counter.value), styles)
    years_at = counters_at + 2 + len(figures.counters)
    headings(sheet, years_at, ("Année de réception", "Situations", "Écart"), styles)
    before = None
    for at, (year, value) in enumerate(figures.trend.items(), years_at + 1):
        step = None if before is None else value - before
        line(sheet, at, (str(year), value, step), styles)
        before = value


def _table(sheet: Worksheet, styles: Styles, table: Table) -> None:
    sheet.write_string(0, 0, table.label, styles.title)
    sheet.write_string(1, 0, table.definition, styles.hint)
    unit = presentation.UNITS[table.unit]
    headings(sheet, 3, ("Réponse", unit.heading, "Part de la base"), styles)
    for at, row in enumerate(table.rows, 4):
        line(sheet, at, (row.label, row.value), styles)
        _share(sheet, at, row.value, table.base, styles)
    end = 4 + len(table.rows)
    if table.multiple:
        line(sheet, end, ("Réponses données (plusieurs possibles)", table.answers), styles)
    else:
        line(sheet, end, ("Total", table.answers + table.unknown), styles)
    line(sheet, end + 1, (f"Base (nombre de {unit.noun}s)", table.base), styles)
    sheet.freeze_panes(4, 1)


def _delays(sheet: Worksheet, styles: Styles, delays: Iterable[Delay]) -> None:
    sheet.write_string(0, 0, panels.DELAYS, styles.title)
    headings(
        sheet, 2, ("Délai", "Base", "Premier quartile", "Médiane", "Troisième quartile"), styles
    )
    for at, delay in enumerate(delays, 3):
        quartiles = (delay.lower_quartile, delay.median, delay.upper_quartile)
        line(sheet, at, (delay.label, delay.base, *quartiles), styles)


def _services(sheet: Worksheet, styles: Styles, meetings: MeetingFigures) -> None:
    sheet.write_string(0, 0, panels.SERVICES, styles.title)
    headings(sheet, 2, panels.SERVICES_HEADINGS, styles)
    for at, service in enumerate(meetings.services, 3):
        line(sheet, at, _presence(service), styles)


def _bodies(sheet: Worksheet, styles: Styles, meetings: MeetingFigures) -> None:
    sheet.set_column(6, 6, 58)
    at = 0
    for body in meetings.bodies:
        sheet.write_string(at, 0, body.name, styles.title)
        line(sheet, at + 1, ("Réunions tenues", body.held), styles)
        headings(sheet, at + 2, panels.BODY_HEADINGS, styles)
        at += 3
        for college in body.colleges:
            line(sheet, at, (*_presence(college), college.survey), styles)
            at += 1
        at += 1
    write_papers(sheet, at, styles, meetings.adopted, meetings.roadmap)


def write_papers(
    sheet: Worksheet,
    at: int,
    styles: Styles,
    adopted: Sequence[Adopted],
    roadmap: Sequence[AxisActions],
) -> None:
    """From row `at` on: what the bodies adopted, where the roadmap stands, in numbers."""
    parts: dict[str, Sequence[Adopted | AxisActions]] = {"adopted": adopted, "roadmap": roadmap}
    for panel in panels.body_papers(adopted, roadmap):
        sheet.write_string(at, 0, panel.grid.label, styles.title)
        headings(sheet, at + 1, panel.grid.headings, styles)
        at += 2
        for row, part in zip(panel.grid.rows, parts[panel.grid.code], strict=True):
            line(sheet, at, (row[0], *part.numbers), styles)
            at += 1
        at += 1


def _presence(presence: Presence) -> tuple[str | int, ...]:
    said = (presence.present, presence.excused, presence.absent, presence.unsaid)
    return (presence.label, presence.expected, *said)


def _filling(sheet: Worksheet, styles: Styles, filling: Filling) -> None:
    sheet.write_string(0, 0, FILLING, styles.title)
    sheet.write_string(1, 0, "Situations où le champ est renseigné.", styles.hint)
    origins = [origin.label for origin in filling.origins]
    headings(sheet, 3, ("Champ", panels.ALL_ORIGINS, *origins), styles)
    bases = (filling.base, *(origin.value for origin in filling.origins))
    line(sheet, 4, ("Situations", *bases), styles)
    for at, field in enumerate(filling.fields, 5):
        line(sheet, at, (field.label, field.filled, *field.by_origin), styles)
    sheet.freeze_panes(5, 2)


def _time(sheet: Worksheet, styles: Styles, time: TimeTable) -> None:
    sheet.write_string(0, 0, TIME, styles.title)
    sheet.write_string(1, 0, TIME_DEFINITION, styles.hint)
    headings(sheet, 3, ("Nature du travail", "Heures", "Part du total"), styles)
    for at, row in enumerate(time.rows, 4):
        _hours(sheet, at, row.label, row.value, styles)
        _share(sheet, at, row.value, time.minutes, styles)
    end = 4 + len(time.rows)
    _hours(sheet, end, "Total", time.minutes, styles)
    _hours(sheet, end + 1, "Médiane par situation", time.median, styles)
    line(sheet, end + 2, ("Base (situations où du temps a été noté)", time.base), styles)
    sheet.freeze_panes(4, 1)


def _hours(sheet: Worksheet, at: int, label: str, minutes: float, styles: Styles) -> None:
    sheet.write_string(at, 0, label, styles.text)
    sheet.write_number(at, 1, minutes / 60, styles.hours)


def _share(sheet: Worksheet, at: int, part: int, whole: int, styles: Styles) -> None:
    if whole:
        sheet.write_number(at, 2, part / whole, styles.share)


def _cross_tables(sheet: Worksheet, styles: Styles, crossed: Iterable[CrossTable]) -> None:
    at = 0
    for cross in crossed:
        sheet.write_string(at, 0, cross.label, styles.title)
        grid = presentation.grid(cross)
        headings(sheet, at + 1, grid.headings, styles)
        at += 2
        for row, counts in zip(cross.rows.rows, cross.cells, strict=True):
            line(sheet, at, (row.label, *counts), styles)
            at += 1
        at += 1


def _definitions(sheet: Worksheet, styles: Styles, figures: YearFigures) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    headings(sheet, 0, ("Tableau", "Ce qui est compté"), styles)
    counted = [(table.label, table.definition) for table in figures.tables]
    counted.append((TIME, TIME_DEFINITION))
    counted += [(each.label.capitalize(), each.definition) for each in figures.counters]
    counted += [(each.label, each.definition) for each in figures.delays]
    counted += [(f"Avec {each.label}", each.definition) for each in figures.highlights]
    counted += [(panels.ADOPTED, ADOPTED_DEFINITION), (panels.ROADMAP, ROADMAP_DEFINITION)]
    for at, defined in enumerate(counted, 1):
        line(sheet, at, defined, styles)
    sheet.freeze_panes(1, 1)
