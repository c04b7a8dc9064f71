"""The conclusions told to those they are for, handed on paper; nothing of them after a refusal."""

import io

import pikepdf
import pytest
from django.utils import timezone

from cases.conclusions import counted_obstacles
from cases.models import Conclusions, Delivery
from cases.services import conclusions, consent, hearings, participations
from governance.decisions import Refused
from governance.models import AccessRecord, Council
from reports.statistics import count_internal
from tests.cases.concluded import SAID, correct, fresh, letters, told
from tests.cases.sittings import (
    CANARY,
    at_the_aissmc,
    concluded,
    of,
    point,
    readers,
    sitting,
    situation,
    viewer,
)
from tests.pdf_words import words_of

pytestmark = pytest.mark.django_db


# --- told to those they are for -----------------------------------------------------------------


def test_where_they_are_sent_the_present_and_the_concerned_absent_get_one_letter(cast, heard, past):
    participations.seek(viewer(cast.coordinator), heard, cast.nurse)
    hearing = point(cast.coordinator, heard, past)
    # Invited to the séance for another situation: not concerned.
    hearings.invite(viewer(cast.coordinator), past, [cast.police])
    past.attendances.filter(membership=cast.nurse).update(state="absent")
    hearings.write_conclusions(viewer(cast.coordinator), hearing, summary=SAID, steps_taken="")

    hearings.conclude(viewer(cast.coordinator), hearing)

    concerned = sorted([cast.landlord.user.email, cast.nurse.user.email])
    assert told() == concerned
    for letter in letters():
        assert letter.subject.startswith(f"{hearing.meeting_code} du ")
        assert heard.code not in f"{letter.subject} {letter.context}"
        assert letter.context["path"] == of("conclusions", hearing)
        assert SAID not in f"{letter.subject} {letter.context}"
    correct(cast, hearing)
    assert told() == sorted(concerned * 2)


def test_every_one_who_gets_the_letter_may_read_and_nobody_else(cast, heard, past, client_of):
    participations.seek(viewer(cast.coordinator), heard, cast.nurse)
    hearing = concluded(cast.coordinator, heard, past)

    reading = set(readers(cast, client_of, of("conclusions", hearing))) - {cast.coordinator}

    assert set(conclusions.readers(hearing)) == reading
    assert told() == sorted(member.user.email for member in reading)


def test_where_they_are_only_made_available_nobody_gets_a_letter(cast, heard, past, client_of):
    Council.objects.update(record_distribution=Council.Distribution.ON_REQUEST)

    hearing = concluded(cast.coordinator, heard, past)
    correct(cast, hearing)

    assert not letters().exists()
    assert not Delivery.objects.exists()
    assert client_of(cast.landlord).get(of("conclusions", hearing)).status_code == 200
    assert client_of(cast.landlord).post(of("conclusions_pdf", hearing)).status_code == 200


def test_who_left_or_wants_no_mail_gets_no_letter(cast, heard, past):
    participations.seek(viewer(cast.coordinator), heard, cast.nurse)
    cast.nurse.user.mail_rhythm = "none"
    cast.nurse.user.save()
    hearing = point(cast.coordinator, heard, past)
    participations.end(
        viewer(cast.coordinator),
        heard.participations.get(membership=cast.landlord),
        reason="Changement de poste",
    )
    hearings.write_conclusions(viewer(cast.coordinator), hearing, summary=SAID, steps_taken="")

    hearings.conclude(viewer(cast.coordinator), hearing)

    assert told() == []
    assert not Delivery.objects.exists()


def test_the_coordination_sees_to_whom_they_were_given(cast, heard, past, client_of, coordination):
    hearing = concluded(cast.coordinator, heard, past)
    client_of(cast.landlord).post(of("conclusions_pdf", hearing))

    page = coordination.get(of("conclusions", hearing))

    assert [(r.who, r.means, r.number) for r in page.context["receipts"]] == [
        (str(cast.landlord), "Courrier avec un lien", 1),
        (str(cast.landlord), "Exemplaire PDF", 1),
    ]
    assert "À qui ce relevé a été remis" in page.text


def test_the_page_takes_as_many_queries_for_one_copy_as_for_six(
    cast, heard, past, client_of, coordination, django_assert_max_num_queries
):
    hearing = concluded(cast.coordinator, heard, past)
    client_of(cast.landlord).post(of("conclusions_pdf", hearing))
    with django_assert_max_num_queries(60) as few:
        coordination.get(of("conclusions", hearing))
    once = len(few)
    for number in range(1, 6):
        client_of(cast.landlord).post(of("conclusions_pdf", hearing))
        correct(cast, hearing, summary=f"Version {number}", number=number)
    with django_assert_max_num_queries(once):
        coordination.get(of("conclusions", hearing))


# --- on paper -----------------------------------------------------------------------------------


