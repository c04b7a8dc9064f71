"""Rotation: everything that is encrypted goes under the newest key, so that older ones can go.

Short transactions, each row found by its key: an interrupted rotation is taken up by starting it
again, which skips what is already done. Current tables and history alike, of every app.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.functions import Cast

from cases import keys, vault
from cases.crypto import TEXT_KEYS, VAULT_KEYS, EncryptedTextField, keyring, newest_key
from cases.models import Alert

BATCH = 200
SECOND_FACTORS = "seconds facteurs"


class Unreadable(Exception):
    """No key opens a value; the message is French and says which, never what it holds."""


@dataclass(frozen=True)
class Count:
    """The values of one table: how many there are, and for how many something was done or found.

    Of a rotation, `touched` is those re-encrypted; of a check, those that the newest key does not
    open.
    """

    table: str
    values: int
    touched: int


def rotate() -> Iterator[Count]:
    """Put every value under the newest key, table by table. Unreadable when no key opens one."""
    yield _rotate_identities()
    yield _rotate_factors()
    yield _rotate_fingerprints()
    for model in _models():
        values = touched = 0
        for keys_of_batch in _batches(model._base_manager.order_by("pk").values_list("pk")):
            seen, changed = _rotate_batch(model, keys_of_batch)
            values, touched = values + seen, touched + changed
        yield Count(model._meta.label, values, touched)


def check() -> Iterator[Count]:
    """For each table, how many values the newest key alone does not open; changes nothing."""
    found = [vault.opens_with_newest(alert) for alert in _alerts()]
    yield Count(
        "identités", sum(opens is not None for opens in found), sum(o is False for o in found)
    )
    secrets = [token for factor in _factors() for token in _secrets(factor)]
    yield Count(SECOND_FACTORS, len(secrets), sum(not _opens(TEXT_KEYS, s) for s in secrets))
    yield _check_fingerprints()
    for model in _models():
        values = touched = 0
        for _, tokens in _tokens(model, model._base_manager.order_by("pk")):
            for field, token in tokens:
                values += 1
                touched += not _opens(field.keys, token)
        yield Count(model._meta.label, values, touched)


def destroy_old_vault_keys() -> int:
    """Leave the newest vault key alone in its file; how many were destroyed.

    What an older backup holds of identities is unreadable from then on. Unreadable, and nothing
    is destroyed, while a value needs an older key; ImproperlyConfigured without a file of keys.
    """
    file = settings.CLSM_VAULT_KEYS_FILE
    if not file:
        raise ImproperlyConfigured(
            "CLSM_VAULT_KEYS_FILE n’est pas réglé : retirez vous-même les anciennes clés de "
            "CLSM_VAULT_KEYS."
        )
    remaining = sum(count.touched for count in check())
    if remaining:
        raise Unreadable(f"{remaining} valeur(s) ont encore besoin d’une ancienne clé.")
    return keys.keep_newest(VAULT_KEYS, file)


def _rotate_identities() -> Count:
    values = touched = 0
    for alert in _alerts():
        try:
            touched += vault.reseal(alert)
        except InvalidToken:
            raise Unreadable(f"Identité de l’alerte {alert} : aucune clé ne l’ouvre.") from None
        values += vault.opens_with_newest(alert) is not None
    return Count("identités", values, touched)


@transaction.atomic
def _rotate_factors() -> Count:
    values = touched = 0
    for factor in _factors().select_for_update():
        old = [token for token in _secrets(factor) if not _opens(TEXT_KEYS, token)]
        values += len(_secrets(factor))
        touched += len(old)
        if not old:
            continue
        try:
            new = {token: keyring(TEXT_KEYS).rotate(token.encode()).decode() for token in old}
        except InvalidToken:
            raise Unreadable(f"Second facteur {factor.pk} : aucune clé ne l’ouvre.") from None
        data = {name: new.get(str(value), value) for name, value in factor.data.items()}
        _factors().filter(pk=factor.pk).update(data=data)
    return Count(SECOND_FACTORS, values, touched)


def _factors() -> QuerySet[Authenticator]:
    """What clsm/adapters.py encrypts: the secret of an application for codes, the seed of recovery
    codes. Security keys have a public key alone."""
    sealed = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    return Authenticator.objects.filter(type__in=sealed).order_by("pk")


def _secrets(factor: Authenticator) -> list[str]:
    return [factor.data[name] for name in ("secret", "seed") if name in factor.data]


def _rotate_fingerprints() -> Count:
    """Those of identities still sealed; the others stay under their key, which still finds them."""
    written = [vault.remember_anew(alert) for alert in _alerts()]
    return Count("empreintes", sum(w is not None for w in written), sum(w is True for w in written))


def _check_fingerprints() -> Count:
    found = [vault.remembers_with_newest(alert) for alert in _alerts()]
    return Count("empreintes", sum(f is not None for f in found), sum(f is False for f in found))


def _alerts() -> list[Any]:
    """The vault opens one alert at a time, here too."""
    return list(Alert.objects.order_by("pk").values_list("pk", flat=True))


def _models() -> list[type[Model]]:
    """The tables with an encrypted field, history included."""
    return [
        model
        for model in apps.get_models()
        if not model._meta.proxy and model._meta.managed and _fields(model)
    ]


def _fields(model: type[Model]) -> list[EncryptedTextField]:
    return [f for f in model._meta.local_concrete_fields if isinstance(f, EncryptedTextField)]


def _batches(rows: QuerySet[Any, Any]) -> Iterator[list[Any]]:
    """The keys of the rows, so many at a time."""
    found = [key for (key,) in rows]
    for start in range(0, len(found), BATCH):
        yield found[start : start + BATCH]


@transaction.atomic
def _rotate_batch(model: type[Model], batch: list[Any]) -> tuple[int, int]:
    """How many values these rows hold, and how many were re-encrypted."""
    values = touched = 0
    locked = model._base_manager.select_for_update().filter(pk__in=batch)
    for key, tokens in list(_tokens(model, locked)):
        values += len(tokens)
        old = [(field, token) for field, token in tokens if not _opens(field.keys, token)]
        if not old:
            continue
        try:
            # As plain texts: the fields themselves would encrypt what is encrypted already.
            changed = {
                field.attname: Value(_rotated(field, token), TextField()) for field, token in old
            }
        except InvalidToken:
            raise Unreadable(f"{model._meta.label}, ligne {key} : aucune clé ne l’ouvre.") from None
        # update() writes no history and moves no date: nothing was said anew.
        model._base_manager.filter(pk=key).update(**changed)
        touched += len(old)
    return values, touched


def _tokens(
    model: type[Model], rows: QuerySet[Any]
) -> Iterator[tuple[Any, list[tuple[EncryptedTextField, str]]]]:
    """The key of each row and its cipher texts, as the database holds them."""
    fields = _fields(model)
    columns = [Cast(field.attname, TextField()) for field in fields]
    for key, *tokens in rows.values_list("pk", *columns).iterator(chunk_size=BATCH):
        yield key, [(f, token) for f, token in zip(fields, tokens, strict=True) if token]


def _opens(setting: str, token: str) -> bool:
    """Whether the newest key of that setting opens the cipher text."""
    try:
        newest_key(setting).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def _rotated(field: EncryptedTextField, token: str) -> str:
    return keyring(field.keys).rotate(token.encode()).decode()
