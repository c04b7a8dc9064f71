"""Séance mode and the record of a point: what is projected, what is kept, who reads it."""

import datetime
import re

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import ActionLead, Conclusions, Hearing
from cases.selectors import open_hearing
from cases.services import consent, follow_up, hearings, participations, situations
from governance.models import AccessRecord, Attendance
from tests.cases.sittings import (
    CANARY,
    address,
    at_the_aissmc,
    concluded,
    of,
    point,
    readers,
    sitting,
    situation,
    viewer,
)

pytestmark = pytest.mark.django_db
SAID = "Une visite à deux est acceptée."


# --- séance mode --------------------------------------------------------------------------------


def typed(**answers):
    return {"summary": SAID, "steps_taken": "Deux courriers.", **answers}


def test_the_page_of_a_point_shows_the_situation_by_its_letter(cast, heard, past, coordination):
    hearing = point(cast.coordinator, heard, past)

    response = coordination.get(of("hearing", hearing))

    assert hearing.meeting_code in response.text
    assert heard.code not in response.text
    assert "Rappel de la charte" in response.text
    assert "Arrêt de soins ou de traitement" in response.text
    assert AccessRecord.objects.filter(
        action="open_situation", target_id=heard.pk, actor=cast.coordinator.user
    ).exists()


def test_texts_are_projected_once_they_are_re_read(cast, heard, past, coordination):
    page = of("hearing", point(cast.coordinator, heard, past))
    assert "Crie la nuit." not in coordination.get(page).text

    heard.refresh_from_db()
    situations.review_texts(viewer(cast.coordinator), heard, {}, version=heard.version)

    assert "Crie la nuit." in coordination.get(page).text


def test_health_is_not_projected_before_a_landlord(cast, past, coordination):
    heard = situation(cast.landlord, cast.coordinator, psychiatry_link=["cmp_current"])
    page = of("hearing", point(cast.coordinator, heard, past))
    care = "Suivi en CMP en cours"
    assert care not in coordination.get(page).text
    assert "ne sont pas projetées" in coordination.get(page).text

    hearings.invite(viewer(cast.coordinator), past, [cast.nurse])
    Attendance.objects.filter(membership=cast.landlord).update(state="excused")

    assert care in coordination.get(page).text


def test_what_is_typed_is_kept_as_a_draft(cast, heard, past, coordination):
    hearing = point(cast.coordinator, heard, past)
    invitation = past.attendances.get()

    response = coordination.post(
        of("hearing", hearing), typed(act="save", **{str(invitation.pk): "remote"})
    )

    assert response.status_code == 302
    draft = Conclusions.objects.get()
    invitation.refresh_from_db()
    assert (draft.summary, draft.steps_taken, draft.validated_at) == (
        SAID,
        "Deux courriers.",
        None,
    )
    assert invitation.state == "remote"
    assert SAID in coordination.get(of("hearing", hearing)).text


def test_adding_a_lead_keeps_what_was_typed_beside_it(cast, heard, past, coordination):
    hearing = point(cast.coordinator, heard, past)

    response = coordination.post(
        of("hearing", hearing),
        typed(act="lead", kind="rights", owner=str(cast.landlord.pk), due_on="2026-10-01"),
    )

    lead = ActionLead.objects.get()
    assert response.url.endswith("#pistes")
    assert (lead.hearing, lead.kind, lead.owner) == (hearing, "rights", cast.landlord)
    assert f"{lead.due_on}" == "2026-10-01"
    assert Conclusions.objects.get().summary == SAID


def test_a_lead_in_error_loses_nothing(cast, heard, past, coordination):
    hearing = point(cast.coordinator, heard, past)

    response = coordination.post(
        of("hearing", hearing), typed(act="lead", kind="", description="Visite à deux")
    )

    assert response.status_code == 200
    assert response.context["lead"].errors
    assert SAID in response.text
    assert "Visite à deux" in response.text
    assert Conclusions.objects.get().summary == SAID


def test_an_attendance_in_error_loses_nothing(cast, heard, past, coordination):
    hearing = point(cast.coordinator, heard, past)
    invitation = past.attendances.get()

    response = coordination.post(
        of("hearing", hearing), typed(act="save", **{str(invitation.pk): "asleep"})
    )

    assert response.status_code == 200
    assert response.context["came"].errors
    assert SAID in response.text


