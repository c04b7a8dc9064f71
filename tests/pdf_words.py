"""What a PDF says, as a reader copies it."""

import io

import pdfplumber


def words_of(content: bytes) -> str:
    """The words of all its pages, a single space between them."""
    with pdfplumber.open(io.BytesIO(content)) as document:
        return " ".join(" ".join(page.extract_text() for page in document.pages).split())
