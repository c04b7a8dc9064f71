"""How often one person may do an act that costs, writes to others or opens an identity.

Sign-in, password and second factor are limited by allauth; this is for who is already inside,
perhaps with somebody else's session.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from governance import journal
from governance.models import Council
from governance.viewer import ViewerRequest

P = ParamSpec("P")
View = Callable[Concatenate[ViewerRequest, P], HttpResponse]

HOUR = 3600


@dataclass(frozen=True)
class Limit:
    """So many requests an hour and person; `said`: the same in French."""

    act: str
    most: int
    said: str
    methods: Collection[str] = ("POST",)


DRAFTS = Limit("alert_draft", 30, "30 nouveaux brouillons d’alerte")
ALERTS = Limit("alert", 30, "30 envois d’alerte")
INVITATIONS = Limit("invitation", 60, "60 invitations")
REGISTERS = Limit("register", 20, "20 dépôts de registre")
# Codes mailed to prove an address: to one address, from one place, for one council; codes typed.
CODES = Limit("code", 5, "5 codes")
CODES_FROM = Limit("code_from", 30, "30 codes")
CODES_OF = Limit("code_of", 300, "300 codes")
GUESSES = Limit("code_guess", 30, "30 essais de code")
REREADINGS = Limit("reread", 1500, "1 500 relectures")
REVEALS = Limit("reveal", 20, "20 affichages d’une identité")
MESSAGES = Limit("message", 60, "60 messages")
CALENDARS = Limit("calendar", 60, "60 lectures de l’agenda", methods=("GET", "HEAD"))
EXPORTS = Limit("export_council", 5, "5 archives du conseil")
DOCUMENTS = Limit("document", 30, "30 documents à composer", methods=("GET",))


def throttled(limit: Limit) -> Callable[[View[P]], View[P]]:
    """A view that answers 429 beyond `limit`, until the hour of the first request is over.

    The first request refused is journalled, when it is about a council of the viewer's. Several
    views may share a limit. Where two processes count at the same instant one may be missed: a
    limit holds back a flood, it is no lock.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def handle(request: ViewerRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in limit.methods:
                return view(request, *args, **kwargs)
            count, seconds_left = _count(limit, str(request.user.pk))
            if count <= limit.most:
                return view(request, *args, **kwargs)
            if count == limit.most + 1:
                _tell(request, limit, str(kwargs.get("council", "")))
            return _refusal(request, limit, seconds_left)

        return handle

    return decorate


def refused(
    request: HttpRequest, *counted: tuple[Limit, str], council: Council | None = None
) -> HttpResponse | None:
    """Count one request against each limit, for that key; the answer 429 beyond any, or None.

    For who is not signed in: the key says whom it counts (an address's digest, `origin`, a
    council, a feed).
    Journalled when it is about a `council`.
    """
    over = None
    for limit, key in counted:
        count, seconds_left = _count(limit, key)
        if council is not None and count == limit.most + 1:
            journal.record(None, "limit", council, council=council, reason=limit.said)
        if count > limit.most:
            over = over or _refusal(request, limit, seconds_left)
    return over


def origin(request: ViewerRequest) -> str:
    """The network address of the request, that of the proxy's client behind a proxy."""
    return str(get_adapter().get_client_ip(request))


def _count(limit: Limit, person: str) -> tuple[int, int]:
    """The rank of this request in the person's hour, and the seconds until that hour ends."""
    now = int(time.time())
    key = f"throttling:{limit.act}:{person}"
    count, end = cache.get(key, (0, 0))
    if end <= now:
        count, end = 0, now + HOUR
    # Not `incr`: in a database it gives the count five minutes more to live, no longer.
    cache.set(key, (count + 1, end), end - now)
    return count + 1, end - now


def _tell(request: ViewerRequest, limit: Limit, code: str) -> None:
    council = request.viewer.council(code)
    if council is not None:
        journal.record(request.user, "limit", council, council=council, reason=limit.said)


def _refusal(request: HttpRequest, limit: Limit, seconds_left: int) -> HttpResponse:
    minutes = -(-seconds_left // 60)
    message = (
        f"La limite est de {limit.said} par heure et par personne. "
        f"Vous pourrez recommencer dans {minutes} minute{'s' if minutes > 1 else ''}."
    )
    response = render(request, "429.html", {"message": message}, status=429)
    response["Retry-After"] = str(seconds_left)
    return response
