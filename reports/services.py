"""A report's figures as a file: the same figures, three formats."""

import json
from collections.abc import Callable

from reports.contract import as_contract
from reports.documents import as_pdf
from reports.figures import YearFigures
from reports.spreadsheets import as_spreadsheet


def as_json(figures: YearFigures) -> bytes:
    """The contract of `annual_report --format json`, in UTF-8."""
    return (json.dumps(as_contract(figures), ensure_ascii=False, indent=1) + "\n").encode()


# By the extension of the file.
FORMATS: dict[str, Callable[[YearFigures], bytes]] = {
    "json": as_json,
    "pdf": as_pdf,
    "xlsx": as_spreadsheet,
}


def file_name(figures: YearFigures, extension: str) -> str:
    """The name of the file: council and years, nobody."""
    return f"bilan-{figures.council_code}-{figures.period}.{extension}"
