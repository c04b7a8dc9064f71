"""A text put before its writer again: the passages to answer, and what may take their place."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from governance.anonymity.guard import examine
from governance.anonymity.reading import Reading, fold
from governance.anonymity.replacements import replaced
from governance.anonymity.spans import Label, Span

SHORTEST_REASON = 5
_LONGEST_NAME = 60

# Why the passage is shown, in the writer's words.
WHY = {
    Label.EMAIL: "une adresse électronique",
    Label.URL: "un lien",
    Label.IBAN: "un compte bancaire",
    Label.NIR: "un numéro de sécurité sociale",
    Label.PHONE: "un numéro de téléphone",
    Label.PLATE: "une plaque d’immatriculation",
    Label.HANDLE: "un compte en ligne",
    Label.FILE_ID: "un numéro de dossier",
    Label.BIRTHDATE: "une date de naissance",
    Label.ADDRESS: "une adresse",
    Label.CITY: "une commune",
    Label.ORG: "un lieu de travail ou une école",
    Label.AGE: "un âge exact",
    Label.PERSON: "le nom de quelqu’un",
    Label.INITIALS: "des initiales",
    Label.RARE: "un détail rare",
}


@dataclass(frozen=True)
class Knowledge:
    """What the guard may compare a text with, for one writer of one kind of text."""

    directory: Sequence[str] = ()
    allowed: Sequence[str] = ()
    identity: Mapping[str, Any] = field(default_factory=dict)
    contacts: Sequence[str] = ()  # of services, which are public
    council_code: str = ""  # how the codes of its alerts and situations begin: made to be written
    named: Sequence[str] = ()  # professionals whom this text may name


@dataclass(frozen=True)
class Passage:
    """Words to answer, wherever they stand in the text; `key` says which without repeating them."""

    key: str
    words: str
    label: Label
    choices: tuple[str, ...]
    reason: str
    complaint: str

    @property
    def why(self) -> str:
        return WHY[self.label]

    @property
    def is_answered(self) -> bool:
        return bool(self.reason) and not self.complaint


@dataclass(frozen=True)
class Review:
    """A text in pieces (words, whether they are underlined), and its passages, each once."""

    pieces: tuple[tuple[str, bool], ...]
    passages: tuple[Passage, ...]

    @property
    def open_count(self) -> int:
        return sum(not passage.is_answered for passage in self.passages)


def review(text: str, reasons: Mapping[str, str], knowledge: Knowledge) -> Review:
    """`text` re-read; `reasons`: why a passage is kept, by its key."""
    spans = _examined(text, knowledge)
    pieces: list[tuple[str, bool]] = []
    end = 0
    for span in spans:
        pieces += [(text[end : span.start], False), (text[span.start : span.end], True)]
        end = span.end
    pieces.append((text[end:], False))
    passages: dict[str, Passage] = {}
    for span in spans:
        words = text[span.start : span.end]
        key = _key(span, words)
        if key not in passages:
            reason = reasons.get(key, "").strip()
            complaint = _complaint(reason, words)
            passages[key] = Passage(key, words, span.label, span.replacements, reason, complaint)
    return Review(tuple(piece for piece in pieces if piece[0]), tuple(passages.values()))


def replace(text: str, key: str, choice: int, knowledge: Knowledge) -> str:
    """`text`, the passage of that key replaced wherever it stands by its choice of that rank.

    Unchanged when the text has no such passage any more, or the passage no such choice.
    """
    for span in reversed(_examined(text, knowledge)):
        if _key(span, text[span.start : span.end]) == key and choice < len(span.replacements):
            text = replaced(text, span, span.replacements[choice])
    return text


def _examined(text: str, knowledge: Knowledge) -> list[Span]:
    spans = examine(text, knowledge.identity, knowledge.directory, knowledge.allowed)
    return [
        span
        for span in spans
        if not _is_public(text[span.start : span.end], span, knowledge)
        and not _is_named(text, span, knowledge.named)
    ]


def _is_public(words: str, span: Span, knowledge: Knowledge) -> bool:
    """Whether the passage is one of the council's codes, or how one reaches a service."""
    if span.label == Label.FILE_ID:
        return bool(re.fullmatch(rf"{knowledge.council_code}-\d{{4}}-A?\d{{3,6}}", words))
    if span.label not in (Label.PHONE, Label.EMAIL, Label.URL, Label.ADDRESS):
        return False
    written = _characters(words)
    contacts = [_characters(contact) for contact in knowledge.contacts]
    return written in contacts or (
        span.label == Label.ADDRESS and any(written in contact for contact in contacts)
    )


def _is_named(text: str, span: Span, names: Sequence[str]) -> bool:
    """Whether the passage is a professional who may be named: their surname, alone or with what
    stands before it in their name; or a first name that the rest of their name follows."""
    if span.label != Label.PERSON:
        return False
    said = _folded(text[span.start : span.end])
    ahead = _folded(text[span.start : span.end + _LONGEST_NAME])
    return any(
        (said[-1:] == full[-1:] and set(said) <= set(full)) or ahead[: len(full)] == full
        for full in (_folded(name) for name in names)
        if full
    )


def _folded(text: str) -> list[str]:
    return [word.folded for word in Reading(text).words]


def _characters(text: str) -> str:
    """The letters and digits of `text` alone, folded: « 01 99 » is « 01.99 »."""
    return "".join(character for character in fold(text) if character.isalnum())


def _key(span: Span, words: str) -> str:
    return hashlib.sha256(f"{span.label} {fold(words)}".encode()).hexdigest()[:16]


def _complaint(reason: str, words: str) -> str:
    """What is wrong with a reason; the record must not hold the words themselves."""
    if reason and len(reason) < SHORTEST_REASON:
        return "Dites pourquoi en quelques mots."
    if fold(words) in fold(reason):
        return "Dites pourquoi sans répéter ce passage."
    return ""
