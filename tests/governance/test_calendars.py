"""Calendars as other programs read them: parsed back, on any day, with any text."""

import datetime

import pytest
from dateutil.easter import easter as known_easter
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from governance import calendars
from governance.calendars import PARIS, Entry
from governance.holidays import easter, public_holidays
from tests import world as worlds
from tests.test_canary import holds_canary

HOST = "clsm.example"
URL = "https://clsm.example/clsm/LIL/seances/3f0c9a52/"


def entry(**changes):
    facts = {
        "key": "3f0c9a52-6a0e-4d5f-9a44-6d2f7f8f5b10",
        "title": "LIL\u00a0: Temps d’échanges",
        "starts_at": datetime.datetime(2026, 6, 11, 14, tzinfo=PARIS),
        "ends_at": datetime.datetime(2026, 6, 11, 16, tzinfo=PARIS),
        "url": URL,
    }
    return Entry(**(facts | changes))


def written(method="REQUEST", **changes):
    return calendars.invitation(
        method,
        entry(**changes),
        host=HOST,
        organiser="clsm@ville.example",
        recipient="nora.cmp@demo.example",
    )


def parsed(text):
    """The calendar and its one event, as another program reads them."""
    calendar = Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_an_invitation_holds_what_a_calendar_needs_and_no_more():
    calendar, event = parsed(written(place="Salle 2", sequence=3))
    assert calendar["METHOD"] == "REQUEST"
    assert set(event) == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "URL",
        "DESCRIPTION", "STATUS", "ORGANIZER", "ATTENDEE",
    }  # fmt: skip
    assert event["UID"] == "3f0c9a52-6a0e-4d5f-9a44-6d2f7f8f5b10@clsm.example"
    assert event["SEQUENCE"] == 3
    assert event["ORGANIZER"] == "mailto:clsm@ville.example"
    assert event["ATTENDEE"] == "mailto:nora.cmp@demo.example"
    assert "CN" not in event["ATTENDEE"].params
    assert (event["SUMMARY"], event["LOCATION"]) == ("LIL : Temps d’échanges", "Salle 2")
    assert event["URL"] == event["DESCRIPTION"] == URL
    assert event["STATUS"] == "CONFIRMED"


def test_a_cancellation_says_so_twice():
    calendar, event = parsed(written("CANCEL"))
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")


def test_a_feed_names_nobody():
    text = calendars.feed([entry(), entry(key="other")], host=HOST)
    calendar = Calendar.from_ical(text)
    assert calendar["METHOD"] == "PUBLISH"
    assert len(calendar.walk("VEVENT")) == 2
    assert "ATTENDEE" not in text
    assert "ORGANIZER" not in text
    assert "mailto" not in text


def offset_by_rule(text, local):
    """What a program that knows no zone by its name finds in the VTIMEZONE: the offset of the
    last change before that local hour."""
    (zone,) = Calendar.from_ical(text).walk("VTIMEZONE")
    changes = []
    for part in zone.subcomponents:
        start = part["DTSTART"].dt
        rule = rrulestr(part["RRULE"].to_ical().decode(), dtstart=start)
        changes.append((rule.before(local, inc=True), part["TZOFFSETTO"].td))
    return max(changes)[1]


@pytest.mark.parametrize(
    ("day", "hour", "offset"),
    [
        ("2026-03-28", 14, 1),
        ("2026-03-29", 1, 1),
        ("2026-03-29", 14, 2),
        ("2026-10-24", 14, 2),
        ("2026-10-25", 1, 2),
        ("2026-10-25", 14, 1),
        ("2037-07-14", 9, 2),
    ],
)
def test_the_hour_is_right_on_the_days_when_clocks_change(day, hour, offset):
    local = datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(hour))
    starts_at = local.replace(tzinfo=PARIS).astimezone(datetime.UTC)
    text = written(starts_at=starts_at, ends_at=starts_at + datetime.timedelta(hours=2))
    _, event = parsed(text)
    assert f"DTSTART;TZID=Europe/Paris:{local:%Y%m%dT%H%M%S}\r\n" in text
    assert event["DTSTART"].dt == starts_at
    assert event["DTEND"].dt.astimezone(datetime.UTC) == starts_at + datetime.timedelta(hours=2)
    assert event["DTSTART"].dt.utcoffset() == datetime.timedelta(hours=offset)
    assert offset_by_rule(text, local) == datetime.timedelta(hours=offset)


def test_a_meeting_across_the_change_lasts_as_long_as_it_lasts():
    start = datetime.datetime(2026, 3, 29, 0, 30, tzinfo=datetime.UTC)
    _, event = parsed(written(starts_at=start, ends_at=start + datetime.timedelta(hours=1)))
    assert event["DTSTART"].dt == start
    assert event["DTEND"].dt == start + datetime.timedelta(hours=1)


HOSTILE = 'Salle; 2, étage\\ "B"\r\nATTENDEE:mailto:autre@demo.example\nEND:VEVENT\x07\x85'


def test_a_hostile_place_stays_a_place():
    text = written(place=HOSTILE)
    _, event = parsed(text)
    assert event["LOCATION"] == (
        'Salle; 2, étage\\ "B" ATTENDEE:mailto:autre@demo.example END:VEVENT'
    )
    assert text.count("END:VEVENT\r\n") == 1
    assert event["ATTENDEE"] == "mailto:nora.cmp@demo.example"


@given(place=st.text(max_size=200), title=st.text(min_size=1, max_size=120))
def test_whatever_the_coordination_writes_comes_back_and_adds_no_line(place, title):
    text = written(place=place, title=title)
    calendar, event = parsed(text)
    unfolded = text.replace("\r\n ", "")
    assert unfolded.count("\r\nATTENDEE") == unfolded.count("\r\nBEGIN:VEVENT") == 1
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    assert not any(ord(c) < 32 for c in text.replace("\r\n", ""))
    if place.isprintable() and place == " ".join(place.split()) and "\\" not in place:
        assert str(event.get("LOCATION", "")) == place
    assert calendar["METHOD"] == "REQUEST"


def test_a_thousand_invitations_hold_no_canary_but_a_place_that_would():
    """The proof that the search would find one, then that nothing else brings it in."""
    assert holds_canary(written(place=worlds.CANARY))
    for rank in range(1000):
        method = ("REQUEST", "CANCEL")[rank % 2]
        assert not holds_canary(written(method, sequence=rank, place=f"Salle {rank}"))


# --- public holidays ------------------------------------------------------------------------------


@given(st.integers(1583, 4000))
def test_easter_is_that_of_the_tables(year):
    assert easter(year) == known_easter(year)


def test_the_public_holidays_of_2026():
    assert {f"{day:%d/%m}" for day in public_holidays(2026)} == {
        "01/01", "06/04", "01/05", "08/05", "14/05", "25/05", "14/07", "15/08", "01/11", "11/11",
        "25/12",
    }  # fmt: skip


def test_where_two_holidays_fall_together_the_day_is_still_one():
    assert public_holidays(2008)[datetime.date(2008, 5, 1)]  # Ascension and 1 May
    assert len(public_holidays(2008)) == 10