def test_a_page_left_open_does_not_undo_what_was_noted_on_another(cast, heard, past, coordination):
    hearing = point(cast.coordinator, heard, past)
    invitation = past.attendances.get()
    before = {f"initial-{invitation.pk}": "", str(invitation.pk): ""}
    assert f'name="initial-{invitation.pk}"' in coordination.get(of("hearing", hearing)).text
    coordination.post(
        address("meeting_attendance", past.pk), {**before, str(invitation.pk): "present"}
    )

    coordination.post(of("hearing", hearing), typed(act="save", **before))

    invitation.refresh_from_db()
    assert invitation.state == "present"


def test_a_point_is_found_for_who_conducts_the_seance_alone(cast, heard, past):
    hearing = point(cast.coordinator, heard, past)

    def found(member):
        return open_hearing(viewer(member), cast.council, past.pk, hearing.pk)

    assert found(cast.coordinator) == hearing
    for member in cast:
        if member != cast.coordinator:
            with pytest.raises(Http404):
                found(member)
    assert AccessRecord.objects.filter(action="open_situation").count() == 1


def test_earlier_leads_come_back_with_their_fate(cast, heard, past, coordination):
    first = concluded(cast.coordinator, heard, sitting(cast.coordinator, days=-60))
    Hearing.objects.filter(pk=first.pk).update(state=Hearing.State.SCHEDULED)
    first.refresh_from_db()
    coordinator = viewer(cast.coordinator)
    done = follow_up.propose_lead(
        coordinator, heard, kind="rights", owner=cast.landlord, hearing=first
    )
    Hearing.objects.filter(pk=first.pk).update(state=Hearing.State.HELD)
    follow_up.move_lead(coordinator, done, "accept")
    follow_up.move_lead(coordinator, done, "complete", outcome="Droits rouverts.")
    between = follow_up.propose_lead(coordinator, heard, kind="gp")
    hearing = point(cast.coordinator, heard, past)
    own = follow_up.propose_lead(coordinator, heard, kind="watch", hearing=hearing)

    page = coordination.get(of("hearing", hearing)).context

    assert {line.key for line in page["earlier"]} == {done.pk, between.pk}
    assert [line.key for line in page["proposed"]] == [own.pk]
    fate = next(line for line in page["earlier"] if line.key == done.pk)
    assert (fate.outcome, fate.chips[0].label) == ("Droits rouverts.", "Réalisée")


def test_what_was_over_before_the_last_seance_does_not_come_back(cast, heard, past, coordination):
    coordinator = viewer(cast.coordinator)
    old = follow_up.propose_lead(coordinator, heard, kind="gp")
    follow_up.move_lead(coordinator, old, "drop", outcome="Hors mission.")
    ActionLead.objects.update(proposed_on=timezone.localdate() - datetime.timedelta(days=90))
    concluded(cast.coordinator, heard, sitting(cast.coordinator, days=-60))

    page = coordination.get(of("hearing", point(cast.coordinator, heard, past))).context

    assert page["earlier"] == ()


def test_previous_and_next_points_are_one_link_away(cast, past, coordination):
    points = [
        point(cast.coordinator, situation(cast.landlord, cast.coordinator), past) for _ in range(3)
    ]

    page = coordination.get(of("hearing", points[1]))

    assert (page.context["previous"], page.context["following"]) == (points[0].pk, points[2].pk)
    assert of("hearing", points[0]) in page.text
    assert of("hearing", points[2]) in page.text


def test_a_point_is_concluded_after_a_page_that_asks(cast, heard, past, coordination):
    hearing = point(cast.coordinator, heard, past)
    after = point(cast.coordinator, situation(cast.nurse, cast.coordinator), past)

    response = coordination.post(of("hearing", hearing), typed(act="conclude"))
    assert response.url == of("hearing_conclude", hearing)
    assert SAID in coordination.get(response.url).text
    hearing.refresh_from_db()
    assert hearing.state == Hearing.State.SCHEDULED

    response = coordination.post(response.url)

    hearing.refresh_from_db()
    assert hearing.state == Hearing.State.HELD
    assert response.url == of("hearing", after)
    assert coordination.post(of("hearing_conclude", after)).url == of("hearing", after)


