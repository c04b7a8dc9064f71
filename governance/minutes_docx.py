"""Minutes for those who must edit them elsewhere: a .docx with real headings, lists and tables."""

import io
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from governance.minutes import Sheet
from governance.models import Resolution

_ACCENT, _QUIET = RGBColor(0x0E, 0x5A, 0x61), RGBColor(0x55, 0x60, 0x6D)
_FONT = "Atkinson Hyperlegible Next"  # a word processor that lacks it takes its own
_TABLE = "Light Grid Accent 1"


def document(sheet: Sheet) -> bytes:
    """The minutes as a .docx: same order, same words as on paper."""
    made: Any = Document()  # whose styles python-docx leaves without a type
    _style(made)
    council, meeting = sheet.meeting.council, sheet.meeting
    made.core_properties.title = f"{sheet.title}, {timezone.localtime(sheet.day):%d/%m/%Y}"
    made.core_properties.author = council.name
    made.core_properties.language = "fr-FR"
    made.sections[0].footer.paragraphs[0].text = " · ".join(
        filter(None, (council.name, sheet.title, sheet.state))
    )
    made.add_heading(sheet.title, 0)
    place = f", {meeting.place}" if meeting.place else ""
    made.add_paragraph(f"{council.name}. Réunion du {date_format(sheet.day, 'j F Y')}{place}.")
    if sheet.state:
        made.add_paragraph(f"{sheet.state}.").runs[0].bold = True
    if sheet.record.correction:
        made.add_heading("Ce qui est corrigé", 1)
        _text(made, sheet.record.correction)
    _attendance(made, sheet)
    if sheet.record.opening:
        made.add_heading("Ouverture", 1)
        _text(made, sheet.record.opening)
    for section in sheet.sections:
        made.add_heading(section.heading, 1)
        if section.presenter:
            made.add_paragraph(f"Présenté par\u00a0: {section.presenter}.")
        _text(made, section.text or "Ce point n’a pas donné lieu à compte rendu.")
        for resolution in section.resolutions:
            _resolution(made, resolution)
    if sheet.others:
        made.add_heading("Également adopté", 1)
        for resolution in sheet.others:
            _resolution(made, resolution)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _style(made: Any) -> None:
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(11)
    normal.paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    normal.element.get_or_add_rPr().append(language)
    for name, size in (("Title", 22), ("Heading 1", 15), ("Heading 2", 12)):
        style = made.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), _ACCENT
        # The template's own themed font would win over ours.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for each in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{each}"), None)


def _attendance(made: Any, sheet: Sheet) -> None:
    made.add_heading("Présences", 1)
    if sheet.quorum:
        made.add_paragraph(sheet.quorum)
    if not sheet.colleges:
        made.add_paragraph("Aucun siège n’était tenu ce jour-là.")
        return
    headings = ("Collège", "Présents", "Excusés", "Absents")
    table = made.add_table(rows=1, cols=len(headings), style=_TABLE)
    # Read aloud before each cell, and printed again on each page.
    head = table.rows[0]
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    head._tr.get_or_add_trPr().append(repeated)
    for cell, heading in zip(head.cells, headings, strict=True):
        cell.text = heading
    for college in sheet.colleges:
        cells = table.add_row().cells
        cells[0].text = f"{college.college}\u00a0: {college.count}"
        for cell, names in zip(
            cells[1:], (college.here, college.excused, college.absent), strict=True
        ):
            cell.text = "\n".join(names)


def _resolution(made: Any, resolution: Resolution) -> None:
    kind = resolution.get_kind_display()
    made.add_heading(f"{kind} {resolution.code}\u00a0: {resolution.title}", 2)
    _text(made, resolution.text)
    told = [resolution.adopted]
    if resolution.owner:
        told.append(f"Portée par\u00a0: {resolution.owner}")
    if resolution.due_on:
        told.append(f"Échéance\u00a0: {resolution.due_on:%d/%m/%Y}")
    if any(told):
        said = made.add_paragraph(f"{'. '.join(filter(None, told))}.")
        said.runs[0].font.color.rgb = _QUIET


def _text(made: Any, text: str) -> None:
    """A free text: a paragraph a line, a list item where the line begins by a dash."""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if line[:2] in ("- ", "– ", "• "):
            made.add_paragraph(line[2:], style="List Bullet")
        else:
            made.add_paragraph(line)
