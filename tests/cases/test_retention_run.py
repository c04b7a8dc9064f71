"""The nightly run: alerts, drafts and registers, erasure at the person's request, the ledger."""

import datetime
import uuid
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases import vault
from cases.models import (
    Alert,
    AlertDraft,
    AlertStep,
    RegisterUpload,
    Situation,
)
from cases.services import (
    erasure,
    register,
    retention,
)
from clsm.demo_seed import REGISTER
from governance import ledger
from governance.decisions import Refused
from governance.models import AccessRecord, Erasure
from governance.terms import NOTICE_DAYS
from governance.viewer import Viewer
from governance.workflow import IllegalTransition
from tests import world as worlds
from tests.cases.old_times import LONG_AGO, TODAY, close, run, texts_left, world_of_2022
from tests.world import CANARY


@pytest.fixture
def old_world(db):
    return world_of_2022(db)


# --- alerts, drafts, registers ------------------------------------------------------------------


def test_a_rejected_alert_becomes_a_statistical_row_after_90_days(old_world):
    settled = timezone.localdate(Alert.objects.get(pk=old_world.other_alert.pk).settled_at)
    retention.apply(settled + datetime.timedelta(days=89))
    assert Alert.objects.get(pk=old_world.other_alert.pk).requester_name == CANARY
    retention.apply(settled + datetime.timedelta(days=90))
    alert = Alert.objects.get(pk=old_world.other_alert.pk)
    assert (alert.status, alert.origin) == ("out_of_scope", "social_landlord")
    assert (alert.requester_name, alert.facts, alert.outcome_reason) == ("", "", "")
    assert alert.author is None
    assert not alert.messages.exists()
    assert not Alert.history.filter(id=alert.pk).exists()
    assert AlertStep.objects.get(alert=alert).comment == ""
    # the other alert opened a situation: it goes with it
    assert Alert.objects.get(pk=old_world.alert.pk).requester_name == CANARY


def test_an_alert_never_settled_goes_when_it_is_as_old_as_a_situation_may_get(cast, viewer_of):
    with time_machine.travel(LONG_AGO):
        alert = worlds.submit(viewer_of(cast.nurse), cast.council, agreement="named")
    run()
    alert.refresh_from_db()
    assert (alert.status, alert.facts) == ("withdrawn", "")
    assert not vault.holds_identity(alert)


def test_drafts_go_after_7_days_and_registers_after_one(cast, viewer_of):
    now = timezone.now()
    for age in (6, 9):
        with time_machine.travel(now - datetime.timedelta(days=age)):
            AlertDraft.objects.create(council=cast.council, author=cast.nurse.user)
    for age, member in ((0, cast.coordinator), (3, cast.manager)):
        with time_machine.travel(now - datetime.timedelta(days=age)):
            RegisterUpload.objects.create(
                council=cast.council, uploaded_by=member.user, file_name="r.csv", content={}
            )
    retention.apply(timezone.localdate())
    assert AlertDraft.objects.count() == 1
    assert [upload.uploaded_by for upload in RegisterUpload.objects.all()] == [
        cast.coordinator.user
    ]


# --- the run ------------------------------------------------------------------------------------


def snapshot() -> dict[str, Any]:
    return {
        model.__name__: list(model._base_manager.order_by("pk").values_list())
        for app in ("cases", "governance")
        for model in apps.get_app_config(app).get_models()
    }


def test_a_second_run_on_the_same_day_changes_nothing(old_world):
    close(old_world)
    run()
    after = snapshot()
    assert all(rule.count == 0 for rule in retention.apply(TODAY))
    assert snapshot() == after


def test_a_dry_run_changes_nothing_and_counts_what_the_run_then_does(old_world, capsys):
    close(old_world)
    retention.apply(TODAY - datetime.timedelta(days=NOTICE_DAYS))
    before = snapshot()
    call_command("apply_retention", "--dry-run", today=TODAY)
    assert snapshot() == before
    assert "1 situations réduites" in capsys.readouterr().out
    forecast = retention.forecast(TODAY)
    assert retention.apply(TODAY) == forecast


def test_an_object_that_fails_is_left_for_the_next_night_and_the_others_go(old_world, caplog):
    close(old_world)
    Situation.objects.create(
        council=old_world.council,
        code="",  # the model refuses it, the database does not
        status="under_review",
        received_on=LONG_AGO.date(),
        last_activity=LONG_AGO,
        facts=CANARY,
    )
    retention.apply(TODAY - datetime.timedelta(days=NOTICE_DAYS))
    applied = {rule.label: rule for rule in retention.apply(TODAY)}
    rule = applied["situations réduites à leur ligne statistique"]
    assert (rule.count, rule.failed) == (1, 1)
    assert Situation.objects.get(pk=old_world.situation.pk).status == "purged"
    assert "ValidationError" in caplog.text
    assert CANARY not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_it_did(council, capsys):
    call_command("apply_retention")
    assert "0 situations réduites à leur ligne statistique" in capsys.readouterr().out


