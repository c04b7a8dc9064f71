"""Action leads: owned, dated, moved by who may."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases import policies
from cases.models import ActionLead, Participation
from cases.services import consent, follow_up, participations, reminders, situations
from governance.decisions import Refused
from governance.services import people
from governance.workflow import IllegalTransition
from tests import factories
from tests.cases.followed import SECRET_WORDS, address, propose, situation_followed, today
from tests.cases.sittings import viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def followed(cast):
    """A situation brought by the landlord, where the nurse takes part."""
    return situation_followed(cast)


@pytest.fixture
def lead(cast, followed):
    return propose(cast, followed, owner=cast.nurse, description=SECRET_WORDS)


# --- proposed -----------------------------------------------------------------------------------


def test_a_lead_is_proposed_and_its_owner_is_told(
    cast, followed, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        lead = propose(cast, followed, owner=cast.nurse, due_on=today(20))

    assert (lead.status, lead.proposed_on, lead.due_on) == ("proposed", today(), today(20))
    (mail,) = mailoutbox
    assert mail.to == [cast.nurse.user.email]
    assert mail.subject.startswith(followed.code)
    assert reverse("lead_move", args=[cast.council.code, lead.pk]) in mail.body


def test_nobody_is_told_of_a_lead_without_an_owner_or_one_s_own(
    cast, followed, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        propose(cast, followed)
        propose(cast, followed, owner=cast.coordinator)

    assert mailoutbox == []


def test_only_the_coordination_proposes(cast, followed):
    for member in (cast.landlord, cast.nurse, cast.elected, cast.manager):
        with pytest.raises(Refused):
            follow_up.propose_lead(viewer(member), followed, kind="rights")
    assert not ActionLead.objects.exists()


def test_an_owner_takes_part_in_the_situation_or_coordinates_it(cast, followed):
    other = factories.aissmc()
    elsewhere = factories.member(other, "eve.ailleurs@demo.example", "coordinator")
    declined = participations.seek(viewer(cast.coordinator), followed, cast.police)
    participations.decline(viewer(cast.police), declined, reason="Hors mission")

    for owner in (cast.hygiene, cast.police, cast.elected, elsewhere):
        with pytest.raises(Refused, match="porteur"):
            propose(cast, followed, owner=owner)
    for owner in (cast.nurse, cast.landlord, cast.coordinator, None):
        assert propose(cast, followed, owner=owner).owner == owner


def test_somebody_who_left_the_council_carries_nothing_more(cast, followed):
    people.end_membership(cast.nurse, by=cast.coordinator.user)

    with pytest.raises(Refused, match="porteur"):
        propose(cast, followed, owner=cast.nurse)


def test_a_kind_outside_the_list_is_refused(cast, followed):
    with pytest.raises(ValidationError):
        propose(cast, followed, kind="prayer")


def test_after_a_refusal_no_lead_is_noted(cast, followed):
    consent.record_agreement(viewer(cast.landlord), followed, "withdrawn")

    with pytest.raises(Refused, match="Après un refus"):
        propose(cast, followed)


def test_a_closed_situation_takes_no_lead(cast, followed):
    situations.close(viewer(cast.coordinator), followed, reason="improved", on=today())

    with pytest.raises(Refused, match="close"):
        propose(cast, followed)


# --- moved --------------------------------------------------------------------------------------


def test_a_lead_is_accepted_started_and_done(cast, lead):
    owner = viewer(cast.nurse)
    for act, status in (("accept", "accepted"), ("start", "in_progress")):
        lead = follow_up.move_lead(owner, lead, act)
        assert (lead.status, lead.ended_on) == (status, None)

    lead = follow_up.move_lead(owner, lead, "complete", outcome="Porte ouverte.")

    assert (lead.status, lead.ended_on, lead.outcome) == ("done", today(), "Porte ouverte.")
    assert not lead.is_open


def test_only_its_owner_or_the_coordination_moves_a_lead(cast, lead):
    for member in cast:
        if member in (cast.nurse, cast.coordinator):
            continue
        assert not policies.can_move_lead(viewer(member), lead)
        with pytest.raises(Refused, match="Seul le porteur"):
            follow_up.move_lead(viewer(member), lead, "accept")

    assert follow_up.move_lead(viewer(cast.coordinator), lead, "accept").status == "accepted"
    assert follow_up.move_lead(viewer(cast.nurse), lead, "start").status == "in_progress"


def test_an_owner_who_left_the_situation_moves_nothing(cast, followed, lead):
    participation = Participation.objects.get(membership=cast.nurse)
    participations.end(viewer(cast.coordinator), participation, reason="Changement de poste")

    with pytest.raises(Refused):
        follow_up.move_lead(viewer(cast.nurse), lead, "accept")


def test_nobody_accepts_a_lead_without_an_owner(cast, followed):
    lead = propose(cast, followed)

    with pytest.raises(ValidationError, match="Une piste acceptée a un porteur"):
        follow_up.move_lead(viewer(cast.coordinator), lead, "accept")

    lead.refresh_from_db()
    assert lead.status == "proposed"


def test_a_lead_without_an_owner_may_be_dropped(cast, followed):
    lead = propose(cast, followed)

    dropped = follow_up.move_lead(viewer(cast.coordinator), lead, "drop", outcome="Hors mission.")

    assert (dropped.status, dropped.ended_on) == ("dropped", today())


@pytest.mark.parametrize("act", ["fail", "drop"])
@pytest.mark.parametrize("outcome", ["", "  \n "])
def test_a_failure_says_why(cast, lead, act, outcome):
    follow_up.move_lead(viewer(cast.nurse), lead, "accept")

    with pytest.raises(Refused, match="pourquoi"):
        follow_up.move_lead(viewer(cast.nurse), lead, act, outcome=outcome)
    lead.refresh_from_db()
    assert lead.status == "accepted"


@pytest.mark.parametrize("act", ["complete", "fail", "start", "erase_everything"])
def test_an_act_that_does_not_exist_now_is_refused(cast, lead, act):
    with pytest.raises(IllegalTransition):
        follow_up.move_lead(viewer(cast.nurse), lead, act, outcome="Parce que")


def test_what_was_noted_earlier_is_kept_when_nothing_is_said_later(cast, lead):
    follow_up.move_lead(viewer(cast.nurse), lead, "accept", outcome="Rendez-vous pris.")

    assert follow_up.move_lead(viewer(cast.nurse), lead, "start").outcome == "Rendez-vous pris."


def test_moving_a_lead_moves_the_situation(cast, followed, lead):
    before = type(followed).objects.get(pk=followed.pk).last_activity

    follow_up.move_lead(viewer(cast.nurse), lead, "accept")

    followed.refresh_from_db()
    assert followed.last_activity > before


def test_closing_a_situation_drops_what_was_not_done(cast, followed, lead):
    done = propose(cast, followed, owner=cast.nurse)
    follow_up.move_lead(viewer(cast.nurse), done, "accept")
    follow_up.move_lead(viewer(cast.nurse), done, "complete", outcome="Fait.")

    situations.close(viewer(cast.coordinator), followed, reason="improved", on=today())

    for row in (lead, done):
        row.refresh_from_db()
    assert (lead.status, lead.ended_on, lead.outcome) == ("dropped", today(), "Situation close.")
    assert (done.status, done.outcome) == ("done", "Fait.")


def test_an_owner_who_declines_says_why_and_hands_the_lead_back(cast, lead, client_of):
    with pytest.raises(Refused, match="pourquoi"):
        follow_up.move_lead(viewer(cast.nurse), lead, "decline")

    declined = follow_up.move_lead(viewer(cast.nurse), lead, "decline", outcome="Je pars en mai.")

    assert (declined.status, declined.answered_on) == ("declined", today())
    assert declined.is_open
    assert not policies.can_move_lead(viewer(cast.nurse), declined)
    assert client_of(cast.nurse).get(address("leads", cast)).context["leads"] == []
    page = client_of(cast.coordinator).get(address("lead_move", cast, lead.pk)).text
    assert "Je pars en mai." in page
    assert "Piste déclinée" in page


def test_a_declined_lead_is_entrusted_to_another_who_is_told(
    cast, lead, mailoutbox, django_capture_on_commit_callbacks
):
    follow_up.move_lead(viewer(cast.nurse), lead, "decline", outcome="Je pars en mai.")
    with pytest.raises(Refused, match="nouveau porteur"):
        follow_up.move_lead(viewer(cast.coordinator), lead, "entrust")

    with django_capture_on_commit_callbacks(execute=True):
        again = follow_up.assign_lead(
            viewer(cast.coordinator), lead, owner=cast.landlord, due_on=None
        )

    assert (again.status, again.outcome, again.answered_on) == ("proposed", "", None)
    assert [mail.to for mail in mailoutbox] == [[cast.landlord.user.email]]


def test_a_lead_found_to_be_out_of_remit_is_over_with_what_was_learnt(cast, lead):
    follow_up.move_lead(viewer(cast.nurse), lead, "accept")
    with pytest.raises(Refused, match="pourquoi"):
        follow_up.move_lead(viewer(cast.nurse), lead, "rule_out")

    over = follow_up.move_lead(viewer(cast.nurse), lead, "rule_out", outcome="Relève du CMP.")

    assert (over.status, over.ended_on, over.answered_on) == ("out_of_remit", today(), today())
    assert not over.is_open


def test_who_declined_is_not_reminded(cast, lead):
    ActionLead.objects.update(due_on=today(-2))
    assert reminders.remind(today()) == 1

    follow_up.move_lead(viewer(cast.nurse), lead, "decline", outcome="Hors secteur.")

    assert reminders.remind(today()) == 0


# --- assigned -----------------------------------------------------------------------------------


def test_the_coordination_gives_a_lead_an_owner_and_a_date(
    cast, followed, mailoutbox, django_capture_on_commit_callbacks
):
    lead = propose(cast, followed)

    with django_capture_on_commit_callbacks(execute=True):
        follow_up.assign_lead(viewer(cast.coordinator), lead, owner=cast.nurse, due_on=today(10))
        follow_up.assign_lead(viewer(cast.coordinator), lead, owner=cast.nurse, due_on=today(12))

    lead.refresh_from_db()
    assert (lead.owner, lead.due_on) == (cast.nurse, today(12))
    assert [mail.to for mail in mailoutbox] == [[cast.nurse.user.email]]


def test_nobody_else_assigns_a_lead_not_even_its_owner(cast, lead):
    for member in (cast.nurse, cast.landlord, cast.elected, cast.manager):
        with pytest.raises(Refused):
            follow_up.assign_lead(viewer(member), lead, owner=cast.landlord, due_on=None)


def test_a_lead_is_not_given_to_a_stranger_nor_once_it_is_over(cast, lead):
    with pytest.raises(Refused, match="porteur"):
        follow_up.assign_lead(viewer(cast.coordinator), lead, owner=cast.hygiene, due_on=None)

    follow_up.move_lead(viewer(cast.nurse), lead, "drop", outcome="Hors mission.")
    with pytest.raises(Refused, match="terminée"):
        follow_up.assign_lead(viewer(cast.coordinator), lead, owner=cast.landlord, due_on=None)
