"""HTML to tagged A4 PDF; the only importer of WeasyPrint. Fetches nothing but our static files."""

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# Where relative addresses of the templates lead; `.invalid` exists nowhere (RFC 2606).
STATIC = "https://static.invalid/"
TAGGED = "pdf/ua-1"


class OutsideAddressError(Exception):
    """A document asked for something that is not one of our static files."""


def render(template: str, context: Mapping[str, Any]) -> bytes:
    """The template as a tagged PDF (PDF/UA-1): language and title are those of the HTML.

    Addresses in the template are paths of static files, as in `css/pdf.css`. OutsideAddressError
    when it asks for anything else, or for a file that is not there.
    """
    html = render_to_string(template, dict(context))
    document = HTML(string=html, base_url=STATIC, url_fetcher=StaticFetcher(fail_on_errors=True))
    try:
        content: bytes = document.write_pdf(pdf_variant=TAGGED, finisher=_finish)
    except FatalURLFetchingError as refused:  # not an Exception: it would end the worker
        raise OutsideAddressError(str(refused)) from refused
    return content


class StaticFetcher(URLFetcher):  # type: ignore[misc]
    """Reads static files from their sources; no network, no other file."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The static file of that address; ValueError for any other address."""
        found = finders.find(url.removeprefix(STATIC)) if url.startswith(STATIC) else None
        if found is None:
            raise ValueError("not a static file")
        kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": kind})


def _finish(document: Any, pdf: Any) -> None:
    """What PDF/UA-1 asks and WeasyPrint leaves out (ISO 14289-1, 7.1 and 7.5).

    Header cells say what they head; page headers and footers are artifacts, not content.
    """
    read_aloud: dict[bytes, set[int]] = {}
    elements = [pdf.objects[_number(pdf.catalog["StructTreeRoot"])]]
    while elements:
        element = elements.pop()
        if element.get("S") == "/TH":
            # WeasyPrint's name of a header cell ends with its row and its column.
            row = element["ID"].string.split("-")[-2]
            element["A"]["Scope"] = "/Column" if row == "0" else "/Row"
        for child in element.get("K", ()):
            if isinstance(child, int):
                read_aloud.setdefault(element["Pg"], set()).add(child)
            else:
                elements.append(pdf.objects[_number(child)])
    for reference in pdf.page_references:
        marks = pdf.objects[_number(pdf.objects[_number(reference)]["Contents"])].stream
        for at, mark in enumerate(marks):
            if isinstance(mark, dict) and mark.get("MCID", -1) not in read_aloud[reference]:
                marks[at - 1 : at + 1] = ["/Artifact", type(mark)({"Type": "/Pagination"})]


def _number(reference: bytes) -> int:
    """b"12 0 R" -> 12."""
    return int(reference.split()[0])
