"""The guard in a browser: the landlord sees the name underlined and replaces it in one click."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases.models import AlertDraft, KeptPassage
from cases.services import intake
from governance.viewer import Viewer
from tests.browser.axe import violations

pytestmark = pytest.mark.django_db(transaction=True)

SENTENCE = "M. Dupont hurle la nuit"
BETTER = "La personne hurle la nuit"


@pytest.fixture
def expectations(cast) -> str:
    """The address of a step with one free text, in a draft of the landlord's."""
    draft = intake.start_draft(Viewer(cast.landlord.user), cast.council)
    return reverse("alert_draft", args=[cast.council.code, draft.pk, "attentes"])


def kept_text() -> str:
    return AlertDraft.objects.get().answers["attentes"]["expectations"]


def test_a_name_is_underlined_while_one_writes_and_replaced_in_a_click(
    cast, page: Page, open_session, expectations
):
    open_session(page, cast.landlord.user)
    page.goto(expectations)
    area = page.get_by_label("Qu’attendez-vous du CLSM")
    area.fill(SENTENCE)
    expect(page.locator(".guard-text mark")).to_have_text("Dupont")
    assert violations(page) == []
    page.get_by_role("button", name="la personne", exact=True).click()
    expect(area).to_have_value(BETTER)
    expect(page.locator(".guard mark")).to_have_count(0)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url("**/recapitulatif/**")
    assert kept_text() == BETTER


def test_without_a_script_the_same_buttons_do_it(
    cast, page_without_javascript: Page, open_session, expectations
):
    page = page_without_javascript
    open_session(page, cast.landlord.user)
    page.goto(expectations)
    area = page.get_by_label("Qu’attendez-vous du CLSM")
    area.fill(SENTENCE)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.locator(".guard-text mark")).to_have_text("Dupont")
    page.get_by_role("button", name="la personne", exact=True).click()
    expect(area).to_have_value(BETTER)
    expect(page.locator(".guard mark")).to_have_count(0)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.locator(".guard")).to_have_count(0)
    assert kept_text() == BETTER


def test_a_passage_may_be_kept_with_a_reason_on_a_telephone(
    cast, phone: Page, open_session, expectations
):
    open_session(phone, cast.landlord.user)
    phone.goto(expectations)
    phone.get_by_label("Qu’attendez-vous du CLSM").fill(SENTENCE)
    phone.get_by_text("Je garde ce passage, parce que…").click()
    reason = phone.get_by_label("Je garde ce passage, parce que")
    reason.fill("C’est le nom de la rue.")
    phone.get_by_role("button", name="Enregistrer et continuer").click()
    expect(phone.locator(".guard")).to_have_count(0)
    assert kept_text() == SENTENCE
    assert not KeptPassage.objects.exists()  # the alert is not sent yet
