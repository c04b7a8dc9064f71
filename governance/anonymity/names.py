"""The lexical layer: words that may name a person, by what they are and what stands before them.

A word is *sure* (a warning) or *possible*: a possible one becomes sure beside a sure one. Where
capitals mean nothing (a text all in capitals, or all in small letters), the lists decide alone.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto

from governance.anonymity.lexicon import (
    NEVER,
    AllowList,
    cues,
    first_name_rank,
    is_word,
    surname_rank,
)
from governance.anonymity.reading import Reading, Word
from governance.anonymity.spans import Found, Label

TITLES = cues("titles")
PARTICLES = cues("particles")
ROLES = cues("roles")
_WEAK_ROLES = cues("weak_roles")
INSTITUTIONS = cues("institutions")
_DATES = cues("dates")
_NOT_AFTER_TITLE = cues("not_after_title")
_VERBS_AFTER_NAME = cues("verbs_after_name")
_HIGH_FIRST, _KNOWN_FIRST = 1_200, 9_000
_BETWEEN_NAMES = re.compile(r"\.? ?[ (]?(?:[a-zA-Z]')?")


class Hint(Enum):
    """How likely a word is to be part of a name."""

    NONE = auto()
    POSSIBLE = auto()
    SURE = auto()


class NameSearch:
    """The search for names in one reading."""

    def __init__(self, reading: Reading, allowed: AllowList) -> None:
        self.reading = reading
        self.words = reading.words
        self.allowed = allowed.covered(self.words)
        self.hints = [self._hint(place) for place in range(len(self.words))]
        for _ in range(2):
            self._promote()

    def found(self) -> Iterator[Found]:
        """Each run of sure words, the particles and initials that belong to it with it."""
        place, words = 0, self.words
        while place < len(words):
            if self.hints[place] is not Hint.SURE:
                place += 1
                continue
            last = place
            while (following := self._joined(last)) is not None:
                last = following
            first = self._with_particles(place)
            start = words[first].start
            label = Label.CITY if self._is_a_place(start, words[place].folded) else Label.PERSON
            yield Found(start, self._with_initial(last), label)
            place = last + 1

    def _is_a_place(self, start: int, name: str) -> bool:
        """« à Tourcoing »: after « à », what is no first name is a town more often than not."""
        return self.reading.text[max(0, start - 2) : start] == "à " and (
            first_name_rank(name) == NEVER
        )

    # --- one word, by itself and by what stands before it

    def _hint(self, place: int) -> Hint:
        word = self.words[place]
        name = word.folded
        if self._follows_title(place):
            return self._hint_after_title(word)
        if len(name) < 2 or name in _DATES or name in TITLES or place in self.allowed:
            return Hint.NONE
        if not (word.cased and word.capital):
            return self._hint_without_capital(place)
        if self._names_an_institution(place):
            return Hint.NONE
        if word.opens:
            return self._hint_at_start(place)
        return self._hint_with_capital(place)

    def _hint_after_title(self, word: Word) -> Hint:
        name = word.folded
        if len(name) < 2 or name in _NOT_AFTER_TITLE or name in ROLES:
            return Hint.NONE
        if name in PARTICLES or name in TITLES:
            return Hint.NONE
        if word.cased and word.capital:
            return Hint.SURE
        if not is_word(name):
            return Hint.SURE
        common = surname_rank(name) < 3_000 or first_name_rank(name) < 300
        return Hint.SURE if common and not _is_verb(name) else Hint.NONE

    def _hint_with_capital(self, place: int) -> Hint:
        word = self.words[place]
        name = word.folded
        first, last = first_name_rank(name), surname_rank(name)
        named = first < NEVER or last < NEVER
        cue = self._cue(place)
        if word.upper and len(name) <= 5 and not cue:  # an acronym, unless it is a known name
            known = not is_word(name) and (first < _HIGH_FIRST or (len(name) > 3 and last < 8_000))
            return Hint.SURE if known else Hint.POSSIBLE
        if not is_word(name):
            return Hint.SURE
        if first < _HIGH_FIRST and not word.upper:
            return Hint.SURE
        if (cue or self._is_a_family(place)) and named and name not in ROLES:
            return Hint.SURE
        return Hint.POSSIBLE if named and name not in ROLES else Hint.NONE

    def _hint_at_start(self, place: int) -> Hint:
        word = self.words[place]
        name = word.folded
        first, last = first_name_rank(name), surname_rank(name)
        if word.upper and len(name) <= 3:
            return Hint.NONE
        if not is_word(name):
            known = first < NEVER or (last < 20_000 and len(name) > 3)
            return Hint.SURE if known else Hint.POSSIBLE
        if first < NEVER and re.match(
            r",? \(?\d{1,3} ?(?:ans|mois)", self.reading.bare[word.end :][:12]
        ):
            return Hint.SURE
        if first < _HIGH_FIRST and self._goes_on_like_a_name(place):
            return Hint.SURE
        return Hint.POSSIBLE if first < _KNOWN_FIRST or last < 20_000 else Hint.NONE

    def _hint_without_capital(self, place: int) -> Hint:
        word = self.words[place]
        name = word.folded
        first, last = first_name_rank(name), surname_rank(name)
        if len(name) < 3:
            return Hint.NONE
        if self._names_an_institution(place):
            return Hint.NONE
        cue = self._cue(place)
        if is_word(name):
            if name in _NOT_AFTER_TITLE or name in ROLES or name in BETWEEN:
                return Hint.NONE
            strong = cue and cue not in _WEAK_ROLES
            if strong and first < 500 and len(name) > 3 and not _is_common_noun_or_verb(name):
                return Hint.SURE
            possible = first < 400 or last < 1_500
            return Hint.POSSIBLE if possible and not _is_verb(name) else Hint.NONE
        if first < (_KNOWN_FIRST if len(name) > 3 else _HIGH_FIRST):
            return Hint.SURE
        if cue and (first < NEVER or last < NEVER):
            return Hint.SURE
        if not word.cased and len(name) > 3 and last < 40_000:
            return Hint.SURE
        if cue in _NAMING or (
            cue and cue not in _WEAK_ROLES and not word.cased and not _is_slip(name)
        ):
            return Hint.SURE
        return Hint.POSSIBLE

    def _follows_title(self, place: int) -> bool:
        """« Mme Da Costa », « sœur Agnès »: a title before, particles between them or not."""
        if place == 0 or not _BETWEEN_NAMES.fullmatch(self.words[place].before):
            return False
        return self.words[place - 1].folded in TITLES or self._titled(place)

    def _titled(self, place: int) -> bool:
        """Whether a title that is no kinship stands before, over particles."""
        for before in range(place - 1, max(place - 4, -1), -1):
            if not _BETWEEN_NAMES.fullmatch(self.words[before + 1].before):
                return False
            name = self.words[before].folded
            if name in TITLES:
                return name not in ROLES or name in {"monsieur", "madame"}
            if name not in PARTICLES:
                return False
        return False

    def _cue(self, place: int) -> str:
        """The word of kinship, neighbourhood or trade that the name may belong to, or « »."""
        word = self.words[place]
        if place == 0 or len(word.before) > 4 or not re.fullmatch(r"[ ,:(\"-]*", word.before):
            return ""
        previous = self.words[place - 1].folded
        if previous in ROLES:
            return previous
        # « sa fille unique Inès », « sa sœur aînée, Paule », « le gardien est Patrick »
        if place > 1 and previous in BETWEEN and self.words[place - 2].folded in ROLES:
            return self.words[place - 2].folded
        return ""

    def _names_an_institution(self, place: int) -> bool:
        """« CMP Maupassant », « clinique de la Mitterie », « EPSM Val de Lys »."""
        for before in range(place - 1, max(place - 6, -1), -1):
            between = self.words[before + 1].before
            if between.strip(" 'ld") or len(between) > 3:
                return False
            word = self.words[before]
            if word.folded in INSTITUTIONS:
                return True
            if not (word.folded in PARTICLES or (word.capital and word.cased)):
                return False
        return False

    def _is_a_family(self, place: int) -> bool:
        """« les Fontaine », « chez les Petit »: a surname takes no plural."""
        word, before = self.words[place], self.words[place - 1].folded if place else ""
        known = surname_rank(word.folded) < 5_000
        return before == "les" and word.before == " " and known and not word.folded.endswith("s")

    def _goes_on_like_a_name(self, place: int) -> bool:
        word = self.words[place]
        after = self.reading.bare[word.end : word.end + 2]
        if after[:1] in {",", "("} or after == " (":
            return True
        following = self.words[place + 1] if place + 1 < len(self.words) else None
        return following is not None and (
            following.folded in _VERBS_AFTER_NAME or (self._touches(place)
            and following.upper and len(following.text) > 3)
        )  # fmt: skip

    # --- words side by side

    def _touches(self, place: int) -> bool:
        """Whether nothing but a space or a hyphen stands between that word and the next."""
        return place + 1 < len(self.words) and self.words[place + 1].before in {" ", "-", "  "}

    def _promote(self) -> None:
        for place in range(len(self.words) - 1):
            if not self._touches(place):
                continue
            pair = self.hints[place], self.hints[place + 1]
            if pair == (Hint.SURE, Hint.POSSIBLE) and self._may_join(place + 1):
                self.hints[place + 1] = Hint.SURE
            elif pair == (Hint.POSSIBLE, Hint.SURE) and self._may_join(place):
                self.hints[place] = Hint.SURE
        for place in range(len(self.words) - 2):  # « Arben et Liridona »
            pair = self.hints[place], self.hints[place + 2]
            listed = self.words[place + 1].folded == "et" and self._touches(place)
            unknown = self._touches(place + 1) and not is_word(self.words[place + 2].folded)
            if listed and unknown and pair == (Hint.SURE, Hint.POSSIBLE):
                self.hints[place + 2] = Hint.SURE

    def _may_join(self, place: int) -> bool:
        """A capital joins; without one, only what no ordinary sentence would put there."""
        word = self.words[place]
        if word.cased and word.capital:
            return True
        if not is_word(word.folded):
            return (
                not word.cased
                or surname_rank(word.folded) < NEVER
                or first_name_rank(word.folded) < NEVER
            )
        return surname_rank(word.folded) < 1_500 or first_name_rank(word.folded) < 100

    def _joined(self, place: int) -> int | None:
        """The place of the sure word that goes on the name, over particles; None at its end."""
        following = place + 1
        while self._touches(following - 1):
            if self.hints[following] is Hint.SURE:
                return following
            if self.words[following].folded not in PARTICLES or following - place > 2:
                return None
            following += 1
        return None

    def _with_particles(self, place: int) -> int:
        while (
            place
            and self._touches(place - 1)
            and self.words[place - 1].folded in PARTICLES
            and (self.words[place - 1].capital or self._titled(place - 1))
            and not self.words[place - 1].opens
        ):
            place -= 1
        return place

    def _with_initial(self, place: int) -> int:
        """« Nassim B. »: the end of the initial, or of the word."""
        end = self.words[place].end
        initial = re.compile(r" [A-Z](?:\.|(?![\w'-]))").match(self.reading.bare, end)
        return initial.end() if initial and self.words[place].cased else end


_NAMING = cues("naming")
BETWEEN = cues("between")


def _is_verb(name: str) -> bool:
    """« refuse », « marche », « donnait »: a form of a verb that the dictionary holds."""
    endings = (("e", "er"), ("ent", "er"), ("ait", "er"), ("it", "ir"), ("ant", "er"))
    return name in _NOT_AFTER_TITLE or any(
        name.endswith(ending) and is_word(name[: -len(ending)] + infinitive)
        for ending, infinitive in endings
    )


def _is_slip(name: str) -> bool:
    """« vien », « handicapee s »: one letter from a word of the dictionary at its end."""
    return len(name) < 4 or any(
        is_word(form) for form in (name[:-1], *(name + end for end in "estxr"))
    )


def _is_common_noun_or_verb(name: str) -> bool:
    return name in _COMMON or (_is_verb(name) and name != "rose")


_COMMON = frozenset(
    ["ange", "aime", "france", "lou", "constant", "parfait", "modeste", "dominique", "maxime"]
)
