"""What names nobody in a council's texts, and its professionals: for the anonymity guard."""

from dataclasses import dataclass
from datetime import datetime

from governance.models import Council, District, Membership, Seat, User


def words_and_contacts(council: Council) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What names nobody in the council's texts (its places, organisations, bodies, resources, own
    words), and how one reaches the services among them; three queries."""
    places = (
        council.towns.order_by()
        .values_list("name")
        .union(
            District.objects.filter(town__council=council).order_by().values_list("name"),
            council.sectors.order_by().values_list("code"),
            council.bodies.order_by().values_list("name"),
        )
    )
    services = [
        *council.organisations.values_list("name", "phone", "email"),
        *council.resources.filter(active=True).values_list("name", "phone", "address", "link"),
    ]
    own = (council.contact_phone, council.contact_email, council.contact_address)
    words = (council.name, *council.allowed_words.splitlines(), *(name for (name,) in places))
    return (
        (*words, *(service[0] for service in services)),
        tuple(contact for row in (own, *(s[1:] for s in services)) for contact in row if contact),
    )


def names_of_professionals(council: Council) -> tuple[str, ...]:
    """The names of the council's members."""
    members = Membership.objects.active().filter(council=council).select_related("user")
    return tuple(sorted({member.user.get_full_name() for member in members} - {""}))


def names_in_bodies(council: Council) -> tuple[str, ...]:
    """The names of those who sit or sat in the council's bodies, and of their deputies: minutes
    speak of former ones too."""
    seats = Seat.objects.filter(body__council=council).select_related("holder").order_by()
    names = {
        name
        for seat in seats
        for name in (str(seat.holder or ""), seat.holder_name, seat.deputy_name)
    }
    return tuple(sorted(names - {""}))


@dataclass(frozen=True)
class WordsChange:
    """What one save added to the council's words and took away."""

    at: datetime
    by: User | None
    added: tuple[str, ...]
    removed: tuple[str, ...]


def changes_of_words(council: Council, most: int = 20) -> list[WordsChange]:
    """The last changes of the council's own words, newest first."""
    changes: list[WordsChange] = []
    before: frozenset[str] = frozenset()
    rows = council.history.select_related("history_user").order_by("history_date", "history_id")
    for row in rows.only("allowed_words", "history_date", "history_user"):
        now = frozenset(row.allowed_words.splitlines())
        if now != before:
            added, removed = sorted(now - before), sorted(before - now)
            changes.append(
                WordsChange(row.history_date, row.history_user, tuple(added), tuple(removed))
            )
        before = now
    return changes[::-1][:most]
