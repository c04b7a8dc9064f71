"""The clock is moved by an hour, or to summer or winter time: nothing is doubled or skipped."""

import datetime
import random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail as sent
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from cases.models import AlertDraft
from cases.services import intake, participations, retention
from governance.models import OutgoingMessage
from governance.models.people import MailRhythm
from tests.cases.sittings import situation, viewer

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
HOUR = datetime.timedelta(hours=1)
# The clock goes back on 25 October 2026 at 3:00, forward on 28 March 2027 at 2:00.
CHANGES = (datetime.date(2026, 10, 25), datetime.date(2027, 3, 28))
TIMER = datetime.time(2, 30)  # the worst of hours: it comes twice in autumn, never in spring
DAYS = 10


def run_jobs():
    """What the timers of a day run; the second's command would also compact SQLite's file."""
    call_command("send_notifications")
    retention.apply(timezone.localdate())


def moments(first: datetime.date, days: int, moved: random.Random) -> list[datetime.datetime]:
    """When the timers fire: each day at the worst hour, by a clock that is often an hour wrong.

    A timer that fires late, early, twice or not at all in its own hour.
    """
    found = []
    for rank in range(days):
        day = first + datetime.timedelta(days=rank)
        due = datetime.datetime.combine(day, TIMER, tzinfo=PARIS).astimezone(datetime.UTC)
        for _ in range(moved.choice((1, 1, 2, 3))):
            found.append(due + moved.choice((-1, 0, 0, 1)) * HOUR)
    return found


@pytest.mark.parametrize("change", CHANGES, ids=["autumn", "spring"])
def test_no_job_is_doubled_or_skipped_when_the_clock_moves(
    cast, council, change, size, capsys, monkeypatch
):
    begin = change - datetime.timedelta(days=3)
    morning = datetime.datetime.combine(begin, datetime.time(10), tzinfo=PARIS)
    with time_machine.travel(morning, tick=True):
        brought = situation(cast.landlord, cast.coordinator, "named")
        participations.seek(viewer(cast.coordinator), brought, cast.nurse)
        participations.seek(viewer(cast.coordinator), brought, cast.social_worker)
        intake.start_draft(viewer(cast.police), council)
        cast.social_worker.user.mail_rhythm = MailRhythm.DAILY
        cast.social_worker.user.save()
        OutgoingMessage.objects.all().delete()  # what this announced is not what is counted

    for seed in range(size(1, 20)):
        with transaction.atomic():
            one_course(cast, begin, random.Random(seed))
            transaction.set_rollback(True)


def one_course(cast, begin, moved):
    """Ten days of timers on a clock that is moved: each reminder once, each on its day."""
    before = len(sent.outbox)
    told = []
    for at in sorted(moments(begin + datetime.timedelta(days=1), DAYS, moved)):
        with time_machine.travel(at, tick=True):
            run_jobs()
        for message in sent.outbox[before + len(told) :]:
            day = at.astimezone(PARIS).date()
            told.append((message.to[0].partition("@")[0], (day - begin).days, message.subject))
    waiting = "votre réponse est attendue"
    nurse = [day for who, day, subject in told if who == "nora.cmp" and waiting in subject]
    assert nurse == [3, 7]
    assert [day for who, day, _ in told if who == "sofia.ccas"] == [3, 7]
    assert [day for who, day, _ in told if who == "paul.clspd"] == [5], "the draft that will go"
    assert not AlertDraft.objects.exists(), "and went, once"
