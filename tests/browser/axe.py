"""axe-core (vendored, see VERSIONS) run on the page as a visitor sees it."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its own best practices, one line an element.

    Empty when all is well: `assert violations(page) == []`.
    """
    page.evaluate(AXE)
    # What passes is neither listed nor described: most of the time went there.
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {element['html']}"
        for violation in found
        for element in violation["nodes"]
    ]
