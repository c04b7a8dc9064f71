"""The class of privacy that every field of this floor declares (design: secrecy, section 2)."""

from enum import StrEnum
from typing import Any, TypeVar

from django.db import models

FieldType = TypeVar("FieldType", bound="models.Field[Any, Any] | models.ManyToManyField[Any, Any]")


class Privacy(StrEnum):
    """Who may receive a field; `cases.policies.readable` decides for a viewer and an object."""

    VAULT = "vault"  # identities: sealed, shown by a logged act
    INTERNAL = "internal"  # coordinators of the council
    RESTRICTED = "restricted"  # participants, once the coordinator has re-read it
    HEALTH = "health"  # participants of a listed profession (R. 1110-2 CSP), or bound by secrecy
    SHAREABLE = "shareable"  # participants
    TECHNICAL = "technical"  # keys, codes, states and dates that say nothing of the person


def classified(privacy: Privacy, field: FieldType) -> FieldType:
    """`field`, declared of class `privacy`; read it back as `field.privacy`."""
    field.privacy = privacy  # type: ignore[union-attr]
    return field
