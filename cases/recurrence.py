"""The traits by which an identity is recognised when it comes back, however it is spelt. Pure.

A trait is a text that two spellings of one person have in common: the sound of the names with the
birth date or the address. One common trait is a match; several are made of each identity, so that
one slip (a letter, a digit of the date, a name left out) leaves at least one of them alike. They
never leave cases/memory.py but as keyed digests. Measured in tests/cases/test_recurrence.py.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

# What the names are joined with. An address counts where one of the two has no birth date: with
# both, it would only bring relatives under one roof together.
BIRTH, ADDRESS, UNDATED = "birth", "address", "undated"
# Of a long name, no more spellings than this: what is typed must not decide how much is stored.
_MOST = 4


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CIVILITY = _set("mr mme mlle monsieur madame mademoiselle")
_MARRIED = _set("ne nee epouse epoux ep veuve veuf vve divorcee alias dit dite")
_PARTICLES = _set(
    "d de du des la le les van vanden vander den der ter ten von el al ben bin ibn ould bent ait "
    "abou abu da dos del di"
)
_STREET_TYPES = _set(
    "rue r avenue av ave bd bld boul boulevard place pl allee allees all impasse imp chemin che ch "
    "route rte quai square sq cours cite residence res chaussee faubourg fbg fg passage voie "
    "sentier hameau lotissement"
)
_STREET_WORDS = _STREET_TYPES | _set(
    "de du des la le les l d au aux et a bis ter quater general gal gen docteur dr marechal mal "
    "capitaine commandant cdt president pdt professeur pr saint st sainte ste"
)
# The word after these is the number of a flat or a floor, not that of the street.
_COMPLEMENTS = _set(
    "apt appt appartement app bat batiment etage esc escalier porte pte logt logement bp cs "
    "entree hall"
)

# French spellings of one sound, in the order in which they are replaced.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(.)\1+", r"\1"),
        (r"e?aul?[dt]?s?$", "o"),
        (r"ph", "f"),
        (r"bv", "v"),
        (r"[dt]j", "j"),
        (r"s?ch(?=[lrnmw])", "k"),
        (r"s?ch|sh", "X"),
        (r"e?au", "o"),
        (r"ou(?=[aei])|w", "v"),
        (r"h", ""),
        (r"ou", "u"),
        (r"gn", "n"),
        (r"gu(?=[eiy])", "g"),
        (r"g(?=[eiy])", "j"),
        (r"c(?=[eiy])", "s"),
        (r"ck|qu|q|c", "k"),
        (r"y", "i"),
        (r"z", "s"),
        (r"m(?=[bp])", "n"),
        (r"ai|ei|oe|eu", "e"),
        (r"en(?=[^aeiou]|$)", "an"),
        (r"(?<=..)[dtsxpe]+$", ""),
        (r"(.)\1+", r"\1"),
    )
)


@dataclass(frozen=True)
class Trait:
    """`kind`: BIRTH, ADDRESS, or UNDATED for the address of an identity without a birth date.
    `text`: in clear, the same for both kinds of address."""

    kind: str
    text: str


def traits(identity: Mapping[str, str]) -> frozenset[Trait]:
    """The traits of an identity (vault field -> answer); none without a name, and either a birth
    date or an address."""
    pairs = _pairs(identity.get("last_name", ""), identity.get("first_name", ""))
    birth = _date(identity.get("birth_date", ""))
    found = {
        Trait(UNDATED if birth is None else ADDRESS, f"{place} {_either(one, other)}")
        for place in _places(identity.get("address", ""))
        for one, other in _skeletons(pairs)
    }
    if birth is not None:
        found |= {Trait(BIRTH, text) for pair in pairs for text in _with_birth(pair, birth)}
    return frozenset(found)


def counts(one: str, other: str) -> bool:
    """Whether a text in common makes a match, by the kinds of the two traits."""
    return one != ADDRESS or other != ADDRESS


def sound(word: str) -> str:
    """How a folded word sounds in French, roughly: dupond and dupont are both `dupon`."""
    for pattern, heard in _SOUNDS:
        word = pattern.sub(heard, word)
    return word


def skeleton(word: str) -> str:
    """The consonants of its sound: mohamed and muhammad are both `mmd`."""
    heard = sound(word)
    return re.sub(r"[aeiou]", "", heard) or heard


def folded(text: str) -> str:
    """Lower case, without accents."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


