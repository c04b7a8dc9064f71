"""The second factor in a browser: a passkey (Chromium's virtual key), codes, axe, 360 pixels."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import Page, expect

from governance.models import User
from tests import factories
from tests.browser.axe import violations

pytestmark = pytest.mark.django_db(transaction=True)

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="session")
def base_url(live_server) -> str:
    """Passkeys belong to a name, never to an IP address."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture(autouse=True)
def _no_code_was_used_and_no_limit_reached():
    cache.clear()


@pytest.fixture
def nurse(cast) -> User:
    """A partner without a second factor yet."""
    user = cast.nurse.user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def plug_in_a_key(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name, exact=True).click()


def sign_in_with_password(page: Page, user: User) -> None:
    page.goto("/comptes/login/")
    page.get_by_label("Courriel").fill(user.email)
    page.get_by_label("Mot de passe").fill(factories.PASSWORD)
    press(page, "Se connecter")


def leave(page: Page) -> None:
    page.get_by_role("banner").get_by_role("button", name="Se déconnecter").click()
    expect(page).to_have_url(re.compile("/comptes/login/"))


@pytest.mark.parametrize("alone", [True, False])
def test_a_key_is_added_then_signs_in_alone_or_after_the_password(nurse, page, alone):
    plug_in_a_key(page)
    sign_in_with_password(page, nurse)
    expect(page.get_by_role("heading", level=1)).to_contain_text("second facteur")
    follow(page, "Ajouter une clé")
    page.get_by_label("Nom de la clé").fill("Ordinateur du bureau")
    if alone:
        page.get_by_label("Entrer avec cette clé seule").check()
    assert violations(page) == []
    press(page, "Ajouter la clé")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos codes de secours")
    assert violations(page) == []
    follow(page, "Je les ai gardés, continuer")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("second facteur")
    assert Authenticator.objects.filter(user=nurse, type="webauthn").count() == 1

    leave(page)
    if alone:
        press(page, "Se connecter avec une clé")
    else:
        sign_in_with_password(page, nurse)
        assert violations(page) == []
        press(page, "Présenter une clé")
    expect(page).to_have_url(re.compile("/clsm/LIL/"))


def test_a_key_that_does_not_answer_is_told_in_french(nurse, page):
    page.goto("/comptes/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject('no') }")
    press(page, "Se connecter avec une clé")
    expect(page.get_by_role("alert")).to_contain_text("La clé n’a pas répondu")


def test_codes_are_set_up_without_javascript(nurse, page_without_javascript):
    page = page_without_javascript
    sign_in_with_password(page, nurse)
    expect(page.get_by_role("button", name="Se connecter avec une clé")).to_have_count(0)
    follow(page, "Configurer une application à codes")
    secret = page.locator("code").inner_text()
    page.get_by_label("Code affiché par l’application").fill(factories.totp_code(secret))
    press(page, "Activer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos codes de secours")


def test_the_pages_of_the_second_factor_read_well_on_a_telephone(nurse, phone):
    sign_in_with_password(phone, nurse)
    for address in ("", "totp/activate/", "webauthn/", "webauthn/add/"):
        phone.goto(f"/comptes/second-facteur/{address}")
        assert violations(phone) == []
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
