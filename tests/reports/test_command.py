"""python manage.py annual_report."""

import json

import pytest
import time_machine
from django.core.management import CommandError, call_command

from reports.contract import as_contract
from reports.statistics import count_internal


def annual_report(*arguments):
    call_command("annual_report", *map(str, arguments))


def test_the_json_is_the_contract(lille_register, tmp_path, capsys):
    output = tmp_path / "bilan.json"
    annual_report(
        "--council", "LIL", "--from", 2016, "--to", 2019, "--edition", "internal",
        "--format", "json", "--output", output,
    )  # fmt: skip
    written = json.loads(output.read_text("utf-8"))
    assert written == as_contract(count_internal(lille_register, 2016, 2019))
    assert "241 situations" in capsys.readouterr().out


@pytest.mark.parametrize(("extension", "start"), [("pdf", b"%PDF-1.7"), ("xlsx", b"PK")])
def test_the_other_formats_are_written_too(lille_register, tmp_path, extension, start):
    output = tmp_path / f"bilan.{extension}"
    annual_report("--council", "LIL", "--from", 2019, "--to", 2019, "--format", extension,
                  "--output", output)  # fmt: skip
    assert output.read_bytes().startswith(start)


@time_machine.travel("2020-03-02")
def test_the_years_are_by_default_the_last_full_one(lille_register, tmp_path):
    output = tmp_path / "bilan.json"
    annual_report("--council", "LIL", "--output", output)
    written = json.loads(output.read_text("utf-8"))
    assert (written["from"], written["to"], written["situations"]) == (2019, 2019, 75)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--council", "XYZ"), "Aucun conseil"),
        (("--council", "LIL", "--from", 2019, "--to", 2016), "première année"),
        (("--council", "LIL", "--from", 16, "--to", 2019), "Les années vont de"),
    ],
)
def test_what_cannot_be_counted_is_said_in_french(council, tmp_path, arguments, said):
    output = tmp_path / "bilan.json"
    with pytest.raises(CommandError, match=said):
        annual_report(*arguments, "--output", output)
    assert not output.exists()


def test_a_file_that_cannot_be_written_is_said_in_french(council, tmp_path):
    with pytest.raises(CommandError, match="Impossible d’écrire"):
        annual_report("--council", "LIL", "--output", tmp_path / "absent" / "bilan.json")
