"""ProConnect, against a provider on this machine: who gets in, and which answers are refused."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.urls import reverse

from governance.models import User
from tests import factories
from tests.clsm import fake_proconnect

EMAIL = "elise.elue@demo.example"


@pytest.fixture(autouse=True)
def _no_limit_reached():
    cache.clear()


@pytest.fixture
def provider(settings):
    with fake_proconnect.FakeProConnect() as server:
        settings.PROCONNECT_CLIENT_ID = fake_proconnect.CLIENT_ID
        settings.PROCONNECT_CLIENT_SECRET = "un secret"
        settings.PROCONNECT_DISCOVERY_URL = f"{server.url}/.well-known/openid-configuration"
        server.userinfo = {"email": EMAIL}
        yield server


@pytest.fixture
def known(cast) -> User:
    """A member of the COPIL, who needs no second factor; their address is verified."""
    EmailAddress.objects.create(user=cast.elected.user, email=EMAIL, verified=True, primary=True)
    return cast.elected.user


def leave(client) -> dict[str, str]:
    """Press the button: what ProConnect is asked."""
    answer = client.post(reverse("proconnect_login"))
    assert answer.status_code == 302
    return {k: v[0] for k, v in parse_qs(urlsplit(answer["Location"]).query).items()}


def come_back(client, provider, **changes):
    """The whole way: leave, then come back with what ProConnect gave."""
    asked = leave(client)
    provider.nonce = asked["nonce"]
    return client.get(
        reverse("proconnect_callback"), {"code": "c", "state": asked["state"], **changes}
    )


def signed_in(client) -> str | None:
    return client.session.get("_auth_user_id")


def test_without_its_settings_there_is_neither_button_nor_page(client, db):
    assert "ProConnect" not in client.get(reverse("account_login")).text
    assert client.post(reverse("proconnect_login")).status_code == 404
    assert client.get(reverse("proconnect_callback")).status_code == 404


def test_with_its_settings_the_sign_in_page_has_the_button(client, provider, db):
    assert "Se connecter avec ProConnect" in client.get(reverse("account_login")).text


def test_a_link_does_not_start_a_sign_in(client, provider, db):
    assert client.get(reverse("proconnect_login")).status_code == 405


def test_it_is_asked_with_a_nonce_a_code_challenge_and_no_more_than_the_address(
    client, provider, known
):
    asked = leave(client)
    assert len(asked["nonce"]) >= 32
    assert asked["acr_values"] == "eidas1"
    assert set(asked["scope"].split()) == {"openid", "email"}
    assert asked["redirect_uri"].endswith(reverse("proconnect_callback"))
    provider.nonce = asked["nonce"]
    client.get(reverse("proconnect_callback"), {"code": "c", "state": asked["state"]})
    digest = hashlib.sha256(provider.asked["code_verifier"].encode()).digest()
    assert asked["code_challenge_method"] == "S256"
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_a_verified_address_signs_in_and_is_connected(client, provider, known):
    assert come_back(client, provider)["Location"] == reverse("home")
    assert signed_in(client) == str(known.pk)
    account = SocialAccount.objects.get(user=known, provider="proconnect")
    assert account.uid == "S-1"
    assert account.extra_data == {"userinfo": {"sub": "S-1", "email": EMAIL}}


def test_a_connected_account_signs_in_whatever_its_address_has_become(client, provider, known):
    come_back(client, provider)
    client.logout()
    provider.userinfo = {"email": "une.autre@demo.example"}
    come_back(client, provider)
    assert signed_in(client) == str(known.pk)


def test_the_second_factor_is_asked_after_proconnect_too(client, provider, known):
    factories.second_factor(known)
    assert come_back(client, provider)["Location"] == reverse("mfa_authenticate")
    assert signed_in(client) is None


def test_an_unknown_address_is_told_to_ask_for_an_invitation_and_opens_no_account(
    client, provider, known
):
    provider.userinfo = {"email": "inconnue@demo.example"}
    before = User.objects.count()
    answer = come_back(client, provider)
    assert "demandez-lui une invitation" in answer.text
    assert signed_in(client) is None
    assert User.objects.count() == before


def test_an_address_that_we_did_not_verify_opens_nothing(client, provider, known):
    EmailAddress.objects.filter(user=known).update(verified=False)
    come_back(client, provider)
    assert signed_in(client) is None
    assert User.objects.get(pk=known.pk).has_usable_password()


def test_an_address_that_proconnect_did_not_verify_opens_nothing(client, provider, known):
    provider.userinfo = {"email": EMAIL, "email_verified": False}
    come_back(client, provider)
    assert signed_in(client) is None


def test_a_closed_account_stays_closed(client, provider, known):
    known.is_active = False
    known.save()
    come_back(client, provider)
    assert signed_in(client) is None


@pytest.mark.parametrize(
    ("where", "claims"),
    [
        ("id_token", {"nonce": "another"}),
        ("id_token", {"aud": "another-client"}),
        ("id_token", {"iss": "https://elsewhere.example"}),
        ("id_token", {"exp": 1}),
        ("userinfo", {"sub": "S-2", "email": EMAIL}),
        ("userinfo", {"aud": "another-client", "email": EMAIL}),
        ("userinfo", {"iss": "https://elsewhere.example", "email": EMAIL}),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(client, provider, known, where, claims):
    setattr(provider, where, claims)
    answer = come_back(client, provider)
    assert answer.status_code == 401
    assert "La connexion par ProConnect a échoué" in answer.text
    assert signed_in(client) is None


def test_an_answer_signed_by_somebody_else_is_refused(client, provider, known):
    provider.key = fake_proconnect.ANOTHER_KEY
    assert come_back(client, provider).status_code == 401
    assert signed_in(client) is None


def test_an_answer_that_nobody_asked_for_is_refused(client, provider, known):
    assert come_back(client, provider, state="another").status_code == 401
    assert signed_in(client) is None


def test_giving_up_at_proconnect_leads_back_to_the_sign_in(client, provider, known):
    asked = leave(client)
    answer = client.get(
        reverse("proconnect_callback"), {"error": "access_denied", "state": asked["state"]}
    )
    assert "Vous avez renoncé à ProConnect" in client.get(answer["Location"]).text


# --- signing out --------------------------------------------------------------------------------


def test_signing_out_ends_the_session_at_proconnect_too_and_comes_back(
    client, provider, known, settings
):
    settings.SITE_URL = "https://clsm.example"
    come_back(client, provider)
    left = client.post(reverse("account_logout"))
    assert signed_in(client) is None
    address = urlsplit(left["Location"])
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{provider.url}/session/end"
    assert asked["post_logout_redirect_uri"] == "https://clsm.example/comptes/login/"
    assert len(asked["state"]) >= 32

    there = requests.get(left["Location"], allow_redirects=False, timeout=5)
    assert provider.ended == ["S-1"]
    assert there.headers["Location"] == (
        f"https://clsm.example/comptes/login/?state={asked['state']}"
    )
    assert client.get(f"/comptes/login/?state={asked['state']}").status_code == 200


def test_signing_out_asks_nothing_of_a_proconnect_that_is_down(client, provider, known):
    come_back(client, provider)
    provider.shutdown()
    left = client.post(reverse("account_logout"))
    assert left["Location"].startswith(f"{provider.url}/session/end?")
    assert signed_in(client) is None


def test_whoever_signed_in_with_a_password_leaves_for_the_sign_in_page(client, provider, known):
    client.force_login(known, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(reverse("account_logout"))["Location"] == reverse("account_login")


def test_a_provider_without_a_sign_out_of_its_own_is_left_alone(client, provider, known):
    provider.signs_out = False
    come_back(client, provider)
    assert client.post(reverse("account_logout"))["Location"] == reverse("account_login")
