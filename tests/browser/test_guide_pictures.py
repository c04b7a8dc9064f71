"""The pictures of the guides: each has its scene here, and its page says what the guide quotes.

A guide quotes between « » in a picture's alternative text. `make pictures` takes them again.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page

from governance.models import User

pytestmark = pytest.mark.django_db(transaction=True)
GUIDES = settings.BASE_DIR / "docs" / "guide"
PICTURE = re.compile(r"!\[([^\]]*)\]\(images/([\w-]+)\.png\)")
VIEW = {"width": 1000, "height": 640}
LARGEST = 120_000


def follow(*links: str) -> Callable[[Page], None]:
    """From a person's first page, follow links by what they say."""

    def walk(page: Page) -> None:
        for name in links:
            page.get_by_role("link", name=name).first.click()

    return walk


def begin_alert(page: Page) -> None:
    """As far as the second step, where agreement is asked before any name."""
    follow("Nouvelle alerte")(page)
    page.get_by_label("Non", exact=True).check()
    page.get_by_role("button", name="Commencer une alerte").click()
    page.get_by_label("Fonction").fill("Chargée de clientèle")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url("**/accord/**")  # what is typed leaves first, then the page


def at(address: str) -> Callable[[Page], None]:
    """Straight to an address of the council."""

    def walk(page: Page) -> None:
        page.goto(f"/clsm/LIL/{address}")

    return walk


def see_what_waits(page: Page) -> None:
    follow("Situations")(page)
    page.get_by_text("Votre réponse est attendue").first.scroll_into_view_if_needed()


# picture -> whose first page, and the way from there
SCENES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "matin": ("coordination", follow()),
    "tri": ("coordination", follow("Troubles de voisinage, incurie")),
    "situation": ("coordination", at("situations/LIL-2026-006/")),
    "seance": ("coordination", follow("Séances", "Temps d’échanges de pratiques")),
    "salle": (
        "coordination", follow("Séances", "Temps d’échanges de pratiques", "Projeter la séance"),
    ),
    "point": (
        "coordination",
        follow("Séances", "Temps d’échanges de pratiques", "Projeter la séance", "Premier point"),
    ),
    "chiffres": ("coordination", at("bilans/2016-2019/")),
    "mes-alertes": ("bailleur", follow()),
    "alerte": ("bailleur", begin_alert),
    "suivi": ("bailleur", follow("Troubles de voisinage, incurie")),
    "sollicitation": ("cmp", see_what_waits),
    "copil": ("elue", follow("Instances", "COPIL")),
    "feuille-de-route": ("elue", follow("Instances", "Feuille de route")),
    "membres": ("technique", follow("Membres et invitations")),
}  # fmt: skip


def quoted() -> dict[str, list[str]]:
    """Each picture of the guides and the words that its text quotes."""
    found: dict[str, list[str]] = {}
    for guide in GUIDES.glob("*.md"):
        for text, name in PICTURE.findall(guide.read_text("utf-8")):
            words = re.findall(r"« (.+?) »", " ".join(text.split()))
            found.setdefault(name, []).extend(words)
    return found


def test_each_picture_of_the_guides_shows_a_page_that_still_says_it(open_page, open_session):
    pictures = quoted()
    assert set(pictures) == set(SCENES)
    assert all(pictures.values())
    call_command("seed_demo")
    pages: dict[str, Page] = {}
    for name, (account, walk) in SCENES.items():
        if account not in pages:
            pages[account] = open_page(viewport=VIEW)
            open_session(pages[account], User.objects.get(email=f"{account}@demo.example"))
        page = pages[account]
        page.goto("/clsm/LIL/")
        walk(page)
        said = " ".join(page.get_by_role("main").inner_text().split())
        assert [words for words in pictures[name] if words not in said] == [], name
        _keep(page, GUIDES / "images" / f"{name}.png")
    assert {path.stem for path in (GUIDES / "images").iterdir()} == set(SCENES)


def _keep(page: Page, path: Path) -> None:
    """Take the picture when asked to (`make pictures`); none weighs more than it should."""
    if os.environ.get("CLSM_PICTURES"):
        page.screenshot(path=path)
    assert path.stat().st_size < LARGEST, path.name
