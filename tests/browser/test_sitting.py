"""Séance mode in a browser: from point to point with the keyboard, every word kept, no way to a
name; and without JavaScript."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cases.models import Conclusions, PointNotes
from cases.services import hearings
from tests.browser.axe import violations
from tests.cases.sittings import CANARY, point, situation, viewer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(cast):
    """The address of a séance that has just begun, of two situations, one of them named."""
    starts_at = timezone.now() - datetime.timedelta(minutes=5)
    meeting = hearings.convene(
        viewer(cast.coordinator), cast.council, venue=cast.council.venue, starts_at=starts_at,
        ends_at=starts_at + datetime.timedelta(hours=2), place="Salle du conseil",
    )  # fmt: skip
    for author, agreement in ((cast.landlord, "named"), (cast.nurse, "anonymous")):
        point(cast.coordinator, situation(author, cast.coordinator, agreement), meeting)
    return reverse("meeting_room", args=["LIL", meeting.pk])


def test_a_seance_is_held_with_the_keyboard_and_every_word_is_kept(cast, room, page, open_session):
    open_session(page, cast.coordinator.user)
    page.goto(room)
    assert violations(page) == []
    page.keyboard.press("Alt+PageDown")
    expect(page.locator("[data-clock]")).to_contain_text("encore 15")
    assert violations(page) == []
    assert CANARY not in page.content()
    assert "LIL-20" not in page.get_by_role("main").inner_text()

    page.get_by_label("Ce qui a été dit").fill("Une visite à deux est proposée.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Notes enregistrées à")
    assert PointNotes.objects.get().answers["summary"] == "Une visite à deux est proposée."
    page.keyboard.press("Alt+PageDown")
    expect(page.get_by_label("Ce qui a été dit")).to_have_value("")
    page.keyboard.press("Alt+PageUp")
    expect(page.get_by_label("Ce qui a été dit")).to_have_value("Une visite à deux est proposée.")
    page.get_by_role("button", name="Enregistrer et conclure ce point").click()
    page.get_by_role("button", name="Conclure", exact=True).click()
    expect(page.get_by_text("Point 2 sur 2")).to_be_visible()
    assert Conclusions.objects.get().validated_at is not None


def test_a_point_is_written_without_javascript(cast, room, page_without_javascript, open_session):
    page = page_without_javascript
    open_session(page, cast.coordinator.user)
    page.goto(room)
    page.get_by_role("link", name="Premier point").click()
    expect(page.get_by_text("Point 1 sur 2")).to_be_visible()
    expect(page.locator("[data-clock]")).to_be_hidden()
    page.get_by_label("Ce qui a été dit").fill("Une visite à deux.")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    assert Conclusions.objects.get().summary == "Une visite à deux."
