"""The alert on a telephone: a closed tab, a lost connection, the back button lose nothing."""

import pytest
from playwright.sync_api import Page, expect

from cases.models import Alert, AlertDraft
from tests.browser.axe import violations
from tests.browser.test_whole_path import choose, press, write_alert

pytestmark = pytest.mark.django_db(transaction=True)
# From the start page to the receipt, everything required and nothing else.
MOST_INTERACTIONS = 40
STATUS = "[data-autosave-status]"
JUST_KEPT = "Brouillon enregistré à"  # on arrival the page says: enregistré le ...


@pytest.fixture
def writing(cast, phone, open_session) -> Page:
    """A telephone on the third step of an alert begun by the landlord."""
    open_session(phone, cast.landlord.user)
    phone.goto("/clsm/LIL/alertes/nouvelle/")
    choose(phone, "Danger immédiat", "Non")
    press(phone, "Commencer une alerte")
    phone.goto(phone.url.replace("/vous/", "/observations/"))
    return phone


def saved() -> str:
    return AlertDraft.objects.get().answers.get("observations", {}).get("facts", "")


def test_a_tab_closed_in_the_middle_of_a_sentence_loses_nothing(writing):
    writing.get_by_label("Faits observés").fill("Depuis mai, elle")
    expect(writing.locator(STATUS)).to_contain_text(JUST_KEPT)
    address, context = writing.url, writing.context
    writing.close()
    again = context.new_page()
    again.goto(address)
    expect(again.get_by_label("Faits observés")).to_have_value("Depuis mai, elle")


def test_what_was_typed_just_before_leaving_is_kept_too(writing):
    writing.get_by_label("Faits observés").fill("Parti trop vite")
    writing.get_by_role("link", name="Aide", exact=True).click()
    writing.wait_for_url("**/aide/")
    for _ in range(30):  # the last save outlives its page: no event tells of it
        if saved():
            break
        writing.wait_for_timeout(100)
    assert saved() == "Parti trop vite"


def test_without_a_connection_the_page_says_so_keeps_and_resumes_alone(writing):
    address, writing = writing.url, writing.context.new_page()  # the console will complain
    writing.goto(address)
    facts = writing.get_by_label("Faits observés")
    facts.fill("Avant la coupure.")
    expect(writing.locator(STATUS)).to_contain_text(JUST_KEPT)
    writing.context.set_offline(True)
    facts.fill("Avant la coupure. Pendant.")
    expect(writing.locator(STATUS)).to_contain_text("Pas de connexion")
    press(writing, "Enregistrer et continuer")
    expect(writing.locator(STATUS)).to_contain_text("Pas de connexion")
    expect(facts).to_have_value("Avant la coupure. Pendant.")
    assert saved() == "Avant la coupure."
    writing.context.set_offline(False)
    expect(writing.locator(STATUS)).to_contain_text(JUST_KEPT, timeout=15_000)
    assert saved() == "Avant la coupure. Pendant."


def test_the_back_button_finds_what_was_typed(writing):
    writing.get_by_label("Faits observés").fill("Écrit avant de reculer")
    expect(writing.locator(STATUS)).to_contain_text(JUST_KEPT)
    writing.goto(writing.url.replace("/observations/", "/accord/"))
    writing.go_back()
    expect(writing.get_by_label("Faits observés")).to_have_value("Écrit avant de reculer")


def test_two_tabs_do_not_overwrite_each_other(writing):
    other = writing.context.new_page()
    other.goto(writing.url)
    writing.get_by_label("Faits observés").fill("Premier onglet")
    expect(writing.locator(STATUS)).to_contain_text(JUST_KEPT)
    other.get_by_label("Faits observés").fill("Second onglet")
    expect(other.locator(STATUS)).to_contain_text("modifiée dans un autre onglet")
    press(other, "Enregistrer et continuer")
    expect(other.get_by_role("main")).to_contain_text("modifiée entre-temps")
    expect(other.get_by_role("main")).to_contain_text("Premier onglet")
    assert saved() == "Premier onglet"


def test_a_double_click_on_send_makes_one_alert_and_ends_on_the_receipt(cast, phone, open_session):
    open_session(phone, cast.landlord.user)
    phone.goto("/")
    write_alert(phone, "Accepte, souhaite rester anonyme")
    phone.get_by_role("button", name="Envoyer l’alerte").dblclick()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Votre alerte est transmise")
    expect(phone.get_by_role("main")).to_contain_text(Alert.objects.get().code)
    assert violations(phone) == []


def test_the_whole_alert_needs_few_gestures(cast, phone, open_session, monkeypatch):
    """Counts every field filled and every button pressed: ten minutes are made of those."""
    gestures = []
    for kind in ("fill", "check", "click", "select_option"):
        original = getattr(phone.locator("body").__class__, kind)

        def counted(self, *args, _original=original, **kwargs):
            gestures.append(str(self))
            return _original(self, *args, **kwargs)

        monkeypatch.setattr(phone.locator("body").__class__, kind, counted)
    open_session(phone, cast.landlord.user)
    phone.goto("/")
    write_alert(phone, "Accepte, souhaite rester anonyme")
    press(phone, "Envoyer l’alerte")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Votre alerte est transmise")
    assert 20 < len(gestures) <= MOST_INTERACTIONS, len(gestures)
