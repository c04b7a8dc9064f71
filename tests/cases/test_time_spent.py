"""The time of the coordination: noted at a touch, taken back, summed, counted; for it alone."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases import time_spent
from cases.models import Situation, TimeSpent
from cases.privacy import Privacy
from cases.services import erasure, triage
from cases.services import time_spent as services
from governance import nomenclatures
from governance.decisions import Refused
from reports import presentation
from reports.contract import as_contract
from reports.statistics import count_internal
from tests import factories
from tests.cases.test_vault import submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def situation(cast, viewer_of) -> Situation:
    alert = submit(viewer_of(cast.landlord), cast.council)
    return triage.accept(viewer_of(cast.coordinator), alert)


@pytest.fixture
def note(cast, viewer_of, situation):
    def noted(minutes, kind="phone", on=None, by=cast.coordinator, of=situation):
        day = on or timezone.localdate()
        return services.note(viewer_of(by), of, minutes=minutes, kind=kind, on=day)

    return noted


def address(situation, name="situation_time"):
    return reverse(name, args=["LIL", situation.code])


@pytest.mark.parametrize("quick", [15, 30, 60])
def test_one_touch_notes_the_minutes_of_today(quick, situation, cast, client_of):
    client = client_of(cast.coordinator)
    answer = client.post(address(situation), {"kind": "phone", "quick": quick})
    assert answer.url == situation.get_absolute_url()
    spent = TimeSpent.objects.get()
    assert (spent.minutes, spent.kind, spent.done_on, spent.noted_by) == (
        quick,
        "phone",
        timezone.localdate(),
        cast.coordinator.user,
    )


def test_other_minutes_and_another_day_are_typed(situation, cast, client_of):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    client_of(cast.coordinator).post(
        address(situation), {"kind": "travel", "minutes": "95", "done_on": yesterday}
    )
    spent = TimeSpent.objects.get()
    assert (spent.minutes, spent.kind, spent.done_on) == (95, "travel", yesterday)


@pytest.mark.parametrize(
    "answers",
    [
        {"kind": "phone"},
        {"kind": "phone", "minutes": "0"},
        {"kind": "phone", "minutes": "601"},
        {"kind": "phone", "minutes": "beaucoup"},
        {"kind": "phone", "quick": "45"},
        {"kind": "holiday", "quick": "15"},
        {"quick": "15"},
        {"kind": "phone", "quick": "15", "done_on": "2999-01-01"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_an_error_of_the_page(answers, situation, cast, client_of):
    page = client_of(cast.coordinator).post(address(situation), answers)
    assert page.status_code == 200
    assert "<title>Erreur" in page.content.decode()
    assert not TimeSpent.objects.exists()


def test_the_page_of_the_situation_sums_it_for_the_coordination_alone(
    situation, note, cast, client_of
):
    note(60)
    note(30, "meeting")
    page = client_of(cast.coordinator).get(situation.get_absolute_url()).content.decode()
    assert "Temps passé : 1 h 30" in page.replace("\N{NO-BREAK SPACE}", " ")
    partner = client_of(cast.landlord).get(situation.get_absolute_url())
    assert partner.status_code == 200
    assert "Temps passé" not in partner.content.decode()


def test_only_the_coordination_notes_and_undoes(situation, note, cast, viewer_of):
    note(15)
    for member in cast:
        if member is not cast.coordinator:
            with pytest.raises(Refused):
                note(15, by=member)
            with pytest.raises(Refused):
                services.undo(viewer_of(member), situation)
    assert TimeSpent.objects.count() == 1


def test_every_column_that_tells_of_the_work_is_internal():
    for name in ("minutes", "kind", "done_on", "noted_by"):
        assert TimeSpent._meta.get_field(name).privacy is Privacy.INTERNAL


def test_the_last_entry_of_ones_own_is_taken_back(situation, note, cast, client_of):
    colleague = factories.member(cast.council, "cleo.coordination@demo.example", "coordinator")
    note(15)
    note(30)
    note(60, by=colleague)
    client = client_of(cast.coordinator)
    client.post(address(situation, "situation_time_undo"))
    assert set(TimeSpent.objects.values_list("minutes", flat=True)) == {15, 60}
    assert TimeSpent.history.filter(history_type="-", minutes=30).exists()
    client.post(address(situation, "situation_time_undo"))
    assert TimeSpent.objects.get().minutes == 60
    page = client.post(address(situation, "situation_time_undo"), follow=True)
    assert "Vous n’avez rien noté aujourd’hui" in page.content.decode()


def test_yesterdays_entry_stays(situation, note, cast, viewer_of):
    note(15)
    TimeSpent.objects.update(noted_at=timezone.now() - datetime.timedelta(days=1))
    with pytest.raises(Refused):
        services.undo(viewer_of(cast.coordinator), situation)


def test_noting_time_moves_nothing(situation, note):
    before = Situation.objects.get(pk=situation.pk).last_activity
    note(15)
    assert Situation.objects.get(pk=situation.pk).last_activity == before


def test_the_service_and_the_database_refuse_what_the_form_refuses(situation, note, cast):
    with pytest.raises(Refused):
        note(15, on=timezone.localdate() + datetime.timedelta(days=1))
    for minutes, kind in ((0, "phone"), (601, "phone"), (15, ""), (15, "holiday")):
        with pytest.raises(ValidationError):
            note(minutes, kind)
    for minutes, kind in ((0, "phone"), (601, "phone"), (15, "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            TimeSpent.objects.create(
                situation=situation, minutes=minutes, kind=kind, noted_by=cast.coordinator.user
            )


def test_the_kinds_are_the_councils_closed_list():
    assert nomenclatures.codes("work_kind") == ("phone", "meeting", "writing", "travel", "other")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (45, "45 min"), (60, "1 h"), (65, "1 h 05"), (150, "2 h 30")],
)
def test_hours_in_words(minutes, words):
    assert time_spent.in_hours(minutes).replace("\N{NO-BREAK SPACE}", " ") == words


# --- counted ------------------------------------------------------------------------------------


@pytest.fixture
def noted(note, situation, cast, viewer_of):
    """2 h 30 in 2025 on two situations, 2 h and 30 min; and an hour before, not counted."""
    coordinator = viewer_of(cast.coordinator)
    other = triage.accept(coordinator, submit(viewer_of(cast.nurse), cast.council))
    note(60, "phone", datetime.date(2025, 1, 1))
    note(60, "travel", datetime.date(2025, 12, 31))
    note(30, "phone", datetime.date(2025, 6, 1), of=other)
    note(60, "phone", datetime.date(2024, 12, 31))


def test_the_time_counts_in_the_years_of_the_work(noted, cast):
    time = count_internal(cast.council, 2025, 2025).time
    assert (time.base, time.minutes, time.median) == (2, 150, 75)
    assert [(row.label, row.value) for row in time.rows] == [("Téléphone", 90), ("Déplacement", 60)]
    assert count_internal(cast.council, 2024, 2025).time.minutes == 210
    assert count_internal(factories.aissmc(), 2024, 2025).time.minutes == 0


def test_the_base_the_total_and_the_median_are_said(noted, cast):
    chart = presentation.time_chart(count_internal(cast.council, 2025, 2025).time)
    assert chart.base.replace("\N{NO-BREAK SPACE}", " ") == (
        "Base : 2 situations où du temps a été noté ; 2 h 30 en tout, "
        "1 h 15 par situation (médiane)."
    )
    assert [bar.display.replace("\N{NO-BREAK SPACE}", " ") for bar in chart.bars] == [
        "1 h 30 (60 %)",
        "1 h (40 %)",
    ]
    empty = presentation.time_chart(count_internal(cast.council, 2020, 2020).time)
    assert (empty.bars, empty.base) == ((), "Aucun temps n’a été noté sur la période.")


def test_the_contract_holds_the_time(noted, cast):
    assert as_contract(count_internal(cast.council, 2025, 2025))["time"] == {
        "base": 2,
        "minutes": 150,
        "median": 75,
        "rows": [
            {"codes": ["phone"], "label": "Téléphone", "value": 90},
            {"codes": ["travel"], "label": "Déplacement", "value": 60},
        ],
    }


def test_the_page_of_the_year_shows_it_to_the_coordination(noted, cast, client_of):
    page = client_of(cast.coordinator).get(reverse("report_internal", args=["LIL", 2025, 2025]))
    assert "Le temps de la coordination" in page.content.decode()
    assert "par situation (médiane)" in page.content.decode()


def test_what_was_counted_stays_after_the_erasure(noted, situation, cast):
    before = count_internal(cast.council, 2024, 2025).time
    erasure.close_as(situation, "improved", timezone.localdate())
    erasure.erase_situation(situation, timezone.localdate())
    assert count_internal(cast.council, 2024, 2025).time == before
    assert not TimeSpent.history.filter(situation=situation).exists()
