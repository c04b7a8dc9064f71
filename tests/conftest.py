"""The fixed cast, on a council with Lille's profile, and the world: every test knows them.

Both are built once a worker, in a transaction that stays open: see `scene`.
"""

import copy
import inspect
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import django
import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import Client, override_settings

from governance.models import Council, Membership, OutgoingMessage
from governance.viewer import Viewer
from tests import factories
from tests import world as worlds
from tests.world import World


@dataclass(frozen=True)
class Cast:
    """A coordinator, partners of different professions, COPIL, manager; all of one council."""

    council: Council
    coordinator: Membership
    landlord: Membership  # social landlord: not a listed profession
    nurse: Membership  # CMP nurse: health professional, bound by secrecy
    hygiene: Membership  # hygiene inspector: not listed
    social_worker: Membership  # listed (R. 1110-2 CSP)
    police: Membership  # police and prevention: not listed
    elected: Membership  # COPIL member
    users_representative: Membership  # COPIL member
    manager: Membership

    def __iter__(self):
        return iter(
            (
                self.coordinator,
                self.landlord,
                self.nurse,
                self.hygiene,
                self.social_worker,
                self.police,
                self.elected,
                self.users_representative,
                self.manager,
            )
        )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full",
        action="store_true",
        help="faults and hostile input as many times as docs/reliability.md says",
    )


@pytest.fixture(scope="session")
def size(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """`size(short, full)`: how often a fault is repeated, here or with --full."""
    return lambda short, full: full if request.config.getoption("--full") else short


def build_cast() -> Cast:
    """The cast and their council, made by the services."""
    council = factories.lille()

    def partner(email, organisation, kind, category, secrecy):
        return factories.member(
            council,
            email,
            "partner",
            organisation=factories.organisation(council, organisation, kind),
            profession_category=category,
            secrecy_status=secrecy,
        )

    return Cast(
        council=council,
        coordinator=factories.member(council, "camille.coordination@demo.example", "coordinator"),
        landlord=partner(
            "louis.bailleur@demo.example", "Habitat du Nord", "social_landlord", "landlord",
            "charter_only",
        ),
        nurse=partner(
            "nora.cmp@demo.example", "CMP du 59G23", "public_psychiatry_adult",
            "health_professional", "law",
        ),
        hygiene=partner(
            "hugo.hygiene@demo.example", "Service hygiène et santé", "city_hygiene",
            "town_service", "duty_of_discretion",
        ),
        social_worker=partner(
            "sofia.ccas@demo.example", "CCAS", "ccas", "social_worker", "law"
        ),
        police=partner(
            "paul.clspd@demo.example", "CLSPD", "city_clspd", "police", "duty_of_discretion"
        ),
        elected=factories.member(council, "elise.elue@demo.example", "copil", college="elected"),
        users_representative=factories.member(
            council, "ugo.usagers@demo.example", "copil", college="users"
        ),
        manager=factories.member(council, "marc.technique@demo.example", "manager"),
    )  # fmt: skip


# What tests start from, by the name of the fixture that they ask for; the first that fits.
SCENES = {"world": worlds.build, "cast": build_cast, "council": factories.lille}


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """The migrated database. On SQLite it is kept in pytest's cache from one run to the next, for
    as long as no migration changes: applying them all takes a quarter of a minute."""
    if connection.vendor != "sqlite":
        request.getfixturevalue("django_db_setup")
        yield
        with django_db_blocker.unblock():
            end_other_sessions()
        return
    # pytest-django adds the worker's name at the end: as a parameter of its own, SQLite ignores it.
    name = connection.settings_dict["TEST"]["NAME"] = "file:clsm?mode=memory&cache=shared&worker="
    kept = migrated_file(request.config)
    # The database in memory lasts while a connection to it is open.
    with closing(sqlite3.connect(name, uri=True)) as memory:
        if kept.exists():
            with closing(sqlite3.connect(kept)) as file:
                file.backup(memory)
        request.getfixturevalue("django_db_setup")
        if not kept.exists():
            written = kept.with_suffix(f".{os.getpid()}")
            with closing(sqlite3.connect(written)) as file:
                memory.backup(file)
            written.replace(kept)
        yield


def end_other_sessions() -> None:
    """Close what else is connected to the PostgreSQL of tests, about to be copied or dropped: once
    Playwright's loop runs, asgiref gives the same thread a second connection, and forgets one."""
    connection.close()  # it may be the forgotten one, ended before
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user"
            " AND pid <> pg_backend_pid()"
        )


