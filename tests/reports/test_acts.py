"""What was done in the year, counted from acts that the services made; and what stays empty."""

import pytest
from django.utils import timezone

from cases.models import Alert, Recurrence
from cases.services import erasure, situations, triage
from governance.models import Attendance, Body, Meeting, SeatAttendance
from governance.viewer import Viewer
from reports.statistics import count_internal
from tests.reports.test_pages import text


def figures_of(world):
    council = type(world.council).objects.get(pk=world.council.pk)
    years = [timezone.localdate().year - 1, timezone.localdate().year]
    return count_internal(council, *years)


def counts(figures, code):
    table = next(table for table in figures.tables if table.code == code)
    return {row.codes[0]: row.value for row in table.rows if row.value}


@pytest.fixture
def coordinator(world):
    return Viewer(world.people["coordinator"].user)


def test_each_act_of_the_world_is_in_its_table(world):
    Meeting.objects.filter(pk=world.meeting.pk).update(status="held")
    state = Attendance.objects.filter(meeting=world.meeting)
    state.update(state="present")
    figures = figures_of(world)
    assert {counter.code: counter.value for counter in figures.counters} == {
        "alerts": 2, "situations": 1, "hearings": 1, "persons": 1,
    }  # fmt: skip
    assert counts(figures, "alert_outcome") == {"accepted": 1, "received": 1}
    assert counts(figures, "hearings") == {"1": 1}
    assert counts(figures, "feedback") == {"not_given": 1}
    # the author and those two who accepted; whoever declined is not there
    assert counts(figures, "partners") == {"4": 1}
    assert counts(figures, "lead_kind") == {"joint_home_visit": 1}
    assert counts(figures, "lead_status") == {"proposed": 1}
    assert counts(figures, "sitting_venue") == {"practice_exchange": 1}
    assert counts(figures, "situations_per_sitting") == {"1": 1}
    assert figures.meetings.sittings == 1
    assert sum(service.present for service in figures.meetings.services) == state.count()
    assert {delay.code: delay.base for delay in figures.delays} == {
        "first_answer": 1, "first_hearing": 1, "closing": 0,
    }  # fmt: skip


def test_a_body_that_met_is_counted_by_college_beside_the_survey(world):
    Meeting.objects.filter(pk=world.assembly.pk).update(status="held")
    SeatAttendance.objects.create(meeting=world.assembly, seat=world.seat, state="excused")
    Body.objects.create(council=world.council, kind="working_group", name="Groupe Logement")
    (copil,) = figures_of(world).meetings.bodies
    assert (copil.kind, copil.held) == ("steering_committee", 1)
    elected, *others = copil.colleges
    assert (elected.code, elected.expected, elected.excused) == ("elected", 1, 1)
    assert elected.survey.startswith("présents dans plus de 90")
    assert {college.code for college in others} >= {"psychiatry_child", "users", "carers"}
    assert all(college.expected == 0 and college.survey for college in others)


def test_a_redirection_counts_the_kind_of_service_it_leads_to(world, coordinator):
    nurse = world.people["knows_person"].organisation
    triage.redirect(coordinator, world.other_alert, reason="Voyez le CMP.", to=nurse)
    assert counts(figures_of(world), "redirected_to") == {nurse.kind: 1}


def test_two_situations_of_one_identity_are_one_person_until_they_are_told_apart(
    world, coordinator
):
    triage.accept(coordinator, Alert.objects.get(pk=world.other_alert.pk))
    figures = figures_of(world)
    assert (figures.situations, figures.counters[-1].value) == (2, 1)
    Recurrence.objects.update(set_aside_at=timezone.now())
    assert figures_of(world).counters[-1].value == 2


def test_a_reopening_and_the_kind_of_quarter_outlive_the_erasure(world, coordinator):
    quarter = world.council.towns.first().districts.create(name="Fives", priority_area=True)
    situation = world.situation
    type(situation).objects.filter(pk=situation.pk).update(district=quarter, status="follow_up")
    situations.close(coordinator, situation, reason="improved", on=timezone.localdate())
    situations.reopen(coordinator, situation, reason="Nouvel appel")
    situations.close(coordinator, situation, reason="improved", on=timezone.localdate())
    before = figures_of(world)
    assert counts(before, "reopenings") == {"1": 1}
    assert counts(before, "priority_area") == {"yes": 1}
    assert counts(before, "outcome") == {"closed": 1}
    situation.refresh_from_db()
    erasure.erase_on_request(coordinator, situation, reason="Demande écrite reçue")
    situation.refresh_from_db()
    assert (situation.status, situation.district) == ("purged", None)
    assert figures_of(world).tables == before.tables


def test_the_coordinator_reads_which_fields_stay_empty_and_nobody_else(world):
    year = timezone.localdate().year
    address = f"/clsm/LIL/bilans/{year - 1}-{year}/champs-vides/"
    page = text(world.client("coordinator").get(address)).replace("\N{NO-BREAK SPACE}", " ")
    assert "Sexe 1 (100 %)" in page
    assert "Ressources 0 (0 %)" in page
    assert "Ensemble Bailleur social" in page
    for other in ("copil", "author", "manager", "outsider"):
        assert world.client(other).get(address).status_code == 404
