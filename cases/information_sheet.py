"""The printable sheet that explains the meeting to the person, with the slip for their answer.

AISSMC's practice (a brochure with a detachable part), in plain French, one A4. Its version and
digest are kept with each answer as evidence of what the person was told.
"""

import hashlib
from pathlib import Path

from django.conf import settings

from governance import pdf
from governance.models import Council

TEMPLATE = "pdf/information_sheet.html"
# Raised with every change of the template, so that a version has one digest.
VERSION = "2026-4"


def digest() -> str:
    """SHA-256 (hexadecimal) of the sheet's wording, without code nor council."""
    wording = Path(settings.BASE_DIR, "templates", TEMPLATE).read_bytes()
    return hashlib.sha256(wording).hexdigest()


def as_pdf(council: Council, code: str = "") -> bytes:
    """The sheet of `council`, for the situation of that code; without one, to fill in by hand."""
    return pdf.render(TEMPLATE, {"council": council, "code": code, "version": VERSION})
