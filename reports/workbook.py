"""What our spreadsheets share: A4 sheets, styles, every text written as a text."""

from collections.abc import Iterable
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# A label that starts with = + - @ stays what it is: a text (no formula injection).
PLAIN_TEXTS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True)
class Styles:
    title: Format
    heading: Format
    text: Format
    count: Format
    hours: Format
    share: Format
    hint: Format


def styles_of(book: Workbook) -> Styles:
    """The styles of a book."""
    wrapped = {"text_wrap": True, "valign": "top"}
    return Styles(
        title=book.add_format({"bold": True, "font_size": 14}),
        heading=book.add_format({**wrapped, "bold": True, "bottom": 1, "bg_color": "#E2F0EF"}),
        text=book.add_format(wrapped),
        count=book.add_format({"num_format": "#,##0", "valign": "top"}),
        hours=book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        share=book.add_format({"num_format": "0 %", "valign": "top"}),
        hint=book.add_format({**wrapped, "font_color": "#55606D"}),
    )


def new_sheet(book: Workbook, name: str, mark: str) -> Worksheet:
    """A sheet of that name; `mark` is printed at the foot of each page."""
    sheet = book.add_worksheet(name)
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{mark}&C&A&R&P / &N")
    sheet.set_column(0, 0, 58)
    sheet.set_column(1, 40, 14)
    return sheet


def line(sheet: Worksheet, at: int, cells: Iterable[str | float | None], styles: Styles) -> None:
    """One line: texts, numbers, None for an empty cell."""
    for column, cell in enumerate(cells):
        if isinstance(cell, str):
            sheet.write_string(at, column, cell, styles.text)
        elif cell is not None:
            sheet.write_number(at, column, cell, styles.count)


def headings(sheet: Worksheet, at: int, words: Iterable[str], styles: Styles) -> None:
    """One line of headings."""
    for column, heading in enumerate(words):
        sheet.write_string(at, column, heading, styles.heading)
