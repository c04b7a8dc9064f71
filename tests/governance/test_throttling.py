"""An act that costs, writes to others or opens an identity is done so often an hour, no more."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from cases.models import AlertDraft
from governance import throttling
from governance.models import AccessRecord, Invitation
from tests import factories
from tests import world as worlds

REASON = {"reason": "Préparer la visite à domicile"}


@pytest.fixture
def reveal(world):
    """Ask for the identity of the world's alert, as the person of that relation."""
    address = worlds.address(world, "alert_reveal", worlds.named_urls()["alert_reveal"])

    def ask(client):
        return client.post(address, REASON)

    return ask


def test_the_twenty_first_identity_of_the_hour_is_refused_in_french_and_journalled(world, reveal):
    client = world.client("coordinator")
    for _ in range(throttling.REVEALS.most):
        assert reveal(client).status_code == 200
    refused = reveal(client)
    assert refused.status_code == 429
    said = refused.text.replace("\u00a0", " ")
    assert "La limite est de 20 affichages d’une identité par heure" in said
    assert worlds.CANARY not in said
    assert 0 < int(refused["Retry-After"]) <= 3600
    reveal(client)
    (line,) = AccessRecord.objects.filter(action="limit")
    assert line.actor == world.people["coordinator"].user
    assert (line.council, line.reason) == (world.council, throttling.REVEALS.said)
    assert AccessRecord.objects.filter(action="reveal_identity").count() == throttling.REVEALS.most


def test_attempts_without_a_reason_count_too(world, reveal):
    client = world.client("coordinator")
    address = worlds.address(world, "alert_reveal", worlds.named_urls()["alert_reveal"])
    for _ in range(throttling.REVEALS.most):
        client.post(address, {"reason": ""})
    assert reveal(client).status_code == 429


def test_one_persons_limit_is_not_anothers(world, reveal):
    client = world.client("coordinator")
    for _ in range(throttling.REVEALS.most + 1):
        reveal(client)
    assert reveal(world.client("author")).status_code == 200


def test_an_hour_later_the_limit_starts_again(world, reveal):
    client = world.client("author")
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        for _ in range(throttling.REVEALS.most):
            reveal(client)
        clock.shift(datetime.timedelta(minutes=59))
        client = world.client("author")  # the idle session ended: the limit is the person's
        refused = reveal(client)
        assert refused.status_code == 429
        assert refused["Retry-After"] == "60"
        assert "dans 1 minute." in refused.text
        clock.shift(datetime.timedelta(minutes=1))
        assert reveal(client).status_code == 200


def test_the_count_lives_as_long_as_its_hour_in_the_cache_of_production(world, reveal, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
        }
    }
    call_command("createcachetable")
    client = world.client("author")
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        for _ in range(throttling.REVEALS.most):
            reveal(client)
        clock.shift(datetime.timedelta(minutes=29))
        assert reveal(client).status_code == 429


def test_reading_is_not_limited(cast, client_of):
    client = client_of(cast.coordinator)
    address = reverse("member_invite", args=["LIL"])
    statuses = {client.get(address).status_code for _ in range(throttling.INVITATIONS.most + 1)}
    assert statuses == {200}


def test_invitations_sent_and_sent_again_share_one_limit(cast, client_of):
    client = client_of(cast.coordinator)
    for _ in range(throttling.INVITATIONS.most - 1):
        client.post(reverse("member_invite", args=["LIL"]), {})
    form = {
        "email": "nadia@demo.example", "role": "copil", "college": "elected",
        "profession_category": "other", "secrecy_status": "charter_only",
    }  # fmt: skip
    client.post(reverse("member_invite", args=["LIL"]), form)
    invitation = Invitation.objects.get()
    again = client.post(reverse("invitation_resend", args=["LIL", invitation.pk]))
    assert again.status_code == 429
    assert Invitation.objects.get() == invitation


@pytest.mark.parametrize(
    ("name", "limit"),
    [("alert_new", throttling.DRAFTS), ("alert_recap", throttling.ALERTS)],
)
def test_drafts_and_alerts_are_limited(world, name, limit):
    client = world.client("author")
    address = worlds.address(world, name, worlds.named_urls()[name])
    allowed = {client.post(address).status_code for _ in range(limit.most)}
    assert 429 not in allowed
    assert client.post(address).status_code == 429
    assert AlertDraft.objects.count() <= 1 + limit.most


def test_registers_and_documents_are_limited_by_what_they_cost(cast, client_of):
    client = client_of(cast.coordinator)
    address = reverse("register_import", args=["LIL"])
    statuses = [client.post(address).status_code for _ in range(throttling.REGISTERS.most + 1)]
    assert statuses == [200] * throttling.REGISTERS.most + [429]
    address = reverse("report_internal_file", args=["LIL", 2024, 2024, "xlsx"])
    statuses = [client.get(address).status_code for _ in range(throttling.DOCUMENTS.most + 1)]
    assert statuses == [200] * throttling.DOCUMENTS.most + [429]


def test_a_limit_reached_in_somebody_elses_council_leaves_no_line_in_its_journal(world, reveal):
    client = world.client("outsider")
    statuses = [reveal(client).status_code for _ in range(throttling.REVEALS.most + 1)]
    assert statuses == [404] * throttling.REVEALS.most + [429]
    assert not AccessRecord.objects.filter(action="limit").exists()


def test_the_twenty_first_password_reset_of_a_minute_is_refused_whatever_the_address(client, db):
    factories.lille()
    address = reverse("account_reset_password")
    statuses = [
        client.post(address, {"email": f"personne{n}@demo.example"}).status_code for n in range(21)
    ]
    assert statuses == [302] * 20 + [429]
