"""The years 2016 to 2019 of Lille: 241 invented situations with the published totals."""

import json
from pathlib import Path

import pytest

from cases.services import register
from clsm.demo_seed import REGISTER
from governance.models import Council

EXPECTED = Path(__file__).resolve().parent.parent / "data" / "lille_expected.json"


@pytest.fixture
def lille_register(council) -> Council:
    """The council with the demonstration's register imported, as its coordinator would."""
    rows = register.read(REGISTER.read_bytes(), REGISTER.name)
    register.store(register.check(rows, council), council, by=None)
    return council


@pytest.fixture(scope="session")
def expected() -> dict:
    """What counting the register must give, table by table, unknowns included."""
    return json.loads(EXPECTED.read_text("utf-8"))
