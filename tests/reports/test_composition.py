"""A report composed, frozen and published; read on one page by those it is meant for."""

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from python_calamine import CalamineWorkbook

from governance.models import AccessRecord, OutgoingMessage
from reports import alongside, composition, editions
from reports.models import AnnualReport, Commentary
from reports.published import Rounded
from reports.statistics import count_internal
from tests.factories import aissmc, member

BASE = "/clsm/LIL/bilans/2019-2019/"
COMPOSE, PREVIEW, FREEZE = BASE + "composer/", BASE + "apercu/copil/", BASE + "arreter/copil/"
OBSTACLES = "Le médecin traitant manque souvent."


def said(response):
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


@pytest.fixture
def published(cast, lille_register):
    """The editions of 2018 and 2019 of the COPIL, no document asked for."""
    reports = []
    for year in (2018, 2019):
        beside = alongside.gather(
            count_internal(lille_register, year, year), {"obstacles": OBSTACLES}
        )
        report = editions.freeze(
            lille_register, year, year, "copil", by=None, beside=alongside.to_json(beside)
        )
        editions.publish(report, by=None)
        reports.append(report)
    return reports


def test_the_coordinator_writes_previews_freezes_and_publishes(
    cast, lille_register, client_of, django_capture_on_commit_callbacks
):
    coordination, elected = client_of(cast.coordinator), client_of(cast.elected)
    refused = coordination.post(COMPOSE, {"version": "0", "obstacles": "Mme Dupont n’ouvre pas."})
    assert refused.status_code == 200
    assert not Commentary.objects.exists()
    essential = "Nous avons aidé 3 personnes en 2019."
    written = {"version": "0", "obstacles": OBSTACLES, "essential": essential}
    answer = coordination.post(COMPOSE, {**written, "preview": "1"})
    assert (answer.status_code, answer["Location"]) == (302, PREVIEW)
    preview = said(coordination.get(PREVIEW))
    assert OBSTACLES in preview
    assert "Vos textes contiennent des nombres : 3" in preview.replace("\N{NO-BREAK SPACE}", " ")
    assert "réponses réunies, trop rares seules" in preview
    assert not AnnualReport.objects.exists()
    assert "édition n° 1" in said(coordination.get(FREEZE))
    assert coordination.post(FREEZE).status_code == 200  # what must be read is not ticked
    with django_capture_on_commit_callbacks():
        answer = coordination.post(FREEZE, {"read_again": "on"})
    report = AnnualReport.objects.get()
    page = report.get_absolute_url()
    assert answer["Location"] == page
    assert report.frozen_by == cast.coordinator.user
    assert elected.get(page).status_code == 404
    assert "Publier" in said(coordination.get(page))
    with django_capture_on_commit_callbacks():
        assert coordination.post(f"{page}publier/").status_code == 302
    assert "déjà publiée" in said(coordination.post(f"{page}publier/", follow=True))
    letters = OutgoingMessage.objects.filter(template="report_published")
    assert {letter.user for letter in letters} == {
        cast.elected.user,
        cast.users_representative.user,
    }
    assert {letter.context["path"] for letter in letters} == {page}
    assert f"<li>{OBSTACLES}</li>" in elected.get(page).content.decode()
    # The words were frozen with the numbers: what is written later changes nothing.
    coordination.post(COMPOSE, {"version": "1", "obstacles": "Autre chose."})
    assert Commentary.objects.get().texts == {"obstacles": "Autre chose."}
    assert OBSTACLES in said(elected.get(page))
    report.refresh_from_db()
    report.figures["alongside"]["texts"]["obstacles"] = "Autre chose."
    with pytest.raises(editions.Altered):
        editions.read(report)


def test_two_coordinators_who_write_at_once_both_keep_their_words(cast, lille_register, client_of):
    other = member(cast.council, "renfort@example.org", "coordinator")
    first, second = client_of(cast.coordinator), client_of(other)
    assert first.post(COMPOSE, {"version": "0", "essential": "Un."}).status_code == 302
    # Both open version 1. The first one adds a section and rewrites the other.
    written = {"version": "1", "essential": "Une année dense.", "health": "Sans changement."}
    assert first.post(COMPOSE, written).status_code == 302
    typed = {"version": "1", "essential": "Une année calme.", "proposals": "Une permanence."}
    answer = second.post(COMPOSE, typed)
    assert answer.status_code == 409
    page = said(answer)
    assert "Cette page a été modifiée entre-temps" in page
    assert "L’essentiel Une année dense. Une année calme." in page
    assert Commentary.objects.get().texts == {
        "essential": "Une année dense.",
        "health": "Sans changement.",
    }
    # The page holds both people's sections; sent again, nothing of either is lost.
    form = answer.context["form"]
    again = {name: form[name].value() for name in form.fields}
    assert (again["version"], again["health"]) == ("2", "Sans changement.")
    assert second.post(COMPOSE, again).status_code == 302
    kept = Commentary.objects.get()
    assert kept.version == 3
    assert kept.texts == {
        "essential": "Une année calme.",
        "health": "Sans changement.",
        "proposals": "Une permanence.",
    }
    assert [each.history_user for each in kept.history.all()] == [
        other.user,
        cast.coordinator.user,
        cast.coordinator.user,
    ]
    # Nobody has written yet, twice.
    blank = {"version": "0", "essential": "Encore."}
    assert second.post(COMPOSE, blank).status_code == 409


