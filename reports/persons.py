"""How many persons the situations are those of, as far as the memory of identities tells."""

from collections.abc import Iterable
from uuid import UUID


def count_persons(situations: Iterable[UUID], likenesses: Iterable[tuple[UUID, UUID]]) -> int:
    """Situations, those joined by a likeness (directly or through others) counted once.

    KeyError for a likeness of a situation that is not among them.
    """
    group = {situation: situation for situation in situations}
    persons = len(group)

    def head(situation: UUID) -> UUID:
        while group[situation] != situation:
            situation = group[situation]
        return situation

    for one, other in likenesses:
        one, other = head(one), head(other)
        if one != other:
            group[one] = other
            persons -= 1
    return persons
