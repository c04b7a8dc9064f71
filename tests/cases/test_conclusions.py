"""The conclusions once validated: frozen, corrected by another version, told to those they are for,
handed on paper; nothing of them after a refusal."""

import io

import pdfplumber
import pikepdf
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import TextField, Value
from django.utils import timezone

from cases import record
from cases.conclusions import counted_obstacles
from cases.crypto import TEXT_KEYS, keyring
from cases.models import Conclusions, Delivery, Hearing
from cases.services import conclusions, consent, erasure, hearings, participations, situations
from governance.decisions import Refused
from governance.models import AccessRecord, Council, OutgoingMessage
from governance.versions import EditConflict
from reports.statistics import count_internal
from tests import factories
from tests.cases.sittings import (
    CANARY,
    concluded,
    of,
    point,
    readers,
    sitting,
    situation,
    viewer,
)

pytestmark = pytest.mark.django_db
SAID = "Une visite à deux."


def correct(cast, hearing, **answers):
    return conclusions.correct(
        viewer(cast.coordinator),
        hearing,
        **{
            "summary": "Une visite à trois.",
            "steps_taken": "Deux courriers.",
            "correction": "Le nombre de visiteurs.",
            "number": 1,
            **answers,
        },
    )


def fresh(hearing):
    return Hearing.objects.select_related("situation__council", "meeting").get(pk=hearing.pk)


def letters():
    return OutgoingMessage.objects.filter(template="conclusions_ready")


def words_of(content):
    with pdfplumber.open(io.BytesIO(content)) as document:
        return " ".join(" ".join(page.extract_text() for page in document.pages).split())


def told():
    return sorted(letters().values_list("user__email", flat=True))


# --- frozen -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"number": 7},
        {"version": 9},
        {"obstacles": ("no_housing",)},
        {"validated_at": None, "validated_by": None},
        {"validated_at": timezone.now()},
        {"summary": "Une tout autre histoire, bien plus longue que la première."},
        {"correction": "Rien"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_to_change_a_validated_version(cast, heard, past, change):
    concluded(cast.coordinator, heard, past)

    with pytest.raises(IntegrityError), transaction.atomic():
        Conclusions.objects.update(**change)


def test_the_database_refuses_words_of_the_same_length_written_at_another_moment(cast, heard, past):
    concluded(cast.coordinator, heard, past)
    later = int(timezone.now().timestamp()) + 60
    token = keyring(TEXT_KEYS)._fernets[0].encrypt_at_time(SAID.encode(), later).decode()

    with pytest.raises(IntegrityError), transaction.atomic():
        Conclusions.objects.update(summary=Value(token, TextField()))


def test_the_database_refuses_to_delete_a_validated_version_but_not_a_draft(cast, heard, past):
    hearing = point(cast.coordinator, heard, past)
    hearings.write_conclusions(
        viewer(cast.coordinator), hearing, summary="Un brouillon.", steps_taken=""
    )
    Conclusions.objects.all().delete()
    hearings.write_conclusions(viewer(cast.coordinator), hearing, summary=SAID, steps_taken="")
    hearings.conclude(viewer(cast.coordinator), hearing)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_conclusions")


def test_a_new_key_re_encrypts_a_validated_version(cast, heard, past):
    concluded(cast.coordinator, heard, past)
    with connection.cursor() as cursor:
        cursor.execute("SELECT summary FROM cases_conclusions")
        (token,) = cursor.fetchone()
    again = keyring(TEXT_KEYS).rotate(token.encode()).decode()
    assert again != token

    Conclusions.objects.update(summary=Value(again, TextField()))

    assert Conclusions.objects.get().summary == SAID


def test_erasure_empties_every_version_and_keeps_what_is_counted(cast, heard, past, coordination):
    hearing = concluded(cast.coordinator, heard, past)
    correct(cast, hearing, obstacles=("no_housing",))
    situations.close(viewer(cast.coordinator), heard, reason="improved", on=timezone.localdate())

    erasure.erase_situation(heard, timezone.localdate())

    for version in Conclusions.objects.all():
        assert (version.summary, version.steps_taken, version.correction) == ("", "", "")
    assert not Conclusions.history.exists()
    assert not Delivery.objects.exists()
    assert [codes for _, codes in counted_obstacles(cast.council, 2000, 2100)] == [("no_housing",)]
    assert coordination.get(of("conclusions", hearing)).status_code == 404


# --- two people write ---------------------------------------------------------------------------


def test_the_second_of_two_writers_overwrites_nothing_and_sees_the_difference(
    cast, heard, past, coordination
):
    hearing = point(cast.coordinator, heard, past)
    first = {"act": "save", "version": 0, "summary": SAID, "steps_taken": "Deux courriers."}
    coordination.post(of("hearing", hearing), first)
    second = {
        "act": "conclude",
        "version": 0,
        "summary": "Une visite au printemps.",
        "steps_taken": "",
        "obstacles": ["waiting_time"],
    }

    page = coordination.post(of("hearing", hearing), second)

    assert (page.status_code, Conclusions.objects.get().summary) == (200, SAID)
    assert "modifiée entre-temps" in page.text
    assert {(d.label, d.saved, d.typed) for d in page.context["differences"]} == {
        ("Ce qui a été dit", SAID, "Une visite au printemps."),
        ("Obstacles rencontrés", "", "Délai d’attente"),
    }
    said = page.context["said"]
    # What the second had left alone is up to date; what they wrote stays.
    assert said["summary"].value() == "Une visite au printemps."
    assert said["steps_taken"].value() == "Deux courriers."
    coordination.post(of("hearing", hearing), {"act": "save", **said.data.dict()})
    draft = Conclusions.objects.get()
    assert (draft.summary, draft.steps_taken) == ("Une visite au printemps.", "Deux courriers.")
    assert (draft.version, draft.obstacles) == (2, ("waiting_time",))


def test_what_was_typed_while_another_concluded_is_shown_and_not_saved(
    cast, heard, past, coordination
):
    hearing = concluded(cast.coordinator, heard, past)

    page = coordination.post(
        of("hearing", hearing), {"act": "save", "version": 0, "summary": "Trop tard."}
    )

    assert "Trop tard." in page.text
    assert Conclusions.objects.get().summary == SAID


def test_after_a_lead_in_error_saving_again_conflicts_with_nobody(cast, heard, past, coordination):
    hearing = point(cast.coordinator, heard, past)
    page = coordination.post(
        of("hearing", hearing), {"act": "lead", "version": 0, "summary": SAID, "kind": ""}
    )

    version = page.context["said"]["version"].value()
    saved = coordination.post(
        of("hearing", hearing), {"act": "save", "version": version, "summary": "Deux visites."}
    )

    assert saved.status_code == 302
    assert Conclusions.objects.get().summary == "Deux visites."


# --- corrected ----------------------------------------------------------------------------------


def test_a_correction_is_another_version_and_the_first_is_kept(cast, heard, past):
    hearing = concluded(cast.coordinator, heard, past)

    correct(cast, hearing)

    first, second = Conclusions.objects.order_by("number")
    assert (first.number, first.summary) == (1, SAID)
    assert (second.number, second.summary) == (2, "Une visite à trois.")
    assert second.validated_by == cast.coordinator.user
    assert fresh(hearing).record == second


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"summary": " "}, "ce qui a été dit"),
        ({"correction": " "}, "ce qui est corrigé"),
        ({"summary": SAID}, "Rien ne change"),
    ],
)
def test_a_correction_says_what_it_changes(cast, heard, past, answers, why):
    hearing = concluded(cast.coordinator, heard, past)

    with pytest.raises(Refused, match=why):
        correct(cast, hearing, **answers)
    assert Conclusions.objects.count() == 1


