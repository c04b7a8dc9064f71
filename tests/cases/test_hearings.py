"""Séances as services: convened, their invitees, their agenda."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.models import Hearing
from cases.services import hearings, participations, situations
from governance.decisions import Refused
from governance.models import AccessRecord, Attendance, Meeting, Membership
from governance.policies import meetings_in_scope
from governance.services import people
from governance.workflow import IllegalTransition
from tests import factories
from tests.cases.sittings import (
    admitted,
    concluded,
    invited,
    point,
    sitting,
    situation,
    viewer,
)

pytestmark = pytest.mark.django_db


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
