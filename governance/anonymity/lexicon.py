"""What a word is: of the French dictionary, a first name, a surname, a term of the field.

The lists stand in data/ (where they come from: data/README.md) and are read once, when first asked.
"""

import gzip
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from governance.anonymity.reading import Reading, Word, fold

DATA = Path(__file__).parent / "data"
NEVER = 10**6  # the rank of what is no name


class SortedWords:
    """A set of words as one sorted string, found by halving: ten times smaller than a set."""

    def __init__(self, words: Iterable[str]) -> None:
        self._text = "\n" + "\n".join(words) + "\n"

    def __contains__(self, word: str) -> bool:
        text, low, high = self._text, 0, len(self._text) - 1
        while low < high:
            start = text.rindex("\n", 0, (low + high) // 2 + 1)
            end = text.index("\n", start + 1)
            here = text[start + 1 : end]
            if here == word:
                return True
            if here < word:
                low = end
            else:
                high = start
        return False


def _read(name: str) -> list[str]:
    with gzip.open(DATA / f"{name}.txt.gz", "rt", encoding="ascii") as file:
        return file.read().split("\n")


def front_coded(words: Iterable[str]) -> Iterator[str]:
    """Each sorted word: how many letters it shares with the one before (A: none), the rest."""
    before = ""
    for word in words:
        shared = 0
        for one, other in zip(word, before, strict=False):
            if one != other or shared == 25:
                break
            shared += 1
        yield chr(ord("A") + shared) + word[shared:]
        before = word


def _decoded(lines: Iterable[str]) -> Iterator[str]:
    word = ""
    for line in lines:
        word = word[: ord(line[0]) - ord("A")] + line[1:]
        yield word


@lru_cache(maxsize=1)
def _dictionary() -> SortedWords:
    return SortedWords(_decoded(_read("words")))


@lru_cache(maxsize=1)
def _first_names() -> dict[str, int]:
    return {name: rank for rank, name in enumerate(_read("first_names"))}


@lru_cache(maxsize=1)
def _surnames() -> dict[str, int]:
    return {name: rank for rank, name in enumerate(_read("surnames"))}


@lru_cache(maxsize=4096)
def is_word(folded: str) -> bool:
    """Whether the dictionary holds it, its plural, or all parts of a compound."""
    words = _dictionary()
    if folded in words or (folded[-1:] in "sx" and folded[:-1] in words):
        return True
    parts = folded.replace("'", "-").split("-")
    return len(parts) > 1 and all(part == "" or is_word(part) for part in parts)


@lru_cache(maxsize=4096)
def first_name_rank(folded: str) -> int:
    """Its place among first names by frequency, NEVER for none; a compound: that of its rarest."""
    names = _first_names()
    if folded in names:
        return names[folded]
    parts = folded.split("-")
    return max(names.get(part, NEVER) for part in parts) if len(parts) > 1 else NEVER


@lru_cache(maxsize=4096)
def surname_rank(folded: str) -> int:
    """Its place among surnames by frequency, NEVER for none; a compound: that of its best known."""
    names = _surnames()
    if folded in names:
        return names[folded]
    parts = [part for part in folded.split("-") if len(part) > 2]
    return (
        min((names.get(part, NEVER) for part in parts), default=NEVER) if "-" in folded else NEVER
    )


@lru_cache(maxsize=1)
def _all_cues() -> dict[str, frozenset[str]]:
    sections = re.split(r"^\[(\w+)\]$", (DATA / "cues.txt").read_text("utf-8"), flags=re.MULTILINE)
    return {
        name: frozenset(
            word for line in text.splitlines() if not line.startswith("#") for word in line.split()
        )
        for name, text in zip(sections[1::2], sections[2::2], strict=True)
    }


def cues(section: str) -> frozenset[str]:
    """The words of that section of data/cues.txt; KeyError for an unknown one."""
    return _all_cues()[section]


Phrases = dict[str, list[tuple[str, ...]]]  # first word -> the phrases that begin with it


def _indexed(phrases: Iterable[str]) -> Phrases:
    index: Phrases = {}
    for phrase in phrases:
        terms = tuple(fold(phrase).replace("'", " ").replace("-", " ").split())
        if terms:
            index.setdefault(terms[0], []).append(terms)
    return index


@lru_cache(maxsize=1)
def _allowed_everywhere() -> Phrases:
    lines = (DATA / "allowed.txt").read_text("utf-8").splitlines()
    return _indexed(line for line in lines if not line.startswith("#"))


class AllowList:
    """The words and phrases that name nobody: those of the field, and those of the council."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._indexes = (_allowed_everywhere(), _indexed(phrases))

    def covered(self, words: tuple[Word, ...]) -> frozenset[int]:
        """The places, in `words`, of those that belong to an allowed phrase."""
        parts: list[tuple[str, int]] = [
            (part, place)
            for place, word in enumerate(words)
            for part in word.folded.replace("'", "-").split("-")
        ]
        found: set[int] = set()
        for place, (part, _) in enumerate(parts):
            for phrase in (each for index in self._indexes for each in index.get(part, ())):
                window = parts[place : place + len(phrase)]
                if tuple(each for each, _ in window) == phrase and _whole(
                    parts, place, len(phrase)
                ):
                    found.update(index for _, index in window)
        return frozenset(found)

    def holds(self, passage: str) -> bool:
        """Whether all of `passage` is allowed, little words apart."""
        words = Reading(passage).words
        covered = self.covered(words)
        telling = [place for place, word in enumerate(words) if len(word.folded) > 3]
        return all(place in covered for place in telling or range(len(words)))


def _whole(parts: list[tuple[str, int]], start: int, length: int) -> bool:
    """Whether no compound word is cut at either end: « Lille-Martin » is not « Lille »."""
    end = start + length
    cut_before = start > 0 and parts[start - 1][1] == parts[start][1]
    cut_after = end < len(parts) and parts[end][1] == parts[end - 1][1]
    return not cut_before and not cut_after
