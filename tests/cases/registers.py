"""Registers as files: good rows, bad ones, workbooks, and how they are sent."""

import csv
import io
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from cases.services import register

DATA = Path(__file__).resolve().parent.parent / "data"


BAD = DATA / "bad_register.csv"


HEADINGS = [column.code for column in register.COLUMNS]


def rows_of(count: int, **cells: str) -> list[dict[str, str]]:
    """So many good rows, received on 5 January 2021, with the given cells."""
    return [
        {"reference": f"2021-{n:03d}", "received_on": "2021-01-05"} | cells
        for n in range(1, count + 1)
    ]


def as_csv(rows, headings=HEADINGS, delimiter=",", encoding="utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, headings, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def check(rows, council) -> register.Preview:
    return register.check(register.read(as_csv(rows), "registre.csv"), council)


def import_file(path, **options) -> str:
    out = io.StringIO()
    call_command("import_register", str(path), council="LIL", stdout=out, **options)
    return out.getvalue()


def upload(client, council, content: bytes, name="registre.csv"):
    address = reverse("register_import", args=[council.code])
    return client.post(address, {"file": SimpleUploadedFile(name, content)})
