"""The demonstration's door opens in the demonstration alone."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests import factories

NURSE = "nora.cmp@demo.example"


@pytest.fixture
def demonstration(settings):
    settings.DEMO_MODE = True


def enter(email, client=None):
    return (client or Client()).post(reverse("demo_sign_in"), {"email": email})


def test_one_click_signs_in_as_somebody_of_the_cast(cast, demonstration):
    client = Client()
    answer = enter(NURSE, client)
    assert answer["Location"] == reverse("home")
    assert client.session["_auth_user_id"] == str(cast.nurse.user_id)


def test_outside_the_demonstration_the_door_does_not_exist(cast):
    client = Client()
    assert enter(NURSE, client).status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_door_opens_by_a_post_only(cast, demonstration, client):
    assert client.get(reverse("demo_sign_in"), {"email": NURSE}).status_code == 404


def test_nobody_but_the_cast_comes_in(cast, demonstration):
    factories.member(cast.council, "vraie.personne@ville.example", "manager")
    assert enter("vraie.personne@ville.example").status_code == 404
    assert enter("personne@demo.example").status_code == 404
    assert enter("").status_code == 404


def test_a_closed_account_does_not_come_in(cast, demonstration):
    cast.nurse.user.is_active = False
    cast.nurse.user.save()
    assert enter(NURSE).status_code == 404


def test_the_door_is_closed_to_other_sites(cast, demonstration):
    assert enter(NURSE, Client(enforce_csrf_checks=True)).status_code == 403


def test_the_sign_in_page_shows_the_cast_in_the_demonstration_only(cast, settings, client):
    assert NURSE not in client.get(reverse("account_login")).text
    settings.DEMO_MODE = True
    page = client.get(reverse("account_login")).text
    assert NURSE in page
    assert "CMP du 59G23" in page


def test_the_command_prints_the_cast_as_json(cast):
    elsewhere = factories.aissmc()
    factories.member(elsewhere, cast.coordinator.user.email, "coordinator")
    factories.member(elsewhere, "vraie.personne@ville.example", "manager")
    out = StringIO()
    call_command("demo_cast", stdout=out)
    people = {person["email"]: person for person in json.loads(out.getvalue())}
    assert len(people) == 9
    assert people[NURSE] == {
        "email": NURSE,
        "first_name": "Nora",
        "last_name": "Cmp",
        "organisation": "CMP du 59G23",
        "profession": "",
        "councils": ["LIL"],
        "roles": ["Partenaire"],
    }
    assert people[cast.coordinator.user.email]["councils"] == ["LIL", "AIS"]
    assert people[cast.coordinator.user.email]["roles"] == ["Coordination"]


def test_the_command_prints_the_cast_as_an_aligned_table(cast):
    out = StringIO()
    call_command("demo_cast", "--table", stdout=out)
    heading, *rows = out.getvalue().splitlines()
    assert len(rows) == 9
    column = heading.index("Adresse")
    assert {row[column:] for row in rows} == {membership.user.email for membership in cast}
