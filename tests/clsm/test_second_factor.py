"""The second factor: who must have one, signing in with it, showing it again before a reveal."""

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.fernet import Fernet
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from governance import second_factor
from governance.models import AccessRecord
from governance.policies import needs_second_factor
from governance.services import people
from tests import factories
from tests import world as worlds

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
REASON = "Vérifier l’adresse avant la visite"
MINUTE = 60


@pytest.fixture(autouse=True)
def _no_code_was_used_and_no_limit_reached():
    cache.clear()


@pytest.fixture
def without_factor():
    """A client of the membership's user, signed in by a password alone."""

    def make(membership) -> Client:
        client = Client()
        client.force_login(membership.user, BACKEND)
        return client

    return make


def sign_in_with_password(client, user, **more):
    answers = {"login": user.email, "password": factories.PASSWORD, **more}
    return client.post(reverse("account_login"), answers)


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


# --- who must have one --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("coordinator", True),
        ("nurse", True),
        ("landlord", True),
        ("manager", True),
        ("elected", False),
        ("users_representative", False),
    ],
)
def test_all_but_the_copil_need_a_second_factor(cast, viewer_of, name, needed):
    assert needs_second_factor(viewer_of(getattr(cast, name))) is needed


def test_who_left_the_council_needs_none(cast, viewer_of):
    people.end_membership(cast.nurse, by=cast.coordinator.user)
    assert needs_second_factor(viewer_of(cast.nurse)) is False


@pytest.mark.once
@pytest.mark.parametrize("relation", ["coordinator", "author", "manager"])
def test_without_a_second_factor_every_page_of_a_council_leads_to_setting_one_up(db, relation):
    world = worlds.build()
    client = Client()
    client.force_login(world.people[relation].user, BACKEND)
    wrong = []
    asked = 0
    for name, route in worlds.named_urls().items():
        if name == "charter" or ("<str:council>" not in route and name != "council_new"):
            continue
        for method in (client.get, client.post):
            response = method(worlds.address(world, name, route))
            asked += 1
            if response.status_code != 302 or response["Location"] != reverse("mfa_index"):
                wrong.append(f"{name}: {response.status_code}")
    assert asked > 100
    assert wrong == []


def test_with_a_second_factor_the_coordination_gets_in(cast, client_of):
    response = client_of(cast.coordinator).get(cast.council.get_absolute_url())
    assert response.status_code == 200


def test_recovery_codes_alone_are_not_a_second_factor(cast, without_factor):
    Authenticator.objects.create(user=cast.nurse.user, type="recovery_codes", data={})
    client = without_factor(cast.nurse)
    assert client.get(cast.council.get_absolute_url())["Location"] == reverse("mfa_index")


def test_a_member_of_the_copil_gets_in_without(cast, without_factor):
    response = without_factor(cast.elected).get(cast.council.get_absolute_url(), follow=True)
    assert response.status_code == 200
    assert response.redirect_chain[-1][0] == reverse("reports", args=["LIL"])


def test_the_charter_comes_before_the_second_factor(council, without_factor):
    newcomer = factories.member(council, "new@demo.example", "coordinator", charter=False)
    client = without_factor(newcomer)
    charter = reverse("charter", args=["LIL"])
    assert client.get(council.get_absolute_url())["Location"].startswith(charter)
    assert client.get(charter).status_code == 200


def test_the_demonstration_asks_for_none(cast, without_factor, settings):
    settings.DEMO_MODE = True
    assert without_factor(cast.coordinator).get(cast.council.get_absolute_url()).status_code == 200


def test_the_page_says_why_and_that_no_smartphone_is_needed(cast, without_factor):
    page = without_factor(cast.nurse).get(reverse("mfa_index")).text
    assert "Aucun smartphone n’est nécessaire" in page
    assert "KeePassXC" in page


# --- setting it up ------------------------------------------------------------------------------


@pytest.fixture
def newcomer(cast):
    """A partner whose address is verified, without a second factor yet."""
    user = cast.nurse.user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_a_newcomer_sets_up_codes_after_signing_in_and_gets_recovery_codes(cast, newcomer, client):
    sign_in_with_password(client, newcomer)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    assert secret in page.text
    code = factories.totp_code(secret)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(answer["Location"]).context["unused_codes"]
    assert len(codes) == 10
    assert client.get(cast.council.get_absolute_url()).status_code == 200


def test_a_wrong_code_sets_nothing_up(newcomer, client):
    sign_in_with_password(client, newcomer)
    client.get(reverse("mfa_activate_totp"))
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.filter(user=newcomer).exists()


def test_the_secret_is_not_in_the_database_in_clear_and_outlives_a_rotation_of_keys(cast, settings):
    factories.second_factor(cast.nurse.user)
    stored = Authenticator.objects.get(user=cast.nurse.user)
    assert factories.TOTP_SECRET not in str(stored.data)
    settings.CLSM_TEXT_KEYS = [Fernet.generate_key().decode(), *settings.CLSM_TEXT_KEYS]
    assert stored.wrap().validate_code(factories.totp_code())


