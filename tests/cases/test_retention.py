"""What runs out goes, is announced first, and takes everything but the statistical row."""

import datetime
import uuid
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.urls import reverse
from django.utils import timezone

from cases import vault
from cases.counted import SITUATION_COLUMNS
from cases.crypto import EncryptedTextField
from cases.models import (
    ActionLead,
    Alert,
    AlertDraft,
    AlertStep,
    ConsentRecord,
    Feedback,
    InternalNote,
    Participation,
    RegisterUpload,
    SavedView,
    Situation,
)
from cases.services import (
    consent,
    erasure,
    follow_up,
    messages,
    participations,
    register,
    retention,
    situations,
    triage,
)
from cases.services.erasure import KEPT
from clsm.demo_seed import REGISTER
from governance import journal, ledger
from governance.decisions import Refused
from governance.models import AccessRecord, Erasure, User
from governance.terms import NOTICE_DAYS
from governance.viewer import Viewer
from governance.workflow import IllegalTransition
from reports.statistics import count_internal
from tests import world as worlds
from tests.world import CANARY

LONG_AGO = datetime.datetime(2022, 3, 14, 10, tzinfo=datetime.UTC)
# The years of LONG_AGO are over whatever the day; two years and 60 days are past too.
TODAY = datetime.date(2026, 6, 1)


def write_everywhere(world: worlds.World) -> None:
    """The canary in every free text of the world's situation and alerts, through the services."""
    coordinator = Viewer(world.people["coordinator"].user)
    author = Viewer(world.people["author"].user)
    situation = Situation.objects.get(pk=world.situation.pk)
    texts = dict.fromkeys(("facts", "criteria_comment", "person_words", "expectations"), CANARY)
    situations.review_texts(coordinator, situation, texts, version=situation.version)
    situations.add_note(coordinator, situation, text=f"Note {CANARY}")
    consent.record_agreement(
        coordinator, situation, "named", given_by="person", means=f"Chez {CANARY}",
        collected_on=timezone.localdate(), reason=f"Dit {CANARY}",
    )  # fmt: skip
    triage.review(coordinator, world.other_alert)
    triage.request_information(coordinator, world.other_alert, question=f"Qui est {CANARY} ?")
    triage.answer(author, world.other_alert, text=f"{CANARY} est le voisin", facts=CANARY)
    situations.note_alert(coordinator, world.other_alert, text=f"Appeler {CANARY}")
    messages.write_about(author, world.other_alert, text=f"{CANARY} est rentré")
    messages.write_to(coordinator, world.participation, text=f"Et {CANARY} ?")
    triage.reject(coordinator, world.other_alert, reason=f"{CANARY} habite ailleurs")
    follow_up.move_lead(Viewer(world.people["knows_person"].user), world.lead, "accept")
    lead = ActionLead.objects.get(pk=world.lead.pk)
    lead.outcome = CANARY
    lead.save()
    feedback = Feedback.objects.get(pk=world.feedback.pk)
    feedback.given_on, feedback.reaction = timezone.localdate(), CANARY
    feedback.save()
    participations.end(coordinator, world.participation, reason=f"Parle de {CANARY}")
    for alert in (world.alert, world.other_alert):
        stored = Alert.objects.get(pk=alert.pk)
        stored.requester_name = stored.requester_role = stored.requester_contact = CANARY
        stored.consent_date = stored.not_informed_reason = stored.consent_limits = CANARY
        stored.save()
        AlertStep.objects.create(alert=stored, step="home_visit", comment=CANARY)
    Situation.objects.get(pk=situation.pk).save()  # one more row of history
    Situation.objects.filter(pk=situation.pk).update(register_reference=CANARY, move_in_year=1987)


@pytest.fixture
def old_world(db) -> worlds.World:
    with time_machine.travel(LONG_AGO, tick=False):
        world = worlds.build()
        write_everywhere(world)
    # Its people still sign in: accounts have tests of their own (tests/governance).
    User.objects.update(last_login=timezone.now())
    return world


