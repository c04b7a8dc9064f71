"""A six-digit code by mail proves an address, for this browser session and a short while.

The pending code and the proof live in the session on the server; the address there is encrypted,
the code a keyed digest. Nothing of it depends on whether the address is known: one is always sent.
"""

import secrets
import time
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from cases.crypto import TEXT_KEYS, keyring
from cases.models import OccasionalAuthor
from cases.occasional import OccasionalViewer
from cases.services import authors
from governance import mail
from governance.models import Council

MINUTES = 10
TRIES = 5
_PROVEN_SECONDS = 2 * 3600
_PENDING, _PROVEN = "mailed_code", "occasional"


def send(request: HttpRequest, council: Council, email: str, *, number: str = "") -> None:
    """Mail a code to `email`; it replaces the one that this session waited for.

    `number`: the alert to be followed once the address is proven.
    """
    code = f"{secrets.randbelow(1_000_000):06d}"
    salt = secrets.token_hex(8)
    request.session[_PENDING] = {
        "council": council.code,
        "email": keyring(TEXT_KEYS).encrypt(email.encode()).decode(),
        "salt": salt,
        "digest": _digest(salt, code),
        "until": time.time() + MINUTES * 60,
        "tries": 0,
        "number": number,
    }
    mail.send(
        "mailed_code",
        email,
        subject="Votre code pour le conseil local de santé mentale",
        context={
            "council": council,
            "number": code,
            "minutes": str(MINUTES),
            "path": reverse("occasional_code", args=[council.code]),
        },
    )


def is_awaited(request: HttpRequest, council: Council) -> bool:
    """Whether a code was mailed in this session, for that council."""
    return _pending(request, council) is not None


def prove(request: HttpRequest, council: Council, typed: str) -> str | None:
    """Check the code typed; the number of the alert to follow ("" for none), or None when it is
    not the code, when it is too late, or after five tries.

    From then on `viewer_of` knows the author.
    """
    pending = _pending(request, council)
    if pending is None or pending["until"] < time.time() or pending["tries"] >= TRIES:
        return None
    pending["tries"] += 1
    request.session[_PENDING] = pending
    if not constant_time_compare(_digest(pending["salt"], typed), pending["digest"]):
        return None
    email = keyring(TEXT_KEYS).decrypt(pending["email"].encode()).decode()
    author = authors.verified(council, email)
    del request.session[_PENDING]
    request.session.cycle_key()
    request.session[_PROVEN] = {"author": str(author.pk), "at": time.time()}
    return str(pending["number"])


def viewer_of(request: HttpRequest, council: Council) -> OccasionalViewer | None:
    """Who has proven an address of that council in this session, less than two hours ago."""
    proven = request.session.get(_PROVEN)
    if proven is None or time.time() - proven["at"] > _PROVEN_SECONDS:
        return None
    author = OccasionalAuthor.objects.filter(pk=UUID(proven["author"]), council=council).first()
    if author is None:
        return None
    author.council = council
    # Without this the session would end half an hour after the code, however much one writes.
    request.session.modified = True
    return OccasionalViewer(author)


def forget(request: HttpRequest) -> None:
    """Leave: the next person at this machine proves their own address."""
    request.session.pop(_PROVEN, None)
    request.session.pop(_PENDING, None)


def _pending(request: HttpRequest, council: Council) -> dict[str, Any] | None:
    pending: dict[str, Any] | None = request.session.get(_PENDING)
    return pending if pending is not None and pending["council"] == council.code else None


def _digest(salt: str, code: str) -> str:
    return salted_hmac(f"cases.mailed_code.{salt}", code, algorithm="sha256").hexdigest()
