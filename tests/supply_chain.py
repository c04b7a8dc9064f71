"""What the program is made of: its packages, their licences, whether they are the newest patch.

python -m tests.supply_chain licences     writes docs/licences.md
python -m tests.supply_chain outdated     asks the registry, by uv alone; ends in error when a
                                          pin is behind in its own series
"""

import os
import re
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LICENCES = ROOT / "docs" / "licences.md"
# Licences under which a part may be distributed with a program under AGPL-3.0-or-later.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC0-1.0",
    "GPL-2.0-or-later", "LGPL-2.1-or-later", "LGPL-3.0-only", "MIT", "MIT-0", "MIT-CMU",
    "MPL-1.1", "MPL-2.0", "PSF-2.0", "Zlib",
}  # fmt: skip
# What a package says in other words than SPDX's.
SAID = {
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
}
# Packages that say it in a way no rule reads, or that this platform does not install.
KNOWN = {
    "brotlicffi": "MIT",  # PyPy
    "colorama": "BSD-3-Clause",  # Windows
    "fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",
    "pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
    "qrcode": "BSD",  # « Other » is its quotation of the trademark of QR codes
}


def pins(file: str = "requirements.txt") -> dict[str, set[str]]:
    """Package -> the versions pinned (several where platforms differ)."""
    found: dict[str, set[str]] = {}
    text = (ROOT / file).read_text("utf-8")
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", text, re.MULTILINE):
        found.setdefault(name.lower(), set()).add(version)
    return found


def licence(name: str) -> str:
    """The licence of an installed package, as an SPDX expression; "" when it says none."""
    if name in KNOWN:
        return KNOWN[name]
    about = metadata.metadata(name)
    if about.get("License-Expression"):
        return str(about["License-Expression"])
    said = (about.get("License") or "").strip()
    if said in ALLOWED:
        return said
    classifiers = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or []]
    return " AND ".join(SAID[c] for c in classifiers if c in SAID)


def allowed(expression: str) -> bool:
    """Whether every part of the expression, or one of its choices, is in ALLOWED."""
    choices = [choice.split(" AND ") for choice in expression.split(" OR ")]
    return any(all(part.strip("() ") in ALLOWED for part in choice) for choice in choices)


def licences_page() -> str:
    """docs/licences.md."""
    lines = [
        "# Licences",
        "",
        "Of what production installs (requirements.txt), written by `make fix` and compared by",
        "`make test`. CLSM itself: [AGPL-3.0-or-later](../LICENSE). Fonts, style sheets, scripts:",
        "[VERSIONS](../static/vendor/VERSIONS), with their licences beside them.",
        "",
        "| package | version | licence |",
        "|---|---|---|",
    ]
    lines += [
        f"| {name} | {' or '.join(sorted(versions))} | {licence(name)} |"
        for name, versions in sorted(pins().items())
    ]
    return "\n".join(lines) + "\n"


def series(version: str) -> tuple[str, ...]:
    """What a patch leaves alone: all but the last number."""
    return tuple(version.split(".")[:-1])


def behind(pinned: dict[str, set[str]], newest: dict[str, set[str]]) -> list[str]:
    """The pins to which their own series has a successor, in words."""
    return [
        f"{name} {old} -> {new}"
        for name, versions in sorted(pinned.items())
        for old in sorted(versions)
        for new in sorted(newest.get(name, set()))
        if new not in versions and series(new) == series(old)
    ]


def outdated() -> int:
    """Compile the pins anew, aside, and compare; 1 when a patch is missing."""
    with tempfile.TemporaryDirectory() as folder:
        anew = Path(folder) / "requirements.txt"
        subprocess.run(
            [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--upgrade",
             "--no-header", "--no-annotate", "--python-version", "3.11", "pyproject.toml",
             "--extra", "dev", "--output-file", anew],
            cwd=ROOT, check=True,
        )  # fmt: skip
        newest = pins(os.path.relpath(anew, ROOT))
    pinned = pins("requirements-dev.txt")
    late = behind(pinned, newest)
    others = [
        f"{name} {', '.join(sorted(newest[name]))}"
        for name in sorted(newest)
        if newest[name] != pinned.get(name)
        and not any(line.startswith(f"{name} ") for line in late)
    ]
    for line in late:
        print(f"correctif manquant : {line}")  # noqa: T201
    for line in others:
        print(f"autre série : {line}")  # noqa: T201
    return int(bool(late))


if __name__ == "__main__":
    if sys.argv[1] == "outdated":
        sys.exit(outdated())
    LICENCES.write_text(licences_page(), "utf-8")
