"""The pages of leads and feedback: each moves their own, nobody reads another's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import ActionLead
from cases.services import consent, follow_up, participations
from governance.models import AccessRecord
from tests import factories
from tests.cases.followed import SECRET_WORDS, address, heard, propose, situation_followed, today
from tests.cases.sittings import viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def followed(cast):
    """A situation brought by the landlord, where the nurse takes part."""
    return situation_followed(cast)


@pytest.fixture
def lead(cast, followed):
    return propose(cast, followed, owner=cast.nurse, description=SECRET_WORDS)


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
