"""In the room: who is there point by point, and what is typed while people speak."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Conclusions, Hearing, PointAttendance, PointNotes
from cases.room import Room
from cases.services import agenda, consent, hearings, participations, room
from cases.services.erasure import close_as, erase_situation
from governance.decisions import Refused
from governance.models import AccessRecord
from tests.cases.sittings import concluded, of, point, sitting, situation, viewer

pytestmark = pytest.mark.django_db
NAMED_TEXT = "Madame Durand crie la nuit."


@pytest.fixture
def hearing(cast, heard, past):
    return point(cast.coordinator, heard, past)


def keep(client, hearing, *, mark="m1", known="", **typed):
    """What static/js/autosave.js sends."""
    answers = {"version": 0, "summary": "", "mark": mark, "known": known, **typed}
    return client.post(of("hearing_autosave", hearing), answers)


# --- the letters --------------------------------------------------------------------------------


def test_a_situation_never_bears_the_same_letter_twice_nor_another_s(cast, heard):
    borne = []
    for days in range(1, 27):
        meeting = sitting(cast.coordinator, days=days)
        hearing = point(cast.coordinator, heard, meeting)
        borne.append(hearing.letter)
        hearings.unschedule(viewer(cast.coordinator), hearing)
    assert len(set(borne)) == len(borne) == 26
    assert sorted(map(len, borne)) == [1] * 24 + [2] * 2
    # Put back on the same agenda, it keeps the letter that the papers already have.
    assert point(cast.coordinator, heard, meeting).letter == borne[-1]
    other = agenda.draw_letter(situation(cast.nurse, cast.coordinator), meeting)
    assert other != borne[-1]


# --- who is there -------------------------------------------------------------------------------


def test_a_guest_of_one_point_is_not_in_the_room_for_another(cast, hearing, past):
    other = point(cast.coordinator, situation(cast.hygiene, cast.coordinator), past)
    hearings.invite(viewer(cast.coordinator), past, [cast.police])

    def there(at):
        return set(Room(past).attending(at))

    # The police takes part in no point: there throughout.
    assert there(hearing) == {cast.landlord, cast.police}
    assert there(other) == {cast.hygiene, cast.police}
    noted = {str(past.attendances.get(membership=cast.hygiene).pk): "present"}
    room.note_presence(viewer(cast.coordinator), hearing, noted)
    assert cast.hygiene in there(hearing)


def test_who_arrives_for_a_point_is_there_from_then_on(cast, hearing, past, coordination):
    participations.seek(viewer(cast.coordinator), hearing.situation, cast.nurse)
    later = [
        point(cast.coordinator, situation(cast.nurse, cast.coordinator), past) for _ in range(2)
    ]
    nurse = past.attendances.get(membership=cast.nurse)

    def note(at, state):
        answers = {"act": "save", "version": 0, str(nurse.pk): state, f"initial-{nurse.pk}": "x"}
        assert coordination.post(of("hearing", at), answers).status_code == 302

    note(hearing, "absent")
    note(later[0], "present")

    def is_there(at):
        return cast.nurse in Room(type(past).objects.get(pk=past.pk)).attending(at)

    assert [is_there(at) for at in (hearing, *later)] == [False, True, True]
    nurse.refresh_from_db()
    assert nurse.state == "present"  # they came
    note(later[1], "absent")
    assert [is_there(at) for at in (hearing, *later)] == [False, True, False]
    note(later[1], "")
    assert is_there(later[1])
    assert PointAttendance.objects.count() == 2


def test_health_is_projected_at_the_point_whose_attendees_may_all_receive_it(
    cast, past, coordination
):
    own = situation(cast.nurse, cast.coordinator, psychiatry_link=["cmp_current"])
    of_nurse = point(cast.coordinator, own, past)
    point(cast.coordinator, situation(cast.landlord, cast.coordinator), past)
    care = "Suivi en CMP en cours"
    page = of("hearing", of_nurse)

    assert care in coordination.get(page).text
    landlord = past.attendances.get(membership=cast.landlord)
    room.note_presence(viewer(cast.coordinator), of_nurse, {str(landlord.pk): "present"})
    assert care not in coordination.get(page).text


# --- the time -----------------------------------------------------------------------------------


def test_a_point_has_its_length_and_the_person_comes_in_when_it_is_said(
    cast, heard, meeting, coordination
):
    consent.record_presence(viewer(cast.landlord), heard, "accompanied")
    hearing = point(cast.coordinator, heard, meeting)

    def joined():
        (line,) = coordination.get(meeting.get_absolute_url()).context["points"]
        return line.joined_at and line.joined_at - meeting.starts_at

    assert joined() == datetime.timedelta(minutes=10)
    coordination.post(of("point_edit", hearing), {"minutes": "40", "joined_after": "25"})
    assert joined() == datetime.timedelta(minutes=25)
    wrong = coordination.post(of("point_edit", hearing), {"minutes": "20", "joined_after": "25"})
    assert "avant la fin du point" in wrong.text
    consent.record_presence(viewer(cast.landlord), heard, "absent_feedback")
    assert joined() is None
    assert "joined_after" not in coordination.get(of("point_edit", hearing)).context["form"].fields


# --- what is typed ------------------------------------------------------------------------------


def test_what_is_typed_is_kept_as_notes_until_the_guard_has_read_it(cast, hearing, coordination):
    reads = AccessRecord.objects.count()
    kept = keep(coordination, hearing, summary=NAMED_TEXT, description="Avec Mme Durand")
    assert kept.json()["saved"].startswith("Notes enregistrées à")
    assert AccessRecord.objects.count() == reads  # writing on an opened page reads nothing
    assert not Conclusions.objects.exists()
    page = coordination.get(of("hearing", hearing))
    assert NAMED_TEXT in page.text
    assert "Avec Mme Durand" in page.text

    with pytest.raises(Refused, match="pas encore relu"):
        hearings.conclude(viewer(cast.coordinator), hearing)
    refused = coordination.post(
        of("hearing", hearing),
        {"act": "save", "version": 0, "known": page.context["known"], "summary": NAMED_TEXT},
    )
    assert refused.context["said"].errors
    assert PointNotes.objects.get().answers["summary"] == NAMED_TEXT

    known = {"known": refused.context["known"], "version": 0}
    coordination.post(of("hearing", hearing), {"act": "save", "summary": "Crie.", **known})
    assert Conclusions.objects.get().summary == "Crie."
    assert not PointNotes.objects.exists()


def test_two_people_who_type_overwrite_nothing(cast, hearing, coordination):
    keep(coordination, hearing, mark="first", summary="Premier.")
    assert keep(coordination, hearing, mark="second", summary="Second.").status_code == 409
    page = coordination.post(
        of("hearing", hearing), {"act": "save", "version": 0, "known": "", "summary": "Second."}
    )
    assert [(d.saved, d.typed) for d in page.context["differences"]] == [("Premier.", "Second.")]
    answers = page.context["said"].data.dict() | {"known": page.context["known"], "act": "save"}
    assert coordination.post(of("hearing", hearing), answers).status_code == 302
    assert Conclusions.objects.get().summary == "Second."


def test_nothing_is_kept_once_the_point_is_concluded_refused_or_gone(
    cast, heard, hearing, coordination
):
    keep(coordination, hearing, summary="Un mot.")
    consent.record_agreement(viewer(cast.landlord), heard, "withdrawn")
    assert not PointNotes.objects.exists()
    assert keep(coordination, hearing, summary="Un mot.").status_code == 404
    again = point(cast.coordinator, heard, hearing.meeting)
    assert keep(coordination, again, summary="Un mot.").status_code == 404
    hearings.conclude(viewer(cast.coordinator), again)
    assert keep(coordination, again, summary="Un mot.").status_code == 404
    assert not PointNotes.objects.exists()
    assert Hearing.objects.get().naming == "themes"


def test_a_point_that_falls_while_it_is_projected_leaves_the_wall_calmly(
    cast, heard, hearing, past, coordination, client_of
):
    erased = concluded(cast.coordinator, situation(cast.hygiene, cast.coordinator), past)
    last = point(cast.coordinator, situation(cast.nurse, cast.coordinator), past)
    close_as(erased.situation, "lost", timezone.localdate())
    erase_situation(erased.situation, timezone.localdate())
    consent.record_agreement(viewer(cast.landlord), heard, "withdrawn")
    opened = AccessRecord.objects.filter(action="open_situation").count()

    walls = [
        coordination.get(of("hearing", hearing)),
        coordination.post(of("hearing", hearing), {"summary": "Un mot.", "act": "save"}),
        coordination.get(of("hearing_conclude", hearing)),
        coordination.get(of("hearing", erased)),
    ]
    for wall in walls:
        assert wall.status_code == 410
        assert "Ce point a été retiré de l’ordre du jour." in wall.text
        assert f'href="{of("hearing", last)}">Point suivant' in wall.text
        assert heard.code not in wall.text
        assert not re.search("accord|effac|retrait", wall.text.partition("<main")[2])
    assert AccessRecord.objects.filter(action="open_situation").count() == opened
    assert not PointNotes.objects.exists()

    hearings.unschedule(viewer(cast.coordinator), last)
    alone = coordination.get(of("hearing", last))
    assert "Point suivant" not in alone.text
    assert f'href="{reverse("meeting_room", args=["LIL", past.pk])}">Tour de table' in alone.text
    for member in cast:
        if member != cast.coordinator:
            assert client_of(member).get(of("hearing", hearing)).status_code == 404


def test_the_room_opens_on_the_charter_the_table_and_the_letters(cast, hearing, past, coordination):
    page = reverse("meeting_room", args=["LIL", past.pk])
    shown = coordination.get(page)
    assert "Rappel de la charte" in shown.text
    assert hearing.meeting_code in shown.text
    assert hearing.situation.code not in shown.text
    invitation = past.attendances.get()
    coordination.post(page, {str(invitation.pk): "present"})
    invitation.refresh_from_db()
    assert invitation.state == "present"
    assert coordination.post(page, {str(invitation.pk): "asleep"}).context["came"].errors
