"""The report on paper: the same numbers, and a document that can be read aloud."""

import re
from io import BytesIO

import pdfplumber
import pikepdf
import pytest

from governance import pdf
from reports.documents import as_pdf
from reports.statistics import count_internal

pytestmark = pytest.mark.once

# The right edge of the text, the band of the running footer (points), the cross-tables' size.
RIGHT_EDGE, FOOTER, GRID_SIZE = 538.6, 790, 9


@pytest.fixture
def figures(lille_register):
    return count_internal(lille_register, 2016, 2019)


@pytest.fixture(scope="module")
def compose():
    """`as_pdf`, which takes seconds, once for the same figures."""
    composed: dict[str, bytes] = {}

    def once(figures):
        key = repr(figures)
        if key not in composed:
            composed[key] = as_pdf(figures)
        return BytesIO(composed[key])

    return once


@pytest.fixture
def pages(figures, compose):
    with pdfplumber.open(compose(figures)) as document:
        yield document.pages


@pytest.fixture
def document(figures, compose):
    with pikepdf.open(compose(figures)) as document:
        yield document


def texts(pages):
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


def numbers(pages, chosen):
    return [
        int(word["text"])
        for page in pages
        for word in page.extract_words(extra_attrs=["size"])
        if word["text"].isdigit() and word["bottom"] < FOOTER and chosen(word)
    ]


def test_the_tables_of_the_pdf_hold_the_same_numbers(figures, pages):
    crossed = next(n for n, text in enumerate(texts(pages)) if "Tableaux croisés Nombre" in text)
    in_last_column = numbers(pages[1:crossed], lambda word: abs(word["x1"] - RIGHT_EDGE) < 1)
    assert in_last_column == [
        row.value for table in figures.tables for row in table.rows if table.base
    ]
    in_grids = numbers(
        pages[crossed:],
        lambda word: abs(word["size"] - GRID_SIZE) < 0.1 and word["x0"] > pages[0].width * 0.35,
    )
    assert in_grids == [
        cell for cross in figures.cross_tables for line in cross.cells for cell in line
    ]


def test_the_pdf_says_who_is_counted_and_how_the_years_went(figures, pages):
    whole = " ".join(texts(pages))
    for table in (table for table in figures.tables if table.base):
        assert f"{table.label} {table.definition}".replace("\N{NO-BREAK SPACE}", " ") in whole
    assert "Base : 241 situations ; 2 non renseignées." in whole
    assert (
        "Base : 241 situations ; 291 réponses, plusieurs possibles par situation ; "
        "15 non renseignées." in whole
    )
    assert "2018 26% 62 +11 (+22 %)" in whole
    assert "2019 31% 75 +13 (+21 %)" in whole


def test_every_page_is_numbered_and_marked_for_internal_use(pages):
    for number, text in enumerate(texts(pages), 1):
        assert f"page {number} sur {len(pages)}" in text
        assert "USAGE INTERNE" in text


def test_the_contents_lead_to_the_right_pages(pages):
    read = texts(pages)
    contents = read[0].partition("Sommaire ")[2]
    for title in ("L’essentiel", "La santé", "Tableaux croisés", "Comment lire ces chiffres"):
        page = int(re.search(rf"{title} (\d+)", contents)[1])
        assert title in read[page - 1]


def test_a_single_year_is_beside_those_before_it_and_the_first_one_alone(lille_register):
    with pdfplumber.open(BytesIO(as_pdf(count_internal(lille_register, 2019, 2019)))) as document:
        whole = " ".join(texts(document.pages))
    assert "Bilan des situations 2019" in whole
    assert "Base : 75 situations" in whole
    assert "2018 26% 62 +11 (+22 %)" in whole
    assert count_internal(lille_register, 2016, 2016).trend == {2016: 53}


def test_a_period_without_a_situation_still_prints(council):
    with pdfplumber.open(BytesIO(as_pdf(count_internal(council, 2020, 2020)))) as document:
        assert "Rien à compter sur la période : Canal" in " ".join(texts(document.pages))


