"""The agenda of a body's meeting as it is typed; who is convened, and what their calendar gets."""

import datetime

import icalendar
import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from governance.forms.assemblies import AssemblyForm, assembly_answers
from governance.models import OutgoingMessage
from governance.services import assemblies
from governance.services.assemblies import Point
from tests.governance import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(cast, viewer_of):
    return viewer_of(cast.coordinator)


@pytest.fixture
def copil(cast, coordinator):
    """A member with an account, one without, one whose mandate is over, one who has left."""
    found = papers.body(cast.council)
    papers.seat(coordinator, found, cast.elected)
    papers.seat(coordinator, found, college="carers")
    over = timezone.localdate() - papers.DAY
    papers.seat(coordinator, found, cast.landlord, college="housing", end=over)
    papers.seat(coordinator, found, cast.users_representative, college="users")
    cast.users_representative.end = timezone.localdate()
    cast.users_representative.save()
    return found


def times(days=10):
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + days * papers.DAY
    return {"starts_at": start, "ends_at": start + datetime.timedelta(hours=2)}


def calendar(message):
    """The entry where Outlook and Zimbra look for it: the last of the alternatives."""
    content, kind = message.alternatives[-1]
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return kind.rpartition("method=")[2], event


def test_members_with_an_account_are_convened_told_of_a_change_and_of_the_end(
    cast, coordinator, copil, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        meeting = assemblies.convene(
            coordinator, copil, **times(), place="Mairie", points=[Point("Bilan")]
        )
    with django_capture_on_commit_callbacks(execute=True):
        meeting = assemblies.revise(
            coordinator, meeting, **times(), place="Mairie", points=[Point("Autre")]
        )
    assert len(outbox.outbox) == 1, "an agenda that changes is read on the page"
    with django_capture_on_commit_callbacks(execute=True):
        meeting = assemblies.revise(coordinator, meeting, **times(12), place="Mairie", points=[])
    with django_capture_on_commit_callbacks(execute=True):
        assemblies.cancel(coordinator, meeting)
    assert [message.to for message in outbox.outbox] == [[cast.elected.user.email]] * 3
    entries = [calendar(message) for message in outbox.outbox]
    assert [method for method, _ in entries] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["SEQUENCE"] for _, event in entries] == [0, 1, 2]
    assert len({event["UID"] for _, event in entries}) == 1
    assert entries[1][1]["DTSTART"].dt == times(12)["starts_at"]
    for message in outbox.outbox:
        assert message.subject.startswith("COPIL du ")
        assert meeting.get_absolute_url() in message.body
        assert "séance" not in message.body.lower()


def test_whoever_takes_a_seat_is_convened_with_the_next_change_and_nobody_for_the_past(
    cast, coordinator, copil
):
    sent = OutgoingMessage.objects.filter(template="assembly_convened")
    past = papers.met(coordinator, copil)
    assert not sent.exists()
    meeting = assemblies.convene(coordinator, copil, **times(), place="", points=[])
    papers.seat(coordinator, copil, cast.social_worker, college="social")
    assemblies.revise(
        coordinator, meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at, place="",
        points=[Point("Bilan")],
    )  # fmt: skip
    assert {row.user for row in sent} == {cast.elected.user, cast.social_worker.user}
    assert past.status == "planned"


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("Bilan", Point("Bilan")),
        ("  Bilan | l’élue  ", Point("Bilan", "l’élue")),
        ("Bilan | l’élue | 20", Point("Bilan", "l’élue", 20)),
        ("Bilan || 5", Point("Bilan", "", 5)),
    ],
)
def test_a_line_of_the_agenda_says_what_who_and_how_long(coordinator, copil, typed, point):
    form = {"day": "2026-12-01", "start": "10:00", "end": "12:00", "points": f"{typed}\n\n"}
    asked = AssemblyForm(form)
    assert asked.is_valid()
    assert asked.cleaned_data["points"] == [point]
    meeting = assemblies.convene(coordinator, copil, **times(), place="", points=[point])
    again = AssemblyForm({**form, "points": assembly_answers(meeting)["points"]})
    assert again.is_valid()
    assert again.cleaned_data["points"] == [point]


@pytest.mark.parametrize(
    "typed", ["| l’élue", "Bilan | a | b | c", "Bilan | a | vingt", "Bilan | a | 0", "x" * 201]
)
def test_a_line_that_says_something_else_is_asked_again(typed):
    form = {"day": "2026-12-01", "start": "10:00", "end": "12:00", "points": typed}
    assert "points" in AssemblyForm(form).errors


def test_the_page_says_who_presents_and_how_long(cast, coordinator, copil, client_of):
    points = [Point("Bilan", "l’élue à la santé", 20)]
    meeting = assemblies.convene(coordinator, copil, **times(), place="Mairie", points=points)
    page = client_of(cast.elected).get(meeting.get_absolute_url()).text
    assert "l’élue à la santé · 20 minutes" in page
    edit = reverse("body_meeting_edit", args=["LIL", copil.pk, meeting.pk])
    assert "Bilan | l’élue à la santé | 20" in client_of(cast.coordinator).get(edit).text
