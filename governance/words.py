"""What names nobody in a council's texts, and its professionals: for the anonymity guard."""

from dataclasses import dataclass
from datetime import datetime

from governance.models import Council, District, Membership, User


def words_of_nobody(council: Council) -> tuple[str, ...]:
    """What names nobody in the council's texts: its places, organisations, bodies, own words."""
    districts = District.objects.filter(town__council=council)
    return (
        council.name,
        *council.allowed_words.splitlines(),
        *council.towns.values_list("name", flat=True),
        *districts.values_list("name", flat=True),
        *council.sectors.values_list("code", flat=True),
        *council.organisations.values_list("name", flat=True),
        *council.bodies.values_list("name", flat=True),
        *council.resources.values_list("name", flat=True),
    )


def public_contacts(council: Council) -> tuple[str, ...]:
    """How one reaches the council, its organisations and the resources of its directory."""
    organisations = council.organisations.values_list("phone", "email")
    resources = council.resources.filter(active=True).values_list("phone", "address", "link")
    own = (council.contact_phone, council.contact_email, council.contact_address)
    return tuple(contact for row in (own, *organisations, *resources) for contact in row if contact)


def names_of_professionals(council: Council) -> tuple[str, ...]:
    """The names of the council's members."""
    members = Membership.objects.active().filter(council=council).select_related("user")
    return tuple(sorted({member.user.get_full_name() for member in members} - {""}))


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
