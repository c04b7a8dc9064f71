"""The memory of those already presented: keyed digests of the traits of their identities.

For cases/vault.py alone, which holds the identity in clear. A digest is an HMAC-SHA256 under the
newest key of CLSM_MEMORY_KEYS, of the council and of one trait (cases/recurrence.py): two councils
have no digest in common. What is sought is sought under every key: the digests of an erased
identity stay under the key of their day. On PostgreSQL row-level security shows the rows of the
alert that the vault opened, and those whose digest is known.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from cases import recurrence
from cases.crypto import MEMORY_KEYS, raw_keys
from cases.models import Alert, Fingerprint, Recurrence


def write(alert: Alert, identity: Mapping[str, str]) -> bool:
    """The fingerprints of the alert are those of `identity`; whether that changed anything."""
    if is_current(alert, identity):
        return False
    forget(alert.pk)
    digests = _digests(raw_keys(MEMORY_KEYS)[0], alert.council_id, identity)
    Fingerprint.objects.bulk_create(
        Fingerprint(alert=alert, kind=kind, digest=digest) for digest, kind in digests.items()
    )
    return True


def is_current(alert: Alert, identity: Mapping[str, str]) -> bool:
    """Whether the fingerprints of the alert are those of `identity` under the newest key."""
    stored = Fingerprint.objects.filter(alert=alert).values_list("digest", "kind")
    return dict(stored) == _digests(raw_keys(MEMORY_KEYS)[0], alert.council_id, identity)


def forget(alert_id: UUID) -> None:
    """Delete the fingerprints of the alert."""
    Fingerprint.objects.filter(alert=alert_id).delete()


def recall(alert: Alert, identity: Mapping[str, str]) -> None:
    """Note the other alerts that `identity` brings to mind; one query, and one to write them."""
    sought: dict[str, str] = {}
    for key in raw_keys(MEMORY_KEYS):
        sought |= _digests(key, alert.council_id, identity)
    with _seeking(sought):
        alike = Fingerprint.objects.filter(digest__in=sought).exclude(alert=alert)
        found = list(alike.values_list("alert", "kind", "digest"))
    matches: dict[UUID, str] = {}
    for earlier, kind, digest in found:
        if recurrence.counts(sought[digest], kind) and matches.get(earlier) != recurrence.BIRTH:
            matches[earlier] = kind
    Recurrence.objects.bulk_create(
        (Recurrence(alert=alert, earlier_id=each, kind=kind) for each, kind in matches.items()),
        ignore_conflicts=True,
    )


def _digests(key: bytes, council_id: UUID, identity: Mapping[str, str]) -> dict[str, str]:
    """Digest -> kind of trait, of each trait of the identity."""
    return {
        hmac.new(key, f"{council_id} {trait.text}".encode(), hashlib.sha256).hexdigest(): trait.kind
        for trait in recurrence.traits(identity)
    }


@contextmanager
def _seeking(digests: Mapping[str, str]) -> Iterator[None]:
    """In this block, PostgreSQL shows the fingerprints that have one of these digests."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        _show(",".join(digests))
        yield
        _show("")


def _show(digests: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('clsm.sought_digests', %s, true)", [digests])
