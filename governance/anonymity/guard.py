"""The anonymity guard: what may identify someone in a free text, before others read it.

It warns and proposes; it never says that a text is anonymous. docs/adr/0009 tells why three layers.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from governance.anonymity import known, patterns
from governance.anonymity.lexicon import AllowList
from governance.anonymity.names import NameSearch
from governance.anonymity.reading import Reading
from governance.anonymity.replacements import replacements
from governance.anonymity.spans import PRECEDENCE, Found, Span

MAX_LENGTH = 100_000  # far above every field; the time grows with the length


class TooLong(ValueError):
    """The text is longer than the guard reads."""


def examine(
    text: str,
    known_identity: Mapping[str, Any] | None = None,
    directory: Sequence[str] = (),
    allowed: Iterable[str] = (),
) -> list[Span]:
    """The passages of `text` that may identify someone, in order, none over another.

    `known_identity`: what the vault holds for this very situation (known.find_identity), only for
    those who know it. `directory`: names of professionals. `allowed`: words of the council that
    name nobody. TooLong above MAX_LENGTH characters.
    """
    if len(text) > MAX_LENGTH:
        raise TooLong(f"{len(text)} characters")
    reading = Reading(text)
    allow_list = AllowList(allowed)
    found = [*patterns.find(reading, allow_list), *NameSearch(reading, allow_list).found()]
    professionals = [
        each
        for each in known.find_names(reading, directory)
        # Somebody may be called Moulins: the district is not them.
        if not allow_list.holds(text[each.start : each.end])
    ]
    held = list(known.find_identity(reading, known_identity)) if known_identity else []
    return [
        Span(each.start, each.end, each.label, *replacements(reading, each, professionals))
        for each in _joined([*found, *professionals, *held])
    ]


def _joined(found: Iterable[Found]) -> list[Found]:
    """Overlapping passages made one, under the label of the longest; of equals, the first one."""
    joined: list[Found] = []
    longest = 0
    for each in sorted(found, key=lambda each: (each.start, -each.end, PRECEDENCE[each.label])):
        length = each.end - each.start
        if joined and each.start < joined[-1].end:
            before = joined[-1]
            label = each.label if length > longest else before.label
            joined[-1] = Found(before.start, max(before.end, each.end), label)
            longest = max(longest, length)
        else:
            joined.append(each)
            longest = length
    return joined
