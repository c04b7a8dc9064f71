"""What opens an account does not change without its holder being told, by a mail without a name."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail as outbox
from django.urls import reverse

from governance.letters import ACCOUNT_CHANGES, RECOVERY_CODE_USED
from tests import factories

NEW = "cheval correct pile agrafe"


@pytest.fixture
def user(cast):
    """A member whose address is verified."""
    user = cast.nurse.user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def client_in(user, cast, client_of):
    return client_of(cast.nurse)


def whole(message) -> str:
    return message.subject + message.body + message.alternatives[0][0]


def test_every_change_of_which_allauth_tells_has_its_sentence():
    source = "\n".join(
        path.read_text("utf-8") for path in Path(allauth.__file__).parent.rglob("*.py")
    )
    told = set(re.findall(r"send_notification_mail\(\s*\"([\w/]+)\"", source))
    assert len(told) >= 12
    assert told | {RECOVERY_CODE_USED} == set(ACCOUNT_CHANGES)


def test_a_new_password_is_told(user, client_in, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client_in.post(
            reverse("account_change_password"),
            {"oldpassword": factories.PASSWORD, "password1": NEW, "password2": NEW},
        )
    user.refresh_from_db()
    assert user.check_password(NEW)
    (message,) = outbox.outbox
    assert message.to == [user.email]
    assert "Le mot de passe de votre compte a changé." in message.body
    assert "Le mot de passe de votre compte a changé." in message.alternatives[0][0]
    for forbidden in (user.first_name, user.last_name, NEW, "Adresse IP", "Mozilla"):
        assert forbidden not in whole(message)


def test_a_factor_added_then_removed_is_told(user, client_in, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client_in.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=user, type="totp").exists()
    with django_capture_on_commit_callbacks(execute=True):
        client_in.get(reverse("mfa_activate_totp"))
        code = factories.totp_code(client_in.session["mfa.totp.secret"])
        client_in.post(reverse("mfa_activate_totp"), {"code": code})
    removed, added = outbox.outbox
    assert "L’application à codes a été retirée" in removed.body
    assert "Une application à codes a été ajoutée" in added.body


def test_new_recovery_codes_are_told(user, client_in, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client_in.post(reverse("mfa_generate_recovery_codes"))
    (message,) = outbox.outbox
    assert "codes de secours" in message.body


def test_a_new_address_is_told_at_the_former_one(
    user, client_in, django_capture_on_commit_callbacks
):
    former = user.email
    EmailAddress.objects.create(user=user, email="ailleurs@demo.example", verified=True)
    with django_capture_on_commit_callbacks(execute=True):
        client_in.post(
            reverse("account_email"), {"email": "ailleurs@demo.example", "action_primary": ""}
        )
    user.refresh_from_db()
    assert user.email == "ailleurs@demo.example"
    (message,) = outbox.outbox
    assert message.to == [former]
    assert "L’adresse de votre compte a changé" in message.body
    assert "ailleurs@demo.example" not in whole(message)


def test_an_address_removed_is_told(user, client_in, django_capture_on_commit_callbacks):
    EmailAddress.objects.create(user=user, email="ancienne@demo.example", verified=True)
    with django_capture_on_commit_callbacks(execute=True):
        client_in.post(
            reverse("account_email"), {"email": "ancienne@demo.example", "action_remove": ""}
        )
    (message,) = outbox.outbox
    assert message.to == [user.email]
    assert "Une adresse a été retirée" in message.body
