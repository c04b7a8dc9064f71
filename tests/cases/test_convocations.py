"""What reaches the calendars of those invited, read back from the mail that left."""

import datetime
import email
import email.policy

import pytest
from django.utils import timezone
from icalendar import Calendar

from cases.services import hearings
from governance import mail as outgoing
from governance.models import Attendance, OutgoingMessage
from tests import world as worlds
from tests.cases.sittings import point, situation, viewer
from tests.test_canary import holds_canary

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(mailoutbox, django_capture_on_commit_callbacks):
    """Do something; the messages that left for it, as their bytes read back."""

    def act(function, *args, **kwargs):
        before = len(mailoutbox)
        with django_capture_on_commit_callbacks(execute=True):
            function(*args, **kwargs)
        return [
            email.message_from_bytes(
                message.message().as_bytes(linesep="\r\n"), policy=email.policy.default
            )
            for message in mailoutbox[before:]
        ]

    return act


def calendar_of(message):
    """The calendar part, where Outlook looks for it: the last alternative of the message."""
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    part = list(message.iter_parts())[-1]
    assert part.get_content_disposition() is None
    assert part.get_content_charset() == "utf-8"
    calendar = Calendar.from_ical(part.get_content())
    assert part.get_param("method") == calendar["METHOD"]
    return calendar


def event_of(message):
    (event,) = calendar_of(message).walk("VEVENT")
    return event


def revised(meeting, **changes):
    answers = {name: getattr(meeting, name) for name in ("venue", "starts_at", "ends_at", "place")}
    return answers | changes


def test_an_invitation_goes_into_the_calendar_of_who_gets_it_alone(cast, heard, meeting, sent):
    cast.council.contact_email = "clsm@ville.example"
    cast.council.save()
    point(cast.coordinator, heard, meeting)

    messages = sent(hearings.invite, viewer(cast.coordinator), meeting, [cast.nurse, cast.police])

    assert len(messages) == 2
    for message in messages:
        calendar, event = calendar_of(message), event_of(message)
        assert calendar["METHOD"] == "REQUEST"
        assert event["UID"].startswith(f"{meeting.pk}@")
        assert event["ATTENDEE"] == f"mailto:{message['To']}"
        assert event["ORGANIZER"] == "mailto:clsm@ville.example"
        assert event["SUMMARY"] == f"LIL : {cast.council.meeting_label}"
        assert event["LOCATION"] == "Mairie de quartier"
        assert event["DTSTART"].dt == meeting.starts_at.replace(second=0, microsecond=0)
        assert event["URL"].endswith(meeting.get_absolute_url())
        text = calendar.to_ical().decode()
        assert text.count("mailto:") == 2
        assert heard.code not in text


def test_without_a_contact_address_the_organiser_is_the_sender(cast, meeting, sent, settings):
    settings.DEFAULT_FROM_EMAIL = "CLSM <ne-pas-repondre@clsm.example>"
    (message,) = sent(hearings.invite, viewer(cast.coordinator), meeting, [cast.nurse])
    assert event_of(message)["ORGANIZER"] == "mailto:ne-pas-repondre@clsm.example"


def test_moving_updates_the_entry_of_everybody_invited(cast, meeting, sent):
    cast.nurse.user.mail_rhythm = "none"
    cast.nurse.user.save()
    hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse, cast.police])
    later = meeting.starts_at + datetime.timedelta(days=1)
    answers = revised(meeting, starts_at=later, ends_at=later + datetime.timedelta(hours=1))

    messages = sent(hearings.revise_meeting, viewer(cast.coordinator), meeting, **answers)

    assert {m["To"] for m in messages} == {cast.nurse.user.email, cast.police.user.email}
    for message in messages:
        event = event_of(message)
        assert calendar_of(message)["METHOD"] == "REQUEST"
        assert event["UID"].startswith(f"{meeting.pk}@")
        assert event["SEQUENCE"] == 1
        assert event["DTSTART"].dt == later.replace(second=0, microsecond=0)
        assert message["Subject"].endswith(f"{timezone.localtime(later):%d/%m/%Y} : changement")


def test_saving_without_a_change_says_nothing(cast, meeting, sent):
    hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse])
    assert (
        sent(hearings.revise_meeting, viewer(cast.coordinator), meeting, **revised(meeting)) == []
    )
    meeting.refresh_from_db()
    assert meeting.sequence == 0


