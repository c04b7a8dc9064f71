"""What the agreement opens in a hearing, how it is concluded once, and who reads it."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cases import conclusion_policies, policies
from cases.models import Conclusions, Hearing, Participation, PointNotes
from cases.services import consent, follow_up, hearings, participations, room, situations
from governance.decisions import Refused
from governance.models import Meeting
from governance.workflow import IllegalTransition
from tests.cases.sittings import (
    CANARY,
    at_the_aissmc,
    concluded,
    point,
    refuse,
    sitting,
    situation,
    viewer,
)

pytestmark = pytest.mark.django_db


# --- what the agreement opens -------------------------------------------------------------------


def discussed(hearing):
    """How the point is discussed, read now; nothing of it is stored until it is heard."""
    assert hearing.naming == ""
    return policies.discussion(hearing.situation)


@pytest.mark.parametrize(
    ("agreement", "naming"),
    [
        ("named", "named"),
        ("anonymous", "anonymous"),
        ("not_collected", "anonymous"),
        ("unable", "anonymous"),
        ("refused", "themes"),
        ("withdrawn", "themes"),
    ],
)
def test_in_lille_the_agreement_says_how_a_situation_is_discussed(cast, meeting, agreement, naming):
    heard = situation(cast.landlord, cast.coordinator, agreement)

    assert discussed(point(cast.coordinator, heard, meeting)) == naming


@pytest.mark.parametrize("agreement", ["not_collected", "unable"])
def test_at_the_aissmc_no_agreement_means_themes_only(agreement):
    coordinator, author = at_the_aissmc()
    heard = situation(author, coordinator, agreement)

    assert discussed(point(coordinator, heard, sitting(coordinator))) == "themes"


def test_the_agreement_changes_the_agenda_at_once(cast, meeting):
    heard = situation(cast.landlord, cast.coordinator, "not_collected")
    hearing = point(cast.coordinator, heard, meeting)

    for state, evidence, naming in (
        ("named", {"given_by": "person", "means": "oral"}, "named"),
        ("anonymous", {"given_by": "person", "means": "oral"}, "anonymous"),
    ):
        evidence["collected_on"] = timezone.localdate()
        consent.record_agreement(viewer(cast.landlord), heard, state, **evidence)
        assert discussed(Hearing.objects.get(pk=hearing.pk)) == naming


def test_a_hearing_that_was_held_keeps_how_it_was_discussed(cast, heard, past):
    hearing = concluded(cast.coordinator, heard, past)

    refuse(cast, heard)

    hearing.refresh_from_db()
    assert hearing.naming == "anonymous"


def test_a_themes_hearing_writes_nothing_about_the_person(cast, heard, past):
    refuse(cast, heard)
    hearing = point(cast.coordinator, heard, past)

    with pytest.raises(Refused, match="Aide au professionnel"):
        hearings.write_conclusions(
            viewer(cast.coordinator), hearing, summary="Un mot", steps_taken=""
        )
    with pytest.raises(Refused, match="aucune piste"):
        follow_up.propose_lead(viewer(cast.coordinator), heard, kind="rights", hearing=hearing)
    held = hearings.conclude(viewer(cast.coordinator), hearing)

    assert (held.state, held.naming) == (Hearing.State.HELD, "themes")
    assert not Conclusions.objects.exists()
    assert not Conclusions.history.exists()
    assert not heard.leads.exists()
    assert not hasattr(held, "feedback")


def test_what_was_written_before_the_refusal_is_erased_with_its_history(cast, heard, past):
    hearing = point(cast.coordinator, heard, past)
    hearings.write_conclusions(
        viewer(cast.coordinator), hearing, summary="La voisine parle.", steps_taken=""
    )
    room.keep_notes(viewer(cast.coordinator), hearing, {"summary": "La voisine"}, version=1)
    refuse(cast, heard)

    hearing.refresh_from_db()
    assert hearing.state == Hearing.State.WITHDRAWN
    assert not Conclusions.objects.exists()
    assert not Conclusions.history.exists()
    assert not PointNotes.objects.exists()


def test_health_is_projected_only_before_people_who_may_all_receive_it(cast, meeting):
    heard = situation(cast.landlord, cast.coordinator)
    listed, unlisted = [cast.nurse, cast.social_worker], [cast.nurse, cast.landlord]

    assert "psychiatry_link" in policies.projectable_fields(heard, listed)
    assert "psychiatry_link" not in policies.projectable_fields(heard, unlisted)
    assert "psychiatry_link" not in policies.projectable_fields(heard, [])


def test_the_wall_never_shows_what_is_internal_nor_what_nobody_re_read(cast):
    heard = situation(cast.landlord, cast.coordinator)

    shown = policies.projectable_fields(heard, [cast.nurse])
    assert "channel" not in shown
    assert "register_reference" not in shown
    assert "facts" not in shown

    heard = situations.review_texts(viewer(cast.coordinator), heard, {}, version=heard.version)
    assert "facts" in policies.projectable_fields(heard, [cast.nurse])


def test_after_a_refusal_the_wall_shows_themes_alone(cast, heard):
    heard = situations.review_texts(viewer(cast.coordinator), heard, {}, version=heard.version)
    refuse(cast, heard)
    heard.refresh_from_db()

    shown = policies.projectable_fields(heard, [cast.nurse])

    assert shown >= policies.THEME_FIELDS
    assert not shown & {"facts", "sex", "age_band", "town", "psychiatry_link", "person_words"}


# --- concluded ----------------------------------------------------------------------------------


def test_conclusions_are_rewritten_while_they_are_a_draft(cast, heard, past):
    hearing = point(cast.coordinator, heard, past)
    for version, summary in enumerate(("Une visite.", "Une visite à deux.")):
        hearings.write_conclusions(
            viewer(cast.coordinator),
            hearing,
            summary=summary,
            steps_taken="Un appel.",
            version=version,
        )

    draft = Conclusions.objects.get()
    assert (draft.summary, draft.steps_taken) == ("Une visite à deux.", "Un appel.")
    assert draft.validated_at is None


def test_saving_the_same_words_again_leaves_no_history(cast, heard, past):
    hearing = point(cast.coordinator, heard, past)
    for version in (0, 1, 1):
        hearings.write_conclusions(
            viewer(cast.coordinator),
            hearing,
            summary="Une visite.",
            steps_taken="",
            version=version,
        )

    assert Conclusions.history.count() == 1


def test_only_the_coordination_writes_and_concludes(cast, heard, past):
    hearing = point(cast.coordinator, heard, past)
    for member in (cast.landlord, cast.nurse, cast.elected, cast.manager):
        with pytest.raises(Refused):
            hearings.write_conclusions(viewer(member), hearing, summary="Oui", steps_taken="")
        with pytest.raises(Refused):
            hearings.conclude(viewer(member), hearing)


def test_concluding_freezes_the_conclusions_and_starts_the_follow_up(cast, heard, past):
    hearing = concluded(cast.coordinator, heard, past)

    record = Conclusions.objects.get()
    heard.refresh_from_db()
    assert (record.validated_by, hearing.state) == (cast.coordinator.user, Hearing.State.HELD)
    assert heard.status == "follow_up"
    with pytest.raises(IllegalTransition, match="déjà conclu"):
        hearings.write_conclusions(
            viewer(cast.coordinator), hearing, summary="Autre chose", steps_taken=""
        )
    with pytest.raises(Refused, match="Ce point est conclu"):
        follow_up.propose_lead(viewer(cast.coordinator), heard, kind="rights", hearing=hearing)
    record.refresh_from_db()
    assert record.summary == "Une visite à deux."


def test_a_point_is_concluded_once(cast, heard, past):
    other = situation(cast.nurse, cast.coordinator)
    point(cast.coordinator, other, past)
    hearing = concluded(cast.coordinator, heard, past)

    with pytest.raises(IllegalTransition, match="déjà conclu"):
        hearings.conclude(viewer(cast.coordinator), hearing)


@pytest.mark.parametrize("summary", [None, "   "])
def test_nothing_is_concluded_without_a_word(cast, heard, past, summary):
    hearing = point(cast.coordinator, heard, past)
    if summary is not None:
        hearings.write_conclusions(
            viewer(cast.coordinator), hearing, summary=summary, steps_taken="Un appel."
        )

    with pytest.raises(Refused, match="Écrivez d’abord"):
        hearings.conclude(viewer(cast.coordinator), hearing)
    hearing.refresh_from_db()
    assert hearing.state == Hearing.State.SCHEDULED


def test_nothing_is_concluded_before_the_seance_begins(cast, heard, meeting):
    hearing = point(cast.coordinator, heard, meeting)
    hearings.write_conclusions(
        viewer(cast.coordinator), hearing, summary="Une visite.", steps_taken=""
    )

    with pytest.raises(Refused, match="pas encore commencé"):
        hearings.conclude(viewer(cast.coordinator), hearing)


def test_the_seance_is_over_when_no_point_waits_any_more(cast, heard, past):
    put_off = point(cast.coordinator, situation(cast.nurse, cast.coordinator), past)
    concluded(cast.coordinator, heard, past)
    past.refresh_from_db()
    assert past.status == Meeting.Status.PLANNED

    hearings.unschedule(viewer(cast.coordinator), put_off)

    past.refresh_from_db()
    assert past.status == Meeting.Status.HELD


def test_the_seance_is_over_when_its_last_point_is_concluded(cast, heard, past):
    concluded(cast.coordinator, heard, past)

    past.refresh_from_db()
    assert past.status == Meeting.Status.HELD


def test_a_seance_without_any_point_left_is_still_to_come(cast, heard, meeting):
    hearings.unschedule(viewer(cast.coordinator), point(cast.coordinator, heard, meeting))

    meeting.refresh_from_db()
    assert meeting.status == Meeting.Status.PLANNED


def test_who_came_is_noted_by_codes_of_the_list(cast, heard, past):
    point(cast.coordinator, heard, past)
    attendance = past.attendances.get()

    hearings.note_attendance(viewer(cast.coordinator), past, {str(attendance.pk): "remote"})
    attendance.refresh_from_db()
    assert attendance.state == "remote"

    with pytest.raises(ValidationError):
        hearings.note_attendance(viewer(cast.coordinator), past, {str(attendance.pk): "asleep"})
    with pytest.raises(Refused):
        hearings.note_attendance(viewer(cast.nurse), past, {str(attendance.pk): "absent"})
    attendance.refresh_from_db()
    assert attendance.state == "remote"


def test_nobody_came_to_a_cancelled_seance(cast, heard, meeting):
    point(cast.coordinator, heard, meeting)
    hearings.cancel(viewer(cast.coordinator), meeting)
    meeting.refresh_from_db()

    with pytest.raises(Refused, match="annulée"):
        hearings.note_attendance(viewer(cast.coordinator), meeting, {})


# --- who reads the conclusions ------------------------------------------------------------------


def may_read(member, hearing):
    record = Conclusions.objects.get(hearing=hearing)
    return bool(conclusion_policies.can_read_conclusions(viewer(member), record))


def test_conclusions_go_to_invitees_who_take_part_once_they_are_validated(cast, heard, past):
    participations.seek(viewer(cast.coordinator), heard, cast.nurse)
    hearing = point(cast.coordinator, heard, past)
    hearings.invite(viewer(cast.coordinator), past, [cast.police])
    hearings.write_conclusions(
        viewer(cast.coordinator), hearing, summary="Une visite.", steps_taken=""
    )
    assert [m for m in cast if may_read(m, hearing)] == [cast.coordinator]

    hearings.conclude(viewer(cast.coordinator), hearing)
    participations.seek(viewer(cast.coordinator), heard, cast.hygiene)

    readers = [member for member in cast if may_read(member, hearing)]
    assert readers == [cast.coordinator, cast.landlord, cast.nurse]


def test_a_withdrawal_closes_the_conclusions_to_partners(cast, heard, past):
    hearing = concluded(cast.coordinator, heard, past)

    refuse(cast, heard)

    assert [member for member in cast if may_read(member, hearing)] == [cast.coordinator]


def test_who_leaves_the_situation_no_longer_reads_its_conclusions(cast, heard, past):
    hearing = concluded(cast.coordinator, heard, past)
    participations.end(
        viewer(cast.coordinator), Participation.objects.get(), reason="Changement de poste"
    )

    assert not may_read(cast.landlord, hearing)


def test_no_mail_of_a_seance_holds_a_name(
    cast, meeting, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        heard = situation(cast.landlord, cast.coordinator, "named")
        point(cast.coordinator, heard, meeting)

    written = [mail.subject + mail.body + str(mail.alternatives) for mail in mailoutbox]
    assert any("invitation" in mail.subject for mail in mailoutbox)
    assert [text for text in written if CANARY in text] == []