# --- names --------------------------------------------------------------------------------------


def _pairs(last_name: str, first_name: str) -> list[tuple[str, str]]:
    """Every spelling of the one name with every spelling of the other.

    Both typed in one field: each of its words with each other one.
    """
    last, first = _spellings(last_name), _spellings(first_name)
    if last and first:
        return list(product(last, first))
    words = _words(last_name or first_name)
    return [(one, other) for one in words for other in words if one != other]


def _spellings(name: str) -> list[str]:
    """A name, glued together, and each of its parts: compounds, married and birth names, names
    with or without their particle."""
    found = []
    for part in _parts(name):
        found.append("".join(part))
        if len(part) > 1:
            found += [word for word in part if word not in _PARTICLES]
    # Elamrani is also Amrani.
    found += [word[2:] for word in found if re.match(r"[ea]l[^aeiouy]?\w{4}", word)]
    return list(dict.fromkeys(word for word in found if word))[:_MOST]


def _words(name: str) -> list[str]:
    words = [word for part in _parts(name) for word in part if word not in _PARTICLES]
    return words[:_MOST]


def _parts(name: str) -> Iterator[list[str]]:
    """The words of a name; those of the birth name apart from those of the married name."""
    words: list[str] = []
    for word in re.findall(r"[a-z]+|[()/]", folded(name)):
        if word in _MARRIED or not word.isalpha():
            if words:
                yield words
            words = []
        elif word not in _CIVILITY:
            words.append(word)
    if words:
        yield words


def _skeletons(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(skeleton(one), skeleton(other)) for one, other in pairs}


def _either(one: str, other: str) -> str:
    """In no order: the two names may have been swapped."""
    return "+".join(sorted((one, other)))


# --- birth date ---------------------------------------------------------------------------------


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        return None


def _with_birth(pair: tuple[str, str], birth: datetime.date) -> Iterator[str]:
    """What survives: any vowel; one name misspelt but for its initial; the day and the month
    swapped; one figure of the year; a wrong day; a wrong month."""
    one, other = pair
    # Day and month in order of size: swapped, they read the same.
    day = "{}-{}".format(*sorted((birth.day, birth.month)))
    yield f"{birth.year}-{day} {_either(skeleton(one), skeleton(other))}"
    yield f"{birth} {sound(one)} {other[0]}."
    yield f"{birth} {sound(other)} {one[0]}."
    # The 1st of January is the date of those whose date is not known.
    if min(len(one), len(other)) > 1 and day != "1-1":
        heard = _either(sound(one), sound(other))
        yield f"{birth.year // 10}?-{day} {heard}"
        yield f"?{birth.year % 10}-{day} {heard}"
        yield f"{birth.year}-{birth.month}-? {heard}"
        yield f"{birth.year}-?-{birth.day} {heard}"


# --- address ------------------------------------------------------------------------------------


def _places(address: str) -> list[str]:
    """The number with each word of the street's name; nothing without a number."""
    words = _street(re.findall(r"[a-z]+|\d+", folded(address)))
    number = next((word for word in words if word.isdigit()), "")
    names = [sound(word) for word in words if word.isalpha() and len(word) > 2]
    return [f"{number} {name}" for name in names[:_MOST]] if number else []


def _street(words: Iterable[str]) -> list[str]:
    """The words that tell the street and its number, up to the postcode."""
    kept: list[str] = []
    skipped = False
    for word in words:
        if re.fullmatch(r"\d{5}", word) and kept:
            break
        if not skipped and word not in _STREET_WORDS and word not in _COMPLEMENTS:
            kept.append(word)
        skipped = word in _COMPLEMENTS
    return kept
