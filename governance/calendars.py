"""What calendar programs read: invitations (iTIP, RFC 5546) and feeds (iCalendar, RFC 5545).

A code, the council's word for its meetings, hours, a link; neither a situation nor who else comes.
"""

import datetime
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone
from icalendar import Calendar, Event, Timezone, vCalAddress

PARIS = ZoneInfo("Europe/Paris")
# The rule of the European Union (directive 2000/84/CE), shorter and safer than a table of days: the
# hour of a meeting is right on either side of a change, in programs that know no zone by its name.
_EUROPE_PARIS = """\
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
"""


@dataclass(frozen=True)
class Entry:
    """A meeting as calendars show it; `key` and `sequence` tell its changes from a new one."""

    key: str
    title: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    url: str
    place: str = ""
    sequence: int = 0


def invitation(method: str, entry: Entry, *, host: str, organiser: str, recipient: str) -> str:
    """The message by which `organiser` puts the entry in a calendar (REQUEST, also when it
    changes) or takes it out (CANCEL). The recipient is the only one named.

    No answer is asked for: who comes is said to the coordination, and noted at the séance.
    """
    calendar = _calendar()
    calendar.add("method", method)
    event = _event(entry, host)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{organiser}"))
    attendee = vCalAddress(f"mailto:{recipient}")
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = "FALSE"
    event.add("attendee", attendee)
    calendar.add_component(event)
    return calendar.to_ical().decode()


def feed(entries: Iterable[Entry], *, host: str) -> str:
    """A calendar to subscribe to: those entries, and nobody."""
    calendar = _calendar()
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "CLSM")
    for entry in entries:
        calendar.add_component(_event(entry, host))
    return calendar.to_ical().decode()


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//CLSM//Conseil local de santé mentale//FR")
    calendar.add_component(Timezone.from_ical(_EUROPE_PARIS))
    return calendar


def _event(entry: Entry, host: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{host}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", timezone.now().astimezone(datetime.UTC))
    event.add("dtstart", _here(entry.starts_at))
    event.add("dtend", _here(entry.ends_at))
    event.add("summary", _line(entry.title))
    if entry.place:
        event.add("location", _line(entry.place))
    event.add("url", entry.url)
    # Outlook shows no URL: the same link, where it shows one.
    event.add("description", entry.url)
    return event


def _here(at: datetime.datetime) -> datetime.datetime:
    """The instant by the clocks of Paris; in UTC the second time they show it, on the night when
    they go back: an hour written with its zone is the first (RFC 5545, 3.3.5)."""
    local = at.astimezone(PARIS)
    return at.astimezone(datetime.UTC) if local.fold else local


def _line(text: str) -> str:
    """On one line, without the control characters that no calendar may hold (RFC 5545, 3.1)."""
    return "".join(c for c in " ".join(text.split()) if unicodedata.category(c) not in ("Cc", "Cs"))
