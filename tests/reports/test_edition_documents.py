"""The documents of an edition: made by the worker, whole or not at all; read by their structure."""

import csv
import re
from io import BytesIO, StringIO

import pdfplumber
import pikepdf
import pytest
import time_machine
from django.utils import timezone

from reports import alongside, editions, files, legible, papers
from reports.models import AnnualReport, ReportFile
from reports.statistics import count_internal
from tests import paper_world
from tests.reports.test_documents import elements, texts

OBSTACLES = "Le médecin traitant manque souvent."


@pytest.fixture
def report(cast, lille_register):
    paper_world.look(lille_register, cast.coordinator.user)
    beside = alongside.gather(count_internal(lille_register, 2019, 2019), {"obstacles": OBSTACLES})
    report = editions.freeze(
        lille_register, 2019, 2019, "copil", by=None, beside=alongside.to_json(beside)
    )
    editions.publish(report, by=None)
    return report


def test_the_report_is_archived_tagged_and_carries_its_figures(report):
    made = BytesIO(papers.report_pdf(report))
    with pikepdf.open(made) as document:
        root = document.Root
        assert (str(root.Lang), bool(root.MarkInfo.Marked)) == ("fr", True)
        with document.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "CLSM de Lille – Bilan des situations 2019"
        claim = root.Metadata.read_bytes()
        assert claim.count(b"</rdf:RDF>") == 1
        assert b"pdfaExtension:schemas" in claim
        attached = document.attachments["bilan-LIL-2019-copil-1.csv"]
        assert str(attached.obj.AFRelationship) == "/Data"
        rows = list(
            csv.reader(
                StringIO(attached.get_file().read_bytes().decode("utf-8-sig")), delimiter=";"
            )
        )
        protected = [list(line) for line in legible.lines(editions.read(report))]
        assert rows[1 : 1 + len(protected)] == protected
        assert ["Décisions, avis et propositions", "Avis", "Adoptés", "0"] in rows
        structure = list(elements(root.StructTreeRoot.K))
        nodes = [node for node, _ in structure if isinstance(node, pikepdf.Dictionary)]
        kinds = [str(node.get("/S")) for node in nodes]
        assert kinds.count("/H1") == 1
        pictures = [node for node in nodes if node.get("/S") == "/Figure"]
        assert len(pictures) > 50
        assert all(str(picture.Alt).strip() for picture in pictures)
        assert [str(picture.Alt) for picture in pictures].count("Logo du conseil") == 1
        scopes = {str(node.A.Scope) for node in nodes if node.get("/S") == "/TH"}
        assert scopes == {"/Row", "/Column"}
        referenced = {(page.objgen, node) for node, page in structure if isinstance(node, int)}
        for page in document.pages:
            page.contents_coalesce()
            marked = re.findall(rb"/MCID (\d+)", page.Contents.read_bytes())
            assert {(page.obj.objgen, int(number)) for number in marked} <= referenced
            assert all(int(note.F) & 4 for note in page.get("/Annots", []))
    with pdfplumber.open(made) as document:
        read = texts(document.pages)
    assert 8 <= len(read) <= 12
    assert OBSTACLES in " ".join(read)
    assert "USAGE INTERNE" not in " ".join(read)
    for title in ("L’essentiel", "La santé", "Tableaux croisés", "Comment lire ces chiffres"):
        number = int(re.search(rf"{title} (\d+)", read[0])[1])
        assert title in read[number - 1]


def test_the_deck_is_landscape_and_one_idea_a_page(report):
    with pdfplumber.open(BytesIO(papers.slides_pdf(report))) as document:
        pages = document.pages
        assert all(page.width > page.height for page in pages)
        read = texts(pages)
    assert 6 <= len(read) <= 14
    assert "75" in read[1]
    for title in ("Type de situation", "Obstacles qui reviennent"):
        assert any(title in text for text in read)


def test_a_document_is_asked_for_once_and_kept_whole(
    cast, report, client_of, django_capture_on_commit_callbacks
):
    page = f"{report.get_absolute_url()}diaporama/"
    client = client_of(cast.elected)
    assert client.get(f"{page}fichier/")["Location"] == page
    assert "pas encore été préparé" in client.get(page).content.decode()
    client.post(page)  # the worker has not come yet
    assert client.get(page)["Refresh"]
    assert client.get(f"{page}fichier/").status_code == 302
    with time_machine.travel(timezone.now() + files.LOST_AFTER * 2):
        assert "n’a pas abouti" in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page)
    ready = client.get(page)
    assert "Refresh" not in ready
    assert "Télécharger" in ready.content.decode()
    made = client.get(f"{page}fichier/")
    assert made.content.startswith(b"%PDF")
    assert made["Content-Disposition"] == (
        'attachment; filename="bilan-LIL-2019-copil-1.diaporama.pdf"'
    )
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        client.post(page)
    assert callbacks == []  # it is there: nothing is made again
    assert client_of(cast.nurse).get(page).status_code == 404
    assert client.get(f"{report.get_absolute_url()}affiche/").status_code == 404


def test_a_document_that_fails_leaves_no_part_of_it(cast, council, caplog):
    altered = AnnualReport.objects.create(
        council=council, first_year=2019, last_year=2019, edition="copil", number=1, figures={},
        digest="0" * 64, frozen_by=None,
    )  # fmt: skip
    file = ReportFile.objects.create(report=altered, kind="bilan")
    with pytest.raises(editions.Altered):
        files.make.func(str(file.pk))
    file.refresh_from_db()
    assert (file.failed, file.content) == (True, None)
    assert files.state(altered, "bilan") == files.FAILED
    assert "Altered" in caplog.text
