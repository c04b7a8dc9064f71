"""One shape to recognise, and what it asks of the text it reads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from governance.anonymity.lexicon import is_word
from governance.anonymity.reading import Case, Reading, fold
from governance.anonymity.spans import Found, Label

CAP = r"[A-Z][\w'-]{0,30}"
CAPS = (
    rf"{CAP}(?:[ -](?:(?:de la|de l'|des|de|du|d'|la|le|les|l'|et|en|sur|lez|sous|a|au) ?)?{CAP})"
    r"{0,4}"
)


@dataclass(frozen=True)
class Pattern:
    """The last group that took part is the passage.

    `cased`: its capitals mean something; where they mean nothing, the passage must hold a word
    that is no ordinary one. `named`: it always must. `even_allowed`: the allow-list excuses
    nothing.
    """

    label: Label
    expression: re.Pattern[str]
    cased: re.Pattern[str] | None = None
    named: bool = False
    even_allowed: bool = False

    def found(self, reading: Reading) -> Iterator[Found]:
        for start, end, case in reading.stretches:
            if self.cased and case is Case.MIXED:
                yield from self._passages(self.cased.finditer(reading.bare, start, end))
                continue
            passages = self._passages(self.expression.finditer(reading.low, start, end))
            if self.cased or self.named:
                yield from (p for each in passages for p in _up_to_a_name(reading, each))
            else:
                yield from passages

    def _passages(self, matches: Iterator[re.Match[str]]) -> Iterator[Found]:
        for match in matches:
            yield Found(*match.span(match.lastindex or 0), self.label)


def _up_to_a_name(reading: Reading, found: Found) -> Iterator[Found]:
    """The passage cut after its last word that may be a name; nothing when it holds none."""
    end = 0
    for match in re.finditer(r"[^\W\d_]{3,40}", reading.low[found.start : found.end]):
        word = fold(match.group())
        if not is_word(word):
            end = match.end()
        elif end and word not in _LINKS:
            break
    if end:
        yield Found(found.start, found.start + end, found.label)


_LINKS = frozenset(["des", "les", "sur", "lez", "sous"])


def low(label: Label, expression: str, *, named: bool = False) -> Pattern:
    return Pattern(label, re.compile(expression), named=named)


def cased(label: Label, expression: str, *, even_allowed: bool = False) -> Pattern:
    whatever_the_case = re.compile(expression, re.IGNORECASE)
    return Pattern(
        label, whatever_the_case, cased=re.compile(expression), even_allowed=even_allowed
    )
