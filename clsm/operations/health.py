"""Whether this machine can serve: what `/sante/pret` answers. Names and states, no secret."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from cases import vault
from cases.council_rows import APPS
from cases.models import Alert
from governance.models import OutgoingMessage

OK, WARN, FAIL = "ok", "warn", "fail"
LEAST_DISK = 200 * 1024 * 1024  # a PDF and the log of SQLite fit in it
# Later than any ordinary attempt: the worker is dead, or the mail server has been for an hour.
LATE_MAIL_SECONDS = 3600


@dataclass(frozen=True)
class Check:
    """One thing looked at: `ok`; `warn`, for a person to look at; `fail`, send nobody here."""

    name: str
    state: str


def checks() -> list[Check]:
    """What was looked at, the database first: without it, nothing else is asked."""
    database = _check("database", _database)
    if database.state == FAIL:
        return [database]
    others = (("migrations", _migrations), ("keys", _keys), ("mail", _mail), ("disk", _disk))
    return [database, *(_check(name, look) for name, look in others)]


def ready(found: list[Check]) -> bool:
    """Whether requests may be sent here. Late mail stops no machine: all share one queue."""
    return all(check.state != FAIL for check in found)


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, look())
    except (DatabaseError, InvalidToken, ImproperlyConfigured, OSError):
        return Check(name, FAIL)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


@cache
def _known() -> frozenset[tuple[str, str]]:
    # Those that a squashed migration replaces may never have run under their own name.
    loader = MigrationLoader(None)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return frozenset(set(loader.disk_migrations) - replaced)


def missing_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this program that the database has not had."""
    return _known() - set(MigrationRecorder(connection).applied_migrations())


def own_migrations() -> set[tuple[str, str]]:
    """Those of this program's own tables: two databases that had them have the same columns."""
    return {key for key in MigrationLoader(None).disk_migrations if key[0] in APPS}


def unknown_migrations(applied: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of `applied` that this program does not have: a newer one made that database."""
    return applied - set(MigrationLoader(None).disk_migrations)


def _migrations() -> str:
    return FAIL if missing_migrations() else OK


def opens_what_is_kept() -> bool:
    """Whether the keys open the newest text and the newest identity; True where there is none.

    InvalidToken for a text that no key opens.
    """
    newest = Alert.objects.order_by("-received_at")
    newest.only("facts").first()
    kept = newest.filter(identity_kept=True).values_list("pk", flat=True).first()
    return kept is None or vault.opens(kept) is not False


def _keys() -> str:
    return OK if opens_what_is_kept() else FAIL


def oldest_mail_seconds() -> float:
    """For how long the oldest message due has been waiting; 0 when none is."""
    waiting = OutgoingMessage.objects.filter(
        state=OutgoingMessage.State.WAITING, next_attempt__lte=timezone.now()
    )
    queued = waiting.order_by("queued_at").values_list("queued_at", flat=True).first()
    return (timezone.now() - queued).total_seconds() if queued else 0.0


def _mail() -> str:
    return WARN if oldest_mail_seconds() > LATE_MAIL_SECONDS else OK


def _disk() -> str:
    place = tempfile.gettempdir()
    if connection.vendor == "sqlite" and Path(settings.DATABASES["default"]["NAME"]).exists():
        place = str(Path(settings.DATABASES["default"]["NAME"]).parent)
    return OK if shutil.disk_usage(place).free >= LEAST_DISK else FAIL
