"""A database that other processes may open too, and alerts ready to be sent."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from cases.models import AlertDraft
from governance.models import Council, Membership, User
from tests import factories
from tests.cases import fiche


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """The DATABASE_URL of a migrated database; this process is on it too.

    That of the tests on PostgreSQL; on SQLite, where theirs is in memory, a file.
    """
    if connection.vendor == "postgresql":
        yield shared_postgres(connection.settings_dict["HOST"])
        return
    path = tmp_path / "clsm.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as file:
        connection.connection.backup(file)
    with _moved_to(path):
        yield f"sqlite:///{path}"


def shared_postgres(host: str) -> str:
    """The tests' database on PostgreSQL, reached through that host (a socket's directory)."""
    at = connection.settings_dict
    return f"postgres://{at['USER']}@{quote(host, safe='')}/{at['NAME']}"


@contextmanager
def _moved_to(path: Path) -> Iterator[None]:
    """This process on another SQLite; the one in memory is kept open, else it would vanish."""
    memory, name = connection.connection, connection.settings_dict["NAME"]
    connection.settings_dict["NAME"], connection.connection = str(path), None
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"], connection.connection = name, memory


@pytest.fixture
def lille(database: str) -> Council:
    """A council with Lille's profile, in that database."""
    return factories.lille()


@pytest.fixture
def partners(lille: Council) -> Callable[[int], list[Membership]]:
    """`partners(3)`: so many of the council's partners."""
    housing = factories.organisation(lille, "Habitat du Nord", "social_landlord")

    def join(count: int) -> list[Membership]:
        return [
            factories.member(
                lille,
                f"partenaire{rank}@demo.example",
                "partner",
                organisation=housing,
                profession_category="landlord",
                secrecy_status="charter_only",
            )
            for rank in range(count)
        ]

    return join


@pytest.fixture
def written(lille: Council) -> Callable[[User, int], list[AlertDraft]]:
    """`written(user, 3)`: so many drafts of theirs, complete: they need only be sent."""
    answers: dict[str, object] = {}

    def write(user: User, count: int) -> list[AlertDraft]:
        if not answers:
            model = fiche.saved(fiche.write(factories.sign_in(Client(), user), lille))
            answers.update(model.answers)
            model.delete()
        return AlertDraft.objects.bulk_create(
            AlertDraft(council=lille, author=user, answers=answers) for _ in range(count)
        )

    return write
