"""The pages of a séance: listed, convened, revised, cancelled; nobody sees a name."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import Hearing
from cases.services import hearings
from governance.models import AccessRecord, Body, Meeting
from governance.selectors import list_meetings
from tests import factories
from tests.cases.sittings import address, concluded, of, point, readers, sitting, situation, viewer

pytestmark = pytest.mark.django_db


# --- the list -----------------------------------------------------------------------------------


def test_the_list_is_for_the_coordination_and_partners(cast, meeting, client_of):
    partners = [member for member in cast if member.role == "partner"]

    assert readers(cast, client_of, address("meetings")) == [cast.coordinator, *partners]


def test_the_list_of_another_council_is_not_found(cast, coordination):
    factories.aissmc()

    assert coordination.get(reverse("meetings", args=["AIS"])).status_code == 404


def test_the_coordination_sees_every_seance_a_partner_those_they_are_invited_to(
    cast, meeting, past, client_of
):
    hearings.invite(viewer(cast.coordinator), past, [cast.nurse])

    def listed(member):
        page = client_of(member).get(address("meetings")).context
        return [row.url for row in page["coming"]], [row.url for row in page["past"]]

    assert listed(cast.coordinator) == ([meeting.get_absolute_url()], [past.get_absolute_url()])
    assert listed(cast.nurse) == ([], [past.get_absolute_url()])
    assert listed(cast.police) == ([], [])


def test_only_the_coordination_is_offered_to_convene(cast, client_of):
    offer = "Convoquer une séance"

    assert offer in client_of(cast.coordinator).get(address("meetings")).text
    assert offer not in client_of(cast.nurse).get(address("meetings")).text


def test_the_list_counts_points_and_invitations_for_the_coordination_alone(
    cast, heard, meeting, client_of
):
    point(cast.coordinator, heard, meeting)
    off = point(cast.coordinator, situation(cast.nurse, cast.coordinator), meeting)
    hearings.unschedule(viewer(cast.coordinator), off)

    (row,) = client_of(cast.coordinator).get(address("meetings")).context["coming"]
    assert row.facts[-2:] == ("1 situation", "2 invitations")
    (row,) = client_of(cast.nurse).get(address("meetings")).context["coming"]
    assert "1 situation" not in row.facts


def test_a_seance_bears_the_council_s_own_name_or_that_of_its_frame(cast, meeting, coordination):
    cast.council.meeting_label = "Temps d’échanges du mardi"
    cast.council.save()
    Meeting.objects.filter(pk=sitting(cast.coordinator, days=9).pk).update(venue="synthesis")

    rows = coordination.get(address("meetings")).context["coming"]

    assert [row.title for row in rows] == [
        "Temps d’échanges du mardi",
        "Synthèse (une situation)",
    ]


def test_a_body_s_meeting_is_not_a_seance(cast, client_of):
    body = Body.objects.create(council=cast.council, name="COPIL", kind="steering_committee")
    now = timezone.now()
    of_body = Meeting.objects.create(
        council=cast.council, body=body, starts_at=now, ends_at=now + datetime.timedelta(hours=1)
    )
    assert of_body in list_meetings(viewer(cast.elected), cast.council)

    for member in (cast.coordinator, cast.elected):
        assert client_of(member).get(address("meeting", of_body.pk)).status_code == 404
    assert client_of(cast.coordinator).get(address("meetings")).context["coming"] == []
    assert not AccessRecord.objects.filter(action="open_meeting").exists()


def test_the_list_takes_as_many_queries_for_three_seances_as_for_twelve(cast, coordination):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert coordination.get(address("meetings")).status_code == 200
        return len(seen)

    for days in (1, 2, -1):
        sitting(cast.coordinator, days=days)
    few = queries()
    for days in (3, 4, 5, 6, -2, -3, -4, -5, -6):
        sitting(cast.coordinator, days=days)

    assert queries() == few


# --- convened, revised, cancelled ---------------------------------------------------------------

ANSWERS = {
    "day": "2026-09-24",
    "start": "14:00",
    "end": "16:00",
    "place": "Mairie de quartier",
    "venue": "practice_exchange",
}


def test_a_seance_is_convened(cast, coordination):
    assert coordination.get(address("meeting_new")).status_code == 200

    response = coordination.post(address("meeting_new"), ANSWERS)

    meeting = Meeting.objects.get()
    assert response.url == meeting.get_absolute_url()
    starts_at = timezone.localtime(meeting.starts_at)
    assert f"{starts_at:%Y-%m-%d %H:%M}" == "2026-09-24 14:00"
    assert meeting.ends_at - meeting.starts_at == datetime.timedelta(hours=2)
    assert (meeting.place, meeting.venue) == ("Mairie de quartier", "practice_exchange")


def test_the_usual_frame_of_the_council_is_proposed(cast, coordination):
    form = coordination.get(address("meeting_new")).context["form"]

    assert form["venue"].value() == "practice_exchange"
    assert "none" not in dict(form.fields["venue"].choices)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"end": "14:00"}, "end"),
        ({"end": "13:00"}, "end"),
        ({"day": "le 24"}, "day"),
        ({"start": ""}, "start"),
        ({"venue": "none"}, "venue"),
        ({"venue": "pub"}, "venue"),
    ],
)
def test_a_wrong_answer_is_said_at_its_field(cast, coordination, wrong, field):
    response = coordination.post(address("meeting_new"), {**ANSWERS, **wrong})

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not Meeting.objects.exists()


def test_a_seance_is_revised(cast, meeting, coordination):
    page = address("meeting_edit", meeting.pk)
    form = coordination.get(page).context["form"]
    assert form["place"].value() == "Mairie de quartier"

    response = coordination.post(page, {**ANSWERS, "place": "CCAS"})

    meeting.refresh_from_db()
    assert response.status_code == 302
    assert meeting.place == "CCAS"


def test_a_seance_that_is_over_says_why_it_does_not_change(cast, meeting, coordination):
    Meeting.objects.update(status=Meeting.Status.HELD)

    response = coordination.post(address("meeting_edit", meeting.pk), ANSWERS)

    assert response.status_code == 200
    assert "Cette séance est passée ou annulée." in response.text


def test_a_seance_is_cancelled_after_a_page_that_asks(cast, heard, meeting, coordination):
    point(cast.coordinator, heard, meeting)
    page = address("meeting_cancel", meeting.pk)
    assert heard.code in coordination.get(page).text
    meeting.refresh_from_db()
    assert meeting.status == Meeting.Status.PLANNED

    response = coordination.post(page, follow=True)

    meeting.refresh_from_db()
    assert meeting.status == Meeting.Status.CANCELLED
    assert "Cette séance est annulée." in response.text


def test_a_refused_cancellation_is_said_on_the_page_of_the_seance(cast, heard, past, coordination):
    concluded(cast.coordinator, heard, past)

    response = coordination.post(address("meeting_cancel", past.pk), follow=True)

    assert response.status_code == 200
    assert "passée ou annulée" in response.text


def conducting(hearing):
    """Every page and act of who conducts the séance: (method, address)."""
    meeting = hearing.meeting_id
    invitation = hearing.meeting.attendances.first()
    return [
        ("get", address("meeting_new")),
        ("get", address("meeting_edit", meeting)),
        ("get", address("meeting_cancel", meeting)),
        ("post", address("meeting_cancel", meeting)),
        ("get", address("meeting_agenda_of", meeting, invitation.pk)),
        ("get", address("meeting_room", meeting)),
        ("get", of("point_edit", hearing)),
        ("post", of("hearing_autosave", hearing)),
        ("post", address("meeting_invite", meeting)),
        ("post", address("meeting_attendance", meeting)),
        ("post", address("meeting_uninvite", meeting, invitation.pk)),
        ("post", address("point_add", meeting)),
        ("post", of("point_remove", hearing)),
        ("post", of("point_up", hearing)),
        ("get", of("hearing", hearing)),
        ("post", of("hearing", hearing)),
        ("get", of("hearing_conclude", hearing)),
        ("post", of("hearing_conclude", hearing)),
    ]


def test_nobody_but_the_coordination_conducts_a_seance_not_even_its_invitees(
    cast, heard, past, client_of
):
    hearing = point(cast.coordinator, heard, past)
    hearings.invite(viewer(cast.coordinator), past, [cast.nurse])

    for member in cast:
        if member == cast.coordinator:
            continue
        client = client_of(member)
        answers = {
            (method, page): getattr(client, method)(page).status_code
            for method, page in conducting(hearing)
        }
        assert set(answers.values()) == {404}
    hearing.refresh_from_db()
    assert hearing.state == Hearing.State.SCHEDULED
    assert past.attendances.count() == 2


def test_acts_are_not_done_by_following_a_link(cast, heard, meeting, coordination):
    hearing = point(cast.coordinator, heard, meeting)

    for name in ("point_remove", "point_up"):
        assert coordination.get(of(name, hearing)).status_code == 405
    for name in ("point_add", "meeting_invite", "meeting_attendance"):
        assert coordination.get(address(name, meeting.pk)).status_code == 405


def test_what_does_not_exist_is_not_found(cast, heard, meeting, coordination):
    hearing = point(cast.coordinator, heard, meeting)
    elsewhere = sitting(cast.coordinator, days=14)
    nothing = uuid.uuid4()

    for page in (
        address("meeting", nothing),
        address("hearing", meeting.pk, nothing),
        address("hearing", elsewhere.pk, hearing.pk),
        address("conclusions", meeting.pk, hearing.pk),
    ):
        assert coordination.get(page).status_code == 404
    for page in (
        address("point_remove", elsewhere.pk, hearing.pk),
        address("meeting_uninvite", meeting.pk, nothing),
    ):
        assert coordination.post(page).status_code == 404
