"""Delivery, against a real SMTP server on the loopback: nothing lost, nothing twice."""

import datetime
import smtplib
import socket
import threading
from collections import Counter
from contextlib import contextmanager

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from governance import mail, outbox
from governance.decisions import Refused
from governance.models import OutgoingMessage
from governance.services import people
from governance.services.retention import old_messages
from governance.smtp import EmailBackend
from governance.terms import MESSAGE_DAYS
from tests import factories

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)

State = OutgoingMessage.State
NOBODY = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
WORKER = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


class Post:
    """What the server does with each message; `taken` counts the Message-IDs it took."""

    def __init__(self):
        self.taken = Counter()
        self.recipients = []
        self.greetings = 0
        self.refusals = {}  # address -> answer to RCPT
        self.cut_at_sender = set()  # ranks of the senders (MAIL) at which the line is cut
        self.cut_at_text = set()  # ranks of the texts (DATA) taken without an answer
        self.senders = self.texts = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.greetings += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.senders += 1
        if self.senders in self.cut_at_sender:
            server.transport.abort()
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        headers = envelope.content.decode().partition("\r\n\r\n")[0].split("\r\n")
        (identifier,) = [h for h in headers if h.startswith("Message-ID:")]
        self.taken[identifier] += 1
        self.recipients += envelope.rcpt_tos
        self.texts += 1
        if self.texts in self.cut_at_text:
            server.transport.abort()
        return "250 OK"


@contextmanager
def listening(post, port):
    """A server on that port of the loopback."""
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def port(settings, unused_tcp_port_of_the_loopback):
    """The port where the program looks for its mail server; nobody sends by itself."""
    settings.EMAIL_BACKEND = "governance.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = unused_tcp_port_of_the_loopback
    settings.EMAIL_TIMEOUT = 5
    settings.TASKS = NOBODY
    return settings.EMAIL_PORT


@pytest.fixture
def unused_tcp_port_of_the_loopback():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write(council, count=1, domain="demo.example"):
    """That many messages to as many addresses."""
    for rank in range(count):
        mail.send(
            "alert_settled",
            f"membre{rank}@{domain}",
            subject=f"LIL-2026-A{rank + 1:03d} : réponse",
            context={
                "council": council,
                "code": f"LIL-2026-A{rank + 1:03d}",
                "path": "/clsm/LIL/",
            },
        )


def states():
    return Counter(OutgoingMessage.objects.values_list("state", flat=True))


@contextmanager
def later(delay):
    with time_machine.travel(timezone.now() + delay, tick=True):
        yield


@committed
def test_two_hundred_messages_leave_once_each_over_one_connection(council, post, port):
    write(council, 200)
    with listening(post, port):
        assert outbox.deliver() == 200
        assert outbox.deliver() == 0
    assert len(post.taken) == 200
    assert set(post.taken.values()) == {1}
    assert post.greetings == 1
    assert states() == {State.SENT: 200}


@committed
def test_a_server_that_dies_and_comes_back_loses_nothing_and_gets_nothing_twice(
    council, post, port
):
    write(council, 200)
    assert outbox.deliver() == 0  # nobody listens
    assert states() == {State.WAITING: 200}
    assert set(OutgoingMessage.objects.values_list("attempts", "last_error")) == {
        (1, "ConnectionRefusedError")
    }
    post.cut_at_sender = {50, 51, 52}  # then it dies in the middle of its work
    with listening(post, port), later(datetime.timedelta(minutes=2)):
        assert outbox.deliver() == 49
        assert outbox.deliver() == 0  # what is left waits
    assert states() == {State.SENT: 49, State.WAITING: 151}
    with later(datetime.timedelta(minutes=4)):
        assert outbox.deliver() == 0  # dead again
    with listening(post, port), later(datetime.timedelta(hours=1)):
        assert outbox.deliver() == 151
    assert len(post.taken) == 200
    assert set(post.taken.values()) == {1}
    assert states() == {State.SENT: 200}


def test_one_message_that_cuts_the_line_does_not_hold_up_the_others(council, post, port):
    write(council, 10)
    post.cut_at_sender = {1}
    with listening(post, port):
        assert outbox.deliver() == 9
    assert states() == {State.SENT: 9, State.WAITING: 1}


def test_a_text_without_an_answer_is_doubtful_and_is_not_sent_again_by_itself(
    cast, council, post, port, viewer_of
):
    write(council, 3)
    post.cut_at_text = {2}
    with listening(post, port):
        assert outbox.deliver() == 2
        with later(datetime.timedelta(days=1)):
            assert outbox.deliver() == 0
        assert states() == {State.SENT: 2, State.DOUBTFUL: 1}
        doubtful = OutgoingMessage.objects.get(state=State.DOUBTFUL)
        outbox.resend(viewer_of(cast.coordinator), council, doubtful)
        assert outbox.deliver() == 1
    # Sent again by a person, under the same Message-ID.
    assert sorted(post.taken.values()) == [1, 1, 2]


