"""Every PDF of the program: one identity, tagged, titled, in French, no picture without words."""

import io
import re

import pdfplumber
import pikepdf
import pytest
from django.conf import settings

from tests import world as worlds

pytestmark = pytest.mark.once

TEMPLATES = settings.BASE_DIR / "templates" / "pdf"
PARTS = {  # which others include or extend
    "base", "bar", "bars", "chart", "emblem", "grid", "pair", "pair_of_grids", "paper",
    "resolution", "trend",
}  # fmt: skip
BY_THE_WORKER = {"edition", "slides"}  # tests/reports/test_edition_documents.py
# template -> who asks, by which method, the URL's name
DOCUMENTS = {
    "agenda": ("coordinator", "get", "meeting_agenda"),
    "alert_form": ("coordinator", "get", "blank_alert_form"),
    "alert_receipt": ("author", "get", "alert_receipt_pdf"),
    "annual_report": ("coordinator", "get", "report_internal_file"),
    "conclusions": ("coordinator", "post", "conclusions_pdf"),
    "information_sheet": ("author", "get", "blank_information_sheet"),
    "minutes": ("copil", "get", "minutes_pdf"),
    "newcomer_kit": ("copil", "get", "newcomer_kit"),
    "person_record": ("coordinator", "post", "situation_record"),
    "synthesis": ("copil", "get", "roadmap_synthesis_pdf"),
}


def test_every_document_is_looked_at():
    assert {path.stem for path in TEMPLATES.glob("*.html")} - PARTS - BY_THE_WORKER == set(
        DOCUMENTS
    )


@pytest.mark.parametrize("template", sorted(DOCUMENTS))
def test_each_document_is_tagged_titled_in_french_and_of_one_identity(world, template):
    relation, method, name = DOCUMENTS[template]
    address = worlds.address(world, name, worlds.named_urls()[name]).replace(".xlsx", ".pdf")
    answer = getattr(world.client(relation), method)(address)
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "fr"
        assert root.ViewerPreferences.DisplayDocTitle
        assert str(document.docinfo["/Title"]).strip()
        assert str(document.docinfo["/Author"]) == world.council.name
        assert [each for each in elements(root.StructTreeRoot) if mute(each)] == []
        assert "Atkinson" in fonts(document)
    with pdfplumber.open(io.BytesIO(answer.content)) as document:
        for number, page in enumerate(document.pages, 1):
            said = " ".join(page.extract_text().split())
            assert f"page {number} sur {len(document.pages)}" in said
            assert (page.width, page.height) == pytest.approx((595.28, 841.89), abs=0.5), "A4"


def elements(node):
    """Every structure element under a node."""
    if isinstance(node, pikepdf.Array):
        for each in node:
            yield from elements(each)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)


def mute(element) -> bool:
    """Whether it is a picture that nothing says."""
    return element.S == "/Figure" and not str(element.get("/Alt", "")).strip()


def fonts(document) -> str:
    return " ".join(
        str(font.BaseFont)
        for page in document.pages
        for font in page.Resources.get("/Font", {}).values()
    )


@pytest.mark.parametrize("template", sorted({*DOCUMENTS, *PARTS}))
def test_its_words_have_french_spaces(template):
    written = re.sub(
        r"{[%#{].*?[%#}]}|<[^>]*>", "", (TEMPLATES / f"{template}.html").read_text("utf-8")
    )
    assert re.findall(r"[^\n]{0,20} [:;?!](?=\s|$)|« | »", written) == []
