"""What is said again until it is done: on a few fixed days, twice never, over summer time too."""

import datetime
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail as sent
from django.core.management import call_command

from cases.models import AlertDraft, ConsentRecord
from cases.services import (
    consent,
    follow_up,
    intake,
    participations,
    reminders,
    triage,
)
from governance.models import OutgoingMessage
from governance.models.people import MailRhythm
from governance.services import people
from governance.terms import MESSAGE_DAYS
from tests.cases.sittings import CANARY, situation, viewer

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
# Winter time begins on the 25th: the days 0 to 20 go over it.
START = datetime.datetime(2026, 10, 20, 10, 0, tzinfo=PARIS)
DEAD = "tests.governance.test_mail.BrokenServer"


def at(days, hour=10, minute=0):
    """That many days after the start, at that hour of the wall clock."""
    day = START.date() + datetime.timedelta(days=days)
    wall = datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=PARIS)
    return time_machine.travel(wall, tick=True)


@pytest.fixture
def cast(cast):
    """The cast, members for years."""
    return cast


@pytest.fixture
def run(capsys):
    """What the timer sends on the days given, run several times a day, around 2 and 3 o'clock."""

    def over(*days):
        OutgoingMessage.objects.filter(
            state=OutgoingMessage.State.WAITING, attempts=0
        ).delete()  # what the preparation announced
        announced = []
        for day in days:
            before = len(sent.outbox)
            for hour, minute in ((2, 30), (2, 59), (3, 1), (23, 59)):
                with at(day, hour, minute):
                    call_command("send_notifications")
            for message in sent.outbox[before:]:
                assert CANARY not in message.subject + message.body
                announced.append((day, message.to[0].partition("@")[0], message.subject))
        return announced

    return over


@pytest.fixture
def brought(cast):
    """A situation of the landlord, its consent of the day of the start."""
    with at(0):
        return situation(cast.landlord, cast.coordinator, "named")


def days_of(announced):
    return [day for day, _, _ in announced]


# --- a partner who has not answered -------------------------------------------------------------


@pytest.fixture
def sought(cast, brought):
    with at(0):
        return participations.seek(viewer(cast.coordinator), brought, cast.nurse)


def test_a_partner_who_does_not_answer_is_reminded_after_three_days_and_after_seven(
    sought, run, brought
):
    announced = run(*range(21))
    subject = f"{brought.code} : votre réponse est attendue"
    assert announced == [(3, "nora.cmp", subject), (7, "nora.cmp", subject)]
    body = sent.outbox[0].body
    assert brought.get_absolute_url() in body
    assert "vous n’avez pas encore répondu" in body
    assert "20/10/2026" in body


def test_a_timer_that_was_down_says_it_late_and_once(sought, run):
    assert days_of(run(5, 6, 8, 9)) == [5, 8]


@pytest.mark.parametrize("answer", ["accept", "decline", "leaves"])
def test_the_reminders_stop_with_the_answer(cast, sought, run, answer):
    with at(4):
        if answer == "accept":
            participations.accept(viewer(cast.nurse), sought)
        elif answer == "decline":
            participations.decline(viewer(cast.nurse), sought, reason="Hors de ma mission")
        else:
            people.end_membership(cast.nurse, by=cast.coordinator.user)
    assert run(*range(5, 21)) == []


def test_somebody_asked_again_is_reminded_again(cast, sought, run):
    assert days_of(run(3)) == [3]
    with at(4):
        participations.decline(viewer(cast.nurse), sought, reason="Pas maintenant")
        participations.seek(viewer(cast.coordinator), sought.situation, cast.nurse)
    assert days_of(run(*range(5, 21))) == [7, 11]


def test_a_reminder_that_has_not_left_is_withdrawn_when_the_thing_is_done(
    cast, sought, run, settings
):
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, DEAD
    assert run(3) == []
    assert OutgoingMessage.objects.filter(state="waiting", kind="reminder").count() == 1
    with at(4):
        participations.accept(viewer(cast.nurse), sought)
    settings.EMAIL_BACKEND = backend
    assert run(4, 5, 6, 7) == []
    assert not OutgoingMessage.objects.filter(kind="reminder").exists()


def test_the_daily_summary_holds_the_reminders_of_the_day_and_no_other(cast, sought, run):
    cast.nurse.user.mail_rhythm = MailRhythm.DAILY
    cast.nurse.user.save()
    announced = run(*range(21))
    assert days_of(announced) == [3, 7]
    assert {subject.partition(",")[0] for _, _, subject in announced} == {"CLSM : 1 nouvelle"}
    assert "Participation sans réponse (1)" in sent.outbox[0].body


def test_who_wants_no_mail_is_not_reminded(cast, sought, run):
    cast.nurse.user.mail_rhythm = MailRhythm.NONE
    cast.nurse.user.save()
    assert run(*range(21)) == []


# --- an author asked for more -------------------------------------------------------------------


