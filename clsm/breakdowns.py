"""A database away or busy, a full disk: 503, with what was being sent, to send again.

The page asks nothing of the database: whatever broke must not break it.
"""

import errno
import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.views import defaults

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
TRY_AGAIN = 10  # seconds: a restart of the database takes less
LONG = 20  # characters: a shorter answer is quickly typed again, and stays hidden
# Passwords, codes and keys are typed again, never written into a page.
NEVER_WRITTEN_BACK = ("/comptes/", "/invitation/")
NOT_TYPED = ("csrfmiddlewaretoken", "mark", "known")
_UNREADABLE = (
    MultiPartParserError,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
    UnreadablePostError,
)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler of errors: 503 when it will pass, the page of breakdowns else."""
    if _will_pass(sys.exception()):
        return _unavailable(request)
    return defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of bad requests: as `server_error` when the database is behind it.

    A session that could not be written is told as a bad request (SessionInterrupted).
    """
    if _will_pass(exception):
        return _unavailable(request)
    return defaults.bad_request(request, exception)


def _will_pass(error: BaseException | None) -> bool:
    """Whether that error, or one behind it, says: database away or busy, no room on a disk."""
    while error is not None:
        if isinstance(error, InterfaceError | OperationalError):
            return True
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            return True
        error = error.__cause__ or error.__context__
    return False


def _unavailable(request: HttpRequest) -> HttpResponse:
    sent = _sent(request)
    typed = [text for name, text in sent if name not in NOT_TYPED and len(text) >= LONG]
    context: dict[str, Any] = {
        "address": request.get_full_path(),
        "acted": request.method == "POST",
        "sent": sent,
        "typed": typed,
        "with_a_file": sent and bool(request.FILES),
    }
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = str(TRY_AGAIN)
    return response


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form sent: (name, text), none of it lost; nothing where it may hold a secret."""
    if request.method != "POST" or request.path.startswith(NEVER_WRITTEN_BACK):
        return []
    try:
        return [(name, str(text)) for name, texts in request.POST.lists() for text in texts]
    except _UNREADABLE:
        return []
