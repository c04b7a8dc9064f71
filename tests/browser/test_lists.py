"""The coordination's lists in a browser: without reloading, without scripts, by the keys."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cases.models import Alert
from tests.cases.sittings import viewer
from tests.world import submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alerts(cast):
    """Thirty alerts, two pages; the last one refused."""
    codes = [
        submit(viewer(cast.landlord), cast.council, agreement="anonymous").code for _ in range(29)
    ]
    codes.append(submit(viewer(cast.landlord), cast.council, agreement="refused").code)
    for rank, code in enumerate(codes):
        Alert.objects.filter(code=code).update(
            received_at=timezone.now() - datetime.timedelta(days=30 - rank)
        )
    return codes


def rows(page):
    return page.locator(".rows .row-code")


def test_filters_order_and_pages_change_the_list_without_reloading(
    cast, alerts, page, open_session
):
    open_session(page, cast.coordinator.user)
    page.goto(reverse("alerts", args=["LIL"]))
    page.evaluate("window.unchanged = true")
    expect(rows(page)).to_have_count(25)

    page.get_by_text("Page suivante").click()
    expect(rows(page)).to_have_count(5)
    page.get_by_role("link", name=re.compile("^numéro")).click()
    expect(rows(page).first).to_have_text(alerts[0])
    page.get_by_text("Filtrer", exact=True).first.click()
    page.get_by_label("Accord").select_option("refused")
    page.get_by_role("button", name="Filtrer").click()
    expect(rows(page)).to_have_text([alerts[-1]])
    assert "agreement=refused" in page.url
    expect(page.locator("body > [role=status]")).to_have_text("1 ligne")
    assert page.evaluate("window.unchanged") is True

    page.go_back()
    expect(rows(page)).to_have_count(25)
    assert page.evaluate("sessionStorage.getItem('htmx-history-cache')") is None


def test_an_ended_session_leads_to_the_sign_in_page(cast, alerts, page, open_session):
    open_session(page, cast.coordinator.user)
    page.goto(reverse("alerts", args=["LIL"]))
    page.context.clear_cookies()
    page.get_by_text("Page suivante").click()
    expect(page).to_have_url(re.compile("/comptes/login/"))


def test_the_lists_work_without_javascript(cast, alerts, page_without_javascript, open_session):
    page = page_without_javascript
    open_session(page, cast.coordinator.user)
    page.goto(reverse("council_home", args=["LIL"]))
    page.get_by_label("Chercher", exact=True).fill(alerts[3])
    page.get_by_role("button", name="Chercher").click()
    expect(rows(page)).to_have_text([alerts[3]])
    expect(page.locator("[data-keys-open]")).to_be_hidden()


def test_the_keys_are_off_until_asked_for_and_silent_while_one_writes(
    cast, alerts, page, open_session
):
    open_session(page, cast.coordinator.user)
    page.goto(reverse("alerts", args=["LIL"]))
    page.keyboard.press("j")
    expect(page.locator(".row-title").first).not_to_be_focused()

    page.get_by_role("button", name="Raccourcis clavier").click()
    page.get_by_label("Activer ces raccourcis").check()
    page.keyboard.press("j")  # in the dialog, nothing moves
    page.get_by_role("button", name="Fermer").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    expect(page.locator(".row-title").nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".row-title").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(".row-title").nth(0)).to_be_focused()
    page.keyboard.press("/")
    search = page.get_by_label("Chercher", exact=True)
    expect(search).to_be_focused()
    page.keyboard.type("jk/?")
    expect(search).to_have_value("jk/?")
    expect(page.locator("#keys")).to_be_hidden()
    page.reload()
    page.locator(".row-title").first.focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/alertes/LIL-"))
