"""Databases that a test fills, empties and restores: never the one that the other tests share."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.conftest import end_other_sessions


@pytest.fixture
def on_database(tmp_path: Path, transactional_db: None) -> Iterator[Callable]:
    """`with on_database(name, migrated=True)`: the default connection leads to a database of that
    name: a copy of the migrated one, or an empty one; the same again when it was there before."""
    shared = connection.settings_dict["NAME"]
    made: list[str] = []

    def create(name: str, migrated: bool) -> str:
        if connection.vendor == "sqlite":
            file = tmp_path / f"{name}.sqlite3"
            if migrated and not file.exists():
                source, copy = sqlite3.connect(shared, uri=True), sqlite3.connect(file)
                with closing(source), closing(copy):
                    source.backup(copy)
            return str(file)
        full = f"{shared}_{name}"
        if full not in made:
            template = f' TEMPLATE "{shared}"' if migrated else ""
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{full}"{template}')
            made.append(full)
        return full

    @contextmanager
    def use(name: str, *, migrated: bool = False):
        if connection.vendor == "postgresql":
            end_other_sessions()
        connection.close()  # which an SQLite in memory refuses: put aside, it stays open
        aside, connection.connection = connection.connection, None
        connection.settings_dict["NAME"] = create(name, migrated)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = shared
            connection.connection = aside

    yield use
    for full in made:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{full}"')
