"""What two people wrote at the same time: neither loses a word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class EditConflict(Exception):
    """Somebody saved after the form was opened; nothing was overwritten.

    `current` is the object as it stands, `base` as the form was opened on it (None when its
    history no longer tells): what differs from `base` is what each of the two people changed.
    """

    def __init__(self, current: Any, base: Any) -> None:
        super().__init__("Quelqu’un d’autre a enregistré entre-temps.")
        self.current = current
        self.base = base


@dataclass(frozen=True)
class Difference:
    """A field that two people wrote differently at the same time, in words."""

    label: str
    saved: str
    typed: str


def save_over(current: Any, changes: Mapping[str, Any], version: int) -> None:
    """Save `changes` on `current`, read again and locked, whose `version` counts the saves.

    EditConflict when `version`, that of the form, is no longer the current one. ValidationError
    (French) for what the model refuses.
    """
    if current.version != version:
        opened_on = current.history.filter(version=version).first() if version else None
        blank = None if version else type(current)()
        raise EditConflict(current, opened_on.instance if opened_on else blank)
    for field, value in changes.items():
        setattr(current, field, value)
    current.version += 1
    current.full_clean()
    current.save()