# --- signing in ---------------------------------------------------------------------------------


@pytest.fixture
def nurse(newcomer):
    factories.second_factor(newcomer)
    return newcomer


def test_a_password_alone_does_not_sign_in_who_has_a_second_factor(nurse, client):
    answer = sign_in_with_password(client, nurse)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)


def test_the_code_of_the_application_signs_in(nurse, client):
    sign_in_with_password(client, nurse)
    client.post(reverse("mfa_authenticate"), {"code": factories.totp_code()})
    assert is_signed_in(client)


def test_a_code_serves_once(nurse, client):
    code = factories.totp_code()
    for expected in (True, False):
        client.logout()
        sign_in_with_password(client, nurse)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert is_signed_in(client) is expected


def test_a_recovery_code_signs_in_once_and_is_told(
    nurse, client, django_capture_on_commit_callbacks
):
    code = RecoveryCodes.activate(nurse).get_unused_codes()[0]
    with django_capture_on_commit_callbacks(execute=True):
        for expected in (True, False):
            client.logout()
            sign_in_with_password(client, nurse)
            client.post(reverse("mfa_authenticate"), {"code": code})
            assert is_signed_in(client) is expected
    (message,) = mail.outbox
    assert message.to == [nurse.email]
    assert "Un code de secours a servi" in message.body


def test_wrong_codes_are_limited_to_five_in_five_minutes_a_person(nurse, client):
    sign_in_with_password(client, nurse)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": factories.totp_code()})
    assert not is_signed_in(client)


# --- shown again before a reveal ----------------------------------------------------------------


@pytest.fixture
def reveal(db):
    """The coordinator's client, the alert's page, the address of the reveal."""
    world = worlds.build()
    client = world.client("coordinator")
    address = worlds.address(world, "alert_reveal", worlds.named_urls()["alert_reveal"])
    return client, world.alert.get_absolute_url(), address


def stale(client) -> None:
    """The factor was shown 16 minutes ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 16 * MINUTE
    session.save()


def shows_identity(response) -> bool:
    return worlds.CANARY in response.text


def test_within_fifteen_minutes_of_the_factor_a_reveal_asks_nothing_more(reveal):
    client, _, address = reveal
    assert shows_identity(client.post(address, {"reason": REASON}))


def test_after_fifteen_minutes_a_reveal_asks_for_the_factor_and_keeps_the_reason(reveal):
    client, page, address = reveal
    stale(client)
    asked = client.post(address, {"reason": REASON})
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("mfa_reauthenticate"))
    assert "adresse" not in asked["Location"]
    assert not AccessRecord.objects.filter(action="reveal_identity").exists()

    back = client.post(asked["Location"], {"code": factories.totp_code()})
    assert back["Location"] == f"{page}#identity"
    assert REASON in client.get(page).text
    assert REASON not in client.get(page).text, "the reason is kept for one page only"
    assert shows_identity(client.post(address, {"reason": REASON}))
    assert AccessRecord.objects.get(action="reveal_identity").reason == REASON


def test_a_password_does_not_replace_the_factor_before_a_reveal(reveal):
    client, _, address = reveal
    stale(client)
    client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    assert client.post(address, {"reason": REASON}).status_code == 302


def test_a_password_shown_since_there_is_a_factor_is_not_enough(newcomer, client):
    factories.second_factor(newcomer)
    client.force_login(newcomer, BACKEND)
    request = HttpRequest()
    request.session, request.user = client.session, newcomer
    record_authentication(request, newcomer, method="password")
    assert not second_factor.confirmed_recently(request)
    record_authentication(request, newcomer, method="mfa")
    assert second_factor.confirmed_recently(request)


def test_a_wrong_code_leaves_the_identity_closed(reveal):
    client, _, address = reveal
    stale(client)
    client.post(reverse("mfa_reauthenticate"), {"code": "000000"})
    assert client.post(address, {"reason": REASON}).status_code == 302


def test_removing_a_factor_asks_for_it_after_fifteen_minutes(cast, client_of):
    client = client_of(cast.nurse)
    stale(client)
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert Authenticator.objects.filter(user=cast.nurse.user).exists()


def test_in_the_demonstration_a_reveal_asks_for_the_password(db, settings):
    settings.DEMO_MODE = True
    world = worlds.build()
    client = Client()
    client.force_login(world.people["coordinator"].user, BACKEND)
    address = worlds.address(world, "alert_reveal", worlds.named_urls()["alert_reveal"])
    asked = client.post(address, {"reason": REASON})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    client.post(asked["Location"], {"password": factories.PASSWORD})
    assert shows_identity(client.post(address, {"reason": REASON}))


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_generate_recovery_codes",
    ],
)
def test_the_pages_of_the_second_factor_are_ours(cast, client_of, name):
    response = client_of(cast.nurse).get(reverse(name))
    assert response.status_code == 200
    assert response.templates[0].origin.name.startswith(str(settings.BASE_DIR / "templates"))
