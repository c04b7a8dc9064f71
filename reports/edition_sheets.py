"""An edition as a spreadsheet: one sheet a table, the definitions; what is protected is a text."""

from collections.abc import Iterable
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from reports import alongside, editions, legible
from reports.models import AnnualReport
from reports.panels import BODY_HEADINGS
from reports.presentation import UNITS, Grid
from reports.published import Cell, PublishedFigures, PublishedTable, Rounded
from reports.spreadsheets import BODIES, CROSSED, DEFINITIONS, SUMMARY, write_papers
from reports.workbook import PLAIN_TEXTS, Styles, headings, line, new_sheet, styles_of

MARK = "Effectifs protégés"


def as_spreadsheet(report: AnnualReport) -> bytes:
    """The published figures as .xlsx. Altered for an edition that is not what was frozen."""
    figures, beside = editions.read(report), alongside.from_json(report.figures)
    content = BytesIO()
    with Workbook(content, PLAIN_TEXTS) as book:
        book.set_properties(
            {
                "title": f"Bilan des situations {figures.period}",
                "author": figures.council_name,
                "comments": str(report),
            }
        )
        styles = styles_of(book)
        _summary(new_sheet(book, SUMMARY, MARK), styles, report, figures)
        for table in figures.tables:
            _table(new_sheet(book, table.label, MARK), styles, table)
        _grids(new_sheet(book, "Délais", MARK), styles, [legible.delays(figures)])
        _bodies(new_sheet(book, BODIES, MARK), styles, beside)
        crossed = [legible.grid(cross) for cross in figures.cross_tables]
        _grids(new_sheet(book, CROSSED, MARK), styles, crossed)
        _definitions(new_sheet(book, DEFINITIONS, MARK), styles, figures, beside)
    return content.getvalue()


def _told(cell: Cell) -> str | int:
    return cell.value if isinstance(cell, Rounded) else legible.cell(cell)


def _summary(
    sheet: Worksheet, styles: Styles, report: AnnualReport, figures: PublishedFigures
) -> None:
    sheet.write_string(0, 0, f"{figures.council_name}, bilan {figures.period}", styles.title)
    sheet.write_string(1, 0, f"{report}, arrêtée le {report.frozen_at:%d/%m/%Y}", styles.hint)
    sheet.write_string(2, 0, legible.rounding(figures), styles.hint)
    sheet.write_string(3, 0, f"Empreinte : {report.digest}", styles.hint)
    headings(sheet, 5, ("Chiffres clés", "Situations"), styles)
    line(sheet, 6, ("Situations reçues", figures.situations), styles)
    for at, highlight in enumerate(figures.highlights, 7):
        line(sheet, at, (f"Avec {highlight.label}", _told(highlight.cell)), styles)
    years_at = 8 + len(figures.highlights)
    headings(sheet, years_at, ("Année de réception", "Situations"), styles)
    for at, (year, value) in enumerate(figures.trend.items(), years_at + 1):
        line(sheet, at, (str(year), value), styles)


def _table(sheet: Worksheet, styles: Styles, table: PublishedTable) -> None:
    sheet.write_string(0, 0, table.label, styles.title)
    sheet.write_string(1, 0, table.definition, styles.hint)
    headings(sheet, 3, ("Réponse", UNITS[table.unit].heading), styles)
    for at, row in enumerate(table.rows, 4):
        line(sheet, at, (row.group.label, _told(row.cell)), styles)
    end = 4 + len(table.rows)
    if table.answers:
        line(sheet, end, ("Réponses données (plusieurs possibles)", _told(table.answers)), styles)
        end += 1
    line(sheet, end, (f"Base (nombre de {UNITS[table.unit].noun}s)", _told(table.base)), styles)
    sheet.freeze_panes(4, 1)


def _grids(sheet: Worksheet, styles: Styles, grids: Iterable[Grid]) -> None:
    at = 0
    for grid in grids:
        sheet.write_string(at, 0, grid.label, styles.title)
        headings(sheet, at + 1, grid.headings, styles)
        at += 2
        for row in grid.rows:
            line(sheet, at, row, styles)
            at += 1
        at += 1


def _bodies(sheet: Worksheet, styles: Styles, beside: alongside.Alongside) -> None:
    sheet.set_column(len(BODY_HEADINGS) - 1, len(BODY_HEADINGS) - 1, 58)
    if beside.sittings is not None:
        line(sheet, 0, ("Séances tenues", beside.sittings), styles)
    at = 2
    for body in legible.bodies(beside):
        sheet.write_string(at, 0, body.name, styles.title)
        line(sheet, at + 1, (body.held,), styles)
        headings(sheet, at + 2, body.grid.headings, styles)
        at += 3
        for row in body.grid.rows:
            line(sheet, at, row, styles)
            at += 1
        at += 1
    write_papers(sheet, at, styles, beside.adopted, beside.roadmap)


def _definitions(
    sheet: Worksheet, styles: Styles, figures: PublishedFigures, beside: alongside.Alongside
) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    headings(sheet, 0, ("Tableau", "Ce qui est compté"), styles)
    defined = [(table.label, table.definition) for table in figures.tables]
    defined += [(each.label, each.definition) for each in figures.delays]
    defined += [(f"Avec {each.label}", each.definition) for each in figures.highlights]
    papers = legible.papers_of_bodies(beside)
    defined += [(panel.grid.label, panel.definition) for panel in papers]
    for at, words in enumerate(defined, 1):
        line(sheet, at, words, styles)
    sheet.freeze_panes(1, 1)
