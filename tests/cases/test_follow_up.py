"""Action leads and feedback: owned, dated, moved by who may, told to the person."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import policies
from cases.models import ActionLead, Feedback, Participation
from cases.services import consent, follow_up, participations, reminders, situations
from governance.decisions import Refused
from governance.models import AccessRecord
from governance.services import people
from governance.workflow import IllegalTransition
from tests import factories
from tests.cases.sittings import concluded, sitting, situation, viewer

pytestmark = pytest.mark.django_db
SECRET_WORDS = "Passer par la gardienne"


@pytest.fixture
def followed(cast):
    """A situation brought by the landlord, where the nurse takes part."""
    followed = situation(cast.landlord, cast.coordinator)
    participations.seek(viewer(cast.coordinator), followed, cast.nurse)
    return followed


def propose(cast, followed, **answers):
    return follow_up.propose_lead(
        viewer(cast.coordinator), followed, **{"kind": "joint_home_visit", **answers}
    )


@pytest.fixture
def lead(cast, followed):
    return propose(cast, followed, owner=cast.nurse, description=SECRET_WORDS)


def today(days=0):
    return timezone.localdate() + datetime.timedelta(days=days)


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


# --- feedback -----------------------------------------------------------------------------------


def heard(cast, agreement="named", **fields):
    """A situation heard yesterday; its feedback, or None."""
    told = situation(cast.landlord, cast.coordinator, agreement, **fields)
    hearing = concluded(cast.coordinator, told, sitting(cast.coordinator, days=-1))
    return Feedback.objects.filter(hearing=hearing).first()


def test_after_a_named_hearing_who_knows_the_person_tells_them(cast):
    due = heard(cast)

    assert due.given_by == cast.landlord
    assert due.due_on == today(15)
    assert due.given_on is None


def test_in_lille_an_anonymous_situation_gets_no_feedback(cast):
    assert heard(cast, "anonymous") is None


def test_at_the_aissmc_an_anonymous_situation_gets_feedback():
    council = factories.aissmc()
    coordinator = factories.member(council, "anne.coordination@demo.example", "coordinator")
    author = factories.member(
        council,
        "ali.ccas@demo.example",
        "partner",
        organisation=factories.organisation(council, "CCAS", "ccas"),
    )
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


# --- the pages ----------------------------------------------------------------------------------


def address(name, cast, *keys):
    return reverse(name, args=[cast.council.code, *keys])


def test_leads_and_feedback_are_for_the_coordination_and_partners(cast, lead, client_of):
    for member in cast:
        status = client_of(member).get(address("leads", cast)).status_code
        expected = 404 if member.role in ("copil", "manager") else 200
        assert (member.role, status) == (member.role, expected)


def test_the_coordination_sees_all_open_leads_the_most_overdue_first(cast, followed, client_of):
    dated = [
        propose(cast, followed, owner=cast.nurse, due_on=today(days)).due_on for days in (5, -9, -1)
    ]
    propose(cast, followed)
    over = propose(cast, followed, kind="rights")
    follow_up.move_lead(viewer(cast.coordinator), over, "drop", outcome="Hors mission.")

    response = client_of(cast.coordinator).get(address("leads", cast))

    shown = [lead.due_on for lead in response.context["page_obj"]]
    assert shown == [dated[1], dated[2], dated[0], None]
    assert [any(c.kind == "late" for c in row.chips) for row in response.context["leads"]] == [
        True,
        True,
        False,
        False,
    ]


def test_a_partner_sees_their_own_leads_and_feedback(cast, lead, client_of):
    heard(cast)
    propose(cast, lead.situation, owner=cast.landlord, kind="landlord_mediation")

    def shown(member):
        page = client_of(member).get(address("leads", cast)).context
        return [row.title for row in page["leads"]], len(page["feedback"])

    assert shown(cast.landlord) == (["Médiation bailleur ou voisinage"], 1)
    assert shown(cast.nurse) == (["Visite à domicile conjointe"], 0)
    assert shown(cast.police) == ([], 0)


def test_a_lead_opens_to_its_owner_and_the_coordination_alone(cast, lead, client_of):
    opened = [
        member
        for member in cast
        if client_of(member).get(address("lead_move", cast, lead.pk)).status_code == 200
    ]

    assert opened == [cast.coordinator, cast.nurse]
    lines = AccessRecord.objects.filter(action="open_situation", target_id=lead.situation_id)
    assert {line.actor for line in lines} == {cast.coordinator.user, cast.nurse.user}


def test_a_lead_of_another_council_is_not_found(cast, lead, client_of):
    other = factories.aissmc()
    factories.member(other, cast.coordinator.user.email, "coordinator")

    response = client_of(cast.coordinator).get(reverse("lead_move", args=["AIS", lead.pk]))

    assert response.status_code == 404


def test_the_owner_moves_the_lead_on_its_page(cast, lead, client_of):
    response = client_of(cast.nurse).post(
        address("lead_move", cast, lead.pk), {"act": "accept", "outcome": ""}
    )

    lead.refresh_from_db()
    assert response.status_code == 302
    assert lead.status == "accepted"


def test_a_drop_without_a_reason_shows_the_form_again_with_what_was_typed(cast, lead, client_of):
    response = client_of(cast.nurse).post(
        address("lead_move", cast, lead.pk), {"act": "drop", "outcome": ""}
    )

    lead.refresh_from_db()
    assert (response.status_code, lead.status) == (200, "proposed")
    assert response.context["move_form"]["act"].value() == "drop"
    assert list(response.context["move_form"].errors) == ["outcome"]
    assert "pourquoi la piste n’aboutit pas" in response.text


@pytest.mark.parametrize("act", ["complete", "erase_everything", ""])
def test_an_act_that_is_not_offered_is_an_error_of_the_form(cast, lead, client_of, act):
    response = client_of(cast.nurse).post(
        address("lead_move", cast, lead.pk), {"act": act, "outcome": "Fait."}
    )

    lead.refresh_from_db()
    assert (response.status_code, lead.status) == (200, "proposed")
    assert response.context["move_form"].errors


def test_accepting_a_lead_without_an_owner_says_what_is_missing(cast, followed, client_of):
    lead = propose(cast, followed)

    response = client_of(cast.coordinator).post(
        address("lead_move", cast, lead.pk), {"act": "accept", "outcome": ""}
    )

    assert response.status_code == 200
    assert "Une piste acceptée a un porteur" in response.text


def test_the_coordination_assigns_on_the_page_of_the_lead(cast, lead, client_of):
    response = client_of(cast.coordinator).post(
        address("lead_assign", cast, lead.pk),
        {"owner": str(cast.landlord.pk), "due_on": today(4).isoformat()},
    )

    lead.refresh_from_db()
    assert response.status_code == 302
    assert (lead.owner, lead.due_on) == (cast.landlord, today(4))


@pytest.mark.parametrize("owner", ["", "hygiene", "nobody"])
def test_who_is_not_concerned_is_not_offered_as_an_owner(cast, lead, client_of, owner):
    member = getattr(cast, owner, None)
    response = client_of(cast.coordinator).post(
        address("lead_assign", cast, lead.pk), {"owner": str(member.pk) if member else owner}
    )

    lead.refresh_from_db()
    assert (response.status_code, lead.owner) == (200, cast.nurse)
    assert response.context["assign_form"].errors


def test_only_the_coordination_assigns_and_proposes(cast, lead, client_of):
    for member in cast:
        if member == cast.coordinator:
            continue
        for name, key in (("lead_assign", lead.pk), ("lead_new", lead.situation.code)):
            response = client_of(member).post(address(name, cast, key), {"kind": "rights"})
            assert response.status_code == 404
    assert ActionLead.objects.count() == 1


def test_a_lead_is_proposed_between_two_seances(cast, followed, client_of):
    page = address("lead_new", cast, followed.code)
    client = client_of(cast.coordinator)
    assert client.get(page).status_code == 200
    assert client.post(page, {"kind": ""}).context["form"].errors

    response = client.post(
        page, {"kind": "rights", "owner": str(cast.nurse.pk), "description": "", "due_on": ""}
    )

    lead = ActionLead.objects.get()
    assert response.url == followed.get_absolute_url()
    assert (lead.kind, lead.owner, lead.hearing) == ("rights", cast.nurse, None)


def test_after_a_refusal_the_owner_no_longer_reads_what_was_written(cast, lead, client_of):
    page = address("lead_move", cast, lead.pk)
    assert SECRET_WORDS in client_of(cast.nurse).get(page).text

    consent.record_agreement(viewer(cast.landlord), lead.situation, "withdrawn")

    assert SECRET_WORDS not in client_of(cast.nurse).get(page).text
    assert SECRET_WORDS in client_of(cast.coordinator).get(page).text


def test_feedback_opens_to_who_gives_it_and_the_coordination_alone(cast, client_of):
    due = heard(cast)
    participations.seek(viewer(cast.coordinator), due.hearing.situation, cast.nurse)

    opened = [
        member
        for member in cast
        if client_of(member).get(address("feedback", cast, due.pk)).status_code == 200
    ]

    assert opened == [cast.coordinator, cast.landlord]


def test_feedback_is_noted_on_its_page(cast, client_of):
    due = heard(cast)
    page = address("feedback", cast, due.pk)
    client = client_of(cast.landlord)

    late = client.post(page, {"given_on": today(1).isoformat(), "reaction": "Soulagée."})
    assert "datée du futur" in late.text
    assert "Soulagée." in late.text
    response = client.post(page, {"given_on": today().isoformat(), "reaction": "Soulagée."})

    due.refresh_from_db()
    assert response.status_code == 302
    assert (due.given_on, due.reaction) == (today(), "Soulagée.")
    assert client.get(address("leads", cast)).context["feedback"] == []


def test_the_list_of_leads_takes_as_many_queries_for_three_as_for_nine(cast, followed, client_of):
    client = client_of(cast.coordinator)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address("leads", cast)).status_code == 200
        return len(seen)

    for _ in range(3):
        propose(cast, followed, owner=cast.nurse)
        heard(cast)
    few = queries()
    for _ in range(6):
        propose(cast, followed, owner=cast.landlord)
        heard(cast)

    assert queries() == few
