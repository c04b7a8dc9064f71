"""A migration killed in the middle is run again: the same tables as if nothing had happened."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.conftest import end_other_sessions

# States of a database in service: its first day, then as the program grew. Nothing was released
# before 0.1.0; each release adds the names of its last migrations here.
STATES = (
    {"cases": "0002_initial", "governance": "0001_initial"},
    {"cases": "0007_memory_and_time", "governance": "0007_memory"},
    {"cases": "0010_saved_views", "governance": "0010_resources"},
)
APPLYING = b"Applying "
COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
    WHERE table_schema = 'public'
    UNION ALL SELECT tablename, indexname, '', '' FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT event_object_table, trigger_name, '', '' FROM information_schema.triggers
"""


def tables(url: str) -> set[tuple[str, ...]]:
    """Columns, indexes and triggers of that database."""
    if url.startswith("postgres"):
        with psycopg.connect(url) as line:
            return set(line.execute(COLUMNS).fetchall())
    found: set[tuple[str, ...]] = set()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as line:
        for kind, name in line.execute("SELECT type, name FROM sqlite_master").fetchall():
            found.add((kind, name))
            columns = line.execute(f"PRAGMA table_info('{name}')").fetchall()
            found |= {(name, *map(str, column[1:4])) for column in columns}
    return found


@contextmanager
def another(database: str, *, like: bool) -> Iterator[str]:
    """Another database beside that one, gone afterwards: a copy of it, or an empty one."""
    if connection.vendor == "postgresql":
        end_other_sessions()
    connection.close()
    if connection.vendor == "sqlite":
        path = f"{database.removeprefix('sqlite:///')}.other"
        with closing(sqlite3.connect(path)) as copy:
            if like:
                with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as source:
                    source.backup(copy)
        yield f"sqlite:///{path}"
        return  # the folder of the test goes with it
    server, _, name = database.rpartition("/")
    with psycopg.connect(f"{server}/clsm", autocommit=True) as line:
        model = name if like else "template1"
        line.execute(f'CREATE DATABASE "{name}_other" TEMPLATE "{model}"')  # type: ignore[arg-type]
        try:
            yield f"{server}/{name}_other"
        finally:
            line.execute(f'DROP DATABASE "{name}_other" WITH (FORCE)')  # type: ignore[arg-type]


def migrate(url: str, *arguments: str) -> subprocess.Popen[bytes]:
    """`manage.py migrate` on that database, begun."""
    return subprocess.Popen(
        [sys.executable, "-u", "manage.py", "migrate", "--no-color", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "clsm.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def finish(process: subprocess.Popen[bytes]) -> None:
    said, _ = process.communicate()
    assert process.returncode == 0, said.decode()[-2000:]


def kill_in_a_migration(url: str, chance: random.Random) -> bool:
    """Kill it a moment after a migration began; False when there was none left."""
    process = migrate(url)
    assert process.stdout is not None
    said = b""
    while APPLYING not in said:
        more = process.stdout.read1(4096)
        if not more:
            finish(process)
            return False
        said += more
    time.sleep(chance.uniform(0, 0.4))
    process.kill()
    process.communicate()
    return True


def reversible() -> list[tuple[str, str]]:
    """(app, name) of the migrations to which the last ones can be undone."""
    loader = MigrationLoader(None)
    back = []
    for app in ("governance", "cases"):
        ours = sorted(name for label, name in loader.disk_migrations if label == app)
        last = loader.disk_migrations[app, ours[-1]]
        if all(operation.reversible for operation in last.operations):
            back.append((app, ours[-2]))
    return back


def test_a_migration_killed_in_the_middle_is_resumed(database, lille):
    """From the last migrations undone, with a council in the database."""
    expected = tables(database)
    with another(database, like=True) as url:
        for app, name in reversible()[:1]:
            finish(migrate(url, app, name))
        assert tables(url) != expected
        kill_in_a_migration(url, random.Random(3))
        finish(migrate(url))
        assert tables(url) == expected


@pytest.mark.parametrize("state", STATES, ids=lambda state: state["cases"])
def test_every_known_state_is_migrated_through_kills(request, database, state):
    if not request.config.getoption("--full"):
        pytest.skip("--full : plusieurs minutes")
    expected = tables(database)
    chance = random.Random(9)
    with another(database, like=False) as url:
        for app, name in state.items():
            finish(migrate(url, app, name))
        killed = 0
        while killed < 40 and kill_in_a_migration(url, chance):
            killed += 1
        finish(migrate(url))
        assert killed >= 3
        assert tables(url) == expected
