"""What runs out goes, is announced first, and takes everything but the statistical row."""

import datetime

import pytest
import time_machine
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone

from cases import vault
from cases.counted import SITUATION_COLUMNS
from cases.crypto import EncryptedTextField
from cases.models import (
    ActionLead,
    ConsentRecord,
    Feedback,
    InternalNote,
    Participation,
    SavedView,
    Situation,
)
from cases.services import (
    consent,
    messages,
    participations,
    retention,
    situations,
)
from cases.services.erasure import KEPT
from governance import journal, ledger
from governance.decisions import Refused
from governance.models import AccessRecord
from governance.terms import NOTICE_DAYS
from governance.viewer import Viewer
from reports.statistics import count_internal
from tests import world as worlds
from tests.cases.old_times import LONG_AGO, TODAY, close, run, texts_left, world_of_2022


@pytest.fixture
def old_world(db):
    return world_of_2022(db)


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
