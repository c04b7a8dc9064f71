"""Every page, for those who are let in: axe finds nothing, nothing overflows, at both widths."""

import re

import pytest

from tests import world as worlds
from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE
from tests.test_access_matrix import NOBODY, RULES

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("papers_as_words"),
]
# Who sees which look of a page; the other relations see one of these.
READERS = (
    "anonymous", "coordinator", "author", "knows_person", "recipient", "copil", "manager",
)  # fmt: skip
WORDS = re.compile(
    r'\s(?:href|action|value|id|for|name|src|datetime|aria-describedby|aria-labelledby)="[^"]*"'
)
SIGN_IN_PAGES = ("account_login", "account_reset_password")


def pages(world, relation):
    """Name, address and text of the pages that answer a GET of that relation."""
    client = world.client(relation)
    for name, route in worlds.named_urls().items():
        let_in = name in SIGN_IN_PAGES or relation in RULES.get(name, NOBODY)
        if not let_in:
            continue
        address = worlds.address(world, name, route)
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            yield name, address, answer.text


def look(html: str) -> tuple[str, ...]:
    """What the body of a page is made of, without its words and addresses: who sees the same look
    sees the same page."""
    body = html.partition("<main")[2].partition("</main>")[0]
    return tuple(WORDS.sub("", tag) for tag in re.findall(r"<[a-z][^>]*>", body))


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_and_nothing_overflows(world, open_page, open_session, screen):
    found = []
    looks = set()
    for relation in READERS:
        browser_page = open_page(**screen)
        if world.people[relation] is not None:
            open_session(browser_page, world.people[relation].user)
        # The first page of each is looked at in any case, for its header.
        for rank, (name, address, html) in enumerate(pages(world, relation)):
            if (seen := look(html)) in looks and rank:
                continue
            looks.add(seen)
            browser_page.goto(address)
            found += [f"{relation}: {name}: {line}" for line in violations(browser_page)]
            overflow = browser_page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if overflow > 0:
                found.append(f"{relation}: {name}: {overflow} px overflow")
            if browser_page.locator("h1").count() != 1:
                found.append(f"{relation}: {name}: not one title")
    assert found == []
