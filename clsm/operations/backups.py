"""A backup, and what a restore owes to the people erased since: the rules of docs/backup.md.

A sealed file: one line of JSON (what it is), then the dump of the database. The keys are never in
it. A restore fills an empty database, erases again what the ledger says, and verifies.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from cases import keys
from cases.services import retention
from clsm.operations import database_dump, health, sealed_file
from clsm.version import VERSION
from governance import journal, ledger
from governance.models import AccessRecord, Backup, Council, OutgoingMessage
from reports.editions import altered_reports


class Refused(Exception):
    """The backup cannot be made or taken back, and nothing was changed; the message is French."""


class Unsound(Exception):
    """The database is restored, and something in it is not as it must be; the message is French."""


@dataclass(frozen=True)
class Restored:
    """What a restore did, beside filling the database."""

    made_at: str
    erased_again: int
    doubtful: int
    journal_lines: int


def make(file: Path) -> int:
    """Write a sealed backup of the whole database to `file`, and note it; its size in bytes.

    Refused without a key, FileExistsError and OSError for the file, database_dump.Failed.
    """
    now = timezone.now()
    newest = sealed_file.under_key(_keys()[0])
    described = {
        "vendor": connection.vendor,
        "version": VERSION,
        "made_at": now.isoformat(),
        "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
        # Still there after a restore, or the journal was cut.
        "journal": AccessRecord.objects.values_list("digest", flat=True).first() or "",
    }
    with sealed_file.sealed(file, newest) as out:
        out.write(json.dumps(described).encode() + b"\n")
        database_dump.dump(out)  # type: ignore[arg-type]
    size = file.stat().st_size
    Backup.objects.create(made_at=now, size=size)
    return size


def restore(file: Path, erasures: Iterable[ledger.Entry]) -> Restored:
    """Fill the empty database with the backup, erase again what `erasures` says, and verify.

    Refused, sealed_file's errors, OSError and database_dump.Failed: the database is as empty as
    before. Unsound: it is filled, and must not be opened to people before that is understood.
    """
    if not database_dump.is_empty():
        raise Refused("La base n’est pas vide : une sauvegarde ne remplace rien, elle remplit.")
    described = _read_through(file)
    database_dump.restore(_dump_in(file))
    call_command("migrate", verbosity=0, interactive=False)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # a dump carries no statistics of the planner
    lines = _verify(described)
    again = retention.replay(erasures)
    doubtful = _calm()
    for council in Council.objects.all():
        journal.record(None, "restore", council, council=council, reason=described["made_at"])
    return Restored(described["made_at"], again, doubtful, lines)


def _keys() -> Sequence[str]:
    file = settings.CLSM_BACKUP_KEYS_FILE
    found = keys.from_file("CLSM_BACKUP_KEYS", file) if file else tuple(settings.CLSM_BACKUP_KEYS)
    if not found:
        raise Refused("CLSM_BACKUP_KEYS n’est pas réglé : une sauvegarde est toujours chiffrée.")
    return found


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    return sealed_file.opened(source, [sealed_file.under_key(key) for key in _keys()])


def _read_through(file: Path) -> dict[str, Any]:
    """What the backup says it is, the whole file having been checked. Refused for another kind of
    database, or one that a newer version of this program made."""
    with file.open("rb") as source:
        blocks = _blocks(source)
        try:
            described: dict[str, Any] = json.loads(next(blocks).partition(b"\n")[0])
            vendor, applied = described["vendor"], {(a, b) for a, b in described["migrations"]}
        except (ValueError, KeyError):
            raise Refused("Ce fichier scellé n’est pas une sauvegarde de la base.") from None
        for _ in blocks:
            pass
    if vendor != connection.vendor:
        raise Refused(f"La sauvegarde est celle d’une base {vendor}, pas {connection.vendor}.")
    if health.unknown_migrations(applied):
        raise Refused(
            f"La sauvegarde vient de la version {described['version']}, plus récente que celle-ci "
            f"({VERSION}) : installez-la d’abord."
        )
    return described


def _dump_in(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        blocks = _blocks(source)
        yield next(blocks).partition(b"\n")[2]
        yield from blocks


def _verify(described: dict[str, Any]) -> int:
    """The number of lines of the journal. Unsound when something is not as it was saved."""
    try:
        opens = health.opens_what_is_kept()
    except InvalidToken:
        opens = False
    if not opens:
        raise Unsound("Les clés de cette installation n’ouvrent pas ce qui est restauré.")
    broken = journal.broken_link()
    if broken is not None:
        raise Unsound(f"Le journal des accès est altéré à la ligne {broken.pk}.")
    newest = described["journal"]
    if newest and not AccessRecord.objects.filter(digest=newest).exists():
        raise Unsound("Le journal des accès est plus court que lors de la sauvegarde.")
    altered = altered_reports()
    if altered:
        raise Unsound(f"{len(altered)} bilan(s) arrêté(s) ne portent plus leurs chiffres.")
    return AccessRecord.objects.count()


def _calm() -> int:
    """Nobody is signed in, and nothing leaves by itself: what waited may have left since the
    backup. It waits on « Courriers » for somebody to send it again; how many."""
    Session.objects.all().delete()
    state = OutgoingMessage.State
    waiting = OutgoingMessage.objects.filter(state__in=(state.WAITING, state.LEAVING))
    return waiting.update(state=state.DOUBTFUL)