def test_the_last_point_leads_back_to_the_seance(cast, heard, past, coordination):
    hearing = point(cast.coordinator, heard, past)
    coordination.post(of("hearing", hearing), typed(act="save"))

    assert coordination.post(of("hearing_conclude", hearing)).url == past.get_absolute_url()


def test_concluding_without_a_word_says_what_is_missing(cast, heard, past, coordination):
    hearing = point(cast.coordinator, heard, past)

    response = coordination.post(of("hearing_conclude", hearing), follow=True)

    assert response.status_code == 200
    assert "Écrivez d’abord ce qui a été dit." in response.text


def test_a_seance_to_come_is_prepared_but_not_concluded(cast, heard, meeting, coordination):
    hearing = point(cast.coordinator, heard, meeting)

    page = coordination.get(of("hearing", hearing))
    assert "quand la séance aura commencé" in page.text
    assert 'value="conclude"' not in page.text


def test_a_concluded_point_shows_its_record_and_no_form(cast, heard, past, coordination):
    hearing = concluded(cast.coordinator, heard, past)

    page = coordination.get(of("hearing", hearing))

    assert "<textarea" not in page.text
    assert of("conclusions", hearing) in page.text
    response = coordination.post(of("hearing", hearing), typed(act="save", summary="Autre"))
    assert response.status_code == 200
    assert "déjà conclu" in response.text
    assert Conclusions.objects.get().summary == "Une visite à deux."


def test_a_themes_hearing_offers_nothing_to_write_and_writes_nothing(
    cast, heard, past, coordination
):
    hearing = point(cast.coordinator, heard, past)
    coordination.post(of("hearing", hearing), typed(act="save"))
    consent.record_agreement(viewer(cast.landlord), heard, "withdrawn")
    hearing = point(cast.coordinator, heard, past)

    page = coordination.get(of("hearing", hearing))
    assert "Aide au professionnel" in page.text
    assert SAID not in page.text
    assert "<textarea" not in page.text
    coordination.post(of("hearing", hearing), typed(act="lead", kind="rights", summary="Nouveau"))
    coordination.post(of("hearing_conclude", hearing))

    hearing.refresh_from_db()
    assert (hearing.state, hearing.naming) == (Hearing.State.HELD, "themes")
    assert not Conclusions.objects.exists()
    assert not ActionLead.objects.exists()


def test_who_came_is_noted_at_a_themes_hearing_too(cast, heard, past, coordination):
    consent.record_agreement(viewer(cast.landlord), heard, "withdrawn")
    hearing = point(cast.coordinator, heard, past)
    invitation = past.attendances.get()

    response = coordination.post(
        of("hearing", hearing), {"act": "save", str(invitation.pk): "present"}
    )

    invitation.refresh_from_db()
    assert (response.status_code, invitation.state) == (302, "present")


def test_after_a_refusal_the_wall_shows_no_text_of_earlier_leads(cast, heard, past, coordination):
    lead = follow_up.propose_lead(
        viewer(cast.coordinator), heard, kind="gp", description="Appeler le docteur du coin"
    )
    hearing = point(cast.coordinator, heard, past)
    assert lead.description in coordination.get(of("hearing", hearing)).text

    consent.record_agreement(viewer(cast.landlord), heard, "withdrawn")

    assert lead.description not in coordination.get(of("hearing", hearing)).text


def test_the_page_of_a_point_takes_as_many_queries_for_two_leads_as_for_six(
    cast, heard, past, coordination
):
    hearing = point(cast.coordinator, heard, past)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert coordination.get(of("hearing", hearing)).status_code == 200
        return len(seen)

    def add(number, *invitees):
        for rank in range(number):
            follow_up.propose_lead(
                viewer(cast.coordinator),
                heard,
                kind="gp",
                owner=cast.landlord,
                hearing=hearing if rank % 2 else None,
            )
        hearings.invite(viewer(cast.coordinator), past, invitees)

    add(2, cast.nurse)
    few = queries()
    add(4, cast.police, cast.hygiene, cast.social_worker)

    assert queries() == few


