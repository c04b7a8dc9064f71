"""The second factor of a user (TOTP, passkey), and whether it was shown a short while ago."""

import math
import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from governance.models import User

# Recovery codes replace a factor for once; alone they are none.
_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_second_factor(user: User) -> bool:
    """Whether `user` set up an application for codes or a security key."""
    return is_mfa_enabled(user, _FACTORS)


def forget(user: User) -> None:
    """`user` has no factor any more, recovery codes included: the next sign-in asks to set one up
    where one is needed."""
    Authenticator.objects.filter(user=user).delete()


def confirmed_recently(request: HttpRequest) -> bool:
    """Whether the signed-in user showed their second factor less than 15 minutes ago.

    At sign-in or since, in this session. A password is enough where it was shown before there was
    any second factor: setting one up shows it.
    """
    if not request.user.is_authenticated:
        return False
    oldest = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    factors = Authenticator.objects.filter(user=request.user, type__in=_FACTORS)
    first = factors.aggregate(Min("created_at"))["created_at__min"]
    until = first.timestamp() if first else math.inf
    return any(
        record["at"] > oldest
        and (record["method"] == "mfa" or (record["method"] == "password" and record["at"] < until))
        for record in get_authentication_records(request, request.user)
    )


def ask_again(request: HttpRequest, *, back: str) -> HttpResponse:
    """Send the signed-in user to show their factor again; then to `back`, an address of ours."""
    page = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
    return redirect(f"{page}?{urlencode({'next': back})}")
