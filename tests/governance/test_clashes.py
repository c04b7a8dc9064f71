"""Who is already taken at the hours of a meeting: it is said, and stops nothing."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.services import hearings
from governance import clashes
from governance.models import Attendance, Meeting
from tests import factories
from tests.cases.sittings import sitting, viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(cast):
    """A séance to which the nurse and the police are invited."""
    meeting = sitting(cast.coordinator)
    hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse, cast.police])
    return meeting


def elsewhere(cast, meeting, *, hours=1, member=None):
    """A séance of another council, so many hours after, to which the nurse is invited too."""
    other = factories.aissmc()
    membership = factories.member(
        other,
        (member or cast.nurse).user.email,
        "partner",
        organisation=factories.organisation(other, "GEM", "gem"),
    )
    starts_at = meeting.starts_at + datetime.timedelta(hours=hours)
    taken = Meeting.objects.create(
        council=other,
        venue=other.venue,
        starts_at=starts_at,
        ends_at=starts_at + datetime.timedelta(hours=2),
        place="Salle des fêtes",
    )
    Attendance.objects.create(meeting=taken, membership=membership)
    return taken


def test_of_another_council_only_that_they_are_taken_is_said(cast, meeting, client_of):
    taken = elsewhere(cast, meeting)
    (clash,) = clashes.of_meeting(cast.council, meeting)
    assert str(clash) == f"{cast.nurse.user} (déjà pris)"
    page = client_of(cast.coordinator).get(meeting.get_absolute_url()).text
    assert "1 personne invitée déjà prise à ces heures" in page
    assert str(clash) in page
    assert taken.council.code not in page
    assert "Salle des fêtes" not in page


def test_of_one_s_own_council_the_meeting_is_said(cast, meeting):
    other = sitting(cast.coordinator)
    hearings.invite(viewer(cast.coordinator), other, [cast.police])
    (clash,) = clashes.of_meeting(cast.council, meeting)
    assert clash.name == str(cast.police.user)
    assert cast.council.meeting_label in clash.taken_by


def test_the_invitees_do_not_read_who_is_taken(cast, meeting, client_of):
    elsewhere(cast, meeting)
    assert "déjà pris" not in client_of(cast.police).get(meeting.get_absolute_url()).text


@pytest.mark.parametrize("hours", [2, -2, 30])
def test_meetings_that_only_touch_do_not_clash(cast, meeting, hours):
    elsewhere(cast, meeting, hours=hours)
    assert clashes.of_meeting(cast.council, meeting) == ()


def test_neither_a_cancelled_meeting_nor_one_they_excused_themselves_from_takes_them(cast, meeting):
    taken = elsewhere(cast, meeting)
    taken.attendances.update(state="excused")
    assert clashes.of_meeting(cast.council, meeting) == ()
    taken.attendances.update(state="")
    Meeting.objects.filter(pk=taken.pk).update(status=Meeting.Status.CANCELLED)
    assert clashes.of_meeting(cast.council, meeting) == ()


def test_moving_onto_taken_hours_is_done_and_said(cast, meeting, client_of):
    taken = elsewhere(cast, meeting, hours=48)
    answers = {
        "day": f"{timezone.localdate(taken.starts_at)}",
        "start": "00:00",
        "end": "23:59",
        "place": "",
        "venue": meeting.venue,
    }
    page = client_of(cast.coordinator).post(
        reverse("meeting_edit", args=["LIL", meeting.pk]), answers, follow=True
    )
    meeting.refresh_from_db()
    assert timezone.localdate(meeting.starts_at) == timezone.localdate(taken.starts_at)
    assert "déjà pris" in page.text