class Dies(EmailBackend):
    """The machine stops between the server's answer and our mark."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise SystemExit


@committed
def test_a_crash_after_the_sending_never_sends_twice_in_silence(
    council, post, port, settings, caplog
):
    write(council, 2)
    settings.EMAIL_BACKEND = f"{__name__}.Dies"
    with listening(post, port):
        with pytest.raises(SystemExit):
            outbox.deliver()
        settings.EMAIL_BACKEND = "governance.smtp.EmailBackend"
        assert outbox.deliver() == 1  # the other one
        assert states() == {State.SENT: 1, State.LEAVING: 1}
        with later(datetime.timedelta(minutes=16)):
            outbox.deliver()
    assert states() == {State.SENT: 1, State.DOUBTFUL: 1}
    assert set(post.taken.values()) == {1}
    assert "peut-être envoyé" in caplog.text


def test_a_refused_address_is_given_up_at_once_and_a_busy_one_is_tried_again(
    council, post, port, caplog
):
    write(council, 3)
    post.refusals = {
        "membre0@demo.example": "550 No such user",
        "membre1@demo.example": "450 Try again later",
    }
    with listening(post, port):
        assert outbox.deliver() == 1
        refused = OutgoingMessage.objects.get(state=State.FAILED)
        assert (refused.address, refused.last_error) == (
            "membre0@demo.example",
            "SMTPRecipientsRefused",
        )
        post.refusals = {}
        with later(datetime.timedelta(minutes=2)):
            assert outbox.deliver() == 1
    assert sorted(post.recipients) == ["membre1@demo.example", "membre2@demo.example"]
    assert "membre0" not in caplog.text


def test_after_four_days_a_message_is_given_up_and_the_log_says_so(council, port, caplog):
    write(council, 2)
    for days in (0, 1, 3):
        with later(datetime.timedelta(days=days)):
            assert outbox.deliver() == 0
    assert states() == {State.WAITING: 2}
    with later(datetime.timedelta(days=4, minutes=1)):
        outbox.deliver()
    assert states() == {State.FAILED: 2}
    assert caplog.text.count("alert_settled non envoyé : ConnectionRefusedError") == 2


@given(st.integers(min_value=1, max_value=30_000))
def test_each_failure_waits_twice_as_long_up_to_four_hours(attempts):
    assert datetime.timedelta(minutes=1) <= outbox.wait(attempts) <= outbox.LONGEST_WAIT
    assert outbox.wait(attempts) <= outbox.wait(attempts + 1) <= 2 * outbox.wait(attempts)


@committed
def test_two_workers_at_a_time_send_nothing_twice(council, post, port):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    write(council, 60)

    def work():
        outbox.deliver()
        connection.close()

    with listening(post, port):
        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert len(post.taken) == 60
    assert set(post.taken.values()) == {1}
    assert states() == {State.SENT: 60}


# --- the queue ----------------------------------------------------------------------------------


def work():
    """The worker, until nothing is ready."""
    call_command("db_worker", batch=True, startup_delay=False, reload=False, verbosity=0)


def test_a_dead_mail_server_neither_fails_nor_slows_a_request(
    cast, port, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = WORKER
    client = factories.sign_in(Client(), cast.coordinator.user)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            f"/clsm/{cast.council.code}/reglages/membres/inviter/",
            {
                "email": "nouvelle@demo.example",
                "role": "coordinator",
                "profession_category": "other",
                "secrecy_status": "law",
            },
        )
    assert answer.status_code == 302
    assert states() == {State.WAITING: 1}
    assert DBTaskResult.objects.get().status == "READY"


@committed
def test_the_worker_delivers_and_comes_back_when_the_server_does(council, post, port, settings):
    settings.TASKS = WORKER
    write(council, 20)
    work()
    assert states() == {State.WAITING: 20}
    assert not DBTaskResult.objects.failed().exists()
    (again,) = DBTaskResult.objects.filter(status="READY")  # once for the twenty
    assert set(OutgoingMessage.objects.values_list("next_attempt", flat=True)) == {again.run_after}
    with listening(post, port), later(datetime.timedelta(minutes=1, seconds=5)):
        work()
    assert states() == {State.SENT: 20}
    assert len(post.taken) == 20
    assert not DBTaskResult.objects.filter(status="READY").exists()


@committed
def test_the_queue_holds_neither_addresses_nor_codes(council, port, settings):
    settings.TASKS = WORKER
    write(council)
    work()
    for row in DBTaskResult.objects.values_list("args_kwargs", "traceback", "return_value"):
        assert row == ({"args": [], "kwargs": {}}, "", None)


class Explodes(BaseEmailBackend):
    """A library that raises what nobody expects."""

    def send_messages(self, messages):
        raise ValueError(messages[0].to[0])


def test_whatever_a_mail_library_raises_is_kept_by_its_class_alone(council, settings, caplog, port):
    settings.EMAIL_BACKEND = f"{__name__}.Explodes"
    write(council)
    assert outbox.deliver() == 0
    message = OutgoingMessage.objects.get()
    assert (message.state, message.last_error) == (State.WAITING, "ValueError")
    assert "membre0" not in caplog.text


def test_an_answer_of_the_server_is_no_doubt(council, post, port):
    """A message that the server refuses after its text was not taken."""

    async def full(server, session, envelope):
        return "552 Too large"

    post.handle_DATA = full
    write(council)
    with listening(post, port):
        outbox.deliver()
    assert states() == {State.FAILED: 1}
    assert OutgoingMessage.objects.get().last_error == smtplib.SMTPDataError.__name__


# --- invitations: the token lives in the mail alone ---------------------------------------------


def test_the_link_of_an_invitation_is_born_when_it_leaves_and_the_last_one_opens(
    cast, viewer_of, mailoutbox, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.TASKS = NOBODY
    invitation = people.invite(
        cast.council, by=viewer_of(cast.coordinator), email="n@demo.example", role="coordinator"
    )
    outbox.deliver()
    OutgoingMessage.objects.update(state=State.FAILED)
    outbox.resend(viewer_of(cast.coordinator), cast.council, OutgoingMessage.objects.get())
    outbox.deliver()
    links = [
        next(line for line in message.body.split() if "/invitation/" in line)
        for message in mailoutbox
    ]
    answers = [Client().get(link.removeprefix("http://127.0.0.1:8000")) for link in links]
    assert [answer.status_code for answer in answers] == [404, 200]
    stored = str(list(OutgoingMessage.objects.values()))
    assert links[1].rstrip("/").rpartition("/")[2] not in stored
    people.cancel_invitation(invitation, by=viewer_of(cast.coordinator))
    assert not OutgoingMessage.objects.exists()


# --- what the council sees ----------------------------------------------------------------------


@pytest.fixture
def stuck(cast):
    """A message that the server refused, to the landlord."""
    mail.send(
        "alert_settled",
        cast.landlord.user.email,
        subject="LIL-2026-A001 : réponse",
        context={"council": cast.council, "code": "LIL-2026-A001", "path": "/"},
    )
    OutgoingMessage.objects.update(
        state=State.FAILED, attempts=2, last_error="SMTPRecipientsRefused"
    )
    return OutgoingMessage.objects.get()


def test_the_coordination_sees_what_did_not_leave_and_sends_it_again(
    cast, stuck, client_of, settings
):
    settings.TASKS = NOBODY
    client = client_of(cast.coordinator)
    assert "À regarder" in client.get("/clsm/LIL/reglages/").content.decode()
    page = client.get("/clsm/LIL/reglages/courriers/").content.decode()
    assert "LIL-2026-A001" in page
    assert "Louis Bailleur, partenaire" in page
    assert "Le serveur refuse cette adresse (SMTPRecipientsRefused)" in page
    client.post(f"/clsm/LIL/reglages/courriers/{stuck.pk}/renvoyer/")
    stuck.refresh_from_db()
    assert (stuck.state, stuck.attempts, stuck.last_error) == (State.WAITING, 0, "")
    again = client.post(f"/clsm/LIL/reglages/courriers/{stuck.pk}/renvoyer/", follow=True)
    assert "n’attend plus" in again.content.decode()


def test_the_technical_manager_reads_a_role_but_neither_code_nor_name(cast, stuck, client_of):
    page = client_of(cast.manager).get("/clsm/LIL/reglages/courriers/").content.decode()
    assert "Partenaire" in page
    assert "LIL-2026-A001" not in page
    assert "Bailleur" not in page


def test_the_page_asks_the_database_as_much_for_many_messages_as_for_one(cast, client_of, port):
    client = client_of(cast.coordinator)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/clsm/LIL/reglages/courriers/?etat=en-attente")
        return len(captured)

    write(cast.council, 1)
    queries()
    few = queries()
    write(cast.council, 30)
    assert queries() == few


def test_who_does_not_manage_the_council_sends_nothing_again(cast, stuck, viewer_of):
    with pytest.raises(Refused):
        outbox.resend(viewer_of(cast.nurse), cast.council, stuck)


def test_a_message_is_forgotten_thirty_days_after_it_left(council, stuck):
    write(council, 2)
    OutgoingMessage.objects.filter(address="membre0@demo.example").update(
        state=State.SENT, sent_at=timezone.now()
    )
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    assert not old_messages(today + MESSAGE_DAYS * day).exists()
    gone = old_messages(today + (MESSAGE_DAYS + 1) * day)
    assert {m.state for m in gone} == {State.SENT, State.FAILED}  # what waits stays
