"""After the retention, the file of an SQLite database holds nothing of what was erased.

The rest of the suite runs in memory: here the program runs as in production, in processes of its
own, on a file.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.world import CANARY

pytestmark = pytest.mark.once

# Run by `manage.py shell` on the file: the world of tests, long ago, the canary in every free text,
# and what is then found in the database in the columns of cipher text.
BUILD = """
import json, time_machine
from django.apps import apps
from cases.crypto import EncryptedTextField
from django.db import connection
from tests import world as worlds
from tests.cases import old_times as texts
with time_machine.travel(texts.LONG_AGO, tick=False):
    built = worlds.build()
    texts.write_everywhere(built)
texts.close(built)
ciphers = []
for model in apps.get_app_config("cases").get_models():
    for field in model._meta.concrete_fields:
        if isinstance(field, EncryptedTextField):
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT "{field.column}" FROM "{model._meta.db_table}"')
                ciphers += [row[0] for row in cursor.fetchall() if row[0]]
with connection.cursor() as cursor:
    cursor.execute("SELECT cipher_text, sealed_key FROM cases_sealedidentity")
    ciphers += [bytes(cell).decode() for row in cursor.fetchall() for cell in row]
print(json.dumps(ciphers))
"""
NOTICED = "2026-04-01"
ERASED = "2026-06-01"


@pytest.fixture
def manage(tmp_path):
    """Runs a command of manage.py on a database file; its standard output."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'clsm.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "clsm.settings",
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def bytes_of(folder: Path) -> bytes:
    """The database, its log and its index."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("clsm.sqlite3*")))


def test_no_byte_of_a_canary_nor_of_its_cipher_text_stays_in_the_file(manage, tmp_path):
    manage("migrate", "--verbosity", "0")
    ciphers = json.loads(manage("shell", "--no-imports", "-c", BUILD))
    before = bytes_of(tmp_path)
    assert CANARY.encode() in before
    assert len(ciphers) > 20
    assert all(cipher.encode() in before for cipher in ciphers)

    manage("apply_retention", "--today", NOTICED)
    said = manage("apply_retention", "--today", ERASED)
    assert "1 situations réduites" in said

    after = bytes_of(tmp_path)
    assert len(after) > 100_000, "the database is there"
    assert CANARY.encode() not in after
    assert not [cipher for cipher in ciphers if cipher.encode() in after]
