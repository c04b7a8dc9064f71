"""The version of the program: written once, in pyproject.toml."""

import tomllib
from pathlib import Path

VERSION: str = tomllib.loads(
    (Path(__file__).resolve().parent.parent / "pyproject.toml").read_text("utf-8")
)["project"]["version"]
