"""Situations: each role's list, the page as each may read it, what the coordination does."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Hearing, Situation
from cases.services import consent, follow_up, hearings, participations, situations, triage
from governance.decisions import Refused
from governance.models import ListEntry, Meeting
from governance.services import people
from governance.versions import EditConflict
from tests import factories
from tests.cases.sittings import sitting, viewer
from tests.world import CANARY_ROOT, submit

pytestmark = pytest.mark.django_db
RAW = "Crie la nuit depuis mai."


@pytest.fixture
def situation(cast):
    """A named situation that the landlord brought; the nurse and the hygiene service are sought."""
    coordinator = viewer(cast.coordinator)
    alert = submit(
        viewer(cast.landlord), cast.council, agreement="named", consent_limits="Rien à ma sœur"
    )
    alert.steps.create(step="home_visit", result="refused", comment="Chez la voisine du 3e")
    opened = triage.accept(coordinator, alert)
    participations.seek(coordinator, opened, cast.nurse)
    participations.seek(coordinator, opened, cast.hygiene)
    return fresh(opened)


def fresh(situation):
    return Situation.objects.select_related("council").get(pk=situation.pk)


def reviewed(situation, cast, **texts):
    texts = {"facts": "Crie la nuit.", **texts}
    return situations.review_texts(
        viewer(cast.coordinator), situation, texts, version=situation.version
    )


def written(cast, situation):
    """A hearing at a séance that has begun, its conclusions still a draft."""
    coordinator = viewer(cast.coordinator)
    meeting = sitting(cast.coordinator, days=1)
    hearing = hearings.schedule(coordinator, situation, meeting)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now())
    hearing = Hearing.objects.select_related("situation__council", "meeting").get(pk=hearing.pk)
    hearings.write_conclusions(coordinator, hearing, summary="Une visite à deux.", steps_taken="")
    return hearing


def heard(cast, situation):
    """A hearing with its conclusions validated."""
    return hearings.conclude(viewer(cast.coordinator), written(cast, situation))


def address(situation, name, *args):
    return reverse(name, args=[situation.council.code, situation.code, *args])


def page_of(client, situation):
    response = client.get(situation.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


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


def retained(cast, author, **fields):
    alert = submit(viewer(author), cast.council, agreement="anonymous", **fields)
    return triage.accept(viewer(cast.coordinator), alert)


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


# --- profile and texts --------------------------------------------------------------------------


def profile(client, situation, **changes):
    """What the profile page would send back, with `changes`."""
    form = client.get(address(situation, "situation_edit")).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent |= changes
    return {name: value for name, value in sent.items() if value not in (None, ())}


def test_saving_the_profile_unchanged_loses_no_answer(cast, client_of):
    town = cast.council.towns.get(name="Hellemmes")
    sector = cast.council.sectors.get(code="59G23")
    situation = fresh(
        retained(
            cast,
            cast.nurse,
            town=town,
            psychiatric_sector=sector,
            minor_children=False,
            income=("other", "aah"),
            protection_measure="curatelle_reinforced",
            criteria_home=("hoarding", "smells"),
            move_in_year=2011,
            since="y1_3",
        )
    )
    client = client_of(cast.coordinator)
    before = {f.name: getattr(situation, f.name) for f in Situation._meta.concrete_fields}

    response = client.post(address(situation, "situation_edit"), profile(client, situation))

    assert response.status_code == 302
    saved = fresh(situation)
    moved = {"version", "last_activity"}
    assert {name for name, value in before.items() if getattr(saved, name) != value} == moved


def test_the_profile_changes_from_its_page(situation, cast, client_of):
    client = client_of(cast.coordinator)
    data = profile(
        client, situation, housing_status="homeless", complexity="not_complex",
        income=["rsa"], minor_children="yes",
    )  # fmt: skip
    assert client.post(address(situation, "situation_edit"), data).status_code == 302

    saved = fresh(situation)
    assert (saved.housing_status, saved.complexity) == ("homeless", "not_complex")
    assert (saved.income, saved.minor_children) == (("rsa",), True)


def test_an_answer_that_the_council_took_off_its_list_survives_the_form(situation, cast, client_of):
    ListEntry.objects.create(
        council=cast.council, list_code="sex", code="male", label="Homme", position=1, active=False
    )
    client = client_of(cast.coordinator)
    data = profile(client, situation, housing_status="homeless")

    assert client.post(address(situation, "situation_edit"), data).status_code == 302

    assert fresh(situation).sex == "male"


def test_a_quarter_of_another_town_is_an_error_at_the_field(situation, cast, client_of):
    quarter = cast.council.towns.get(name="Hellemmes").districts.create(name="Barbusse")
    client = client_of(cast.coordinator)
    data = profile(
        client,
        situation,
        town=str(cast.council.towns.get(name="Lille").pk),
        district=str(quarter.pk),
    )
    page = client.post(address(situation, "situation_edit"), data).content.decode()
    assert "Ce quartier n’est pas dans la commune choisie." in page


def test_the_second_to_save_the_profile_sees_the_difference_and_loses_nothing(
    situation, cast, client_of
):
    client = client_of(cast.coordinator)
    late = profile(client, situation, housing_status="hosted")
    situations.revise(
        viewer(cast.coordinator), situation, {"housing_status": "homeless"}, version=1
    )

    response = client.post(address(situation, "situation_edit"), late)

    assert response.status_code == 200
    page = response.content.decode()
    assert "modifiée entre-temps" in page
    (difference,) = response.context["differences"]
    assert difference.label == "Logement"
    assert difference.saved == "Sans domicile, squat"
    assert difference.typed == "Hébergé par un tiers"
    assert fresh(situation).housing_status == "homeless"

    form = response.context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert client.post(address(situation, "situation_edit"), again).status_code == 302
    assert fresh(situation).housing_status == "hosted"


def test_the_second_to_save_the_texts_sees_both_and_loses_nothing(situation, cast, client_of):
    client = client_of(cast.coordinator)
    reviewed(situation, cast, facts="Première relecture")

    response = client.post(
        address(situation, "situation_texts"), {"version": 1, "facts": "Seconde relecture"}
    )

    page = response.content.decode()
    assert "Première relecture" in page
    assert "Seconde relecture" in page
    assert fresh(situation).facts == "Première relecture"


def test_saving_again_after_a_conflict_keeps_what_the_other_person_changed(
    situation, cast, client_of
):
    """Each changed a field of their own: both changes stay."""
    client = client_of(cast.coordinator)
    late = profile(client, situation, housing_status="hosted")
    situations.revise(
        viewer(cast.coordinator),
        situation,
        {"sex": "female", "income": ("rsa",), "minor_children": True},
        version=1,
    )

    response = client.post(address(situation, "situation_edit"), late)
    (difference,) = response.context["differences"]
    assert difference.label == "Logement"
    form = response.context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert client.post(address(situation, "situation_edit"), again).status_code == 302

    saved = fresh(situation)
    assert saved.housing_status == "hosted"
    assert (saved.sex, saved.income, saved.minor_children) == ("female", ("rsa",), True)


def test_a_text_left_alone_is_not_typed_again_whatever_its_ends_of_lines(
    situation, cast, client_of
):
    client = client_of(cast.coordinator)
    texts = {"facts": "Un\nDeux", "person_words": "Rien"}
    reviewed(situation, cast, **texts)
    situations.review_texts(
        viewer(cast.coordinator), fresh(situation), {"facts": "Trois"}, version=2
    )
    response = client.post(
        address(situation, "situation_texts"),
        {"version": 2, "facts": "Un\r\nDeux", "person_words": "Mon chien"},
    )
    form = response.context["form"]
    assert form["facts"].value() == "Trois"
    assert form["person_words"].value() == "Mon chien"


def test_the_service_refuses_a_stale_version_and_another_hand(situation, cast):
    situations.revise(viewer(cast.coordinator), situation, {"sex": "female"}, version=1)
    with pytest.raises(EditConflict) as conflict:
        situations.revise(viewer(cast.coordinator), situation, {"sex": "other"}, version=1)
    assert conflict.value.current.sex == "female"
    with pytest.raises(Refused):
        situations.revise(viewer(cast.landlord), situation, {"sex": "other"}, version=2)


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
