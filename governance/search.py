"""Finding plain texts by their words, whatever the accents and the capitals.

PostgreSQL: full text in French over `unaccent` (configuration `clsm_french`, migration 0009), with
a GIN index where there is much to read. SQLite: every word begins a word of the text, without the
French endings. Encrypted texts and identities are in neither.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

CONFIGURATION = "clsm_french"
MOST_WORDS = 6
# What `words` finds, and what the beginning of a word is in `holds`.
_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def fold(text: str) -> str:
    """`text` without accents, ligatures nor capitals."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def words(query: str) -> tuple[str, ...]:
    """The folded words of what was typed, the first six, each once."""
    return tuple(dict.fromkeys(_WORD.findall(fold(query))))[:MOST_WORDS]


def holds(text: str, wanted: Iterable[str]) -> bool:
    """Whether each of the `wanted` words (see `words`) begins a word of `text`."""
    found = _WORD.findall(fold(text))
    return all(any(each.startswith(word) for each in found) for word in wanted)


def vector(fields: Iterable[str]) -> SearchVector:
    """What PostgreSQL indexes of those fields: the index and the question must be worded alike."""
    return SearchVector(*fields, config=CONFIGURATION)


def matching(
    rows: QuerySet[Row], wanted: tuple[str, ...], fields: tuple[str, ...]
) -> QuerySet[Row]:
    """The rows whose `fields`, read together, hold every one of the `wanted` words.

    On SQLite one query more, which reads the fields of all `rows`: narrow them to a council first.
    """
    if not wanted:
        return rows
    if connection.vendor == "postgresql":
        question = SearchQuery(
            " & ".join(f"{word}:*" for word in wanted), config=CONFIGURATION, search_type="raw"
        )
        return rows.annotate(searched=vector(fields)).filter(searched=question)
    texts: Iterable[tuple[Any, ...]] = rows.order_by().values_list("pk", *fields)
    return rows.filter(pk__in=[key for key, *read in texts if holds(" ".join(read), wanted)])
