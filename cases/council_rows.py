"""Every row that belongs to a council, whatever its floor: for its archive and for its deletion.

Found by following foreign keys to the council, so that a new table is in both from its first day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model, Q, QuerySet

from governance.models import AccessRecord, Council

APPS = ("governance", "cases", "reports")
# The journal outlives the council: it says who acted, twelve months long.
_NOT_OWNED = (AccessRecord,)


# A foreign key, and the table it leads to.
Keys = list[tuple[Any, type[Model]]]


@dataclass(frozen=True)
class Table:
    """A table of which each row belongs to one council, by one of those paths to its key."""

    model: type[Model]
    paths: tuple[str, ...]

    def rows(self, council: Council) -> "QuerySet[Any]":
        """Those of the council, whatever their model's own manager hides."""
        owned = Q()
        for path in self.paths:
            owned |= Q(**{path: council.pk})
        return self.model._base_manager.filter(owned)


@cache
def tables() -> tuple[Table, ...]:
    """The tables, each after those that its rows point to; the council's own first."""
    waiting = [
        model
        for app in APPS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if model is not Council and model not in _NOT_OWNED
    ]
    owners = _owners(waiting)
    known: dict[type[Model], tuple[str, ...]] = {Council: ("pk",)}
    while owners:
        ready = [m for m in owners if all(target in known for _, target in owners[m])]
        if not ready:
            raise RuntimeError(f"tables in a ring: {owners}")
        for model in ready:
            known[model] = _paths(owners.pop(model), known)
    # No foreign key leads from a row of history to what it tells of.
    known[Council.history.model] = ("id",)
    return tuple(Table(model, paths) for model, paths in known.items())


def _owners(models: list[type[Model]]) -> dict[type[Model], Keys]:
    """Model -> its foreign keys that lead to the council, itself excepted; others are left out."""
    reached: set[Any] = {Council}
    while True:
        found = {
            model: [
                (field, field.related_model)
                for field in _foreign_keys(model)
                if field.related_model in reached and field.related_model is not model
            ]
            for model in models
        }
        more = {model for model, keys in found.items() if keys} | {Council}
        if more == reached:
            return {model: keys for model, keys in found.items() if keys}
        reached = more


def _foreign_keys(model: type[Model]) -> Iterator[Any]:
    return (field for field in model._meta.concrete_fields if isinstance(field, ForeignKey))


def _paths(keys: Keys, known: dict[type[Model], tuple[str, ...]]) -> tuple[str, ...]:
    """One path where a key is never empty, the shortest; else one by each key."""
    whole = [
        tuple(f"{field.name}__{path}" if path != "pk" else field.name for path in known[target])
        for field, target in keys
    ]
    sure = [paths for (field, _), paths in zip(keys, whole, strict=True) if not field.null]
    if sure:
        return min(sure, key=lambda paths: (len(paths), paths[0].count("__")))
    direct = [paths for (_, target), paths in zip(keys, whole, strict=True) if target is Council]
    return direct[0] if direct else tuple(path for paths in whole for path in paths)
