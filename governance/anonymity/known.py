"""The known-identity layer: what the vault holds for this situation, and the professionals' names.

Runs on the server, for those who may know the identity anyway; nothing here is kept or logged.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from governance.anonymity.lexicon import is_word
from governance.anonymity.names import PARTICLES, TITLES
from governance.anonymity.reading import Reading, Word, fold
from governance.anonymity.spans import Found, Label

_ADDRESS_WORDS = frozenset(
    [
        "rue",
        "avenue",
        "boulevard",
        "place",
        "allee",
        "allees",
        "impasse",
        "square",
        "cour",
        "cite",
        "residence",
        "batiment",
        "appt",
        "appartement",
        "porte",
        "tour",
        "logement",
        "etage",
        "quai",
        "chemin",
        "route",
        "escalier",
        "entree",
        "immeuble",
    ]
)


class KnownNames:
    """The names to look for, folded, their parts too."""

    def __init__(self, names: Iterable[str]) -> None:
        self._terms: set[str] = set()
        for name in names:
            for part in fold(name).replace(".", " ").split():
                self._terms.add(part.strip("'"))
                self._terms.update(each for each in part.split("-") if len(each) > 3)
        self._terms = {
            term for term in self._terms if len(term) > 2 and term not in PARTICLES | TITLES
        }
        self._long = [term for term in self._terms if len(term) > 4]

    def match(self, word: Word, *, after_title: bool) -> bool:
        """Whether `word` is one of the names: as written, in the plural, or mistyped."""
        forms = [word.folded, *(part for part in word.folded.split("-") if len(part) > 2)]
        for form in forms:
            if form in self._terms or (form.endswith("s") and form[:-1] in self._terms):
                # « cousin » is a word before it is a name: a capital or a title tells.
                ordinary = is_word(form) and not (word.capital and word.cased) and not after_title
                if not ordinary or (word.upper and not word.cased):
                    return True
            elif not is_word(form) and self._is_mistyped(form):
                return True
        return False

    def _is_mistyped(self, form: str) -> bool:
        if len(form) < 5:
            return False
        slips = 1 if len(form) < 8 else 2
        return any(
            abs(len(term) - len(form)) <= slips
            and DamerauLevenshtein.distance(term, form, score_cutoff=slips) <= slips
            for term in self._long
        )


def find_names(reading: Reading, names: Sequence[str]) -> Iterator[Found]:
    """The words of a text that are one of `names`."""
    if not names:
        return
    known = KnownNames(names)
    words = reading.words
    for place, word in enumerate(words):
        after_title = place > 0 and words[place - 1].folded in TITLES and len(word.before) < 4
        if known.match(word, after_title=after_title):
            yield Found(word.start, word.end, Label.PERSON)


def find_identity(reading: Reading, identity: Mapping[str, Any]) -> Iterator[Found]:
    """What a text says of a known identity: names, telephone, street, date of birth.

    `identity`: last_name, first_name, relatives (a list), phone, address, birth_date; all optional.
    """
    names = [identity.get("last_name", ""), identity.get("first_name", "")]
    yield from find_names(reading, names)
    # « Mme Dupont, sa sœur, 06 … »: the words of the dictionary are no name there.
    relatives = " ".join(identity.get("relatives", ())).replace(",", " ").split()
    yield from find_names(reading, [word for word in relatives if not is_word(fold(word))])
    yield from _digits(reading, identity.get("phone", ""), Label.PHONE)
    yield from _digits(reading, identity.get("birth_date", ""), Label.BIRTHDATE)
    street = {
        part
        for part in re.split(r"\W+", fold(identity.get("address", "")))
        if len(part) > 3 and part not in _ADDRESS_WORDS and not part.isdigit()
    }
    for word in reading.words:
        named = (word.cased and word.capital) or not is_word(word.folded)
        if word.folded in street and named and word.folded != "lille":
            yield Found(word.start, word.end, Label.ADDRESS)


def _digits(reading: Reading, number: str, label: Label) -> Iterator[Found]:
    """The same digits, whatever separates them; a number of fewer than six tells nobody apart."""
    digits = re.sub(r"\D", "", number).removeprefix("0033" if number.startswith("00") else "33")
    digits = digits.lstrip("0") if label is Label.PHONE else digits
    if len(digits) < 6:
        return
    for match in re.finditer(r"(?<!\d)0?" + r"[ ./_-]{0,3}".join(digits) + r"(?!\d)", reading.low):
        yield Found(match.start(), match.end(), label)
