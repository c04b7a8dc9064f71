"""A register in the browser: shown whole before anything is stored, kept for its owner alone."""

import datetime

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cases.models import RegisterUpload, Situation
from cases.services import register
from clsm.demo_seed import REGISTER as LILLE
from governance.models import AccessRecord
from tests import factories
from tests.cases.registers import BAD, HEADINGS, as_csv, rows_of, upload

pytestmark = pytest.mark.django_db


def test_the_coordinator_sees_the_whole_import_before_anything_is_stored(cast, client_of):
    client = client_of(cast.coordinator)
    answer = upload(client, cast.council, LILLE.read_bytes())
    page = client.get(answer.url)
    assert page.context["row_count"] == 241
    years = {year["label"]: year["value"] for year in page.context["years"]}
    assert years == {"2016": 53, "2017": 51, "2018": 62, "2019": 75}
    assert "2016-001" in page.content.decode()
    assert "Importer 241 situations" in page.content.decode()
    assert not Situation.objects.exists()


def test_the_confirmation_stores_all_of_it_in_the_coordinators_name(cast, client_of):
    client = client_of(cast.coordinator)
    address = upload(client, cast.council, LILLE.read_bytes()).url
    answer = client.post(address)
    assert answer.url == reverse("situations", args=["LIL"])
    assert Situation.objects.count() == 241
    assert Situation.objects.first().history.get().history_user == cast.coordinator.user
    assert AccessRecord.objects.get(action="import_register").actor == cast.coordinator.user
    assert not RegisterUpload.objects.exists()
    assert client.post(address).status_code == 404
    assert Situation.objects.count() == 241


def test_two_confirmations_at_once_store_the_register_once(cast, client_of):
    upload(client_of(cast.coordinator), cast.council, LILLE.read_bytes())
    waiting = RegisterUpload.objects.get()
    register.confirm(waiting, by=cast.coordinator.user)
    with pytest.raises(register.RegisterRefused, match="déjà confirmé"):
        register.confirm(waiting, by=cast.coordinator.user)
    assert Situation.objects.count() == 241


def test_the_problems_are_shown_in_a_table_and_the_import_is_not_offered(cast, client_of):
    client = client_of(cast.coordinator)
    address = upload(client, cast.council, BAD.read_bytes()).url
    page = client.get(address).content.decode()
    assert "17 lignes à corriger" in page
    assert "quarantaine" in page
    assert "lt20, a20_30, a31_40, a41_50, a51_60, ge61" in page
    assert "Importer 1 situation" not in page
    client.post(address)
    assert not Situation.objects.exists()


def test_an_unreadable_file_is_explained_at_its_field(cast, client_of):
    answer = upload(client_of(cast.coordinator), cast.council, b"nom;prenom\n1;2\n")
    assert answer.status_code == 200
    assert "il manque la colonne" in str(answer.context["form"].errors["file"])
    assert not RegisterUpload.objects.exists()


def test_what_waits_for_its_confirmation_is_encrypted_and_its_owners_alone(cast, client_of):
    client = client_of(cast.coordinator)
    address = upload(client, cast.council, LILLE.read_bytes()).url
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM cases_registerupload")
        (stored,) = cursor.fetchone()
    assert "2016-001" not in stored
    colleague = factories.member(cast.council, "claude.relais@demo.example", "coordinator")
    assert client_of(colleague).get(address).status_code == 404
    assert client_of(colleague).post(address).status_code == 404


def test_an_import_given_up_is_forgotten(cast, client_of):
    client = client_of(cast.coordinator)
    address = upload(client, cast.council, LILLE.read_bytes()).url
    client.post(address + "annuler/")
    assert not RegisterUpload.objects.exists()
    assert client.get(address).status_code == 404


def test_a_new_upload_replaces_the_last_one_and_clears_those_of_yesterday(cast, client_of):
    other = factories.aissmc()
    stale = RegisterUpload.objects.create(
        council=other, uploaded_by=cast.coordinator.user, file_name="a.csv", content={}
    )
    RegisterUpload.objects.update(uploaded_at=timezone.now() - datetime.timedelta(days=2))
    client = client_of(cast.coordinator)
    first = upload(client, cast.council, LILLE.read_bytes()).url
    second = upload(client, cast.council, BAD.read_bytes()).url
    assert not RegisterUpload.objects.filter(pk=stale.pk).exists()
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


@pytest.mark.parametrize("name", ["landlord", "nurse", "elected", "manager"])
def test_nobody_but_the_coordination_finds_the_register(cast, client_of, name):
    client = client_of(getattr(cast, name))
    for page in ("register_import", "register_model"):
        assert client.get(reverse(page, args=["LIL"])).status_code == 404
    assert upload(client, cast.council, LILLE.read_bytes()).status_code == 404
    assert not RegisterUpload.objects.exists()


def test_the_coordination_of_another_council_does_not_find_it(cast, client_of):
    other = factories.member(factories.aissmc(), "alex.ailleurs@demo.example", "coordinator")
    assert client_of(other).get(reverse("register_import", args=["LIL"])).status_code == 404


def test_the_page_tells_each_column_and_its_answers(cast, client_of):
    page = client_of(cast.coordinator).get(reverse("register_import", args=["LIL"]))
    text = page.content.decode()
    for heading in HEADINGS:
        assert f"<code>{heading}</code>" in text
    assert "Retour dans le soin" not in text
    assert "Entrée ou retour dans le soin" in text
    assert "<code>Hellemmes</code>" in text


def test_the_empty_model_is_a_register_once_filled(cast, client_of):
    answer = client_of(cast.coordinator).get(reverse("register_model", args=["LIL"]))
    row = "2021-001;05/01/2021" + ";" * (len(HEADINGS) - 2)
    filled = register.read(answer.content + row.encode(), "modele.csv")
    assert register.check(filled, cast.council).problems == ()


def test_the_preview_costs_the_same_for_3_rows_and_for_300(cast, client_of):
    client = client_of(cast.coordinator)
    counts = []
    for count in (3, 300):
        address = upload(client, cast.council, as_csv(rows_of(count, town="Lille"))).url
        client.get(address)
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        client.get(address)
        connection.force_debug_cursor = False
        counts.append(len(connection.queries_log) - before)
    assert counts[0] == counts[1] < 40
