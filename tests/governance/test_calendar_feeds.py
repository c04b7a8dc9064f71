"""One's private calendar address: who reads what there, and until when."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from cases.services import hearings
from clsm.logs import masked
from governance import throttling
from governance.models import AccessRecord, Body, CalendarFeed, Meeting
from governance.services import calendar_feeds, people, retention
from tests import factories
from tests.cases.sittings import sitting, viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(cast):
    """A séance to which the nurse is invited."""
    meeting = sitting(cast.coordinator)
    hearings.invite(viewer(cast.coordinator), meeting, [cast.nurse])
    return meeting


@pytest.fixture
def address_of():
    """The address of a member's feed, who has their second factor."""

    def make(member):
        factories.second_factor(member.user)
        return reverse("calendar_feed", args=[calendar_feeds.renew(viewer(member))])

    return make


def keys(address):
    """The meetings that a program without a session finds at that address."""
    answer = Client().get(address)
    assert answer.status_code == 200
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    return {event["UID"].partition("@")[0] for event in events}


def test_it_holds_the_meetings_in_the_scope_of_its_owner(cast, meeting, address_of):
    other = sitting(cast.coordinator, days=9)
    body = Body.objects.create(council=cast.council, name="COPIL", kind="steering_committee")
    of_body = Meeting.objects.create(
        council=cast.council, body=body, starts_at=meeting.starts_at, ends_at=meeting.ends_at
    )
    assert keys(address_of(cast.nurse)) == {str(meeting.pk)}
    assert keys(address_of(cast.coordinator)) == {str(m.pk) for m in (meeting, other, of_body)}
    assert keys(address_of(cast.elected)) == {str(of_body.pk)}
    assert keys(address_of(cast.police)) == keys(address_of(cast.manager)) == set()


def test_it_is_a_calendar_that_no_cache_keeps_and_that_names_nobody(cast, meeting, address_of):
    answer = Client().get(address_of(cast.nurse))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["Cache-Control"] == "no-store, private"
    assert "Set-Cookie" not in answer
    assert not answer.cookies
    text = answer.text
    assert cast.nurse.user.last_name not in text
    assert cast.coordinator.user.last_name not in text
    assert "mailto" not in text
    assert meeting.place not in text
    assert meeting.get_absolute_url() in text.replace("\r\n ", "")


def test_a_cancelled_seance_and_one_from_which_one_was_taken_off_are_gone(
    cast, meeting, address_of
):
    address = address_of(cast.nurse)
    hearings.uninvite(viewer(cast.coordinator), meeting.attendances.get())
    assert keys(address) == set()
    of_coordination = address_of(cast.coordinator)
    hearings.cancel(viewer(cast.coordinator), meeting)
    assert keys(of_coordination) == set()


def test_an_ended_membership_closes_it_at_once(cast, meeting, address_of):
    address = address_of(cast.nurse)
    people.end_membership(cast.nurse, by=cast.coordinator.user)
    assert keys(address) == set()


def test_a_charter_to_sign_closes_it_until_it_is_signed(cast, meeting, address_of):
    address = address_of(cast.nurse)
    cast.nurse.user.charter_signatures.all().delete()
    assert keys(address) == set()
    for version in cast.council.charter_versions.all():
        people.sign_charter(cast.nurse.user, version)
    assert keys(address) == {str(meeting.pk)}


def test_a_second_factor_taken_back_closes_it(cast, meeting, address_of):
    address = address_of(cast.nurse)
    cast.nurse.user.authenticator_set.all().delete()
    assert keys(address) == set()


def test_a_disabled_account_a_renewed_and_a_revoked_address_are_unknown_ones(
    cast, meeting, address_of
):
    disabled, renewed, revoked = (
        address_of(member) for member in (cast.nurse, cast.police, cast.hygiene)
    )
    retention.disable(cast.nurse.user, timezone.localdate())
    fresh = address_of(cast.police)
    assert calendar_feeds.revoke(viewer(cast.hygiene))
    unknown = Client().get(reverse("calendar_feed", args=["x" * 43]))
    assert unknown.status_code == 404
    for address in (disabled, renewed, revoked):
        answer = Client().get(address)
        assert answer.status_code == 404
        assert answer.content == unknown.content
    assert keys(fresh) == set()
    cast.nurse.user.is_active = True
    cast.nurse.user.save()
    assert Client().get(disabled).status_code == 404


def test_it_is_read_and_nothing_else(cast, meeting, address_of):
    address = address_of(cast.nurse)
    assert Client().post(address).status_code == 405
    assert Client().head(address).status_code == 200


def test_too_many_readings_wait_and_those_of_another_do_not(cast, meeting, address_of, monkeypatch):
    monkeypatch.setattr(throttling, "CALENDARS", throttling.Limit("calendar", 3, "3 lectures"))
    address, other = address_of(cast.nurse), address_of(cast.police)
    assert [Client().get(address).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert Client().get(other).status_code == 200


def test_the_journal_has_one_line_a_day_however_often_it_is_read(cast, meeting, address_of):
    address = address_of(cast.nurse)
    read = AccessRecord.objects.filter(action="read_calendar", actor=cast.nurse.user)
    for _ in range(5):
        keys(address)
    assert read.count() == 1
    assert read.get().council == cast.council
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1), tick=True):
        keys(address)
    assert read.count() == 2


def test_reading_takes_as_many_queries_for_two_meetings_as_for_ten(
    cast, address_of, django_assert_max_num_queries, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address = address_of(cast.coordinator)
    keys(address)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            keys(address)
        return len(seen)

    for days in (1, 2):
        sitting(cast.coordinator, days=days)
    few = queries()
    for days in range(3, 11):
        sitting(cast.coordinator, days=days)
    assert queries() == few


# --- Mon compte -----------------------------------------------------------------------------------


def test_the_address_is_shown_once_and_only_its_digest_is_kept(cast, client_of):
    client = client_of(cast.nurse)
    page = reverse("my_calendar")
    shown = client.post(page)
    address = shown.context["address"]
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert address in shown.text
    assert len(token) == 43
    assert token not in client.get(page).text
    feed = CalendarFeed.objects.get()
    assert token not in str(vars(feed))
    assert keys(reverse("calendar_feed", args=[token])) == set()


def test_it_is_renewed_then_revoked_on_the_page(cast, client_of):
    client, page = client_of(cast.nurse), reverse("my_calendar")
    first, second = (client.post(page).context["address"] for _ in range(2))
    assert first != second
    assert CalendarFeed.objects.count() == 1
    client.post(page, {"revoke": ""})
    assert not CalendarFeed.objects.exists()
    acts = AccessRecord.objects.filter(target_type="CalendarFeed").order_by("id")
    assert list(acts.values_list("action", flat=True)) == ["grant", "grant", "revoke"]


def test_whoever_has_not_shown_their_second_factor_lately_shows_it_first(cast, client_of):
    client = client_of(cast.nurse)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=20), tick=True):
        answer = client.post(reverse("my_calendar"))
    assert answer.status_code == 302
    assert "next=" in answer["Location"]
    assert not CalendarFeed.objects.exists()


def test_the_log_of_requests_holds_no_address(cast, address_of):
    address = address_of(cast.nurse)
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert token not in masked(f"GET {address} 200")
    assert masked("GET /moi/agenda/ 200") == "GET /moi/agenda/ 200"
