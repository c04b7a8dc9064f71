"""The council, the cast and their objects, made by the same services as in production."""

import datetime
import time
import uuid
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from governance import journal
from governance.models import AccessRecord, Council, Membership, Organisation, User
from governance.services import people
from governance.services.councils import create_council

PASSWORD = "une phrase de passe bien longue"
# The cast has been there for years, wherever a test sets its clock.
LONG_BEFORE = datetime.date(2019, 1, 1)
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def lille(**changes: Any) -> Council:
    """A council with Lille's profile."""
    council = create_council(
        "LIL",
        name="CLSM de Lille",
        profile="lille",
        towns=["Lille", "Hellemmes"],
        sectors=["59G22", "59G23", "59G24", "59I04", "59I05"],
    )
    for field, value in changes.items():
        setattr(council, field, value)
    council.save()
    return council


def aissmc() -> Council:
    """A council of six towns, with AISSMC's profile."""
    return create_council(
        "AIS",
        name="CLSM intercommunal",
        profile="aissmc",
        towns=["Aubois", "Bellerive", "Clairval", "Dormont", "Estival", "Florac"],
        sectors=["38G01", "38I01"],
    )


def organisation(council: Council, name: str, kind: str) -> Organisation:
    """An organisation of the council."""
    return Organisation.objects.create(council=council, name=name, kind=kind)


def member(
    council: Council,
    email: str,
    role: str,
    *,
    charter: bool = True,
    start: datetime.date = LONG_BEFORE,
    **standing: Any,
) -> Membership:
    """A user with that role since `start`, the charter signed unless told otherwise."""
    first, _, last = email.partition("@")[0].partition(".")
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, PASSWORD, first_name=first.capitalize(), last_name=last.capitalize()
    )
    membership = people.add_member(user, council, role, by=user, start=start, **standing)
    if charter:
        for version in council.charter_versions.all():
            people.sign_charter(user, version)
    return membership


def second_factor(user: User) -> None:
    """`user` has an application for codes, of the secret TOTP_SECRET."""
    if not Authenticator.objects.filter(user=user, type="totp").exists():
        totp.TOTP.activate(user, TOTP_SECRET)


def totp_code(secret: str = TOTP_SECRET) -> str:
    """The code that an application of that secret shows now."""
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def sign_in(client: Client, user: User) -> Client:
    """The client, signed in as `user`, who has just shown their second factor."""
    second_factor(user)
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, method="mfa", type="totp")
    now = time.time()
    request.session.update({"opened_at": now, "seen_at": now})
    request.session.save()
    return client


def access_line(**columns: Any) -> AccessRecord:
    """A line of the access journal, chained to the newest; `previous`, `digest` may be forged."""
    newest = AccessRecord.objects.values_list("digest", flat=True).first() or ""
    content = {"at": timezone.now(), "action": "export", "previous": newest, **columns}
    content.setdefault("target_type", "Council")
    content.setdefault("target_id", uuid.uuid4())
    line = AccessRecord(**content)
    line.digest = line.digest or journal.digest(line)
    line.save(force_insert=True)
    return line