# --- at the person's request --------------------------------------------------------------------


def test_at_the_persons_request_everything_goes_at_once(old_world):
    coordinator = Viewer(old_world.people["coordinator"].user)
    situation = Situation.objects.select_related("council").get(pk=old_world.situation.pk)
    erasure.erase_on_request(
        coordinator, situation, reason="Courrier reçu le 3 mars", closure="opposed"
    )
    situation.refresh_from_db()
    assert (situation.status, situation.closure_reason) == ("purged", "opposed")
    line = AccessRecord.objects.get(action="erase", target_id=situation.pk)
    assert (line.actor, line.reason) == (coordinator.user, "Courrier reçu le 3 mars")
    with pytest.raises(Refused):
        erasure.erase_on_request(coordinator, situation, reason="Courrier reçu le 3 mars")


def test_only_the_coordination_erases(old_world):
    situation = Situation.objects.select_related("council").get(pk=old_world.situation.pk)
    for relation in ("author", "knows_person", "manager", "outsider"):
        with pytest.raises(Refused):
            erasure.erase_on_request(
                Viewer(old_world.people[relation].user),
                situation,
                reason="Courrier reçu le 3 mars",
                closure="opposed",
            )


def test_only_a_closed_situation_is_erased(old_world):
    situation = Situation.objects.get(pk=old_world.situation.pk)
    with pytest.raises(IllegalTransition):
        erasure.erase_situation(situation, TODAY)


# --- the ledger ---------------------------------------------------------------------------------


def test_after_a_restore_the_ledger_erases_again_what_came_back(old_world, tmp_path, capsys):
    """The ledger is exported, the database goes back to before the erasure, the ledger replays."""
    from django.db import transaction

    close(old_world)
    file = tmp_path / "effacements.csv"
    with transaction.atomic():
        run()
        call_command("replay_erasures", export=file)
        transaction.set_rollback(True)
    assert CANARY not in file.read_text("utf-8")
    assert texts_left()
    assert not Erasure.objects.exists()
    call_command("replay_erasures", ledger=file)
    assert texts_left() == []
    situation = Situation.objects.get(pk=old_world.situation.pk)
    assert situation.status == "purged"
    assert Erasure.objects.get(identifier=situation.pk).erased_on == TODAY
    assert retention.replay(ledger.read(file)) == 0


def test_an_alert_restored_from_before_its_situation_existed_is_erased_too(cast, viewer_of):
    alert = worlds.submit(viewer_of(cast.nurse), cast.council, agreement="named")
    assert retention.replay([ledger.Entry("alert", alert.pk, TODAY)]) == 1
    alert.refresh_from_db()
    assert (alert.status, alert.facts) == ("withdrawn", "")
    assert not vault.holds_identity(alert)


def test_the_file_of_the_ledger_never_shrinks(db, tmp_path):
    file = tmp_path / "effacements.csv"
    ledger.note("situation", uuid.uuid4(), TODAY)
    assert ledger.write(file) == 1
    Erasure.objects.all().delete()
    ledger.note("alert", uuid.uuid4(), TODAY)
    assert ledger.write(file) == 2
    assert {entry.kind for entry in ledger.read(file)} == {"situation", "alert"}


def test_a_file_that_is_no_ledger_is_refused(db, tmp_path):
    file = tmp_path / "autre.csv"
    for content in ("a,b\n", "kind,identifier,erased_on\nsituation,pas-une-clef,2026-01-01\n"):
        file.write_text(content, "utf-8")
        with pytest.raises(CommandError):
            call_command("replay_erasures", ledger=file)
    with pytest.raises(CommandError):
        call_command("replay_erasures", ledger=tmp_path / "absent.csv")


def test_an_imported_register_is_left_as_it_is_and_its_figures_with_it(council):
    rows = register.read(REGISTER.read_bytes(), REGISTER.name)
    register.store(register.check(rows, council), council, by=None)

    def figures():
        return sorted(council.situations.values_list("status", "closure_reason", "closed_on"))

    before = figures()
    today = timezone.localdate()
    for day in (today, today + datetime.timedelta(days=NOTICE_DAYS + 1)):
        retention.apply(day)
    assert figures() == before
    assert retention.departures(council, today) == []