def test_a_copy_says_whose_it_is_and_never_who_the_person_is(cast, past, client_of):
    named = situation(cast.landlord, cast.coordinator, "named")
    hearing = concluded(cast.coordinator, named, past)

    response = client_of(cast.landlord).post(of("conclusions_pdf", hearing))

    assert response["Content-Type"] == "application/pdf"
    assert CANARY not in response["Content-Disposition"]
    text = words_of(response.content)
    assert f"Confidentiel, remis à {cast.landlord}" in text
    assert f"situation {hearing.letter}" in text
    assert named.code not in text + response["Content-Disposition"]
    assert SAID in text
    with pikepdf.open(io.BytesIO(response.content)) as document:
        assert CANARY not in text + str(document.docinfo)
        assert document.Root.MarkInfo.Marked
        assert document.Root.Lang == "fr"
    line = AccessRecord.objects.get(action="export", target_id=named.pk)
    assert (line.actor, line.reason) == (cast.landlord.user, "Relevé en PDF, version 1")


def test_a_copy_is_worded_as_the_council_s_profile_says(client_of):
    coordinator, author = at_the_aissmc()
    hearing = concluded(coordinator, situation(author, coordinator), sitting(coordinator, days=-1))
    page = of("conclusions_pdf", hearing).replace("/LIL/", "/AIS/")

    text = words_of(client_of(author).post(page).content)

    assert "Relevé de décisions" in text
    assert "Cellule ressource" in text


def test_nobody_else_takes_a_copy_and_none_of_a_draft(cast, heard, past, client_of):
    hearing = point(cast.coordinator, heard, past)
    hearings.write_conclusions(viewer(cast.coordinator), hearing, summary=SAID, steps_taken="")
    page = of("conclusions_pdf", hearing)
    assert client_of(cast.coordinator).post(page).status_code == 404
    hearings.conclude(viewer(cast.coordinator), hearing)

    taking = [member for member in cast if client_of(member).post(page).status_code == 200]

    assert taking == [cast.coordinator, cast.landlord]
    assert Delivery.objects.filter(means="pdf").count() == 2


# --- after a refusal ----------------------------------------------------------------------------


def test_after_a_withdrawal_nothing_opens_is_handed_or_written(cast, heard, past, client_of):
    hearing = concluded(cast.coordinator, heard, past)
    before = letters().count()
    consent.record_agreement(viewer(cast.landlord), heard, "withdrawn")

    landlord, coordination = client_of(cast.landlord), client_of(cast.coordinator)
    assert landlord.get(of("conclusions", hearing)).status_code == 404
    for client in (landlord, coordination):
        assert client.post(of("conclusions_pdf", hearing)).status_code == 404
    page = coordination.get(of("conclusions", hearing)).text
    assert "Mon exemplaire" not in page
    assert of("conclusions_correct", hearing) not in page
    with pytest.raises(Refused, match="rien ne s’écrit plus"):
        correct(cast, fresh(hearing))
    assert letters().count() == before


def test_a_themes_hearing_has_no_conclusions_no_letter_and_no_obstacle(cast, heard, past):
    hearing = point(cast.coordinator, heard, past)
    hearings.write_conclusions(
        viewer(cast.coordinator),
        hearing,
        summary=SAID,
        steps_taken="",
        obstacles=("waiting_time",),
    )
    consent.record_agreement(viewer(cast.landlord), heard, "withdrawn")

    hearings.conclude(viewer(cast.coordinator), point(cast.coordinator, heard, past))

    assert not Conclusions.objects.exists()
    assert not letters().exists()
    assert list(counted_obstacles(cast.council, 2000, 2100)) == []


# --- what keeps coming back ---------------------------------------------------------------------


def test_the_year_counts_the_obstacles_of_the_versions_that_hold(cast, heard, past):
    year = timezone.localdate(past.starts_at).year
    hearing = concluded(cast.coordinator, heard, past)
    correct(cast, hearing, obstacles=("no_housing", "waiting_time"))
    correct(cast, hearing, obstacles=("waiting_time",), number=2)
    concluded(cast.coordinator, heard, sitting(cast.coordinator, days=-0.1))
    concluded(
        cast.coordinator,
        situation(cast.nurse, cast.coordinator),
        sitting(cast.coordinator, days=-0.1),
    )

    table = next(
        t for t in count_internal(cast.council, year - 1, year).tables if t.code == "obstacles"
    )

    assert (table.label, table.base, table.unknown) == ("Obstacles récurrents", 2, 1)
    assert [(row.label, row.value) for row in table.rows[:-1]] == [("Délai d’attente", 1)]
    other_year = count_internal(cast.council, year - 9, year - 9)
    assert next(t for t in other_year.tables if t.code == "obstacles").base == 0


def test_obstacles_outside_the_list_are_refused_by_the_form(cast, heard, past, coordination):
    hearing = point(cast.coordinator, heard, past)
    page = coordination.post(
        of("hearing", hearing),
        {"act": "save", "version": 0, "summary": SAID, "obstacles": ["bad_luck"]},
    )
    assert "obstacles" in page.context["said"].errors
    assert not Conclusions.objects.exists()
