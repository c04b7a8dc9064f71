"""Delivery: what is due leaves, one row claimed at a time, over one connection.

claim (committed) -> send -> mark (committed). Whoever dies between the two last steps leaves a
claimed row behind: it may have left, so that nobody sends it again but a person who asks for it.
"""

import datetime
import logging
import smtplib

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task

from governance import policies
from governance.decisions import Refused
from governance.letters import LETTERS, Void, compose
from governance.models import Council, OutgoingMessage
from governance.smtp import Doubtful
from governance.viewer import Viewer

logger = logging.getLogger(__name__)

State = OutgoingMessage.State
MOST_LOSSES = 3  # connections lost in one run before the others wait too
LONGEST_WAIT = datetime.timedelta(hours=4)
GIVE_UP = datetime.timedelta(days=4)
# Longer than any attempt: each step of an SMTP dialogue has settings.EMAIL_TIMEOUT.
CLAIM_HOLDS = datetime.timedelta(minutes=15)


class _Lost(Exception):
    """The connection is gone; what became of the message it carried is marked."""


def wait(attempts: int) -> datetime.timedelta:
    """How long after that many failures: a minute, then twice as long each time, four hours."""
    return min(datetime.timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_WAIT)


def wake() -> None:
    """Deliver once the transaction is committed; a queue that fails leaves it to the timer."""
    transaction.on_commit(_enqueue, robust=True)


def _enqueue() -> None:
    deliver_outbox.enqueue()


@task()
def deliver_outbox() -> None:
    """The worker's task: deliver, and come back for what has to wait."""
    deliver()


def deliver() -> int:
    """Send what is due; how many messages left. Never raises for what a mail server says.

    Two at a time do not send anything twice. What fails waits longer each time, up to four days
    in all; then it is given up, logged, and shown on the council's page of messages.
    """
    _doubt_lost_claims()
    now = timezone.now()
    losses = 0
    while _due(now).exists():
        connection: BaseEmailBackend = get_connection()
        try:
            connection.open()
        except Exception as failure:  # whatever a server that is down makes its library raise
            _postpone(_due(now), failure, now)
            break
        try:
            _send_all(connection, now)
        except _Lost as lost:
            losses += 1
            if losses == MOST_LOSSES:
                _postpone(_due(now), lost.__cause__ or lost, now)
        finally:
            _close(connection)
    _come_back(now)
    return OutgoingMessage.objects.filter(state=State.SENT, sent_at__gte=now).count()


def _send_all(connection: BaseEmailBackend, now: datetime.datetime) -> None:
    while (message := _claim(now)) is not None:
        _send(message, connection, now)


def _due(now: datetime.datetime) -> QuerySet[OutgoingMessage]:
    return OutgoingMessage.objects.filter(state=State.WAITING, next_attempt__lte=now)


