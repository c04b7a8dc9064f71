"""The conclusions once validated: frozen, corrected by another version."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import TextField, Value
from django.utils import timezone

from cases import record
from cases.conclusions import counted_obstacles
from cases.crypto import TEXT_KEYS, keyring
from cases.models import Conclusions, Delivery
from cases.services import conclusions, erasure, hearings, situations
from governance.decisions import Refused
from governance.versions import EditConflict
from tests.cases.concluded import SAID, correct, fresh
from tests.cases.sittings import (
    concluded,
    of,
    point,
    readers,
    viewer,
)

pytestmark = pytest.mark.django_db


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
