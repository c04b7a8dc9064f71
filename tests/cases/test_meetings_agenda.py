"""The agenda of a séance and its invitees, from its page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import agenda
from cases.models import Hearing, Participation
from cases.services import consent, hearings, participations, situations
from governance.models import AccessRecord, Attendance, Meeting
from tests.cases.sittings import address, concluded, of, point, readers, sitting, situation, viewer

pytestmark = pytest.mark.django_db


# --- the agenda ---------------------------------------------------------------------------------


def test_a_situation_is_put_on_the_agenda_by_its_code(cast, heard, meeting, coordination):
    page = coordination.get(meeting.get_absolute_url())
    assert (heard.code, f"{heard.code}, Arrêt de soins ou de traitement") in page.context[
        "point_form"
    ].fields["situation"].choices

    response = coordination.post(
        address("point_add", meeting.pk), {"situation": heard.code, "minutes": "30"}, follow=True
    )

    (line,) = response.context["points"]
    assert (line.code, line.minutes, line.rank) == (heard.code, 30, 1)
    assert heard.code not in dict(response.context["point_form"].fields["situation"].choices)


def test_only_situations_that_may_be_scheduled_are_offered(cast, heard, past, coordination):
    closed = situation(cast.nurse, cast.coordinator)
    situations.close(viewer(cast.coordinator), closed, reason="improved", on=timezone.localdate())
    elsewhere = situation(cast.nurse, cast.coordinator)
    point(cast.coordinator, elsewhere, sitting(cast.coordinator))
    was_heard = situation(cast.nurse, cast.coordinator)
    point(cast.coordinator, situation(cast.nurse, cast.coordinator), past)
    concluded(cast.coordinator, was_heard, past)

    form = coordination.get(past.get_absolute_url()).context["point_form"]

    assert list(dict(form.fields["situation"].choices)) == ["", heard.code]


@pytest.mark.parametrize("answers", [{}, {"minutes": "0"}, {"situation": "LIL-1999-001"}])
def test_a_wrong_point_is_said_on_the_page(cast, heard, meeting, coordination, answers):
    response = coordination.post(
        address("point_add", meeting.pk), {"situation": "", "minutes": "20", **answers}
    )

    assert response.status_code == 200
    assert response.context["point_form"].errors
    assert not Hearing.objects.exists()


def test_a_refused_point_is_said_on_the_page(cast, heard, meeting, coordination):
    Meeting.objects.update(status=Meeting.Status.HELD)

    response = coordination.post(
        address("point_add", meeting.pk), {"situation": heard.code, "minutes": "20"}
    )

    assert response.status_code == 200
    assert "Cette séance est passée ou annulée." in response.text


def test_points_move_up_and_leave(cast, meeting, coordination):
    points = [
        point(cast.coordinator, situation(cast.landlord, cast.coordinator), meeting)
        for _ in range(3)
    ]
    codes = [each.situation.code for each in points]

    def shown():
        return [p.code for p in coordination.get(meeting.get_absolute_url()).context["points"]]

    coordination.post(of("point_up", points[2]))
    assert shown() == [codes[0], codes[2], codes[1]]
    coordination.post(of("point_remove", points[0]))
    assert shown() == [codes[2], codes[1]]
    assert coordination.post(of("point_remove", points[0])).status_code == 404


def test_each_point_has_its_hour(cast, meeting, coordination):
    for minutes in (20, 45, 15):
        hearings.schedule(
            viewer(cast.coordinator),
            situation(cast.landlord, cast.coordinator),
            meeting,
            minutes=minutes,
        )

    page = coordination.get(meeting.get_absolute_url()).context

    waits = [(p.starts_at - meeting.starts_at).total_seconds() // 60 for p in page["points"]]
    assert waits == [0, 20, 65]
    assert (page["minutes"], page["available"]) == (80, 120)


def test_an_agenda_longer_than_the_seance_says_so(cast, heard, meeting, coordination):
    hearings.schedule(viewer(cast.coordinator), heard, meeting, minutes=121)

    assert "dépasse la séance" in coordination.get(meeting.get_absolute_url()).text


def test_a_partner_sees_their_own_points_and_of_others_a_duration(cast, heard, meeting, client_of):
    other = situation(cast.nurse, cast.coordinator, alert_subject=["rent_arrears_eviction"])
    point(cast.coordinator, other, meeting)
    point(cast.coordinator, heard, meeting)

    response = client_of(cast.landlord).get(meeting.get_absolute_url())

    theirs, own = response.context["points"]
    assert theirs == agenda.Point(1, meeting.starts_at, 20)
    assert (own.rank, own.code, own.naming.label) == (2, heard.code, "Anonyme")
    assert heard.code in response.text
    assert other.code not in response.text
    assert "Dette de loyer" not in response.text
    assert "Point réservé" in response.text


def test_an_invitee_without_any_point_sees_durations_and_who_is_invited(
    cast, heard, meeting, client_of
):
    point(cast.coordinator, heard, meeting)
    hearings.invite(viewer(cast.coordinator), meeting, [cast.police])

    response = client_of(cast.police).get(meeting.get_absolute_url())

    assert [line.key for line in response.context["points"]] == [None]
    assert [i.name for i in response.context["invitees"]] == ["Louis Bailleur", "Paul Clspd"]
    assert heard.code not in response.text


def test_only_invitees_and_the_coordination_open_a_seance(cast, heard, meeting, client_of):
    point(cast.coordinator, heard, meeting)

    page = meeting.get_absolute_url()
    assert readers(cast, client_of, page) == [cast.coordinator, cast.landlord]
    opened = AccessRecord.objects.filter(action="open_meeting", target_id=meeting.pk)
    assert {line.actor for line in opened} == {cast.coordinator.user, cast.landlord.user}


def test_who_came_is_shown_to_the_coordination_alone(cast, heard, past, client_of):
    point(cast.coordinator, heard, past)
    Attendance.objects.update(state="excused")

    def shown(member):
        return client_of(member).get(past.get_absolute_url())

    assert [i.state for i in shown(cast.coordinator).context["invitees"]] == ["excused"]
    assert [i.state for i in shown(cast.landlord).context["invitees"]] == [""]
    assert "Excusé" not in shown(cast.landlord).text


def test_a_refusal_changes_the_agenda_at_the_next_request(cast, heard, meeting, coordination):
    point(cast.coordinator, heard, meeting)
    assert "Anonyme" in coordination.get(meeting.get_absolute_url()).text

    consent.record_agreement(viewer(cast.landlord), heard, "withdrawn")

    assert coordination.get(meeting.get_absolute_url()).context["points"] == ()
    point(cast.coordinator, heard, meeting)
    (line,) = coordination.get(meeting.get_absolute_url()).context["points"]
    assert line.naming.label == "Aide au professionnel : thèmes seulement"


def test_two_invitees_who_know_the_person_make_anonymity_thin(
    cast, heard, meeting, client_of, coordination
):
    participations.seek(viewer(cast.coordinator), heard, cast.nurse)
    point(cast.coordinator, heard, meeting)

    def is_thin(client=coordination):
        (line,) = client.get(meeting.get_absolute_url()).context["points"]
        return line.is_thin

    assert not is_thin()
    Participation.objects.update(knows_person=True)
    assert is_thin()
    assert "Anonymat fragile" in coordination.get(meeting.get_absolute_url()).text
    assert not is_thin(client_of(cast.nurse))
    Attendance.objects.filter(membership=cast.nurse).update(state="excused")
    assert not is_thin()


def test_a_named_agreement_needs_no_such_warning(cast, meeting, coordination):
    named = situation(cast.landlord, cast.coordinator, "named")
    participations.seek(viewer(cast.coordinator), named, cast.nurse, knows_person=True)
    point(cast.coordinator, named, meeting)

    (line,) = coordination.get(meeting.get_absolute_url()).context["points"]

    assert line.naming.label == "Nominative"
    assert not line.is_thin


@pytest.mark.parametrize("member", ["coordinator", "landlord"])
def test_the_page_takes_as_many_queries_for_two_points_as_for_eight(
    cast, meeting, client_of, member
):
    client = client_of(getattr(cast, member))

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(meeting.get_absolute_url()).status_code == 200
        return len(seen)

    def add(number):
        for rank in range(number):
            author = cast.landlord if rank % 2 else cast.nurse
            point(cast.coordinator, situation(author, cast.coordinator), meeting)

    add(2)
    few = queries()
    add(6)
    hearings.invite(viewer(cast.coordinator), meeting, [cast.police, cast.hygiene])

    assert queries() == few


# --- the invitees -------------------------------------------------------------------------------


def test_partners_are_invited_and_an_invitation_is_taken_back(cast, meeting, coordination):
    offered = coordination.get(meeting.get_absolute_url()).context["invitation_form"]
    assert len(offered.fields["invitees"].choices) == 5

    coordination.post(
        address("meeting_invite", meeting.pk),
        {"invitees": [str(cast.nurse.pk), str(cast.police.pk)]},
    )
    assert {a.membership for a in meeting.attendances.all()} == {cast.nurse, cast.police}

    invitation = meeting.attendances.get(membership=cast.police)
    coordination.post(address("meeting_uninvite", meeting.pk, invitation.pk))
    assert [a.membership for a in meeting.attendances.all()] == [cast.nurse]


@pytest.mark.parametrize("who", ["elected", "manager", "coordinator"])
def test_those_who_are_not_partners_are_not_offered(cast, meeting, coordination, who):
    response = coordination.post(
        address("meeting_invite", meeting.pk), {"invitees": [str(getattr(cast, who).pk)]}
    )

    assert response.context["invitation_form"].errors
    assert not meeting.attendances.exists()


def test_who_came_is_noted_on_the_page(cast, heard, past, coordination):
    point(cast.coordinator, heard, past)
    invitation = past.attendances.get()

    response = coordination.post(
        address("meeting_attendance", past.pk), {str(invitation.pk): "present"}
    )
    assert response.status_code == 302
    invitation.refresh_from_db()
    assert invitation.state == "present"

    response = coordination.post(
        address("meeting_attendance", past.pk), {str(invitation.pk): "asleep"}
    )
    assert response.context["attendance_form"].errors