def close(world: worlds.World) -> None:
    """The situation closes, its last séance taken off the agenda; long ago."""
    with time_machine.travel(LONG_AGO + datetime.timedelta(days=30), tick=False):
        situation = Situation.objects.get(pk=world.situation.pk)
        erasure.close_as(situation, "improved", timezone.localdate())


def run(today: datetime.date = TODAY) -> dict[str, int]:
    """Announce, then erase on the day announced; label -> how many on that day."""
    retention.apply(today - datetime.timedelta(days=NOTICE_DAYS))
    return {rule.label: rule.count for rule in retention.apply(today)}


def texts_left() -> list[str]:
    """Every free text of the floor that still says something, history included."""
    left = []
    for model in apps.get_app_config("cases").get_models():
        for row in model._base_manager.all():
            for field in model._meta.concrete_fields:
                value = field.value_from_object(row)
                if CANARY in str(value) or (
                    isinstance(field, EncryptedTextField) and value and model is not AlertDraft
                ):
                    left.append(f"{model.__name__}.{field.name}")
    return left


# --- situations ---------------------------------------------------------------------------------


def test_an_old_situation_loses_identity_texts_history_and_everyones_access(old_world):
    close(old_world)
    assert texts_left()
    run()
    situation = Situation.objects.get(pk=old_world.situation.pk)
    assert situation.status == "purged"
    assert texts_left() == []
    assert not vault.holds_identity(old_world.alert)
    assert not InternalNote.objects.exists()
    assert situation.district_id is None
    assert situation.move_in_year is None
    assert situation.register_reference == ""
    assert not participations.Participation.objects.filter(state__in=Participation.ACTIVE).exists()
    for relation in ("author", "knows_person", "invited"):
        client = old_world.client(relation)
        assert client.get(situation.get_absolute_url()).status_code == 404


def test_no_history_row_of_what_was_erased_stays(old_world):
    close(old_world)
    run()
    with_history = [
        model.__name__
        for model in apps.get_app_config("cases").get_models()
        if model.__name__.startswith("Historical") and model._base_manager.exists()
    ]
    assert with_history == []


def test_every_table_that_points_to_a_situation_is_erased_unless_its_columns_are_kept(old_world):
    close(old_world)
    run()
    left = {
        model for model in apps.get_app_config("cases").get_models() if model._base_manager.exists()
    }
    left -= {SavedView}  # the filters of somebody's list: it points to no situation
    # A row that stays is that of a table whose kept columns are declared.
    assert left <= set(KEPT)


def test_the_columns_that_stay_hold_no_free_text():
    free = [
        f"{model.__name__}.{name}"
        for model, names in KEPT.items()
        for name in names & {field.name for field in model._meta.concrete_fields}
        if isinstance(field := model._meta.get_field(name), EncryptedTextField)
        # a digest of our own wording says nothing of anybody
        or (type(field) is models.CharField and field.max_length > 40 and "digest" not in name)
    ]
    assert free == []


def test_all_that_the_reports_count_stays():
    read = {column.partition("__")[0] for column in SITUATION_COLUMNS.values()}
    computed = {"pk", "has_alert", "in_priority_area"}
    assert read - computed <= KEPT[Situation]
    assert "priority_area" in KEPT[Situation]


def test_the_reports_count_the_same_before_and_after(old_world):
    close(old_world)
    before = count_internal(old_world.council, 2020, 2026)
    run()
    assert Situation.objects.get(pk=old_world.situation.pk).status == "purged"
    assert count_internal(old_world.council, 2020, 2026) == before
    assert before.situations == 1


def test_what_is_counted_of_hearings_leads_and_answers_stays(old_world):
    close(old_world)
    counted = (
        lambda: list(ActionLead.objects.values_list("kind", "status")),
        lambda: list(ConsentRecord.objects.values_list("axis", "state")),
        lambda: list(Feedback.objects.values_list("given_on")),
    )
    before = [count() for count in counted]
    run()
    assert [count() for count in counted] == before
    assert all(before)


