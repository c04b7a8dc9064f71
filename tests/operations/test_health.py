"""Alive, ready, gauges: for the machines that watch; states and numbers, never a secret."""

import datetime
import json

import pytest
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from clsm.operations import health
from clsm.version import VERSION
from governance.models import Backup, OutgoingMessage
from tests.test_canary import holds_canary


def states(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get(reverse("ready"))
    return answer.status_code, answer.json()["checks"]


def test_a_process_that_answers_is_alive_whatever_its_database(client):
    # No `db` fixture: a query would fail this test.
    answer = client.get(reverse("health"))
    assert answer.status_code == 200
    assert answer.content.decode() == f"ok {VERSION}\n"


def test_a_machine_is_ready_when_database_migrations_keys_and_disk_are(world, client):
    assert states(client) == (
        200,
        dict.fromkeys(("database", "migrations", "keys", "mail", "disk"), "ok"),
    )


@pytest.mark.parametrize("setting", ["CLSM_VAULT_KEYS", "CLSM_TEXT_KEYS"])
def test_keys_that_open_nothing_of_what_is_kept_send_requests_elsewhere(
    world, client, settings, setting
):
    setattr(settings, setting, [Fernet.generate_key().decode()])
    status, checks = states(client)
    assert (status, checks["keys"]) == (503, "fail")


def test_a_missing_migration_or_a_full_disk_sends_requests_elsewhere(world, client, monkeypatch):
    MigrationRecorder(connection).record_unapplied("governance", "0001_initial")
    monkeypatch.setattr(health, "LEAST_DISK", 10**18)
    status, checks = states(client)
    assert (status, checks["migrations"], checks["disk"]) == (503, "fail", "fail")


def test_late_mail_is_told_and_stops_no_machine(world, client):
    OutgoingMessage.objects.update(
        state="waiting",
        queued_at=timezone.now() - datetime.timedelta(hours=2),
        next_attempt=timezone.now(),
    )
    status, checks = states(client)
    assert (status, checks["mail"]) == (200, "warn")


def test_the_gauges_are_for_who_shows_the_token_and_name_nobody(world, client, settings):
    cache.clear()
    address = reverse("metrics")
    settings.CLSM_METRICS_TOKEN = "j" * 40
    assert client.get(address).status_code == 404
    assert client.get(address, headers={"authorization": "Bearer autre"}).status_code == 404
    client.post(reverse("account_login"), {"login": "nul@demo.example", "password": "faux"})
    Backup.objects.create(made_at=timezone.now() - datetime.timedelta(hours=1), size=1)
    answer = client.get(address, headers={"authorization": "Bearer " + "j" * 40})
    assert answer.status_code == 200
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }
    assert found["clsm_info", VERSION] == 1
    assert found["clsm_mail_messages", "failed"] == 1
    assert found["clsm_mail_messages", "doubtful"] == 0
    assert found["clsm_sign_ins_refused",] == 1
    assert 3600 <= found["clsm_backup_age_seconds",] < 3700
    assert not holds_canary(answer.content)
    assert "LIL" not in answer.content.decode()
    settings.CLSM_METRICS_TOKEN = ""
    assert client.get(address, headers={"authorization": "Bearer "}).status_code == 404


def test_readiness_says_states_and_no_word_of_what_failed(client, settings, monkeypatch, world):
    settings.CLSM_VAULT_KEYS_FILE = "/nulle/part/cle"
    answer = client.get(reverse("ready"))
    assert json.loads(answer.content)["checks"]["keys"] == "fail"
    assert "nulle" not in answer.content.decode()
