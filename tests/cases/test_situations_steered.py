"""What partners and the coordination do to a situation, from its page."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.services import follow_up, hearings, participations
from tests.cases.dossiers import address, brought, fresh, page_of, retained
from tests.cases.sittings import sitting, viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def situation(cast):
    """A named situation that the landlord brought; the nurse and the hygiene service are sought."""
    return brought(cast)


# --- participants -------------------------------------------------------------------------------


def test_a_partner_accepts_from_the_page(situation, cast, client_of):
    own = situation.participations.get(membership=cast.nurse)
    client = client_of(cast.nurse)
    accept = address(situation, "participation_accept", own.pk)
    assert accept in page_of(client, situation)

    page = client.post(accept, follow=True).content.decode()

    assert "Vous participez à cette situation." in page
    assert accept not in page
    own.refresh_from_db()
    assert own.state == "accepted"


def test_a_partner_declines_with_a_reason_and_the_situation_closes_to_them(
    situation, cast, client_of
):
    own = situation.participations.get(membership=cast.nurse)
    client = client_of(cast.nurse)
    decline = address(situation, "participation_decline", own.pk)
    assert "Il y a un problème" in client.post(decline, {"reason": ""}).content.decode()

    response = client.post(decline, {"reason": "Pas de disponibilité"})

    assert response["Location"] == reverse("situations", args=[cast.council.code])
    assert client.get(situation.get_absolute_url()).status_code == 404
    assert client.get(decline).status_code == 404
    assert "Pas de disponibilité" in page_of(client_of(cast.coordinator), situation)
    assert "Pas de disponibilité" not in page_of(client_of(cast.landlord), situation)


def test_a_partner_accepts_from_their_list_or_their_home(situation, cast, client_of):
    own = situation.participations.get(membership=cast.nurse)
    client = client_of(cast.nurse)
    accept = address(situation, "participation_accept", own.pk)
    for place in ("situations", "council_home"):
        assert accept in client.get(reverse(place, args=["LIL"])).content.decode()
    client.post(accept)
    own.refresh_from_db()
    assert (own.state, own.answered_on) == ("accepted", timezone.localdate())
    for place in ("situations", "council_home"):
        assert accept not in client.get(reverse(place, args=["LIL"])).content.decode()


def test_a_second_tap_on_accept_is_a_message_not_an_error(situation, cast, client_of):
    own = situation.participations.get(membership=cast.nurse)
    client = client_of(cast.nurse)
    accept = address(situation, "participation_accept", own.pk)
    client.post(accept)
    assert "n’est plus possible" in client.post(accept, follow=True).content.decode()


def test_a_partner_has_done_their_part_while_the_situation_goes_on(situation, cast, client_of):
    own = situation.participations.get(membership=cast.nurse)
    participations.accept(viewer(cast.nurse), own)
    client = client_of(cast.nurse)
    finish = address(situation, "participation_finish", own.pk)
    assert finish in page_of(client, situation)
    assert finish not in page_of(client_of(cast.hygiene), situation)

    lead = follow_up.propose_lead(
        viewer(cast.coordinator), situation, kind="joint_home_visit", owner=cast.nurse
    )
    refused = client.post(finish, {"reason": "Suivi repris au CMP"}).content.decode()
    assert "Vous portez encore une piste" in refused
    assert "Suivi repris au CMP" in refused
    follow_up.move_lead(viewer(cast.nurse), lead, "drop", outcome="Sans objet")

    response = client.post(finish, {"reason": ""})
    assert response["Location"] == reverse("situations", args=[cast.council.code])
    own.refresh_from_db()
    assert own.state == "ended"
    assert client.get(situation.get_absolute_url()).status_code == 404
    assert fresh(situation).is_open


def test_nobody_answers_in_the_name_of_another(situation, cast, client_of):
    own = situation.participations.get(membership=cast.nurse)
    for member in (cast.landlord, cast.coordinator, cast.social_worker):
        for name in ("participation_accept", "participation_decline", "participation_finish"):
            response = client_of(member).post(
                address(situation, name, own.pk), {"reason": "Hors mission"}
            )
            assert response.status_code == 404
    own.refresh_from_db()
    assert own.state == "sought"


def test_the_coordination_seeks_and_ends_a_participation(situation, cast, client_of):
    client = client_of(cast.coordinator)
    invite = address(situation, "situation_invite")
    form = client.get(invite).context["form"]
    offered = {key for _, group in form.fields["partner"].choices[1:] for key, _ in group}
    assert offered == {str(cast.social_worker.pk), str(cast.police.pk)}

    response = client.post(invite, {"partner": str(cast.police.pk), "knows_person": "on"})
    assert response.status_code == 302
    sought = situation.participations.get(membership=cast.police)
    assert sought.knows_person
    assert client_of(cast.police).get(situation.get_absolute_url()).status_code == 200

    end = address(situation, "participation_end", sought.pk)
    assert client.post(end, {"reason": "Relais pris"}).status_code == 302
    assert client_of(cast.police).get(situation.get_absolute_url()).status_code == 404
    assert "déjà terminée" in client.post(end, {"reason": "Encore"}).content.decode()


def test_a_participation_is_found_in_its_own_situation_only(situation, cast, client_of):
    other = retained(cast, cast.police)
    theirs = other.participations.get()
    client = client_of(cast.coordinator)
    assert client.get(address(situation, "participation_end", theirs.pk)).status_code == 404


# --- the life of a situation --------------------------------------------------------------------


def test_a_situation_is_closed_with_a_reason_and_reopened_with_another(situation, cast, client_of):
    client = client_of(cast.coordinator)
    lead = follow_up.propose_lead(
        viewer(cast.coordinator), situation, kind="mobile_team", owner=cast.nurse
    )
    today = timezone.localdate().isoformat()
    response = client.post(
        address(situation, "situation_close"), {"reason": "improved", "on": today}
    )
    assert response.status_code == 302
    closed = fresh(situation)
    lead.refresh_from_db()
    assert (closed.status, closed.closure_reason, lead.status) == ("closed", "improved", "dropped")
    assert "Amélioration" in page_of(client_of(cast.nurse), situation)

    reopened = client.post(address(situation, "situation_reopen"), {"reason": "Nouvel appel"})
    assert reopened.status_code == 302
    assert fresh(situation).status == "reopened"
    assert "Nouvel appel" in page_of(client, situation)
    assert "Nouvel appel" not in page_of(client_of(cast.nurse), situation)


@pytest.mark.parametrize("days", [-400, 1])
def test_a_closure_before_the_reception_or_in_the_future_is_an_error_on_the_page(
    situation, cast, client_of, days
):
    day = timezone.localdate() + datetime.timedelta(days=days)
    response = client_of(cast.coordinator).post(
        address(situation, "situation_close"), {"reason": "improved", "on": day.isoformat()}
    )
    assert response.status_code == 200
    assert "Il y a un problème" in response.content.decode()
    assert fresh(situation).status == "under_review"


def test_a_situation_goes_from_review_to_watch_to_follow_up(situation, cast, client_of):
    client = client_of(cast.coordinator)
    for name, status in (("situation_watch", "watch"), ("situation_follow", "follow_up")):
        assert client.post(address(situation, name)).status_code == 302
        assert fresh(situation).status == status


def test_an_act_that_is_not_possible_is_a_message_or_an_error_never_a_failure(
    situation, cast, client_of
):
    client = client_of(cast.coordinator)
    hearings.schedule(viewer(cast.coordinator), situation, sitting(cast.coordinator))
    today = timezone.localdate().isoformat()
    for name, data in (
        ("situation_watch", {}),
        ("situation_close", {"reason": "improved", "on": today}),
        ("situation_reopen", {"reason": "Erreur"}),
    ):
        response = client.post(address(situation, name), data, follow=True)
        assert response.status_code == 200
        assert "n’est plus possible" in response.content.decode(), name
    assert fresh(situation).status == "scheduled"


def test_a_situation_joins_the_agenda_of_a_planned_séance(situation, cast, client_of):
    client = client_of(cast.coordinator)
    page = client.get(address(situation, "situation_schedule")).content.decode()
    assert "Aucune séance n’est prévue" in page

    meeting = sitting(cast.coordinator)
    response = client.post(
        address(situation, "situation_schedule"), {"meeting": str(meeting.pk), "minutes": 30}
    )

    assert response.status_code == 302
    assert fresh(situation).status == "scheduled"
    assert meeting.hearings.get().minutes == 30
    assert meeting.attendances.count() == 3


def test_a_note_is_added_from_the_page_and_an_empty_one_is_an_error(situation, cast, client_of):
    client = client_of(cast.coordinator)
    note = address(situation, "situation_note")
    assert "Il y a un problème" in client.post(note, {"text": " "}).content.decode()

    client.post(note, {"text": "Rappeler le service"})

    assert "Rappeler le service" in page_of(client, situation)
    assert situation.notes.get().author == cast.coordinator.user


def test_no_partner_reaches_an_act_of_the_coordination(situation, cast, client_of):
    before = fresh(situation)
    for name in (
        "situation_edit", "situation_texts", "situation_note", "situation_follow",
        "situation_watch", "situation_close", "situation_reopen", "situation_schedule",
        "situation_invite",
    ):  # fmt: skip
        for member in (cast.landlord, cast.nurse, cast.social_worker, cast.elected, cast.manager):
            response = client_of(member).post(address(situation, name), {"reason": "x"})
            assert response.status_code == 404, (name, member)
    after = fresh(situation)
    assert (after.status, after.version) == (before.status, before.version)
