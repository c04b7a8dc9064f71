"""Situations: each role's list, the page as each may read it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.services import consent, follow_up, hearings, participations, situations
from governance.services import people
from tests import factories
from tests.cases.dossiers import address, brought, heard, page_of, retained, reviewed, written
from tests.cases.sittings import viewer
from tests.world import CANARY_ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def situation(cast):
    """A named situation that the landlord brought; the nurse and the hygiene service are sought."""
    return brought(cast)


RAW = "Crie la nuit depuis mai."


# --- the page -----------------------------------------------------------------------------------


def test_the_page_is_for_the_coordination_and_those_who_take_part(situation, cast, client_of):
    people.end_membership(cast.hygiene, by=cast.coordinator.user)
    elsewhere = factories.member(factories.aissmc(), "odile@demo.example", "coordinator")
    answers = {
        member: client_of(member).get(situation.get_absolute_url()).status_code
        for member in (*cast, elsewhere)
    }
    assert {m for m, status in answers.items() if status == 200} == {
        cast.coordinator, cast.landlord, cast.nurse,
    }  # fmt: skip
    assert set(answers.values()) == {200, 404}


def test_the_identity_is_on_no_page_of_a_situation(situation, cast, client_of):
    reviewed(situation, cast)
    for member in (cast.coordinator, cast.landlord, cast.nurse):
        client = client_of(member)
        for name in (
            "situation", "situation_consent", "situation_edit", "situation_texts",
            "situation_close", "situation_invite", "situation_schedule",
        ):  # fmt: skip
            response = client.get(address(situation, name))
            assert CANARY_ROOT not in response.content.decode().lower(), name


def test_texts_are_the_coordinations_until_they_are_re_read(situation, cast, client_of):
    coordination, nurse = client_of(cast.coordinator), client_of(cast.nurse)
    assert RAW in page_of(coordination, situation)
    assert "Textes non relus" in page_of(coordination, situation)
    assert RAW not in page_of(nurse, situation)
    assert "n’a pas encore relu" in page_of(nurse, situation)

    response = coordination.post(
        address(situation, "situation_texts"), {"version": 1, "facts": "Crie la nuit."}
    )

    assert response.status_code == 302
    assert "Crie la nuit." in page_of(nurse, situation)
    assert RAW not in page_of(nurse, situation)


def test_health_is_read_by_the_nurse_and_not_by_the_landlord_nor_the_hygiene_service(
    situation, cast, client_of
):
    health = ("Suivi ancien ou rupture de soins", "Menaces", "Alcool")
    for member, reads in ((cast.nurse, True), (cast.landlord, False), (cast.hygiene, False)):
        page = page_of(client_of(member), situation)
        for words in health:
            assert (words in page) == reads, (member, words)


def test_a_participant_reads_neither_notes_nor_evidence_nor_comments_nor_the_journal(
    situation, cast, client_of
):
    situations.add_note(viewer(cast.coordinator), situation, text="Appeler le Dr avant mardi")
    reviewed(situation, cast)
    internal = (
        "Appeler le Dr avant mardi", "Rien à ma sœur", "Qui a ouvert cette situation",
        "Alertes rattachées", "Fiche alerte en ligne", "Connaît la personne",
    )  # fmt: skip
    coordination = page_of(client_of(cast.coordinator), situation)
    assert [words for words in internal if words not in coordination] == []
    for member in (cast.landlord, cast.nurse):
        page = page_of(client_of(member), situation)
        assert [words for words in internal if words in page] == []
        assert "Refus de la personne" in page  # the step that was tried
        assert "Chez la voisine du 3e" not in page  # its comment, which nobody re-read
    assert "-A001" not in page_of(client_of(cast.nurse), situation)


def test_after_a_refusal_a_participant_reads_the_themes_and_their_own_part_only(
    situation, cast, client_of
):
    reviewed(situation, cast)
    lead = follow_up.propose_lead(
        viewer(cast.coordinator), situation, kind="mobile_team", owner=cast.landlord
    )
    heard(cast, situation)
    consent.record_agreement(viewer(cast.nurse), situation, "withdrawn")

    page = page_of(client_of(cast.nurse), situation)

    assert "Troubles de voisinage" in page
    assert "Habitat et santé mentale" in page
    for words in (
        "Homme", "31-40 ans", "Crie la nuit.", "Suivi ancien", "Refus de la personne",
        str(cast.landlord.user), lead.kind_label, "Pistes d’action", "Bailleur social",
    ):  # fmt: skip
        assert words not in page, words
    assert str(cast.nurse.user) in page
    coordination = page_of(client_of(cast.coordinator), situation)
    assert "Crie la nuit." in coordination


def test_conclusions_are_linked_for_those_who_were_invited(situation, cast, client_of):
    coordinator = viewer(cast.coordinator)
    hearing = written(cast, situation)
    link = reverse("conclusions", args=[cast.council.code, hearing.meeting.pk, hearing.pk])
    assert link in page_of(client_of(cast.coordinator), situation)
    assert link not in page_of(client_of(cast.nurse), situation)  # not validated yet

    hearings.conclude(coordinator, hearing)
    participations.seek(coordinator, situation, cast.social_worker)

    assert link in page_of(client_of(cast.nurse), situation)
    assert link not in page_of(client_of(cast.social_worker), situation)  # came afterwards


def test_a_lead_moves_from_the_page_of_its_owner_and_the_coordination(situation, cast, client_of):
    lead = follow_up.propose_lead(
        viewer(cast.coordinator), situation, kind="mobile_team", owner=cast.nurse
    )
    link = reverse("lead_move", args=[cast.council.code, lead.pk])

    assert link in page_of(client_of(cast.coordinator), situation)
    assert link in page_of(client_of(cast.nurse), situation)
    landlord = page_of(client_of(cast.landlord), situation)
    assert lead.kind_label in landlord
    assert link not in landlord


def test_opening_a_situation_is_journalled_and_the_coordination_reads_it(
    situation, cast, client_of
):
    client_of(cast.nurse).get(situation.get_absolute_url())
    page = page_of(client_of(cast.coordinator), situation).replace("\u00a0", " ")
    assert f"{cast.nurse.user} : Situation ouverte" in page


def test_the_page_makes_as_many_queries_for_thirty_leads_as_for_three(
    situation, cast, client_of, django_assert_max_num_queries
):
    def populate(count):
        for _ in range(count):
            follow_up.propose_lead(
                viewer(cast.coordinator), situation, kind="mobile_team", owner=cast.nurse
            )
            situations.add_note(viewer(cast.coordinator), situation, text="Appel")
            consent.record_presence(viewer(cast.nurse), situation, "present")

    clients = [client_of(cast.coordinator), client_of(cast.nurse)]
    populate(3)
    counts = []
    for client in clients:
        with django_assert_max_num_queries(100) as few:
            client.get(situation.get_absolute_url())
        counts.append(len(few))
    populate(27)
    for client, few in zip(clients, counts, strict=True):
        with django_assert_max_num_queries(few):
            client.get(situation.get_absolute_url())


# --- the lists ----------------------------------------------------------------------------------


def listed(client, council, query=""):
    response = client.get(f"{reverse('situations', args=[council.code])}{query}")
    return [row.code for row in response.context["rows"]]


def test_each_role_has_its_list(situation, cast, client_of):
    other = retained(cast, cast.police)

    assert set(listed(client_of(cast.coordinator), cast.council)) == {situation.code, other.code}
    assert listed(client_of(cast.nurse), cast.council) == [situation.code]
    assert listed(client_of(cast.social_worker), cast.council) == []
    for member in (cast.elected, cast.manager):
        address = reverse("situations", args=[cast.council.code])
        assert client_of(member).get(address).status_code == 404


def test_the_coordinations_list_is_filtered_by_the_address(cast, client_of):
    sector = cast.council.sectors.get(code="59G23")
    first = retained(cast, cast.nurse, psychiatric_sector=sector)
    second = retained(cast, cast.nurse, situation_type="addiction_psychiatry")
    situations.watch(viewer(cast.coordinator), second)
    client = client_of(cast.coordinator)

    assert listed(client, cast.council) == [second.code, first.code]  # last moved first
    assert listed(client, cast.council, "?status=watch") == [second.code]
    assert listed(client, cast.council, "?sector=59G23") == [first.code]
    assert listed(client, cast.council, "?type=addiction_psychiatry") == [second.code]
    assert listed(client, cast.council, f"?q={first.code[-3:].lower()}") == [first.code]
    assert listed(client, cast.council, "?status=nonsense") == [second.code, first.code]


def test_a_situation_with_an_overdue_lead_is_marked(situation, cast, client_of):
    client = client_of(cast.coordinator)
    address = reverse("situations", args=[cast.council.code])
    assert "Action échue" not in client.get(address).content.decode()

    follow_up.propose_lead(
        viewer(cast.coordinator),
        situation,
        kind="mobile_team",
        due_on=timezone.localdate() - datetime.timedelta(days=1),
    )

    assert "Action échue" in client.get(address).content.decode()


def test_a_partners_list_shows_their_own_part_and_no_health(situation, cast, client_of):
    situation.psychiatric_sector = cast.council.sectors.get(code="59G24")
    situation.save()
    address = reverse("situations", args=[cast.council.code])

    page = client_of(cast.nurse).get(address).content.decode()

    assert "Votre réponse est attendue" in page
    assert "59G24" not in page
    assert "59G24" in client_of(cast.coordinator).get(address).content.decode()
    assert "Vous participez" in client_of(cast.landlord).get(address).content.decode()


def test_an_empty_list_says_what_to_do(cast, client_of):
    address = reverse("situations", args=[cast.council.code])
    assert (
        "quand vous retenez une alerte" in client_of(cast.coordinator).get(address).content.decode()
    )
    assert "retient une de vos alertes" in client_of(cast.nurse).get(address).content.decode()


@pytest.mark.parametrize("role", ["coordinator", "nurse"])
def test_the_lists_make_as_many_queries_for_thirty_situations_as_for_three(
    cast, client_of, django_assert_max_num_queries, role
):
    client = client_of(getattr(cast, role))
    address = reverse("situations", args=[cast.council.code])
    for _ in range(3):
        retained(cast, cast.nurse)
    with django_assert_max_num_queries(100) as few:
        client.get(address)
    for _ in range(27):
        retained(cast, cast.nurse)

    with django_assert_max_num_queries(len(few)):
        response = client.get(address)

    assert len(response.context["rows"]) == 25
    assert len(few) <= 17  # of which the way back (3), one’s views (2), the filter’s services
