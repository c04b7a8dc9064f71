"""The only door to identities: seal, reveal, erase; one alert at a time, never all at once.

Their fingerprints (cases/memory.py) are written and erased here too: nobody else has the identity.

Envelope encryption: each identity has a data key of its own, sealed by the master key of
CLSM_VAULT_KEYS (newest first; older ones still open). Erasing destroys the sealed data key; a
backup holds it until the master key that sealed it is rotated and destroyed (docs/adr/0006).
On PostgreSQL row-level security is a second wall: outside `opened`, the table is empty.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.db import connection, transaction

from cases import memory, policies
from cases.crypto import VAULT_KEYS, keyring, newest_key
from cases.models import Alert
from cases.models.identities import SealedIdentity
from governance import journal, nomenclatures
from governance.models import User
from governance.viewer import Viewer

# The vault-class fields of the form: section 2 and the companion of section 8.
IDENTITY_FIELDS = tuple(
    spec.code
    for section in nomenclatures.alert_form()
    for spec in section.fields
    if spec.privacy == "vault"
)


class NoReason(Exception):
    """A reveal was asked without a written reason; the message is French."""


@contextmanager
def opened(alert_id: UUID) -> Iterator[None]:
    """In this block, one transaction, PostgreSQL shows the rows of that alert and no other: its
    identity and its fingerprints.

    SQLite has no row-level security and shows all. For this module and its tests.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        _show(str(alert_id))
        yield
        # An error needs no closing: the setting goes back with the transaction or its savepoint.
        _show("")


