"""Reports on screen: true counts for the coordination alone, published editions for the COPIL."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import AccessRecord
from reports.models import AnnualReport
from tests.factories import aissmc, member

LIST = "/clsm/LIL/bilans/"
PERIOD = "/clsm/LIL/bilans/2016-2019/"
FILES = ("/clsm/LIL/bilans/2016-2019.pdf", "/clsm/LIL/bilans/2016-2019.xlsx")


def text(response):
    """What the page says, without its markup."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode())))


@pytest.fixture
def coordination(cast, lille_register, client_of):
    return client_of(cast.coordinator)


def test_the_coordinator_sees_the_exact_figures_marked_for_internal_use(coordination):
    response = coordination.get(PERIOD)
    assert response.status_code == 200
    page = text(response)
    assert "Usage interne" in page
    assert "241 situations reçues" in re.sub(r"(situations reçues) (241)", r"\2 \1", page)
    assert "2018 : +11 (+22 %) 62" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Homme 138 (57 %)" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Base : 241 situations ; 2 non renseignées." in page.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("extension", "kind", "start"),
    [
        ("pdf", "application/pdf", b"%PDF-1.7"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ],
)
def test_the_coordinator_downloads_files_named_after_nobody(coordination, extension, kind, start):
    response = coordination.get(f"/clsm/LIL/bilans/2016-2019.{extension}")
    assert response.status_code == 200
    assert response["Content-Type"] == kind
    name = f"bilan-LIL-2016-2019.{extension}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in response["Cache-Control"]
    assert response.content.startswith(start)


def test_each_opening_and_each_file_is_journalled(coordination, cast):
    before = AccessRecord.objects.count()
    for address in (PERIOD, *FILES):
        coordination.get(address)
    lines = AccessRecord.objects.order_by("id")[before:]
    assert [(line.action, line.actor, line.target_id, line.reason) for line in lines] == [
        (action, cast.coordinator.user, cast.council.pk, "Bilan interne 2016-2019")
        for action in ("open_report", "export", "export")
    ]


def test_nobody_else_opens_the_exact_figures(cast, lille_register, client_of):
    others = [each for each in cast if each != cast.coordinator]
    others.append(member(aissmc(), "ines.coordination@demo.example", "coordinator"))
    before = AccessRecord.objects.count()
    for other in others:
        for address in (PERIOD, *FILES):
            assert client_of(other).get(address).status_code == 404, (other, address)
    assert AccessRecord.objects.count() == before


def test_a_coordinator_whose_charter_is_not_signed_is_led_to_it_and_counts_nothing(
    council, lille_register, client_of
):
    newcomer = member(council, "nadia.coordination@demo.example", "coordinator", charter=False)
    answer = client_of(newcomer).get(PERIOD)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/clsm/LIL/charte/")


@pytest.mark.parametrize(
    "address",
    ["2019-2016/", "0-2019/", "2016-99999/", "2016-2019.html", "2016-2019.json"],
)
def test_what_is_no_period_or_no_format_is_not_found(coordination, address):
    assert coordination.get(LIST + address).status_code == 404


def test_the_coordinator_chooses_among_the_years_with_situations(coordination):
    response = coordination.get(LIST)
    assert "de 2016 à 2019" in text(response)
    assert response.content.decode().count('<option value="2017"') == 2
    chosen = coordination.get(LIST, {"first": 2016, "last": 2019})
    assert (chosen.status_code, chosen["Location"]) == (302, PERIOD)


def test_a_period_that_ends_before_it_starts_is_explained(coordination):
    response = coordination.get(LIST, {"first": 2019, "last": 2016})
    assert response.status_code == 200
    assert "Choisissez la même année que la première, ou une suivante." in text(response)


def test_copil_members_are_told_when_to_expect_a_report_and_see_no_count(
    cast, lille_register, client_of
):
    this_year = timezone.localdate().year
    for reader in (cast.elected, cast.users_representative):
        response = client_of(reader).get(LIST)
        assert response.status_code == 200
        page = text(response)
        assert f"Le bilan de {this_year - 1} est attendu en {this_year}" in page
        assert "Compter" not in page
        main = page[page.index("Bilans publiés") : page.index("Aide sur cette page")]
        assert set(re.findall(r"\d+", main)) == {str(this_year - 1), str(this_year)}


def test_copil_members_see_published_editions_alone(cast, client_of):
    common = {
        "council": cast.council, "first_year": 2019, "last_year": 2019, "edition": "copil",
        "figures": {}, "digest": "0" * 64, "frozen_by": cast.coordinator.user,
    }  # fmt: skip
    AnnualReport.objects.create(number=1, published_at=timezone.now(), **common)
    AnnualReport.objects.create(number=2, **common)
    read = text(client_of(cast.elected).get(LIST))
    assert "Édition du COPIL 2019, n° 1" in read
    assert "n° 2" not in read
    assert "n° 2" in text(client_of(cast.coordinator).get(LIST))


def test_partners_and_technical_managers_have_no_page_of_reports(cast, client_of):
    for other in (cast.landlord, cast.nurse, cast.manager):
        assert client_of(other).get(LIST).status_code == 404


@pytest.mark.parametrize("address", [LIST, PERIOD])
def test_a_page_takes_the_same_queries_however_many_situations(cast, client_of, address, request):
    def queries():
        client = client_of(cast.coordinator)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    empty = queries()
    request.getfixturevalue("lille_register")
    assert queries() == empty
