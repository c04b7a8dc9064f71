"""What the documentation says is tested is tested."""

import re

from django.conf import settings


def test_every_test_that_the_security_table_names_exists():
    table = (settings.BASE_DIR / "docs" / "security.md").read_text("utf-8")
    named = set(re.findall(r"`(test_\w+)`", table))
    tests = "\n".join(
        path.read_text("utf-8") for path in (settings.BASE_DIR / "tests").rglob("test_*.py")
    )
    existing = set(re.findall(r"^def (test_\w+)\(", tests, re.MULTILINE))
    assert len(named) > 60
    assert named - existing == set()


def test_every_link_of_the_documentation_leads_somewhere():
    pages = [*settings.BASE_DIR.glob("*.md"), *(settings.BASE_DIR / "docs").rglob("*.md")]
    links = {
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    }
    assert len(links) > 60
    assert {(page.name, to) for page, to in links if not (page.parent / to).exists()} == set()


def test_the_guides_name_buttons_and_pages_as_the_screens_do():
    """What is bold in a guide is a word of the screen."""
    root = settings.BASE_DIR
    written = [path.read_text("utf-8") for path in (root / "templates").rglob("*.html")]
    for floor in ("clsm", "cases", "governance", "reports"):
        written += [path.read_text("utf-8") for path in (root / floor).rglob("*.py")]
    written.append((root / "governance" / "nomenclatures.yaml").read_text("utf-8"))
    screens = " ".join(" ".join(written).split())
    for guide in (root / "docs" / "guide").glob("[!R]*.md"):
        named = re.findall(r"\*\*(.+?)\*\*", " ".join(guide.read_text("utf-8").split()))
        assert len(named) > 5
        assert [words for words in named if words not in screens] == [], guide.name