def test_the_sheet_has_no_rule_that_the_printer_does_not_know(figures, caplog):
    as_pdf(figures)
    assert [record.message for record in caplog.records if record.name == "weasyprint"] == []


def test_the_pdf_says_its_language_its_title_and_that_it_is_tagged(document):
    root = document.Root
    assert str(root.Lang) == "fr"
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    with document.open_metadata() as metadata:
        assert metadata["dc:title"] == "CLSM de Lille – Bilan des situations 2016-2019"
        assert metadata["pdfuaid:part"] == "1"


def elements(node, page=None):
    """(element, its page) for each element of the structure, and (number, page) for content."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child, page)
    elif isinstance(node, pikepdf.Dictionary):
        page = node.get("/Pg", page)
        yield node, page
        if "/K" in node:
            yield from elements(node.K, page)
    else:
        yield int(node), page


def test_pictures_have_a_text_and_header_cells_say_what_they_head(figures, document):
    structure = [
        element
        for element, _ in elements(document.Root.StructTreeRoot.K)
        if isinstance(element, pikepdf.Dictionary)
    ]
    pictures = [element for element in structure if element.get("/S") == "/Figure"]
    headers = [element for element in structure if element.get("/S") == "/TH"]
    assert len(pictures) > 100
    assert all(str(picture.Alt).strip() for picture in pictures)
    assert {str(header.A.Scope) for header in headers} == {"/Row", "/Column"}
    kinds = [str(element.get("/S")) for element in structure]
    assert kinds.count("/H1") == 1
    charts = sum(table.base > 0 for table in figures.tables)
    bodies = sum(body.held > 0 for body in figures.meetings.bodies)
    assert charts > 20
    # the trend, the charts, the delays, the bodies, the cross-tables
    assert kinds.count("/Table") == 1 + charts + 1 + bodies + 9


def test_all_content_is_in_the_structure_or_an_artifact(document):
    read_aloud = {
        (page.objgen, element)
        for element, page in elements(document.Root.StructTreeRoot.K)
        if isinstance(element, int)
    }
    for page in document.pages:
        page.contents_coalesce()
        marked = re.findall(rb"/MCID (\d+)", page.Contents.read_bytes())
        assert marked
        assert {(page.obj.objgen, int(number)) for number in marked} <= read_aloud
        assert page.Contents.read_bytes().count(b"/Pagination") >= 2


def test_the_only_font_is_ours_and_it_is_embedded(document):
    fonts = {}
    for page in document.pages:
        for font in page.Resources.Font.values():
            fonts[str(font.BaseFont).partition("+")[2]] = font.DescendantFonts[0].FontDescriptor
    assert set(fonts) == {"Atkinson-Hyperlegible-Next", "Atkinson-Hyperlegible-Next-Bold"}
    assert all({"/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts.values())


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/mark.png",
        "https://static.invalid.example/mark.png",
        "//127.0.0.1:9/mark.png",
        "file:///etc/hostname",
        "data:image/png;base64,AAAA",
        "img/not-there.png",
        "%2e%2e/manage.py",
    ],
)
def test_a_document_that_asks_for_anything_but_our_static_files_is_refused(
    address, settings, tmp_path
):
    (tmp_path / "letter.html").write_text(
        f'<html lang="fr"><title>Lettre</title><p><img src="{address}" alt="Marque"></p></html>',
        "utf-8",
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    with pytest.raises(pdf.OutsideAddressError):
        pdf.render("letter.html", {})


def test_a_document_takes_our_own_pictures(settings, tmp_path):
    (tmp_path / "letter.html").write_text(
        '<html lang="fr"><title>Lettre</title><p><img src="img/mark.svg" alt="Marque"></p></html>',
        "utf-8",
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    assert pdf.render("letter.html", {}).startswith(b"%PDF-1.7")
