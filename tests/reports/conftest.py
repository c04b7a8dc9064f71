"""The years 2016 to 2019 of Lille: 241 invented situations with the published totals."""

import csv
import datetime
import json
from pathlib import Path

import pytest

from cases.models import Situation
from governance.models import Council

DATA = Path(__file__).resolve().parent.parent / "data"
SINGLE = (
    "channel", "origin", "situation_type", "complexity", "sex", "age_band", "household",
    "protection_measure", "housing_status", "suicidal_concern", "information_state",
    "consent_state", "venue", "closure_reason",
)  # fmt: skip
MULTIPLE = ("alert_subject", "income", "psychiatry_link", "addiction")


@pytest.fixture
def lille_register(council) -> Council:
    """The council with the 241 situations of tests/data/lille_register.csv."""
    sectors = {sector.code: sector for sector in council.sectors.all()}
    with (DATA / "lille_register.csv").open(encoding="utf-8", newline="") as register:
        Situation.objects.bulk_create(
            Situation(
                code=f"LIL-{row['reference']}",
                council=council,
                status="closed" if row["closed_on"] else "follow_up",
                received_on=datetime.date.fromisoformat(row["received_on"]),
                closed_on=row["closed_on"] or None,
                psychiatric_sector=sectors.get(row["psychiatric_sector"]),
                last_activity=f"{row['received_on']}T09:00:00Z",
                **{column: row[column] for column in SINGLE},
                **{column: row[column].split("|") for column in MULTIPLE if row[column]},
            )
            for row in csv.DictReader(register)
        )
    return council


@pytest.fixture(scope="session")
def expected() -> dict:
    """What counting the register must give, table by table, unknowns included."""
    return json.loads((DATA / "lille_expected.json").read_text("utf-8"))
