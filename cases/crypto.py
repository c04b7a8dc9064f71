"""Encryption of texts at rest: Fernet keys of the environment, newest first.

The first key of CLSM_TEXT_KEYS encrypts, all of them decrypt, so that a key can be rotated. A
wrong key is loud (InvalidToken), never a silent cipher text.
"""

import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.signals import setting_changed
from django.db import models


@lru_cache
def keyring(setting: str) -> MultiFernet:
    """The keys of the setting `setting` (CLSM_TEXT_KEYS, CLSM_VAULT_KEYS)."""
    return MultiFernet([Fernet(key) for key in getattr(settings, setting)])


def _forget_keys(*, setting: str, **_: Any) -> None:
    if setting.startswith("CLSM_"):
        keyring.cache_clear()


setting_changed.connect(_forget_keys)


class EncryptedTextField(models.TextField):
    """A text that the database never sees in clear; it cannot be searched."""

    description = "texte chiffré"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value in (None, ""):
            return value
        return keyring("CLSM_TEXT_KEYS").encrypt(value.encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if value in (None, ""):
            return value
        return keyring("CLSM_TEXT_KEYS").decrypt(value.encode()).decode()

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