def test_a_situation_is_announced_60_days_before_it_goes_even_when_it_is_already_too_old(old_world):
    close(old_world)
    retention.apply(TODAY)
    situation = Situation.objects.get(pk=old_world.situation.pk)
    assert (situation.status, situation.erasure_announced_on) == ("closed", TODAY)
    retention.apply(TODAY + datetime.timedelta(days=NOTICE_DAYS - 1))
    situation.refresh_from_db()
    assert situation.status == "closed"
    retention.apply(TODAY + datetime.timedelta(days=NOTICE_DAYS))
    situation.refresh_from_db()
    assert situation.status == "purged"


def test_a_situation_that_moves_after_the_announcement_stays(old_world):
    close(old_world)
    retention.apply(TODAY - datetime.timedelta(days=NOTICE_DAYS))
    with time_machine.travel(datetime.datetime(2026, 5, 20, 9, tzinfo=datetime.UTC)):
        situations.reopen(
            Viewer(old_world.people["coordinator"].user), old_world.situation, reason="Nouveau fait"
        )
    retention.apply(TODAY)
    assert Situation.objects.get(pk=old_world.situation.pk).status == "reopened"


@pytest.mark.parametrize(("months", "status"), [(24, "reopened"), (6, "purged")])
def test_a_council_may_shorten_the_term(old_world, months, status):
    close(old_world)
    with time_machine.travel(datetime.datetime(2025, 10, 1, 9, tzinfo=datetime.UTC)):
        situations.reopen(
            Viewer(old_world.people["coordinator"].user), old_world.situation, reason="Nouveau fait"
        )
    old_world.council.retention_months = months
    old_world.council.save()
    run()
    assert Situation.objects.get(pk=old_world.situation.pk).status == status


def test_an_open_situation_without_news_is_closed_as_lost_then_erased(old_world):
    assert Situation.objects.get(pk=old_world.situation.pk).is_open
    run()
    situation = Situation.objects.get(pk=old_world.situation.pk)
    assert (situation.status, situation.closure_reason) == ("purged", "lost")
    assert situation.closed_on == TODAY
    assert texts_left() == []


def test_nothing_more_is_written_on_an_erased_situation(old_world):
    close(old_world)
    run()
    situation = Situation.objects.select_related("council").get(pk=old_world.situation.pk)
    coordinator = Viewer(old_world.people["coordinator"].user)
    for act in (
        lambda: situations.add_note(coordinator, situation, text="Encore un mot"),
        lambda: situations.revise(
            coordinator, situation, {"facts": "x"}, version=situation.version
        ),
        lambda: consent.record_information(coordinator, situation, "informed"),
        lambda: consent.record_agreement(
            coordinator, situation, "anonymous", given_by="person", means="Oral",
            collected_on=timezone.localdate(),
        ),
        lambda: messages.write_to(coordinator, old_world.participation, text="Merci"),
        lambda: messages.write_about(coordinator, old_world.alert, text="Merci"),
        lambda: messages.write_about(coordinator, old_world.other_alert, text="Merci"),
        lambda: situations.note_alert(coordinator, old_world.alert, text="Encore un mot"),
    ):  # fmt: skip
        with pytest.raises(Refused):
            act()
    assert texts_left() == []


def test_the_erasure_is_journalled_and_in_the_ledger(old_world):
    close(old_world)
    run()
    lines = AccessRecord.objects.filter(action="erase", target_id=old_world.situation.pk)
    assert [line.actor for line in lines] == [None]
    assert {(e.kind, e.identifier) for e in ledger.entries()} >= {
        ("situation", old_world.situation.pk),
        ("alert", old_world.alert.pk),
        ("alert", old_world.other_alert.pk),
    }
    assert journal.broken_link() is None


# --- the last contact ---------------------------------------------------------------------------


@pytest.fixture
def forgotten(old_world) -> Situation:
    """A situation whose last contact was 700 days before TODAY: it goes within 60 days."""
    Situation.objects.filter(pk=old_world.situation.pk).update(
        last_activity=datetime.datetime(2024, 7, 1, 12, tzinfo=datetime.UTC)
    )
    with time_machine.travel(datetime.datetime(2026, 6, 1, 8, tzinfo=datetime.UTC), tick=False):
        yield Situation.objects.select_related("council").get(pk=old_world.situation.pk)


def is_leaving(situation: Situation) -> bool:
    return bool(retention.leaving(situation.council, TODAY))


