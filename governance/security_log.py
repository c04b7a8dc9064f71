"""The security log: sign-ins, and what was refused to whom, a line each (ASVS 5.0, V16.3).

For whoever watches the server. An account is named by its key, an address by a digest under the
key of the site: never a name, an address or what was typed.
"""

import logging
from typing import Any

from allauth.core import context
from django.utils.crypto import salted_hmac

_logger = logging.getLogger("clsm.security")  # from INFO on: clsm/logs.py


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


def digest(email: str) -> str:
    """What stands for an address: the same each time, of no use without the key of the site."""
    return salted_hmac("governance.security_log", email.strip().lower()).hexdigest()[:16]
