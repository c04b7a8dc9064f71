"""What the guard finds: a passage, why it may identify someone, what could stand there instead."""

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """Why a passage may identify someone; the order is that of which label wins."""

    EMAIL = "EMAIL"
    URL = "URL"
    IBAN = "IBAN"
    NIR = "NIR"
    PHONE = "PHONE"
    PLATE = "PLATE"
    HANDLE = "HANDLE"
    FILE_ID = "FILE_ID"
    BIRTHDATE = "BIRTHDATE"
    ADDRESS = "ADDRESS"
    CITY = "CITY"
    ORG = "ORG"
    AGE = "AGE"
    PERSON = "PERSON"
    INITIALS = "INITIALS"
    RARE = "RARE"


PRECEDENCE = {label: rank for rank, label in enumerate(Label)}


@dataclass(frozen=True)
class Found:
    """A passage that a layer found: offsets in the text, end excluded."""

    start: int
    end: int
    label: Label


@dataclass(frozen=True)
class Span(Found):
    """A passage to warn about.

    A replacement takes the place of `text[lead:end]`: « M. Dupont » goes whole, title included.
    """

    lead: int
    replacements: tuple[str, ...]
