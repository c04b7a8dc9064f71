"""The first layer: what is recognised by its shape, wherever it stands.

A pattern reads the text without accents, and without capitals unless a capital is its meaning.
Every repetition is bounded and starts at a boundary, so that a hostile text costs no more than
another. A checksum never filters: half the numbers that people type are mistyped.
"""

import re
from collections.abc import Iterator

from governance.anonymity import addresses, ages, contacts, lives
from governance.anonymity.lexicon import AllowList, first_name_rank, is_word
from governance.anonymity.reading import Case, Reading
from governance.anonymity.spans import Found, Label

# Numbers that name no file: a year of law, an article, a sector of psychiatry, an emergency number.
_NO_FILE = re.compile(r"\b(?:articles?|art\.?|loi|decret|[lrd])\.? ?(?:n° ?)?$")
_INSTITUTION_SITES = frozenset(
    [
        "caf",
        "ameli",
        "service-public",
        "gouv",
        "ars",
        "has-sante",
        "anah",
        "pole-emploi",
        "francetravail",
        "doctolib",
        "monenfant",
        "3114",
        "3018",
    ]
)


def find(reading: Reading, allowed: AllowList) -> Iterator[Found]:
    """Everything that has the shape of something identifying."""
    for pattern in (*contacts.PATTERNS, *lives.PATTERNS):
        for found in pattern.found(reading):
            kept = _trimmed(reading, found)
            excused = not pattern.even_allowed and _is_allowed(reading, kept, allowed)
            if kept.end > kept.start and not excused and not _is_innocent(reading, kept):
                yield kept
    yield from _initials(reading)
    yield from ages.find(reading)
    yield from addresses.find(reading, allowed)


_WHO = (
    r"(?:m|mr|mme|mlle|melle|mm|monsieur|madame|mademoiselle|dr|docteur|patiente?|pt|pte|usagere?|"
    r"famille|"
    r"dossiers?|nommee?|residente?|fils|fille|mere|pere|soeur|frere|voisine?)(?:\.? ?: ?|\. ?| )"
)
_INITIALS = tuple(
    re.compile(expression)
    for expression in (
        rf"(?<![\w'])(?i:{_WHO})(?!M\.? ?[A-Z])([A-Z](?:\.?[ -]?[A-Z]\b(?!')\.?|\.)?)(?![\w'])",
        r"(?<![\w.'])([A-Z][a-z]?\. ?-? ?[A-Z]\.?(?: ?-? ?[A-Z]\.){0,2})(?![\w'])",
        r"\(([A-Z](?:[.-]{1,2}[A-Z]){1,2}\.?)\)",
    )
)
# Without capitals to tell: a dot, and no letter that stands alone as a word.
_SMALL_INITIALS = tuple(
    re.compile(expression)
    for expression in (
        rf"(?<![\w']){_WHO}([a-z]\.(?: ?-? ?[a-z]\.)?)(?= |$|,|\))",
        rf"(?<![\w']){_WHO}([b-z])(?![\w'.-])(?<!y)",
        r"(?<![\w.'])([a-z]\.-?[a-z]\.(?: ?[a-z]\.)?)(?![\w'])",
        r"\(([a-z](?:[.-][a-z]){1,2}\.?)\)",
    )
)


def _initials(reading: Reading) -> Iterator[Found]:
    for start, end, case in reading.stretches:
        mixed = case is Case.MIXED
        text = reading.bare if mixed else reading.low
        for expression in _INITIALS if mixed else _SMALL_INITIALS:
            for match in expression.finditer(text, start, end):
                found = Found(*match.span(1), Label.INITIALS)
                if not _is_acronym(reading.low[found.start : found.end]):
                    yield found


def _is_acronym(low: str) -> bool:
    """« S.P.A. », « A.S.E. »: a service, not somebody's initials."""
    return re.sub(r"[^a-z]", "", low) in _ACRONYMS


def _trimmed(reading: Reading, found: Found) -> Found:
    start, end = found.start, found.end
    while end > start and reading.bare[end - 1] in " ,;:\n\"'-(":
        end -= 1
    while start < end and reading.bare[start] in " ,;:\n\"'-":
        start += 1
    return Found(start, end, found.label)


def _is_allowed(reading: Reading, found: Found, allowed: AllowList) -> bool:
    words = found.label in (Label.ORG, Label.PERSON, Label.CITY)
    return words and allowed.holds(reading.bare[found.start : found.end])


def _is_innocent(reading: Reading, found: Found) -> bool:
    """What a shape alone takes for identifying, and is not."""
    low = reading.low[found.start : found.end]
    before = reading.low[max(0, found.start - 12) : found.start]
    match found.label:
        case Label.FILE_ID:
            digits = sum(letter.isdigit() for letter in low)
            return (
                digits < 2
                or bool(_NO_FILE.search(before))
                or _is_years(low.lstrip("abcdefghijklmnopqrstuvwxyz "))
            )
        case Label.PLATE:
            letters = re.findall(r"[a-z]+", low)
            return not any(letter.isdigit() for letter in low) or any(
                len(each) > 2 and is_word(each) for each in letters
            )
        case Label.URL:
            return any(part in _INSTITUTION_SITES for part in re.split(r"[./]", low))
        case Label.HANDLE:
            return is_word(low) or low.isdigit()
        case Label.CITY:  # « la mère d’Hugo »: the layer of names finds him
            first = re.match(r"[a-z-]+", low)
            return first is not None and first_name_rank(first.group()) < 9_000
        case _:
            return False


_ACRONYMS = frozenset(["spa", "ase", "hlm", "caf", "rsa", "aah", "apl", "sdf"])


def _is_years(low: str) -> bool:
    """« 2023/2024 », « 2012 2018 »: years, not the number of a file."""
    return bool(re.fullmatch(r"(?:19|20)\d{2}(?: ?[-/] ?(?:19|20)?\d{2})?", low))
