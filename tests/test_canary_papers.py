"""A thousand papers of séances drawn at random: none holds the canary of the vault, nor, where only
letters are written, the code that a situation has elsewhere."""

import datetime
import random
import re

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from cases import agenda, leads
from cases.models import Hearing, Situation
from cases.services import follow_up, hearings, triage
from governance import calendars, letters
from governance.models import Meeting, OutgoingMessage
from governance.selectors import meeting_title
from governance.viewer import Viewer
from governance.views.calendars import _entry
from tests import world as worlds
from tests.test_canary import holds_canary

pytestmark = pytest.mark.once

ROUNDS = 200  # five papers each
READERS = ("coordinator", "author", "knows_person", "invited", "stranger")
AGREEMENTS = ("named", "anonymous", "unable", "not_collected")
WISHES = ("", "present", "second_part", "absent_feedback")
CODE = re.compile(r"LIL-\d{4}-A?\d{3}")


@pytest.fixture
def sittings(world):
    """Several situations, each brought with the canary's identity, at séances of the past."""
    coordinator = Viewer(world.people["coordinator"].user)
    author = Viewer(world.people["author"].user)
    heard = [world.hearing]
    for days in range(3):
        start = timezone.now() - datetime.timedelta(days=days + 20)
        meeting = hearings.convene(
            coordinator, world.council, venue=world.council.venue, starts_at=start,
            ends_at=start + datetime.timedelta(hours=2), place="Mairie",
        )  # fmt: skip
        hearings.invite(coordinator, meeting, [world.people["stranger"]])
        points = [
            hearings.schedule(
                coordinator,
                triage.accept(coordinator, worlds.submit(author, world.council, agreement="named")),
                meeting,
            )
            for _ in range(3)
        ]
        for point in points:
            hearings.write_conclusions(
                coordinator, point, summary="Une visite à deux.", steps_taken="Un courrier."
            )
            follow_up.propose_lead(
                coordinator, point.situation, kind="gp", hearing=point,
                owner=world.people["author"],
            )  # fmt: skip
            heard.append(hearings.conclude(coordinator, point))
    return heard


def test_a_thousand_papers_hold_no_canary(world, sittings, caplog):
    draw = random.Random(226_13)  # article 226-13 du code pénal
    council = world.council
    readers = {name: Viewer(world.people[name].user) for name in READERS}
    letters_sent = list(OutgoingMessage.objects.filter(template__startswith="meeting_"))
    letters_sent += OutgoingMessage.objects.filter(template="conclusions_ready")
    meetings = list(Meeting.objects.filter(body__isnull=True).select_related("council"))
    papers, leaks = 0, []

    def look(kind, text):
        nonlocal papers
        papers += 1
        if holds_canary(text) or CODE.search(text):
            leaks.append((kind, text[:200]))

    for _ in range(ROUNDS):
        point = draw.choice(sittings)
        Situation.objects.filter(pk=point.situation_id).update(
            consent_state=draw.choice(AGREEMENTS), presence_wish=draw.choice(WISHES)
        )
        Hearing.objects.filter(pk=point.pk).update(
            minutes=draw.randint(5, 240), joined_after=draw.choice([None, 0, 3])
        )
        meeting = Meeting.objects.select_related("council").get(pk=point.meeting_id)
        reader = readers[draw.choice(READERS)]
        shown = {
            "council": council,
            "sitting": meeting,
            "title": meeting_title(council, meeting),
            "points": agenda.agenda(reader, council, meeting),
            "recipient": reader.user,
            "made_at": timezone.now(),
        }
        look("agenda", render_to_string("pdf/agenda.html", shown))
        message = draw.choice(letters_sent)
        sent = letters.compose(message)
        look("invitation", sent.message().as_string() + sent.body)
        look("subject", message.subject)
        some = draw.sample(meetings, draw.randint(1, len(meetings)))
        look("feed", calendars.feed([_entry(each) for each in some], host=letters.host()))
        shown |= {
            "record": point.record or point.draft,
            "obstacles": (),
            "point": point,
            "naming": agenda.naming(point),
            "leads": leads.lead_lines(reader, council, leads.leads_of(point)),
        }
        look("conclusions", render_to_string("pdf/conclusions.html", shown))
    assert papers == 1000
    assert leaks == []
    assert not holds_canary(caplog.text)