def test_the_page_tells_the_published_numbers_and_no_other(cast, published, client_of):
    before, report = published
    client = client_of(cast.elected)
    response = client.get(report.get_absolute_url())
    page = said(response).replace("\N{NO-BREAK SPACE}", " ")
    assert "Édition du COPIL n° 1, arrêtée le" in page
    assert "L’année 2019" in page
    assert "situations reçues 75 62 en 2018" in page
    assert before.get_absolute_url() in response.content.decode()
    figures = editions.read(report)
    shown = re.findall(r"<td>([^<]*)</td>", response.content.decode().replace("&nbsp;", " "))
    allowed = {"moins de\N{NO-BREAK SPACE}5", "n.p."}
    trend = {str(count) for count in figures.trend.values()}
    for cell in shown:
        count = cell.partition(" (")[0]
        assert count in allowed | trend or int(count) % 5 == 0, cell
    for table in figures.tables:
        for row in table.rows:
            assert row.group.label in page
            if isinstance(row.cell, Rounded):
                assert re.search(rf"\b{row.cell.value} \(", page), row
    assert (record := AccessRecord.objects.latest("id")).action == "open_report"
    assert (record.actor, record.target_id) == (cast.elected.user, report.pk)


def test_a_correction_is_another_edition_and_the_first_one_stays(cast, published, client_of):
    first = published[1]
    second = editions.freeze(cast.council, 2019, 2019, "copil", by=cast.coordinator.user)
    client = client_of(cast.elected)
    assert "plus récente" not in said(client.get(first.get_absolute_url()))
    editions.publish(second, by=cast.coordinator.user)
    assert "plus récente" in said(client.get(first.get_absolute_url()))
    assert "n° 2" in said(client.get(second.get_absolute_url()))


def test_the_page_takes_the_same_queries_however_many_editions(cast, published, client_of):
    client = client_of(cast.elected)
    address = published[1].get_absolute_url()
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
        report = editions.freeze(cast.council, 2017, 2017, "copil", by=None)
        editions.publish(report, by=None)
    assert counts[0] == counts[1] <= 12


def test_an_altered_edition_is_shown_to_nobody(cast, lille_register, client_of, caplog):
    common = {"council": lille_register, "edition": "copil", "number": 1, "figures": {}}
    report = AnnualReport.objects.create(
        first_year=2019, last_year=2019, digest="0" * 64, frozen_by=None, **common
    )
    editions_page = report.get_absolute_url()
    assert client_of(cast.coordinator).get(editions_page).status_code == 404
    assert "altered edition" in caplog.text


def test_the_spreadsheet_writes_what_is_protected_as_a_text(cast, published, client_of):
    report = published[1]
    response = client_of(cast.elected).get(f"{report.get_absolute_url()}tableur/")
    assert response["Content-Disposition"] == ('attachment; filename="bilan-LIL-2019-copil-1.xlsx"')
    book = CalamineWorkbook.from_filelike(BytesIO(response.content))
    figures = editions.read(report)
    labels = [table.label for table in figures.tables]
    last = ["Délais", "Instances", "Tableaux croisés", "Définitions"]
    assert book.sheet_names == ["Sommaire", *labels, *last]
    for table in figures.tables:
        rows = book.get_sheet_by_name(table.label).to_python()[4 : 4 + len(table.rows)]
        for row, (label, count) in zip(table.rows, (each[:2] for each in rows), strict=True):
            assert label == row.group.label
            if isinstance(row.cell, Rounded):
                assert count == row.cell.value
            else:
                assert count in ("n.p.", "moins de\N{NO-BREAK SPACE}5")
    crossed = book.get_sheet_by_name("Tableaux croisés").to_python()
    assert any("moins de\N{NO-BREAK SPACE}5" in line for line in crossed)
    assert "Empreinte" in book.get_sheet_by_name("Sommaire").to_python()[3][0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Trois personnes en 2019, LIL-2026-042.", []),
        ("Nous avons vu 3 personnes et 12 autres, 3 fois.", ["3", "12"]),
        ("Environ 20 % des situations.", ["20"]),
    ],
)
def test_the_numbers_of_a_text_are_found_and_years_are_not(text, found):
    assert composition.numbers_written([text]) == found


def test_councils_are_summed_for_who_coordinates_several(cast, published, client_of, viewer_of):
    client = client_of(cast.coordinator)
    address = "/bilans/ensemble/2019-2019/copil/"
    assert client.get(address).status_code == 404
    other = aissmc()
    member(other, cast.coordinator.user.email, "coordinator")
    page = said(client.get(address))
    assert "75" in page
    assert f"Sans bilan publié pour cette période : {other.name}" in page
    assert "La somme de 2019" in said(client.get("/clsm/LIL/bilans/"))
    assert "Rien à additionner" in said(client.get("/bilans/ensemble/2015-2015/copil/"))
    assert client.get("/bilans/ensemble/2019-2019/interne/").status_code == 404