def test_only_the_coordination_corrects_and_only_what_is_validated(cast, heard, past):
    hearing = point(cast.coordinator, heard, past)
    with pytest.raises(Refused, match="pas de relevé validé"):
        correct(cast, hearing)
    for member in (cast.landlord, cast.nurse, cast.elected, cast.manager):
        with pytest.raises(Refused):
            conclusions.correct(
                viewer(member), hearing, summary="x", steps_taken="", correction="x", number=1
            )


def test_two_corrections_at_once_the_second_sees_the_difference(cast, heard, past, coordination):
    hearing = concluded(cast.coordinator, heard, past)
    correct(cast, hearing)
    with pytest.raises(EditConflict):
        correct(cast, hearing, summary="Une visite à quatre.")

    page = coordination.post(
        of("conclusions_correct", hearing),
        {
            "version": 1,
            "summary": "Une visite à quatre.",
            "steps_taken": "Deux courriers.",
            "correction": "Ils étaient quatre.",
        },
    )

    assert "modifiée entre-temps" in page.text
    assert ("Une visite à trois.", "Une visite à quatre.") in {
        (d.saved, d.typed) for d in page.context["differences"]
    }
    assert Conclusions.objects.count() == 2
    response = coordination.post(
        of("conclusions_correct", hearing), page.context["form"].data.dict()
    )
    assert response.url == of("conclusions", hearing)
    assert fresh(hearing).record.number == 3


def test_the_coordination_alone_reads_the_versions_replaced(cast, heard, past, client_of):
    hearing = concluded(cast.coordinator, heard, past)
    correct(cast, hearing)
    old = of("conclusions", hearing) + "versions/1/"

    assert readers(cast, client_of, old) == [cast.coordinator]
    page = client_of(cast.coordinator).get(old)
    assert SAID in page.text
    assert "Remplacée" in page.text
    assert client_of(cast.coordinator).get(old.replace("/1/", "/9/")).status_code == 404
    current = client_of(cast.landlord).get(of("conclusions", hearing)).text
    assert "Une visite à trois." in current
    assert "Le nombre de visiteurs." in current
    assert SAID not in current
    assert "À qui ce relevé" not in current


def test_the_person_s_record_tells_every_version(cast, heard, past):
    correct(cast, concluded(cast.coordinator, heard, past))

    told = record.about(viewer(cast.coordinator), cast.council, heard)

    sittings = next(section for section in told if section.title == "Les séances")
    written = " ".join(entry.value for entry in sittings.entries)
    assert SAID in written
    assert "Une visite à trois." in written


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
    council = factories.aissmc()
    coordinator = factories.member(council, "anne.coordination@demo.example", "coordinator")
    author = factories.member(
        council,
        "ali.ccas@demo.example",
        "partner",
        organisation=factories.organisation(council, "CCAS", "ccas"),
    )
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