def migrated_file(config: pytest.Config) -> Path:
    """Where the database that those migrations make is kept; it may not exist yet."""
    folder = config.cache.mkdir("migrated")
    sources = sha256(django.__version__.encode())
    for key, migration in sorted(MigrationLoader(None).disk_migrations.items()):
        sources.update(repr(key).encode())
        sources.update(Path(inspect.getfile(type(migration))).read_bytes())
    return folder / f"{sources.hexdigest()}.sqlite3"


@pytest.fixture(autouse=True)
def _no_attempts_yet():
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords():
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test its `scene`; pytest then runs those of one scene together."""
    asked = set(metafunc.fixturenames)
    if any("scene" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")):
        return  # it says its own
    marker = metafunc.definition.get_closest_marker("django_db")
    if {"transactional_db", "live_server"} & asked or (marker and marker.kwargs.get("transaction")):
        name = "committed"  # others must see what is written: nothing may wait in a transaction
    else:
        name = next((scene for scene in SCENES if scene in asked), "empty")
    metafunc.parametrize("scene", [name], ids=[pytest.HIDDEN_PARAM], indirect=True, scope="session")


@pytest.fixture(scope="session", autouse=True)
def scene(request: pytest.FixtureRequest, _quick_passwords: None) -> Iterator[Cast | World | None]:
    """The rows that the tests of one scene start from; None for the tests that start from none.

    What a test changes goes with its savepoint; what it changes in the objects, with its copy.
    """
    name = getattr(request, "param", "empty")  # a unittest.TestCase takes no parameter
    if name not in SCENES:
        yield None
        return
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock(), transaction.atomic():
        yield SCENES[name]()
        transaction.set_rollback(True)


@pytest.fixture
def council(request, scene, db) -> Council:
    if "cast" in request.fixturenames:
        council: Council = request.getfixturevalue("cast").council
        return council
    return copy.deepcopy(scene) or factories.lille()


@pytest.fixture
def cast(scene, db) -> Cast:
    return copy.deepcopy(scene) or build_cast()


@pytest.fixture
def world(scene, db) -> World:
    return copy.deepcopy(scene) or worlds.build()


@pytest.fixture
def django_capture_on_commit_callbacks(django_capture_on_commit_callbacks):
    """pytest-django's, for what is done inside it: the mail of the test's preparation has left."""

    @contextmanager
    def capture(**options):
        OutgoingMessage.objects.filter(state=OutgoingMessage.State.WAITING).delete()
        with django_capture_on_commit_callbacks(**options) as callbacks:
            yield callbacks

    return capture


@pytest.fixture
def viewer_of():
    """A fresh Viewer of a membership's user, as each request makes one."""

    def make(membership: Membership) -> Viewer:
        return Viewer(type(membership.user).objects.get(pk=membership.user_id))

    return make


@pytest.fixture
def client_of():
    """A test client of a membership's user, signed in with their second factor."""

    def make(membership: Membership) -> Client:
        return factories.sign_in(Client(), membership.user)

    return make


@pytest.fixture
def papers_as_words(monkeypatch):
    """Papers are the words that WeasyPrint would print: what walks through every page reads them
    (those of a PDF are compressed), and does not wait for hundreds of layouts."""

    class Words:
        def __init__(self, *, string: str, **_options: Any) -> None:
            self.string = string

        def write_pdf(self, **_options: Any) -> bytes:
            return self.string.encode()

    monkeypatch.setattr("governance.pdf.HTML", Words)
