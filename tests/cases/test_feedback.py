"""Feedback to the person: due after a hearing, given once, its fate told."""

import pytest

from cases.models import Feedback, Participation
from cases.services import consent, follow_up, participations
from governance.decisions import Refused
from tests.cases.followed import address, heard, today
from tests.cases.sittings import at_the_aissmc, concluded, sitting, situation, viewer

pytestmark = pytest.mark.django_db


def test_after_a_named_hearing_who_knows_the_person_tells_them(cast):
    due = heard(cast)

    assert due.given_by == cast.landlord
    assert due.due_on == today(15)
    assert due.given_on is None


def test_in_lille_an_anonymous_situation_gets_no_feedback(cast):
    assert heard(cast, "anonymous") is None


def test_at_the_aissmc_an_anonymous_situation_gets_feedback():
    coordinator, author = at_the_aissmc()
    told = situation(author, coordinator, "anonymous")

    hearing = concluded(coordinator, told, sitting(coordinator, days=-1))

    assert hearing.feedback.given_by == author


def test_who_wants_no_feedback_gets_none(cast):
    informed = {
        "information_state": "informed",
        "information_date": today(-3),
        "presence_wish": "absent_no_feedback",
    }
    assert heard(cast, **informed) is None


def test_without_somebody_who_knows_the_person_no_feedback_is_planned(cast):
    told = situation(cast.landlord, cast.coordinator, "named")
    Participation.objects.update(knows_person=False)

    concluded(cast.coordinator, told, sitting(cast.coordinator, days=-1))

    assert not Feedback.objects.exists()


def agree(cast, told, state):
    consent.record_agreement(
        viewer(cast.coordinator),
        told,
        state,
        given_by="person",
        means="oral",
        collected_on=today(),
    )


def test_feedback_closes_by_itself_once_the_situation_is_anonymous_and_comes_back(cast, client_of):
    due = heard(cast)
    agree(cast, due.hearing.situation, "anonymous")
    due.refresh_from_db()
    assert due.closed_on == today()
    assert client_of(cast.landlord).get(address("leads", cast)).context["feedback"] == []
    page = client_of(cast.coordinator).get(due.hearing.situation.get_absolute_url()).text
    assert "la situation est anonyme" in page

    agree(cast, due.hearing.situation, "named")

    due.refresh_from_db()
    assert due.closed_on is None


def test_where_the_profile_says_so_feedback_stays_due_about_an_anonymous_situation(cast):
    due = heard(cast)
    type(cast.council).objects.update(feedback_when_anonymous=True)

    agree(cast, due.hearing.situation, "anonymous")

    due.refresh_from_db()
    assert due.closed_on is None


def test_feedback_that_was_given_does_not_close(cast):
    due = heard(cast)
    follow_up.give_feedback(viewer(cast.landlord), due, given_on=today(), reaction="")

    agree(cast, due.hearing.situation, "anonymous")

    due.refresh_from_db()
    assert (due.given_on, due.closed_on) == (today(), None)


def test_feedback_is_noted_by_who_gives_it_or_the_coordination(cast):
    due = heard(cast)
    participations.seek(viewer(cast.coordinator), due.hearing.situation, cast.nurse)

    for member in cast:
        if member in (cast.landlord, cast.coordinator):
            continue
        with pytest.raises(Refused):
            follow_up.give_feedback(viewer(member), due, given_on=today(), reaction="")

    for member, words in ((cast.landlord, "Soulagée."), (cast.coordinator, "Inquiète.")):
        follow_up.give_feedback(viewer(member), due, given_on=today(), reaction=words)
        due.refresh_from_db()
        assert (due.given_on, due.reaction) == (today(), words)


def test_who_left_the_situation_gives_no_feedback(cast):
    due = heard(cast)
    participations.end(
        viewer(cast.coordinator), Participation.objects.get(), reason="Changement de poste"
    )

    with pytest.raises(Refused):
        follow_up.give_feedback(viewer(cast.landlord), due, given_on=today(), reaction="")


@pytest.mark.parametrize(("days", "why"), [(1, "futur"), (-2, "précéder la séance")])
def test_feedback_is_given_between_the_seance_and_today(cast, days, why):
    due = heard(cast)

    with pytest.raises(Refused, match=why):
        follow_up.give_feedback(viewer(cast.landlord), due, given_on=today(days), reaction="")