def _show(alert_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('clsm.opened_alert', %s, true)", [alert_id])


@transaction.atomic
def seal(alert: Alert, identity: Mapping[str, str], *, by: User | None) -> None:
    """Seal the identity that came with `alert`; journalled. Empty answers are left out.

    The alerts that it brings to mind are noted for the coordination.

    Nothing is stored when every answer is empty. KeyError for a field that is not of the vault.
    ValueError without a named agreement: the identity fields stay closed.
    """
    unknown = set(identity) - set(IDENTITY_FIELDS)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    answers = {field: str(value) for field, value in identity.items() if value}
    if not answers:
        return
    if alert.consent_state != "named":
        raise ValueError("an identity is sealed under a named agreement only")
    data_key = Fernet.generate_key()
    with opened(alert.pk):
        SealedIdentity.objects.create(
            alert=alert,
            sealed_key=keyring(VAULT_KEYS).encrypt(data_key),
            cipher_text=Fernet(data_key).encrypt(json.dumps(answers, ensure_ascii=False).encode()),
        )
        memory.write(alert, answers)
    _note(alert, kept=True)
    journal.record(by, "seal_identity", alert, council=alert.council)
    # After the journal, where writers take turns: of two alerts sent at one instant, the second
    # sees the first.
    memory.recall(alert, answers)


def holds_identity(alert: Alert) -> bool:
    """Whether an identity came with the alert, whoever asks and whoever may see it."""
    return Alert.objects.filter(pk=alert.pk, identity_kept=True).exists()


def _note(alert: Alert, *, kept: bool) -> None:
    """Whether an identity is kept is no secret: noted on the alert, without history, a list of
    alerts tells it without opening the vault once for each."""
    alert.identity_kept = kept
    Alert.objects.filter(pk=alert.pk).update(identity_kept=kept)


def compared(viewer: Viewer, alerts: Iterable[Alert]) -> dict[str, Any]:
    """What the guard compares a text of the viewer's with, as anonymity.known reads it.

    For the author of an alert, who wrote its identity, and for the coordination: for anybody else
    the guard would be an oracle, asked name after name. Opened on the server, compared, forgotten:
    nothing of it is shown, kept or logged, so that this is no reveal. An alert that the viewer may
    not compare, holds no identity or whose key is gone adds nothing.
    """
    found: list[dict[str, str]] = []
    for alert in alerts:
        if not (policies.coordinates(viewer, alert.council) or policies.is_author(viewer, alert)):
            continue
        with opened(alert.pk), suppress(InvalidToken):
            sealed = SealedIdentity.objects.filter(alert=alert).first()
            if sealed is not None:
                found.append(_answers(sealed))
    return as_known(*found)


def as_known(*identities: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of the identity fields, as anonymity.known reads them."""

    def all_of(*fields: str) -> list[str]:
        return [str(each[field]) for each in identities for field in fields if each.get(field)]

    return {
        "last_name": " ".join(all_of("last_name")),
        "first_name": " ".join(all_of("first_name")),
        "birth_date": " ".join(all_of("birth_date")[:1]),
        "phone": " ".join(all_of("phone")[:1]),
        "address": " ".join(all_of("address")),
        "relatives": all_of("legal_representative", "trusted_contact", "gp", "companion"),
    }


@transaction.atomic
def reveal(viewer: Viewer, alert: Alert, *, reason: str) -> dict[str, str]:
    """The identity that came with `alert`, as {field code: answer}; journalled with the reason.

    Refused (decisions.py) if the policy says no; NoReason without a reason of ten characters;
    SealedIdentity.DoesNotExist if none came or it was erased; InvalidToken with a wrong key.
    """
    policies.can_reveal(viewer, alert).enforce()
    if len(reason.strip()) < 10:
        raise NoReason("Écrivez pourquoi vous avez besoin de l’identité, en quelques mots.")
    with opened(alert.pk):
        sealed = SealedIdentity.objects.get(alert=alert)
    journal.record(
        viewer.user, "reveal_identity", alert, council=alert.council, reason=reason.strip()
    )
    return _answers(sealed)


def _answers(sealed: SealedIdentity) -> dict[str, str]:
    data_key = keyring(VAULT_KEYS).decrypt(bytes(sealed.sealed_key))
    answers: dict[str, str] = json.loads(Fernet(data_key).decrypt(bytes(sealed.cipher_text)))
    return answers


@transaction.atomic
def erase(alert: Alert) -> None:
    """Destroy the identity that came with `alert`, its data key and its fingerprints; nothing if
    there is none."""
    erase_identity(alert)
    forget(alert)


@transaction.atomic
def erase_identity(alert: Alert) -> None:
    """The same, but the fingerprints stay until `forget`: the person may be recognised."""
    with opened(alert.pk):
        SealedIdentity.objects.filter(alert=alert).delete()
    _note(alert, kept=False)


def forget(alert: Alert) -> None:
    """Delete the fingerprints of the identity that came with `alert`; nothing if there are none."""
    with opened(alert.pk):
        memory.forget(alert.pk)


@transaction.atomic
def remember_anew(alert_id: UUID) -> bool | None:
    """Write that alert's fingerprints under the newest key; whether they were not. None if there
    is no identity; InvalidToken when no key opens it."""
    with opened(alert_id):
        sealed = _sealed(alert_id)
        return None if sealed is None else memory.write(sealed.alert, _answers(sealed))


def remembers_with_newest(alert_id: UUID) -> bool | None:
    """Whether that alert's fingerprints are under the newest key; None without an identity that
    a key opens."""
    with opened(alert_id):
        sealed = _sealed(alert_id)
        if sealed is None:
            return None
        try:
            return memory.is_current(sealed.alert, _answers(sealed))
        except InvalidToken:
            return None


def _sealed(alert_id: UUID) -> SealedIdentity | None:
    # Of the alert, its council alone: its texts are under other keys.
    columns = SealedIdentity.objects.only("sealed_key", "cipher_text", "alert__council")
    return columns.select_related("alert").filter(alert=alert_id).first()


@transaction.atomic
def reseal(alert_id: UUID) -> bool:
    """Seal the data key of that alert's identity under the newest master key.

    False when there is nothing to do: no identity, or already so. InvalidToken when no key opens.
    """
    with opened(alert_id):
        sealed = SealedIdentity.objects.select_for_update().filter(alert=alert_id).first()
        if sealed is None or _is_newest(sealed):
            return False
        sealed.sealed_key = keyring(VAULT_KEYS).rotate(bytes(sealed.sealed_key))
        sealed.save(update_fields=["sealed_key"])
        return True


def opens(alert_id: UUID) -> bool | None:
    """Whether a master key opens that alert's data key; None if there is no identity. No identity
    is read: for whoever watches the server, and after a restore."""
    with opened(alert_id):
        sealed = SealedIdentity.objects.filter(alert=alert_id).first()
    if sealed is None:
        return None
    try:
        keyring(VAULT_KEYS).decrypt(bytes(sealed.sealed_key))
    except InvalidToken:
        return False
    return True


def opens_with_newest(alert_id: UUID) -> bool | None:
    """Whether the newest master key alone opens that alert's identity; None if there is none."""
    with opened(alert_id):
        sealed = SealedIdentity.objects.filter(alert=alert_id).first()
    return None if sealed is None else _is_newest(sealed)


def _is_newest(sealed: SealedIdentity) -> bool:
    """Opened down to the text, and thrown away: a data key that opens nothing is found too."""
    try:
        data_key = newest_key(VAULT_KEYS).decrypt(bytes(sealed.sealed_key))
        Fernet(data_key).decrypt(bytes(sealed.cipher_text))
    except InvalidToken:
        return False
    return True
