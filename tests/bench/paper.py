"""The annual report on paper, beside Chromium printing the same HTML; the memory that it takes."""

import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import pdfplumber
from django.contrib.staticfiles import finders
from django.db import transaction

from cases.services import register
from clsm.demo_seed import REGISTER
from governance import pdf
from reports.documents import as_pdf
from reports.statistics import YearFigures, count_internal
from tests import factories
from tests.bench.meters import Measure, medians

RUNS = 7  # seconds each
PEAK = """
import pickle, sys
import django
django.setup()
from reports.documents import as_pdf
as_pdf(pickle.loads(open(sys.argv[1], "rb").read()))
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""


def measure(sizes: Sequence[int]) -> Iterator[Measure]:
    """The internal edition of Lille's four years, twice over: whatever the size of the database."""
    figures = _figures()
    with pdfplumber.open(BytesIO(as_pdf(figures))) as document:
        yield Measure("annual report", len(document.pages), "pages")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory(prefix="clsm-") as folder:
        if chromium:
            ours, theirs = medians(
                lambda: as_pdf(figures), _printing(chromium, figures, Path(folder)), runs=RUNS
            )
            yield Measure("annual report, warm worker", ours, "s")
            yield Measure("annual report / Chromium", ours / theirs, "× time", most=2)
        yield Measure("annual report, peak memory", _peak(figures, Path(folder)), "MiB", most=120)


def _figures() -> YearFigures:
    with transaction.atomic():
        council = factories.lille()
        rows = register.read(REGISTER.read_bytes(), REGISTER.name)
        register.store(register.check(rows, council), council, by=None)
        figures = count_internal(council, 2016, 2019)
        transaction.set_rollback(True)
    return figures


def _printing(chromium: str, figures: YearFigures, folder: Path):
    """What prints the very HTML of `figures` by the command line of Chromium."""
    with patch.object(pdf, "render_to_string", wraps=pdf.render_to_string) as rendered:
        as_pdf(figures)
    html = pdf.render_to_string(*rendered.call_args.args)
    sheet = Path(finders.find("css/pdf.css") or "")
    page, printed = folder / "report.html", folder / "report.pdf"
    base = f'<base href="{sheet.parent.parent.as_uri()}/">'
    page.write_text(html.replace("<head>", f"<head>{base}", 1), "utf-8")
    command = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-sync", "--no-first-run",
        "--disable-quic", "--disable-background-networking", "--disable-component-update",
        "--no-pdf-header-footer", f"--user-data-dir={folder / 'profile'}",
        f"--print-to-pdf={printed}", page.as_uri(),
    ]  # fmt: skip

    def print_it() -> None:
        subprocess.run(command, check=True, capture_output=True)
        if printed.read_bytes()[:4] != b"%PDF":
            raise RuntimeError("Chromium printed nothing")
        printed.unlink()

    return print_it


def _peak(figures: YearFigures, folder: Path) -> float:
    """Of a process of its own that composes the report, in MiB."""
    kept = folder / "figures"
    kept.write_bytes(pickle.dumps(figures))
    told = subprocess.run(
        [sys.executable, "-c", PEAK, kept], check=True, capture_output=True, text=True
    )
    return int(told.stdout) / 1024