@transaction.atomic
def _claim(now: datetime.datetime) -> OutgoingMessage | None:
    """The next message due, which nobody else claims from now on; None when none is left.

    The most urgent first, but those that fail go last: none of them holds up the others.

    PostgreSQL locks the row and goes past those that are locked; SQLite has one writer at a time
    (BEGIN IMMEDIATE).
    """
    message = (
        _due(now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("council", "user", "invitation")
        .order_by("attempts", "-urgency", "queued_at", "id")
        .first()
    )
    if message is not None:
        OutgoingMessage.objects.filter(pk=message.pk).update(
            state=State.LEAVING, claimed_at=timezone.now()
        )
    return message


def _send(message: OutgoingMessage, connection: BaseEmailBackend, now: datetime.datetime) -> None:
    """Send a claimed message and mark what became of it. _Lost when the connection is gone."""
    this = OutgoingMessage.objects.filter(pk=message.pk)
    try:
        composed = compose(message)
    except Void:
        this.delete()
        return
    except Exception as failure:  # ours: another attempt would fail alike
        _fail(this, failure)
        return
    try:
        connection.send_messages([composed])
    except Doubtful as lost:
        _doubt(this)
        raise _Lost from lost
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refusal:
        if all(code >= 500 for code in _answers(refusal)):
            _fail(this, refusal)
        else:
            _postpone(this, refusal, now)
    except smtplib.SMTPNotSupportedError as refusal:  # an address that the server cannot write
        _fail(this, refusal)
    except OSError as lost:  # no answer, or one that concerns every message (the sender)
        _postpone(this, lost, now)
        raise _Lost from lost
    except Exception as failure:
        _postpone(this, failure, now)
    else:
        kept = LETTERS[message.template].kept(message.context)
        this.update(state=State.SENT, sent_at=timezone.now(), last_error="", context=kept)


def _answers(refusal: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> list[int]:
    if isinstance(refusal, smtplib.SMTPDataError):
        return [refusal.smtp_code]
    return [code for code, _ in refusal.recipients.values()]


def _postpone(
    messages: QuerySet[OutgoingMessage], failure: BaseException, now: datetime.datetime
) -> None:
    """The messages wait longer than the last time; those that have waited four days are failed."""
    _fail(messages.filter(queued_at__lte=now - GIVE_UP), failure)
    error = type(failure).__name__
    logger.warning("Courriers remis à plus tard : %s", error)
    counts = messages.exclude(state=State.FAILED).order_by("-attempts")
    for attempts in list(counts.values_list("attempts", flat=True).distinct()):
        messages.filter(attempts=attempts).exclude(state=State.FAILED).update(
            state=State.WAITING,
            attempts=attempts + 1,
            next_attempt=now + wait(attempts + 1),
            last_error=error,
        )


def _fail(messages: QuerySet[OutgoingMessage], failure: BaseException) -> None:
    error = type(failure).__name__
    for template in messages.values_list("template", flat=True):
        # The failure's own words and its traceback may hold the address.
        logger.error("Message %s non envoyé : %s", template, error)
    messages.update(state=State.FAILED, last_error=error)


def _doubt(messages: QuerySet[OutgoingMessage]) -> None:
    for template in messages.values_list("template", flat=True):
        logger.error("Message %s peut-être envoyé : à vérifier", template)
    messages.update(state=State.DOUBTFUL, last_error=Doubtful.__name__)


def _doubt_lost_claims() -> None:
    """What somebody claimed and never marked: the machine stopped, perhaps after the message."""
    limit = timezone.now() - CLAIM_HOLDS
    _doubt(OutgoingMessage.objects.filter(state=State.LEAVING, claimed_at__lt=limit))


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except Exception as failure:  # what was to be sent is marked already
        logger.warning("Connexion mal close : %s", type(failure).__name__)


def _come_back(now: datetime.datetime) -> None:
    """The worker comes back for each of the times that this run put off to."""
    if not deliver_outbox.get_backend().supports_defer:
        return
    put_off = OutgoingMessage.objects.filter(
        state=State.WAITING,
        next_attempt__in=[now + wait(attempts) for attempts in range(1, 12)],
    )
    for time in put_off.order_by("next_attempt").values_list("next_attempt", flat=True).distinct():
        deliver_outbox.using(run_after=time).enqueue()


@transaction.atomic
def resend(viewer: Viewer, council: Council, message: OutgoingMessage) -> None:
    """Try again a message that did not leave, or perhaps did; with the same Message-ID.

    Refused for one that waits or left, and for anyone but the council's management.
    """
    policies.can_manage(viewer, council).enforce()
    now = timezone.now()
    carrier = OutgoingMessage.objects.filter(
        pk=message.gathered_in_id or message.pk, state__in=OutgoingMessage.STUCK
    )
    again = carrier.update(
        state=State.WAITING, queued_at=now, next_attempt=now, attempts=0, last_error=""
    )
    if not again:
        raise Refused("Ce courrier n’attend plus qu’on le renvoie.")
    wake()
