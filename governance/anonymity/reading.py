"""A text as the layers of the guard read it: same length, without accents, cut into words.

Every offset in a `Reading` is an offset in the writer's text.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

_SAME_LENGTH = {
    **dict.fromkeys("’‘ʼ´`", "'"),
    **dict.fromkeys("‐‑‒–—", "-"),
    **dict.fromkeys("«»“”„", '"'),
    **dict.fromkeys("\t\xa0\u202f\u2009", " "),
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "s",
}  # fmt: skip
_LETTER = r"[^\W\d_]"
# Bounded: « A-A-A-… » is cut into words of five parts, and a letter repeated into words of 40.
_WORD = re.compile(rf"{_LETTER}{{1,40}}(?:['-]{_LETTER}{{1,40}}){{0,4}}")
_ELISION = re.compile(r"(?:[ldjmtscn]|qu|jusqu|lorsqu|puisqu|quelqu)'", re.IGNORECASE)
_TITLES = ("mr", "mme", "mlle", "melle", "dr", "pr", "me ", "mm", "monsi", "madam", "madem")


class Case(Enum):
    """How a line uses capitals: in MIXED alone they mean something."""

    MIXED = auto()
    UPPER = auto()
    LOWER = auto()


def fold(word: str) -> str:
    """`word` without case nor accents, « œ » as « oe »: how the lists are written."""
    letters = unicodedata.normalize("NFD", word.lower())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    for one, several in (("œ", "oe"), ("æ", "ae"), ("’", "'"), ("ł", "l"), ("ø", "o"), ("ß", "ss")):
        bare = bare.replace(one, several)
    return bare


def _bare(letter: str) -> str:
    if letter in _SAME_LENGTH:
        return _SAME_LENGTH[letter]
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isalpha() else letter


def _lower(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter


@dataclass(frozen=True)
class Word:
    """A word, its elided article left out (« d’Hugo » is « Hugo »)."""

    start: int
    end: int
    text: str  # without accents, case kept
    folded: str
    opens: bool  # the first word of a sentence
    cased: bool  # stands on a line where capitals mean something
    before: str  # what stands between the word before and this one

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def upper(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()


class Reading:
    """`bare`: the text without accents; `low`: without capitals either; `words`."""

    def __init__(self, text: str) -> None:
        self.text = text
        letters = set(text)
        self.bare = text.translate({ord(letter): _bare(letter) for letter in letters})
        self.low = self.bare.translate({ord(letter): _lower(letter) for letter in set(self.bare)})

    @cached_property
    def lines(self) -> tuple[tuple[int, int, Case], ...]:
        """Start, end and use of capitals of each line that is not empty."""
        return tuple(
            (line.start(), line.end(), _case(line.group()))
            for line in re.finditer(r"[^\n]+", self.bare)
        )

    @cached_property
    def stretches(self) -> tuple[tuple[int, int, Case], ...]:
        """Lines side by side that use capitals alike, as one."""
        joined: list[tuple[int, int, Case]] = []
        for start, end, case in self.lines:
            if joined and joined[-1][2] is case:
                joined[-1] = (joined[-1][0], end, case)
            else:
                joined.append((start, end, case))
        return tuple(joined)

    def case_at(self, place: int) -> Case:
        """How the line of that place uses capitals."""
        index = bisect_right(self.lines, place, key=lambda line: line[0]) - 1
        return self.lines[index][2] if index >= 0 else Case.MIXED

    @cached_property
    def words(self) -> tuple[Word, ...]:
        found: list[Word] = []
        end = 0
        for line_start, line_end, case in self.lines:
            cased = case is Case.MIXED
            for match in _WORD.finditer(self.bare, line_start, line_end):
                start = match.start()
                elided = _ELISION.match(match.group())
                if elided and not self._is_name_with_apostrophe(match.group(), elided.end()):
                    start += elided.end()
                text = self.bare[start : match.end()]
                opens = _opens_sentence(self.bare, match.start(), line_start)
                between = self.bare[end:start]
                found.append(Word(start, match.end(), text, fold(text), opens, cased, between))
                end = match.end()
        return tuple(found)

    @staticmethod
    def _is_name_with_apostrophe(text: str, cut: int) -> bool:
        """« N’Guessan », « D’Angelo »: both capitals; or nothing after the apostrophe."""
        return cut >= len(text) or (
            text[0].isupper() and text[cut].isupper() and not text.isupper()
        )


def _opens_sentence(text: str, start: int, line: int) -> bool:
    before = text[max(line, start - 8) : start].rstrip(" \"'(-*•")
    if not before:
        return True
    if before[-1] in "!?…;:":
        return True
    # « M. », « J.-P. » and « apt. 12 » end no sentence: a dot does, after two letters or more.
    return before[-1] == "." and not re.search(
        r"\b(?:[A-Za-z]|Dr|Mr|Me|Pr|Mme|Mlle|St|Ste)\.$", before
    )


def _case(line: str) -> Case:
    letters = [letter for letter in line if letter.isalpha()]
    if sum(letter.isupper() for letter in letters) > 0.6 * len(letters):
        return Case.UPPER
    inside = (
        match
        for match in re.finditer(r"(?<![\w'-])(?:[dlDL]')?[A-Z][a-z]", line)
        if not _opens_sentence(line, match.start(), 0)
        and line[match.start() : match.start() + 5].lower().startswith(_TITLES) is False
    )
    return Case.MIXED if any(inside) else Case.LOWER
