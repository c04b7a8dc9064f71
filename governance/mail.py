"""The one door to outgoing mail: a code and an act in the subject, one link, never a name.

Mail leaves when the transaction is committed: what was rolled back is not announced.
"""

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def absolute(path: str) -> str:
    """The full address of a path of this site."""
    return settings.SITE_URL.rstrip("/") + path


def send(template: str, to: str, *, subject: str, context: Mapping[str, Any]) -> None:
    """Send `to` the message templates/emails/<template>.txt and .html, on commit.

    `context` holds what the templates show, and `path`, where the message's one button leads;
    it may hold `council`, whose address then signs the message. `subject` is a code and an act:
    neither it nor the context may name the person of a situation. KeyError without `path`.
    """
    content = {"council": None, **context, "link": absolute(context["path"])}
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"emails/{template}.txt", content),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string(f"emails/{template}.html", content), "text/html")
    transaction.on_commit(lambda: _deliver(message, template))


def _deliver(message: EmailMultiAlternatives, template: str) -> None:
    try:
        message.send()
    except Exception as failure:
        # The act is committed: it stands, whatever the mail server says. The failure's own words
        # and its traceback may hold the address, so that only its kind is logged.
        logger.error("Message %s non envoyé : %s", template, type(failure).__name__)