def test_another_place_alone_is_a_change(cast, meeting, sent):
    hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse])
    (message,) = sent(
        hearings.revise_meeting,
        viewer(cast.coordinator),
        meeting,
        **revised(meeting, place="CCAS; salle 2, étage"),
    )
    assert event_of(message)["LOCATION"] == "CCAS; salle 2, étage"


def test_correcting_a_seance_that_is_over_tells_nobody(cast, past, sent):
    hearings.invite(viewer(cast.coordinator), past, [cast.nurse])
    answers = revised(past, place="Ailleurs")
    assert sent(hearings.revise_meeting, viewer(cast.coordinator), past, **answers) == []


def test_cancelling_takes_it_out_of_the_calendars(cast, meeting, sent):
    hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse])
    (message,) = sent(hearings.cancel, viewer(cast.coordinator), meeting)
    event = event_of(message)
    assert calendar_of(message)["METHOD"] == "CANCEL"
    assert event["UID"].startswith(f"{meeting.pk}@")
    assert (event["SEQUENCE"], event["STATUS"]) == (1, "CANCELLED")


def test_an_invitation_taken_back_leaves_that_calendar_alone_and_may_come_again(
    cast, meeting, sent
):
    hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse, cast.police])
    attendance = Attendance.objects.get(membership=cast.nurse)
    (message,) = sent(hearings.uninvite, viewer(cast.coordinator), attendance)
    assert message["To"] == cast.nurse.user.email
    assert calendar_of(message)["METHOD"] == "CANCEL"
    assert event_of(message)["SEQUENCE"] == 1
    assert meeting.get_absolute_url() not in message.as_string()

    meeting.refresh_from_db()
    (again,) = sent(hearings.invite, viewer(cast.coordinator), meeting, [cast.nurse])
    assert calendar_of(again)["METHOD"] == "REQUEST"
    assert event_of(again)["SEQUENCE"] == 2


def test_an_invitation_that_had_not_left_never_undoes_a_newer_letter(cast, meeting, sent):
    hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse])
    OutgoingMessage.objects.update(state=OutgoingMessage.State.FAILED)
    hearings.cancel(viewer(cast.coordinator), meeting)
    (left,) = OutgoingMessage.objects.all()
    assert left.template == "meeting_cancelled"


def test_the_summary_of_the_day_carries_the_entry_as_a_file(cast, meeting, sent):
    cast.nurse.user.mail_rhythm = "daily"
    cast.nurse.user.save()
    assert sent(hearings.invite, viewer(cast.coordinator), meeting, [cast.nurse]) == []
    (digest,) = sent(outgoing.send_digests, timezone.localdate())
    (file,) = digest.iter_attachments()
    assert file.get_content_type() == "text/calendar"
    (event,) = Calendar.from_ical(file.get_content()).walk("VEVENT")
    assert event["UID"].startswith(f"{meeting.pk}@")
    assert event["ATTENDEE"] == f"mailto:{cast.nurse.user.email}"


def test_the_row_of_the_outbox_holds_facts_and_no_calendar(cast, meeting):
    hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse])
    (row,) = OutgoingMessage.objects.filter(template="meeting_invitation")
    assert "VEVENT" not in str(row.context)
    assert set(row.context) == {
        "meeting", "day", "hours", "place", "key", "sequence", "starts_at", "ends_at", "path",
    }  # fmt: skip


def test_no_letter_of_a_seance_holds_the_name_of_a_person_heard_there(cast, meeting, sent):
    """The identity sealed with the situation on the agenda is the canary."""

    def whole_life():
        hearings.schedule(
            viewer(cast.coordinator),
            situation(cast.landlord, cast.coordinator, agreement="named"),
            meeting,
        )
        hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse, cast.police])
        meeting.refresh_from_db()
        hearings.revise_meeting(
            viewer(cast.coordinator), meeting, **revised(meeting, place="Ailleurs")
        )
        hearings.uninvite(viewer(cast.coordinator), Attendance.objects.get(membership=cast.police))
        hearings.cancel(viewer(cast.coordinator), meeting)

    messages = sent(whole_life)
    assert len(messages) >= 3
    for message in messages:
        for part in message.walk():
            if not part.is_multipart():
                assert not holds_canary(part.get_content())
        assert not holds_canary(message["Subject"])
    assert worlds.CANARY  # what the situation was sealed with
