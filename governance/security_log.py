"""The security log: sign-ins, and what was refused to whom, a line each (ASVS 5.0, V16.3).

For whoever watches the server. An account is named by its key, an address by a digest under the
key of the site: never a name, an address or what was typed.
"""

import logging
import time
from typing import Any

from allauth.core import context
from django.core.cache import cache
from django.utils.crypto import salted_hmac

_logger = logging.getLogger("clsm.security")  # from INFO on: clsm/logs.py


# What counts as a sign-in refused, for the gauge of a supervision.
REFUSED_SIGN_INS = ("sign_in_failed", "sign_in_limited", "second_factor_failed")
_HOUR = 3600


def note(event: str, user: Any = None, **facts: str) -> None:
    """One line: `event`, the key of `user` if signed in, and `facts`, which name nobody.

    Without `user`: whoever sent the request being answered, if any.
    """
    request = context.request
    if user is None and request is not None:
        user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        facts = {"user": str(user.pk), **facts}
    _logger.info(event, extra={"facts": facts})
    if event in REFUSED_SIGN_INS:
        # Two processes at the same instant may count one: a gauge shows a flood, it is no proof.
        key = _hour(0)
        cache.set(key, cache.get(key, 0) + 1, 2 * _HOUR)


def sign_ins_refused() -> int:
    """How many sign-ins were refused in this hour and in the one before."""
    return sum(cache.get_many([_hour(0), _hour(1)]).values())


def _hour(before: int) -> str:
    return f"sign_ins_refused:{int(time.time()) // _HOUR - before}"


def digest(email: str) -> str:
    """What stands for an address: the same each time, of no use without the key of the site."""
    return salted_hmac("governance.security_log", email.strip().lower()).hexdigest()[:16]