# --- the conclusions ----------------------------------------------------------------------------


def test_the_record_opens_to_those_it_is_meant_for_and_is_journalled(cast, heard, past, client_of):
    participations.seek(viewer(cast.coordinator), heard, cast.nurse)
    hearing = point(cast.coordinator, heard, past)
    hearings.invite(viewer(cast.coordinator), past, [cast.police])
    hearings.write_conclusions(
        viewer(cast.coordinator), hearing, summary=SAID, steps_taken="Deux courriers."
    )
    assert readers(cast, client_of, of("conclusions", hearing)) == [cast.coordinator]

    hearings.conclude(viewer(cast.coordinator), hearing)

    opened = readers(cast, client_of, of("conclusions", hearing))
    assert opened == [cast.coordinator, cast.landlord, cast.nurse]
    lines = AccessRecord.objects.filter(action="open_conclusions", target_id=heard.pk)
    assert {line.actor for line in lines} == {m.user for m in opened}


def test_the_record_is_confidential_and_says_who_reads_it(cast, heard, past, client_of):
    hearing = concluded(cast.coordinator, heard, past)
    response = client_of(cast.landlord).get(of("conclusions", hearing))

    assert "Relevé de conclusions" in response.text
    assert "Confidentiel" in response.text
    assert "Exemplaire lu par Louis Bailleur" in response.text
    assert "Une visite à deux." in response.text
    assert "Deux courriers." in response.text


def test_the_record_is_worded_as_the_council_s_profile_says(client_of):
    coordinator, author = at_the_aissmc()
    hearing = concluded(coordinator, situation(author, coordinator), sitting(coordinator, days=-1))

    page = client_of(author).get(
        reverse("conclusions", args=["AIS", hearing.meeting_id, hearing.pk])
    )

    assert "Relevé de décisions" in page.text
    assert "Cellule ressource" in page.text


def test_the_partner_finds_the_record_on_the_page_of_the_seance(cast, heard, past, client_of):
    hearing = concluded(cast.coordinator, heard, past)
    client = client_of(cast.landlord)
    assert of("conclusions", hearing) in client.get(past.get_absolute_url()).text

    consent.record_agreement(viewer(cast.landlord), heard, "withdrawn")

    assert of("conclusions", hearing) not in client.get(past.get_absolute_url()).text
    assert client.get(of("conclusions", hearing)).status_code == 404


# --- no name, nowhere ---------------------------------------------------------------------------


def test_no_page_of_a_seance_holds_the_identity(cast, past, client_of, coordination):
    named = situation(cast.landlord, cast.coordinator, "named")
    hearing = point(cast.coordinator, named, past)
    pages = [
        address("meetings"),
        past.get_absolute_url(),
        address("meeting_room", past.pk),
        address("meeting_cancel", past.pk),
        of("hearing", hearing),
        of("hearing_conclude", hearing),
        address("leads"),
    ]
    coordination.post(of("hearing", hearing), typed(act="save"))
    for page in pages:
        assert CANARY not in coordination.get(page).text
    coordination.post(of("hearing_conclude", hearing))
    for page in (past.get_absolute_url(), of("conclusions", hearing), address("leads")):
        for client in (coordination, client_of(cast.landlord)):
            response = client.get(page)
            assert response.status_code == 200
            assert CANARY not in response.text


def test_no_identity_is_two_links_away_from_seance_mode(cast, past, coordination):
    """The page is projected: neither it nor what it leads to leads to the alert or the identity."""
    named = situation(cast.landlord, cast.coordinator, "named")
    hearing = point(cast.coordinator, named, past)
    alert = named.alerts.get().get_absolute_url()
    council_home = reverse("council_home", args=["LIL"])

    for start in (of("hearing", hearing), of("hearing_conclude", hearing)):
        body = coordination.get(start).text.partition("<body")[2]
        links = set(re.findall(r'href="(/[^"#?]*)"', body)) - {council_home}
        assert past.get_absolute_url() in links
        assert alert not in links
        for link in links:
            assert alert not in coordination.get(link).text
