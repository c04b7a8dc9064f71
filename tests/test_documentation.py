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
