"""The mail server is dead for half an hour: everything waits, leaves once, and nothing is lost."""

import datetime
from collections import Counter

import pytest
import time_machine
from django.utils import timezone

from governance.models import OutgoingMessage
from tests.faults.site import free_port
from tests.governance.test_outbox import Post, listening, states, work, write

pytestmark = pytest.mark.django_db(transaction=True)

DEAD = 30  # minutes


def test_thirty_minutes_without_a_mail_server_lose_no_message_and_send_none_twice(
    council, settings, size
):
    count = size(60, 1000)
    settings.EMAIL_BACKEND = "governance.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    post = Post()
    post.cut_at_sender = {count // 3, count // 2}  # and it comes back badly
    died = timezone.now()
    write(council, count // 2)
    for minute in range(DEAD + 1):
        with time_machine.travel(died + datetime.timedelta(minutes=minute), tick=True):
            if minute == DEAD // 2:
                write(council, count - count // 2)  # the council goes on working
            work()
        assert states() == {"waiting": count if minute >= DEAD // 2 else count // 2}
    minute = DEAD
    with listening(post, settings.EMAIL_PORT):
        while OutgoingMessage.objects.exclude(state="sent").exists():
            minute += 1
            assert minute < 2 * DEAD + 5, states()
            with time_machine.travel(died + datetime.timedelta(minutes=minute), tick=True):
                work()
    assert states() == {OutgoingMessage.State.SENT: count}
    assert Counter(post.taken.values()) == {1: count}
