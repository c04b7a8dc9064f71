"""Every page, for those who are let in: axe finds nothing, nothing overflows, at both widths."""

import pytest

from tests import world as worlds
from tests.browser.axe import violations
from tests.test_access_matrix import NOBODY, RULES

pytestmark = pytest.mark.django_db(transaction=True)
# Who sees which look of a page; the other relations see one of these.
READERS = (
    "anonymous", "coordinator", "author", "knows_person", "recipient", "copil", "manager",
)  # fmt: skip
SIGN_IN_PAGES = ("account_login", "account_reset_password")


def pages(world, relation):
    """Name and address of the pages that answer a GET of that relation."""
    client = world.client(relation)
    for name, route in worlds.named_urls().items():
        let_in = name in SIGN_IN_PAGES or relation in RULES.get(name, NOBODY)
        if not let_in:
            continue
        address = worlds.address(world, name, route)
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            yield name, address


@pytest.mark.parametrize("relation", READERS)
@pytest.mark.parametrize("width", ["page", "phone"])
def test_axe_finds_nothing_and_nothing_overflows(request, world, open_session, relation, width):
    browser_page = request.getfixturevalue(width)
    if world.people[relation] is not None:
        open_session(browser_page, world.people[relation].user)
    found = []
    for name, address in pages(world, relation):
        browser_page.goto(address)
        found += [f"{name}: {line}" for line in violations(browser_page)]
        overflow = browser_page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if overflow > 0:
            found.append(f"{name}: {overflow} px overflow")
        if browser_page.locator("h1").count() != 1:
            found.append(f"{name}: not one title")
    assert found == []
