"""Setting up a council: its profile's settings, territory, closed lists and first charter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, ProtectedError

from governance import nomenclatures
from governance.models import (
    CharterVersion,
    Council,
    ListEntry,
    NumberSeries,
    PreparedReply,
    Role,
    Sector,
    Town,
    User,
    profile_settings,
)
from governance.prepared_replies import first_replies
from governance.selectors import Place
from governance.services import people

FIRST_CHARTER = Path(__file__).resolve().parent.parent / "charter_v1.txt"


@transaction.atomic
def create_council(
    code: str,
    *,
    name: str,
    profile: str,
    towns: Iterable[str],
    sectors: Iterable[str],
) -> Council:
    """A council with its profile's settings, towns, sectors, first charter and prepared replies.

    Every council also gets the sector `outside`. ValidationError (French) for a bad or taken code,
    name, town or sector; KeyError for an unknown profile.
    """
    council = Council(code=code, name=name, profile=profile, **profile_settings(profile))
    council.full_clean()
    council.save()
    for town in towns:
        _add(Town(council=council, name=town))
    for position, sector in enumerate(sectors):
        _add(Sector(council=council, code=sector, label=sector, position=position))
    _add(
        Sector(
            council=council,
            code=Sector.OUTSIDE,
            label="Hors secteur du territoire",
            position=999,
        )
    )
    CharterVersion.objects.create(council=council, number=1, text=FIRST_CHARTER.read_text("utf-8"))
    for title, text in first_replies():
        PreparedReply.objects.create(council=council, title=title, text=text)
    return council


def _add(row: Town | Sector) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise ValidationError([f"« {row} » : {message}" for message in error.messages]) from None
    row.save()


@transaction.atomic
def open_council(
    code: str,
    *,
    name: str,
    profile: str,
    towns: Iterable[str],
    sectors: Iterable[str],
    by: User,
) -> Council:
    """The same as `create_council`, with `by` as the technical manager of the new council."""
    council = create_council(code, name=name, profile=profile, towns=towns, sectors=sectors)
    people.add_member(by, council, Role.MANAGER, by=by)
    return council


def change_settings(council: Council, settings: Mapping[str, Any], *, by: User) -> None:
    """Set the fields of `settings` on the council. ValidationError (French) for bad values."""
    for field, value in settings.items():
        setattr(council, field, value)
    _save(council, by)


def _save(row: Council | Place | ListEntry, by: User) -> None:
    row.full_clean()
    row._history_user = by  # type: ignore[union-attr]
    row.save()


def _delete(row: Place | ListEntry, by: User) -> None:
    row._history_user = by  # type: ignore[union-attr]
    row.delete()


# --- territory ----------------------------------------------------------------------------------


class StillUsed(Exception):
    """The town, district or sector appears in alerts or situations; the message is French."""


def save_place(place: Place, *, by: User) -> None:
    """Add the town, district or sector, or keep its new name. ValidationError (French)."""
    if isinstance(place, Sector) and place._state.adding:
        last = place.council.sectors.exclude(code=Sector.OUTSIDE).aggregate(last=Max("position"))
        place.position = 0 if last["last"] is None else last["last"] + 1
    _save(place, by)


@transaction.atomic
def remove_place(place: Place, *, by: User) -> None:
    """Take the town (with its districts), district or sector off the territory.

    StillUsed when an alert or a situation names it, and for the sector `outside`.
    """
    if isinstance(place, Sector) and place.code == Sector.OUTSIDE:
        raise StillUsed(f"« {place} » existe dans tous les conseils.")
    try:
        _delete(place, by)
    except ProtectedError:
        raise StillUsed(
            f"« {place} » figure dans des alertes ou des situations : vous pouvez le renommer, "
            "pas le retirer."
        ) from None


# --- closed lists -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """One answer of a closed list as a council wants it."""

    code: str
    label: str
    active: bool = True


@transaction.atomic
def change_list(council: Council, list_code: str, answers: Sequence[Answer], *, by: User) -> None:
    """The council words, orders and proposes the answers of `list_code` as given.

    A row is kept only where an answer differs from the repository. ValidationError (French) when
    two answers read the same or none is proposed; ValueError unless every code is there once.
    """
    repository = nomenclatures.entries(list_code)
    if sorted(answer.code for answer in answers) != sorted(entry.code for entry in repository):
        raise ValueError(f"{list_code}: the codes are the repository's")
    if not any(answer.active for answer in answers):
        raise ValidationError("Proposez au moins une réponse.")
    labels = [answer.label.casefold() for answer in answers]
    if len(set(labels)) < len(labels):
        raise ValidationError("Deux réponses portent le même libellé.")
    usual = {entry.code: (rank, entry.label, True) for rank, entry in enumerate(repository)}
    kept = {row.code: row for row in council.list_entries.filter(list_code=list_code)}
    for rank, answer in enumerate(answers):
        wanted = (rank, answer.label, answer.active)
        row = kept.get(answer.code)
        if wanted == usual[answer.code]:
            if row is not None:
                _delete(row, by)
            continue
        row = row or ListEntry(council=council, list_code=list_code, code=answer.code)
        if wanted != (row.position, row.label, row.active):
            row.position, row.label, row.active = wanted
            _save(row, by)


@transaction.atomic
def reset_list(council: Council, list_code: str, *, by: User) -> None:
    """The council takes back the repository's wording, order and answers."""
    for row in council.list_entries.filter(list_code=list_code):
        _delete(row, by)


# --- numbers ------------------------------------------------------------------------------------


def next_number(council: Council, kind: str, year: int) -> int:
    """The next number of the series `kind` in `year`: 1, 2, 3... never given twice.

    To be called inside the transaction that uses the number: the row stays locked until then.
    """
    return take_numbers(council, kind, year, 1)[0]


def take_numbers(council: Council, kind: str, year: int, count: int) -> range:
    """The next `count` numbers of the series, under the same conditions as `next_number`."""
    NumberSeries.objects.get_or_create(council=council, kind=kind, year=year)
    series = NumberSeries.objects.filter(council=council, kind=kind, year=year)
    series.update(last=F("last") + count)
    last = series.values_list("last", flat=True).get()
    return range(last - count + 1, last + 1)
