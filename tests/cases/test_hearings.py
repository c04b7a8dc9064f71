"""Séances as services: convened, their agenda under the person's agreement, concluded once."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cases import conclusion_policies, policies
from cases.models import Conclusions, Hearing, Participation, PointNotes
from cases.services import consent, follow_up, hearings, participations, room, situations
from governance import grants
from governance.decisions import Refused
from governance.models import AccessRecord, Attendance, Meeting, Membership
from governance.policies import meetings_in_scope
from governance.services import people
from governance.workflow import IllegalTransition
from tests import factories
from tests.cases.sittings import CANARY, concluded, point, sitting, situation, viewer

pytestmark = pytest.mark.django_db


def refuse(cast, heard):
    """The person withdraws their agreement: themes only from now on."""
    consent.record_agreement(viewer(cast.landlord), heard, "withdrawn")


def invited(meeting):
    return set(
        Attendance.objects.filter(meeting=meeting).values_list("membership__user", flat=True)
    )


def admitted(meeting):
    """The users for whom guardian holds a row on the séance."""
    return set(grants.holders("view_meeting", meeting).values_list("pk", flat=True))


# --- convened -----------------------------------------------------------------------------------


def test_only_the_coordination_convenes(cast):
    for member in cast:
        if member == cast.coordinator:
            continue
        with pytest.raises(Refused):
            sitting(member)
    assert not Meeting.objects.exists()


def test_a_seance_ends_after_it_starts(cast):
    now = timezone.now()
    with pytest.raises(ValidationError, match="La fin doit suivre le début"):
        hearings.convene(
            viewer(cast.coordinator),
            cast.council,
            venue="practice_exchange",
            starts_at=now,
            ends_at=now,
            place="",
        )


def test_permanent_members_are_invited_where_the_profile_has_some():
    council = factories.aissmc()
    coordinator = factories.member(council, "anne.coordination@demo.example", "coordinator")
    members = [
        factories.member(
            council,
            f"membre.{rank}@demo.example",
            "partner",
            organisation=factories.organisation(council, f"Service {rank}", "ccas"),
            permanent_member=permanent,
        )
        for rank, permanent in enumerate((True, True, False))
    ]

    meeting = sitting(coordinator)

    assert invited(meeting) == {members[0].user_id, members[1].user_id}


def test_nobody_is_invited_at_once_where_the_profile_has_no_permanent_members(cast):
    Membership.objects.filter(pk=cast.nurse.pk).update(permanent_member=True)

    assert invited(sitting(cast.coordinator)) == set()


def test_a_planned_seance_is_revised_and_one_that_is_over_is_not(cast, meeting):
    later = meeting.starts_at + datetime.timedelta(days=1)
    answers = {
        "venue": "synthesis",
        "starts_at": later,
        "ends_at": later + datetime.timedelta(hours=1),
        "place": "CCAS",
    }

    hearings.revise_meeting(viewer(cast.coordinator), meeting, **answers)

    meeting.refresh_from_db()
    assert {name: getattr(meeting, name) for name in answers} == answers
    Meeting.objects.update(status=Meeting.Status.HELD)
    with pytest.raises(Refused, match="passée ou annulée"):
        hearings.revise_meeting(viewer(cast.coordinator), meeting, **answers)


def test_cancelling_frees_the_situations(cast, heard, meeting):
    hearing = point(cast.coordinator, heard, meeting)

    hearings.cancel(viewer(cast.coordinator), meeting)

    for row in (heard, hearing, meeting):
        row.refresh_from_db()
    assert heard.status == "under_review"
    assert hearing.state == Hearing.State.WITHDRAWN
    assert meeting.status == Meeting.Status.CANCELLED


def test_those_invited_are_told_that_the_seance_is_cancelled_whatever_they_chose(
    cast, meeting, mailoutbox, django_capture_on_commit_callbacks
):
    hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse, cast.police])
    cast.nurse.user.mail_rhythm = "none"
    cast.nurse.user.save()
    with django_capture_on_commit_callbacks(execute=True):
        hearings.cancel(viewer(cast.coordinator), meeting)
    assert {mail.to[0] for mail in mailoutbox} == {cast.nurse.user.email, cast.police.user.email}
    day = f"{timezone.localtime(meeting.starts_at):%d/%m/%Y}"
    assert all(mail.subject.endswith(f"du {day} : annulation") for mail in mailoutbox)


def test_a_seance_where_something_was_heard_is_not_cancelled(cast, heard, past):
    other = situation(cast.nurse, cast.coordinator)
    point(cast.coordinator, other, past)
    concluded(cast.coordinator, heard, past)

    with pytest.raises(Refused, match="déjà conclu"):
        hearings.cancel(viewer(cast.coordinator), past)
    past.refresh_from_db()
    assert past.status == Meeting.Status.PLANNED


# --- invited ------------------------------------------------------------------------------------


def test_an_invitation_is_guardian_s_row_a_journal_line_and_a_mail(
    cast, meeting, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse, cast.police])

    assert invited(meeting) == admitted(meeting) == {cast.nurse.user_id, cast.police.user_id}
    lines = AccessRecord.objects.filter(action="grant", target_type="Attendance")
    assert lines.count() == 2
    assert [mail.to for mail in mailoutbox] == [[cast.nurse.user.email], [cast.police.user.email]]
    assert f"{timezone.localtime(meeting.starts_at):%d/%m/%Y}" in mailoutbox[0].subject
    assert f"/seances/{meeting.pk}/" in mailoutbox[0].body


def test_inviting_twice_sends_one_invitation(
    cast, meeting, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse])
        hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse])

    assert Attendance.objects.count() == len(mailoutbox) == 1


def test_only_partners_of_the_council_are_invited(cast, meeting):
    other = factories.aissmc()
    stranger = factories.member(
        other,
        "eve.ailleurs@demo.example",
        "partner",
        organisation=factories.organisation(other, "CCAS", "ccas"),
    )
    for member in (stranger, cast.elected, cast.manager, cast.coordinator):
        with pytest.raises(Refused, match="Seuls les partenaires"):
            hearings.invite(viewer(cast.coordinator), meeting, [member])
    assert invited(meeting) == admitted(meeting) == set()


def test_partners_do_not_invite(cast, meeting):
    with pytest.raises(Refused):
        hearings.invite(viewer(cast.nurse), meeting, [cast.police])


def test_an_invitation_taken_back_closes_the_seance(cast, meeting):
    hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse, cast.police])

    hearings.uninvite(viewer(cast.coordinator), Attendance.objects.get(membership=cast.nurse))

    assert invited(meeting) == admitted(meeting) == {cast.police.user_id}
    assert not meetings_in_scope(viewer(cast.nurse), Meeting.objects.all()).exists()
    assert AccessRecord.objects.filter(action="revoke", target_type="Attendance").count() == 1


def test_no_invitation_is_taken_back_once_the_seance_was_held(cast, heard, past):
    concluded(cast.coordinator, heard, past)

    with pytest.raises(Refused, match="passée ou annulée"):
        hearings.uninvite(viewer(cast.coordinator), past.attendances.get())
    assert invited(past) == {cast.landlord.user_id}


def test_nobody_is_invited_to_a_cancelled_seance(cast, meeting):
    hearings.cancel(viewer(cast.coordinator), meeting)
    meeting.refresh_from_db()

    with pytest.raises(Refused, match="annulée"):
        hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse])


# --- the agenda ---------------------------------------------------------------------------------


def test_scheduling_invites_those_who_take_part(cast, heard, meeting):
    participations.seek(viewer(cast.coordinator), heard, cast.nurse)
    declined = participations.seek(viewer(cast.coordinator), heard, cast.police)
    participations.decline(viewer(cast.police), declined, reason="Hors mission")

    hearing = point(cast.coordinator, heard, meeting)

    heard.refresh_from_db()
    assert heard.status == "scheduled"
    assert heard.venue == meeting.venue
    assert (hearing.position, hearing.state) == (1, Hearing.State.SCHEDULED)
    assert invited(meeting) == admitted(meeting) == {cast.landlord.user_id, cast.nurse.user_id}


def test_somebody_who_left_the_council_is_not_invited(cast, heard, meeting):
    people.end_membership(cast.landlord, by=cast.coordinator.user)

    point(cast.coordinator, heard, meeting)

    assert invited(meeting) == admitted(meeting) == set()


@pytest.mark.parametrize("act", ["schedule", "move_up", "unschedule"])
def test_only_the_coordination_changes_the_agenda(cast, heard, meeting, act):
    arguments = [heard, meeting] if act == "schedule" else [point(cast.coordinator, heard, meeting)]
    for member in (cast.landlord, cast.nurse, cast.elected, cast.manager):
        with pytest.raises(Refused):
            getattr(hearings, act)(viewer(member), *arguments)


def test_a_situation_is_on_one_agenda_at_a_time(cast, heard, meeting):
    point(cast.coordinator, heard, meeting)

    with pytest.raises(IllegalTransition):
        point(cast.coordinator, heard, sitting(cast.coordinator, days=14))
    assert Hearing.objects.count() == 1


def test_a_situation_is_not_put_on_the_agenda_of_another_council(cast, heard):
    other = factories.aissmc()
    elsewhere = sitting(factories.member(other, "eve.ailleurs@demo.example", "coordinator"))

    with pytest.raises(Refused, match="séance de son conseil"):
        point(cast.coordinator, heard, elsewhere)


def test_a_closed_situation_is_not_heard(cast, heard, meeting):
    situations.close(viewer(cast.coordinator), heard, reason="improved", on=timezone.localdate())

    with pytest.raises(IllegalTransition):
        point(cast.coordinator, heard, meeting)


def test_a_situation_comes_back_to_another_seance_but_not_to_the_same(cast, heard, past):
    other = situation(cast.nurse, cast.coordinator)
    point(cast.coordinator, other, past)
    first = concluded(cast.coordinator, heard, past)

    with pytest.raises(Refused, match="déjà été entendue"):
        point(cast.coordinator, heard, past)

    first.refresh_from_db()
    assert first.state == Hearing.State.HELD
    again = point(cast.coordinator, heard, sitting(cast.coordinator))
    assert again.pk != first.pk


def test_a_point_taken_off_may_be_put_back_at_the_end(cast, heard, meeting):
    other = situation(cast.nurse, cast.coordinator)
    first = point(cast.coordinator, heard, meeting)
    point(cast.coordinator, other, meeting)

    hearings.unschedule(viewer(cast.coordinator), first)
    back = point(cast.coordinator, heard, meeting)

    assert (back.pk, back.position, back.state) == (first.pk, 3, Hearing.State.SCHEDULED)


def test_a_point_taken_off_once_is_not_taken_off_twice(cast, heard, meeting):
    """Else the situation would leave the other agenda that it is on by now."""
    hearing = point(cast.coordinator, heard, meeting)
    hearings.unschedule(viewer(cast.coordinator), hearing)
    elsewhere = point(cast.coordinator, heard, sitting(cast.coordinator, days=14))

    with pytest.raises(IllegalTransition, match="retiré de l’ordre du jour"):
        hearings.unschedule(viewer(cast.coordinator), hearing)

    elsewhere.refresh_from_db()
    assert elsewhere.state == Hearing.State.SCHEDULED


def order(meeting):
    return list(
        meeting.hearings.filter(state=Hearing.State.SCHEDULED).values_list(
            "situation__code", flat=True
        )
    )


def test_a_point_moves_up_one_place_past_those_taken_off(cast, meeting):
    heard = [situation(cast.landlord, cast.coordinator) for _ in range(4)]
    points = [point(cast.coordinator, each, meeting) for each in heard]
    hearings.unschedule(viewer(cast.coordinator), points[2])

    hearings.move_up(viewer(cast.coordinator), points[3])

    assert order(meeting) == [heard[0].code, heard[3].code, heard[1].code]


def test_the_first_point_does_not_move(cast, meeting):
    heard = [situation(cast.landlord, cast.coordinator) for _ in range(2)]
    points = [point(cast.coordinator, each, meeting) for each in heard]

    hearings.move_up(viewer(cast.coordinator), points[0])

    assert order(meeting) == [each.code for each in heard]


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
    council = factories.aissmc()
    coordinator = factories.member(council, "anne.coordination@demo.example", "coordinator")
    author = factories.member(
        council,
        "ali.ccas@demo.example",
        "partner",
        organisation=factories.organisation(council, "CCAS", "ccas"),
    )
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