def test_a_note_without_a_contact_gives_no_more_time(old_world, forgotten):
    coordinator = Viewer(old_world.people["coordinator"].user)
    situations.add_note(coordinator, forgotten, text="Relire le dossier")
    assert is_leaving(forgotten)


@pytest.mark.parametrize(
    ("on", "leaves"),
    [
        (datetime.date(2026, 6, 1), False),
        (datetime.date(2026, 5, 3), False),
        (datetime.date(2024, 7, 20), True),  # 60 days before its two years
        (datetime.date(2023, 1, 1), True),  # before the last one: changes nothing
    ],
)
def test_the_two_years_run_from_the_contact_that_a_note_reports(old_world, forgotten, on, leaves):
    coordinator = Viewer(old_world.people["coordinator"].user)
    before = forgotten.last_activity
    situations.add_note(coordinator, forgotten, text="Appelée au téléphone", contact_on=on)
    moved = Situation.objects.get(pk=forgotten.pk).last_activity
    assert timezone.localdate(moved) == max(timezone.localdate(before), on)
    assert is_leaving(forgotten) is leaves


def test_a_contact_noted_late_voids_the_announcement_made_since(old_world, forgotten):
    coordinator = Viewer(old_world.people["coordinator"].user)
    retention.apply(TODAY)
    assert Situation.objects.get(pk=forgotten.pk).erasure_announced_on == TODAY
    situations.add_note(
        coordinator, forgotten, text="Visite", contact_on=datetime.date(2025, 1, 10)
    )
    in_two_years = datetime.date(2027, 2, 1)
    assert forgotten not in retention.situations_to_erase(in_two_years)
    assert forgotten in retention.situations_to_announce(in_two_years)


def test_a_contact_to_come_is_refused(old_world, forgotten):
    coordinator = Viewer(old_world.people["coordinator"].user)
    with pytest.raises(Refused):
        situations.add_note(
            coordinator, forgotten, text="Rendez-vous", contact_on=TODAY + datetime.timedelta(1)
        )


def test_the_page_of_the_situation_takes_the_day_of_the_contact_and_shows_it(old_world, forgotten):
    client = old_world.client("coordinator")
    address = reverse("situation_note", args=["LIL", forgotten.code])
    client.post(address, {"text": "Vue au CMP", "contact_on": "2026-05-03"})
    assert InternalNote.objects.filter(contact_on=datetime.date(2026, 5, 3)).count() == 1
    assert "contact du 03/05/2026" in client.get(forgotten.get_absolute_url()).text
    refused = client.post(address, {"text": "Demain", "contact_on": "2026-06-02"})
    assert refused.context["note_form"].errors["contact_on"]


# --- what is announced --------------------------------------------------------------------------


def old_situations(world: worlds.World, count: int) -> None:
    Situation.objects.bulk_create(
        Situation(
            council=world.council, code=f"LIL-2022-{900 + rank}", status="under_review",
            received_on=LONG_AGO.date(), last_activity=LONG_AGO, facts="Crie la nuit.",
        )
        for rank in range(count)
    )  # fmt: skip


def test_the_page_lists_everything_that_goes_page_by_page_in_as_many_queries(
    old_world, django_assert_max_num_queries
):
    client = old_world.client("coordinator")
    address = reverse("retention", args=["LIL"])
    with django_assert_max_num_queries(40) as few:
        shown = len(client.get(address).context["rows"])
    old_situations(old_world, 230)
    with django_assert_max_num_queries(len(few)):
        assert len(client.get(address).context["rows"]) == 50
    last = client.get(f"{address}?page=5").context
    assert last["page_obj"].paginator.count == 230 + shown
    assert len(last["rows"]) == (230 + shown) - 200


def test_the_morning_page_says_how_many_situations_go_soon_and_nothing_when_none_does(old_world):
    client = old_world.client("coordinator")
    home = old_world.council.get_absolute_url()
    assert "1 situation s’efface</a> dans moins de" in client.get(home).text
    old_situations(old_world, 2)
    assert "3 situations s’effacent</a>" in client.get(home).text
    Situation.objects.update(last_activity=timezone.now())
    assert "dans moins de" not in client.get(home).text


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
