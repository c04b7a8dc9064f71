"""Signing out of ProConnect with us (OpenID Connect RP-Initiated Logout 1.0).

What it takes is kept in the session at the sign-in: signing out asks nobody and never waits.
"""

import secrets
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from governance import letters

_KEY = "proconnect_sign_out"


def remember(request: HttpRequest, *, endpoint: str, id_token: str) -> None:
    """This session came by ProConnect: where it ends there, and what says which one it is."""
    request.session[_KEY] = {"endpoint": endpoint, "id_token": id_token}


def sign_out_address(request: HttpRequest) -> str:
    """Where the browser goes to sign out of ProConnect too, and then comes back to the sign-in
    page; "" for whoever did not come by it."""
    known = request.session.get(_KEY)
    if not known or not request.user.is_authenticated:
        return ""
    query = {
        "id_token_hint": known["id_token"],
        "post_logout_redirect_uri": letters.absolute(reverse("account_login")),
        "state": secrets.token_urlsafe(24),
    }
    return f"{known['endpoint']}?{urlencode(query)}"
