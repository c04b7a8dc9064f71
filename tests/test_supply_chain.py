"""All that is installed is pinned, its licence allows it, and the bill of a release names it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from clsm.version import VERSION
from tests import supply_chain

pytestmark = pytest.mark.once


def test_every_package_has_a_licence_that_allows_it_and_the_page_says_which():
    refused = {
        name: supply_chain.licence(name)
        for name in supply_chain.pins()
        if not supply_chain.allowed(supply_chain.licence(name))
    }
    assert len(supply_chain.pins()) > 50
    assert refused == {}
    assert supply_chain.LICENCES.read_text("utf-8") == supply_chain.licences_page(), "make fix"


def test_a_licence_unknown_or_closed_is_refused():
    for expression in ("", "Proprietary", "MIT AND BUSL-1.1", "SSPL-1.0 OR Elastic-2.0"):
        assert not supply_chain.allowed(expression), expression
    assert supply_chain.allowed("SSPL-1.0 OR MIT")


def test_every_pin_has_its_hashes():
    for file in ("requirements.txt", "requirements-dev.txt"):
        text = (settings.BASE_DIR / file).read_text("utf-8")
        packages = re.split(r"\n(?=\S)", text.strip())
        assert all("--hash=sha256:" in package for package in packages)
        assert "://" not in text  # no address of a registry


def test_a_pin_behind_in_its_own_series_is_told_and_another_series_is_not():
    pinned = {"a": {"1.2.3"}, "b": {"1.2.3"}, "c": {"2026.6"}, "d": {"2.4.6", "2.5.5"}}
    newest = {"a": {"1.2.4"}, "b": {"1.3.0"}, "c": {"2026.7"}, "d": {"2.4.6", "2.5.5"}}
    assert supply_chain.behind(pinned, newest) == ["a 1.2.3 -> 1.2.4", "c 2026.6 -> 2026.7"]


def test_the_bill_of_materials_names_every_package_with_its_hashes(tmp_path):
    file = tmp_path / "sbom.json"
    makefile = (settings.BASE_DIR / "Makefile").read_text("utf-8")
    (options,) = re.findall(r"cyclonedx-py requirements (.+?) \\?\n?\s*--output-file", makefile)
    subprocess.run(
        [Path(sys.executable).parent / "cyclonedx-py", "requirements", *options.split(),
         "--output-file", file, "requirements.txt"],
        cwd=settings.BASE_DIR, check=True, capture_output=True,
    )  # fmt: skip
    bill = json.loads(file.read_text("utf-8"))
    named = {component["name"].lower() for component in bill["components"]}
    assert named == set(supply_chain.pins())
    for component in bill["components"]:
        references = json.dumps(component.get("externalReferences", []))
        assert "SHA-256" in references, component["name"]
    assert bill["metadata"]["component"]["name"] == "clsm"


def test_the_version_is_written_once_and_shown(client, db):
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
    changelog = (settings.BASE_DIR / "CHANGELOG.md").read_text("utf-8")
    assert changelog.splitlines()[2].startswith(f"## {VERSION}")
    assert f"CLSM {VERSION}" in client.get(reverse("help")).content.decode()
    deploy = settings.BASE_DIR / "docs" / "deploy"
    for name in ("Containerfile", "compose.yaml"):
        assert f"clsm:{VERSION}" in (deploy / name).read_text("utf-8")
