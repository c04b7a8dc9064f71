"""The database as one stream of bytes, consistent, and back: PostgreSQL by its own tools, SQLite by
its own copy. Nothing in clear is left on the disk, but beside an SQLite that is in clear anyway."""

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, connections

CHUNK = 1024 * 1024


class Failed(Exception):
    """The tool of the database failed; the message is French and ends with what it said."""


def is_empty() -> bool:
    """Whether the database has no table at all."""
    return not connection.introspection.table_names()


def dump(out: BinaryIO) -> None:
    """Write the whole database to `out`, as it was at one instant. Failed."""
    if connection.vendor == "postgresql":
        _pg_dump(out)
    else:
        _sqlite_copy(out)


def restore(blocks: Iterable[bytes]) -> None:
    """Fill the empty database with what `dump` wrote: whole or not at all. Failed."""
    connections.close_all()
    if connection.vendor == "postgresql":
        _pg_restore(blocks)
    else:
        _sqlite_replace(blocks)


# --- PostgreSQL ---------------------------------------------------------------------------------


def _environment(database: Mapping[str, Any]) -> dict[str, str]:
    """libpq's variables: a password never shows in the list of processes."""
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
    found = {names[key]: str(database[key]) for key in names if database.get(key)}
    found["PGDATABASE"] = str(database["NAME"])
    ssl = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    options = database.get("OPTIONS", {})
    found |= {ssl[key]: str(options[key]) for key in ssl if options.get(key)}
    return {**os.environ, **found}


def _pg_dump(out: BinaryIO) -> None:
    # The tests' own database has another name than the one of the settings.
    name = connection.settings_dict["NAME"]
    database = {**settings.BACKUP_DATABASE, "NAME": name}
    command = ["pg_dump", "--format=custom", "--compress=6", "--no-owner", "--no-privileges"]
    with _process(command, database, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - asked for as a pipe
        while chunk := process.stdout.read(CHUNK):
            out.write(chunk)


def _pg_restore(blocks: Iterable[bytes]) -> None:
    # One transaction: what fails in the middle leaves the database as empty as it was.
    command = ["pg_restore", "--single-transaction", "--exit-on-error", "--no-owner",
               "--no-privileges", f"--dbname={connection.settings_dict['NAME']}"]  # fmt: skip
    with _process(command, connection.settings_dict, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101 - asked for as a pipe
        try:
            for block in blocks:
                process.stdin.write(block)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has said why, on its standard error


@contextmanager
def _process(
    command: list[str], database: Mapping[str, Any], **pipes: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """The running tool; Failed unless it ends well. It is ended when the block raises."""
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(  # noqa: S603 - a fixed command
                command, env=_environment(database), stderr=said, **pipes
            )
        except FileNotFoundError:
            raise Failed(f"{command[0]} est absent : installez postgresql-client.") from None
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            for stream in (process.stdout, process.stdin):
                if stream is not None and not stream.closed:
                    stream.close()
            status = process.wait()
        if status:
            said.seek(0)
            raise Failed(f"{command[0]} : {said.read().decode(errors='replace').strip()[-600:]}")


# --- SQLite -------------------------------------------------------------------------------------


def _sqlite_copy(out: BinaryIO) -> None:
    """SQLite's own copy of a database in use: one state, though people write meanwhile."""
    connection.ensure_connection()
    with closing(sqlite3.connect(":memory:")) as copy:
        # A connection of its own: a transaction open on ours would not let the copy end.
        source = sqlite3.connect(str(connection.settings_dict["NAME"]), uri=True)
        with closing(source):
            source.backup(copy)
        out.write(copy.serialize())


def _sqlite_replace(blocks: Iterable[bytes]) -> None:
    target = Path(connection.settings_dict["NAME"])
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.")
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            for block in blocks:
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        with closing(sqlite3.connect(aside)) as copy:
            (said,) = copy.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            raise Failed(f"La copie de la base n’est pas saine : {said}")
        for leftover in (f"{target}-wal", f"{target}-shm"):
            Path(leftover).unlink(missing_ok=True)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
