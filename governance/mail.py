"""The one door to outgoing mail: a code and an act in the subject, one link, never a name.

A message is a row of the outbox, written in the transaction of the act: what is rolled back is not
announced, and a mail server that is down neither fails nor slows anybody (docs/adr/0007).
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse

from governance.letters import LETTERS, PATH, Kind
from governance.models import Council, Invitation, OutgoingMessage, User
from governance.models.people import MailRhythm
from governance.outbox import wake

State = OutgoingMessage.State


def send(
    template: str, to: str, *, subject: str, context: Mapping[str, Any], once: str = ""
) -> bool:
    """Send `to` the message templates/emails/<template>.txt and .html, when this is committed.

    `context` holds the facts of the letter (letters.LETTERS), all strings, and beside them
    `path`, where the message's one button leads, or `invitation`, whose link is made as the
    message leaves; it may hold `council`, whose address then signs the message. `subject` is a
    code and an act. With `once`, a second message of that key is not sent.

    Whoever has an account gets it when they prefer, or not at all (Mon compte): False then. What is
    compulsory goes at once. KeyError without a path; ValueError for any other fact than the
    letter's.
    """
    letter = LETTERS[template]
    facts = dict(context)
    council: Council | None = facts.pop("council", None)
    invitation: Invitation | None = facts.pop("invitation", None)
    path = "" if invitation else facts.pop("path")
    letter.require(facts)
    if (path and not PATH.fullmatch(path)) or path.startswith("/invitation/"):
        raise ValueError(f"{letter.title} : l’adresse est une page du site, sans clé.")
    user = User.objects.filter(email=to.lower()).first()
    rhythm = MailRhythm.IMMEDIATE
    if user is not None and letter.kind != Kind.COMPULSORY:
        rhythm = MailRhythm(user.mail_rhythm)
    if rhythm == MailRhythm.NONE:
        return False
    later = rhythm == MailRhythm.DAILY and letter.kind in (Kind.NEWS, Kind.REMINDER)
    message = OutgoingMessage(
        council=council,
        user=user,
        address="" if user else to,
        invitation=invitation,
        template=template,
        subject=" ".join(subject.split()),
        context={**facts, "path": path},
        kind=letter.kind,
        urgency=letter.urgency,
        key=once,
        state=State.GATHERED if later else State.WAITING,
    )
    OutgoingMessage.objects.bulk_create([message], ignore_conflicts=bool(once))
    if not later:
        wake()
    return True


def withdraw(about: str) -> None:
    """Take back what did not leave, of the messages whose key begins with `about`.

    A newer one takes their place; sent again later, they would undo it.
    """
    OutgoingMessage.objects.filter(
        key__startswith=about,
        state__in=(State.WAITING, State.GATHERED, *OutgoingMessage.STUCK),
        gathered_in__isnull=True,
    ).delete()


def send_digests(today: datetime.date) -> int:
    """Gather what waits for the daily summary, one message a person; how many summaries.

    What comes after the summary of the day waits for the next one. Who has since chosen to get
    nothing gets nothing.
    """
    waiting = OutgoingMessage.objects.filter(state=State.GATHERED, gathered_in__isnull=True)
    waiting.filter(user__mail_rhythm=MailRhythm.NONE).delete()
    users = User.objects.filter(pk__in=waiting.values("user")).order_by("pk")
    return sum(_digest(user, today) for user in users)


@transaction.atomic
def _digest(user: User, today: datetime.date) -> bool:
    lines = list(
        OutgoingMessage.objects.select_for_update(of=("self",))
        .filter(user=user, state=State.GATHERED, gathered_in__isnull=True)
        .select_related("council")
    )
    councils = {line.council for line in lines}
    digest, created = OutgoingMessage.objects.get_or_create(
        key=f"digest:{user.pk}:{today:%Y-%m-%d}",
        defaults={
            "user": user,
            "council": councils.pop() if len(councils) == 1 else None,
            "template": "digest",
            "subject": f"CLSM : {len(lines)} nouvelle{'s' if len(lines) > 1 else ''}, "
            f"récapitulatif du {today:%d/%m/%Y}",
            "context": {"path": reverse("home")},
            "kind": Kind.DIGEST,
            "urgency": LETTERS["digest"].urgency,
        },
    )
    if not created:
        return False
    OutgoingMessage.objects.filter(pk__in=[line.pk for line in lines]).update(gathered_in=digest)
    wake()
    return True
