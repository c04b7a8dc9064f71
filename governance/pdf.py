"""HTML to tagged A4 PDF; the only importer of WeasyPrint. Fetches nothing but our static files and
the pictures it is given."""

import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import HTML, Attachment
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# Where relative addresses of the templates lead; `.invalid` exists nowhere (RFC 2606).
STATIC = "https://static.invalid/"
TAGGED, ARCHIVED = "pdf/ua-1", "pdf/a-3a"
# The claim of PDF/UA-1 in a file that already claims PDF/A-3a, whose XMP must declare the schema
# of any other claim (ISO 19005-3, 6.6.2.3).
CLAIM = b"""<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part of PDF/UA</pdfaProperty:description></rdf:li>
</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>"""


class OutsideAddressError(Exception):
    """A document asked for something that is not one of our static files."""


@dataclass(frozen=True)
class Attached:
    """A file that a document carries: the data it was made from."""

    name: str
    content: bytes
    description: str


def render(
    template: str, context: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """The template as a tagged PDF (PDF/UA-1): language and title are those of the HTML.

    Addresses in the template are paths of static files, as in `css/pdf.css`, or the names of the
    `pictures` (PNG) given with it. OutsideAddressError when it asks for anything else, or for a
    file that is not there.
    """
    return _written(template, context, pictures, pdf_variant=TAGGED, finisher=_finish)


def render_archived(
    template: str,
    context: Mapping[str, Any],
    attached: Iterable[Attached],
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """The same to be kept for long: PDF/A-3a and PDF/UA-1, with the files `attached`."""
    files = [
        Attachment(
            string=each.content,
            name=each.name,
            description=each.description,
            relationship="Data",
        )
        for each in attached
    ]
    return _written(
        template,
        context,
        pictures,
        pdf_variant=ARCHIVED,
        finisher=_finish_archived,
        attachments=files,
    )


def _written(
    template: str,
    context: Mapping[str, Any],
    pictures: Mapping[str, bytes] | None,
    **options: Any,
) -> bytes:
    html = render_to_string(template, dict(context))
    fetcher = StaticFetcher(fail_on_errors=True)
    fetcher.pictures = {STATIC + name: content for name, content in (pictures or {}).items()}
    document = HTML(string=html, base_url=STATIC, url_fetcher=fetcher)
    try:
        content: bytes = document.write_pdf(**options)
    except FatalURLFetchingError as refused:  # not an Exception: it would end the worker
        raise OutsideAddressError(str(refused)) from refused
    return content


class StaticFetcher(URLFetcher):  # type: ignore[misc]
    """Reads static files from their sources, and the pictures that it was given (address -> PNG);
    no network, no other file."""

    pictures: Mapping[str, bytes] = {}

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The picture or static file of that address; ValueError for any other address."""
        if url in self.pictures:
            return URLFetcherResponse(url, self.pictures[url], {"Content-Type": "image/png"})
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


def _finish_archived(document: Any, pdf: Any) -> None:
    _finish(document, pdf)
    metadata = pdf.objects[_number(pdf.catalog["Metadata"])]
    text = b"".join(metadata.stream)
    end = text.rindex(b"</rdf:RDF>")
    metadata.stream = [text[:end] + CLAIM + text[end:]]


def _number(reference: bytes) -> int:
    """b"12 0 R" -> 12."""
    return int(reference.split()[0])