def test_an_author_who_does_not_answer_is_reminded_until_they_do(cast, run, council):
    with at(0):
        alert = intake.submit(
            viewer(cast.landlord),
            council,
            intake.Submission(
                draft_key=uuid.uuid4(),
                fields={
                    "requester_name": "Un demandeur",
                    "alert_subject": ["care_breakdown"],
                    "facts": "Crie la nuit.",
                    "consent_state": "not_collected",
                },
                identity={},
            ),
        )
        triage.review(viewer(cast.coordinator), alert)
        triage.request_information(viewer(cast.coordinator), alert, question="Depuis quand ?")
    announced = run(*range(6))
    assert announced == [(3, "louis.bailleur", f"{alert.code} : votre réponse est attendue")]
    with at(6):
        triage.answer(viewer(cast.landlord), alert, text="Depuis mai.")
    assert run(*range(6, 21)) == []


# --- the owner of a lead ------------------------------------------------------------------------


@pytest.fixture
def lead(cast, brought):
    """The nurse's, due on the tenth day."""
    with at(0):
        part = participations.seek(viewer(cast.coordinator), brought, cast.nurse)
        participations.accept(viewer(cast.nurse), part)
        return follow_up.propose_lead(
            viewer(cast.coordinator),
            brought,
            kind="joint_home_visit",
            owner=cast.nurse,
            due_on=(START + datetime.timedelta(days=10)).date(),
        )


def test_the_owner_alone_hears_of_a_lead_before_its_date_and_after_it(lead, run, brought):
    announced = run(*range(31))
    soon = f"{brought.code} : votre piste arrive à échéance"
    late = f"{brought.code} : l’échéance de votre piste est passée"
    assert announced == [
        (7, "nora.cmp", soon),
        (11, "nora.cmp", late),
        (18, "nora.cmp", late),
    ]
    assert "est passée" in sent.outbox[1].body
    assert f"/{lead.pk}/" in sent.outbox[0].body


def test_a_lead_that_is_done_or_left_is_not_spoken_of_any_more(cast, lead, run):
    with at(8):
        follow_up.move_lead(viewer(cast.nurse), lead, "accept")
        follow_up.move_lead(viewer(cast.nurse), lead, "complete", outcome="Vue deux fois.")
    assert run(*range(9, 31)) == []


def test_an_owner_who_takes_part_no_more_is_not_reminded(cast, lead, run, brought):
    with at(8):
        part = brought.participations.get(membership=cast.nurse)
        participations.end(viewer(cast.coordinator), part, reason="Départ")
    assert run(*range(9, 31)) == []


# --- the person's information and agreement -----------------------------------------------------


def test_who_was_to_inform_the_person_is_reminded_around_the_date_until_it_is_noted(
    cast, brought, run
):
    with at(0):
        part = participations.seek(viewer(cast.coordinator), brought, cast.nurse)
        participations.accept(viewer(cast.nurse), part)
        consent.record_information(
            viewer(cast.nurse),
            brought,
            "not_yet",
            collected_on=(START + datetime.timedelta(days=20)).date(),
        )
    announced = run(*range(20))
    assert announced == [(13, "nora.cmp", f"{brought.code} : la personne est à informer")]
    with at(20):
        consent.record_information(
            viewer(cast.nurse), brought, "informed", collected_on=START.date()
        )
    assert run(*range(20, 40)) == []


def test_the_coordination_reviews_an_agreement_around_its_anniversary(cast, brought, run):
    first = ConsentRecord.objects.get(axis="agreement", situation=brought)
    due = (first.review_on - START.date()).days
    assert due == 365
    announced = run(*range(due - 35, due + 1))
    subject = f"{brought.code} : l’accord est à revoir"
    who = "camille.coordination"
    assert announced == [(due - 30, who, subject), (due - 14, who, subject)]
    with at(due):
        consent.record_agreement(
            viewer(cast.coordinator),
            brought,
            "anonymous",
            given_by="person",
            means="Entretien",
            collected_on=(START + datetime.timedelta(days=due)).date(),
        )
    assert run(*range(due, due + 20)) == []


# --- a draft ------------------------------------------------------------------------------------


def test_a_draft_is_announced_two_days_before_it_goes_unless_it_is_taken_up_again(
    cast, council, run
):
    with at(0):
        draft = intake.start_draft(viewer(cast.landlord), council)
    with at(4):
        AlertDraft.objects.get(pk=draft.pk).save()
    assert run(*range(9)) == []
    announced = run(*range(9, 12))
    assert announced == [(9, "louis.bailleur", "LIL : votre brouillon va être effacé")]
    assert "effacé le 01/11/2026" in sent.outbox[0].body
    assert f"/{draft.pk}/" in sent.outbox[0].body


# --- the rules ----------------------------------------------------------------------------------


def test_no_stage_outlives_the_memory_of_its_reminder():
    for stages in (reminders.ASKED, reminders.DUE, reminders.TOLD, reminders.REVIEW):
        for first, last in stages:
            assert 0 <= last - first < MESSAGE_DAYS
        days = [day for first, last in stages for day in (first, last)]
        assert days == sorted(days)
