"""Encryption at rest: Fernet keys, newest first.

The first key encrypts, all of them decrypt, so that a key can be rotated (services/rotation.py).
A wrong key is loud (InvalidToken), never a silent cipher text.
"""

import base64
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models

from cases import keys

VAULT_KEYS = "CLSM_VAULT_KEYS"
TEXT_KEYS = "CLSM_TEXT_KEYS"
MEMORY_KEYS = "CLSM_MEMORY_KEYS"


def keyring(setting: str) -> MultiFernet:
    """The keys of `setting` (VAULT_KEYS or TEXT_KEYS), of its file as it is now if it has one."""
    return _ring(_keys(setting))


def newest_key(setting: str) -> MultiFernet:
    """The newest key of `setting` alone."""
    return _ring(_keys(setting)[:1])


def raw_keys(setting: str) -> tuple[bytes, ...]:
    """The keys of `setting`, newest first, for a digest: MEMORY_KEYS encrypts nothing."""
    return tuple(base64.urlsafe_b64decode(key) for key in _keys(setting))


def _keys(setting: str) -> keys.Keys:
    file = getattr(settings, f"{setting}_FILE")
    return keys.from_file(setting, file) if file else tuple(getattr(settings, setting))


@lru_cache(maxsize=8)
def _ring(several: keys.Keys) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in several])


class EncryptedTextField(models.TextField):
    """A text that the database never sees in clear; it cannot be searched."""

    description = "texte chiffré"
    keys = TEXT_KEYS

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value in (None, ""):
            return value
        return keyring(self.keys).encrypt(value.encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if value in (None, ""):
            return value
        return keyring(self.keys).decrypt(value.encode()).decode()

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in ("isnull", "exact"):
            raise TypeError(f"{self.name} : recherche impossible sur un champ chiffré.")
        return super().get_lookup(lookup_name)


class EncryptedJSONField(EncryptedTextField):
    """A JSON object, encrypted as one text."""

    description = "objet chiffré"

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(json.dumps(value, ensure_ascii=False))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        text = super().from_db_value(value, expression, connection)
        return json.loads(text) if text else {}

    def to_python(self, value: Any) -> Any:
        return value


class VaultJSONField(EncryptedJSONField):
    """A JSON object that may hold an identity: it goes with the keys of the vault, which are
    destroyed once rotated (docs/adr/0006)."""

    description = "objet chiffré du coffre"
    keys = VAULT_KEYS
