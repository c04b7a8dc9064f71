"""How long a restore takes: `python -m tests.bench.restore`, in a private PostgreSQL.

Many alerts, each with an identity, its texts and a situation; a backup; a restore into an empty
database, erasures replayed and journal verified. Ends in error beyond the goal (docs/backup.md).
"""

import argparse
import csv
import datetime
import os
import platform
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from tests.temporary_postgres import temporary_postgres

GOAL_SECONDS = 300
ERASED = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=20_000)
    count = parser.parse_args().alerts
    with temporary_postgres() as url, tempfile.TemporaryDirectory(prefix="clsm-") as folder:
        host = url.partition("@")[2].partition("/")[0].replace("%2F", "/")
        for statement in (
            "CREATE ROLE clsm_backup LOGIN BYPASSRLS",
            "GRANT pg_read_all_data TO clsm_backup",
            "CREATE DATABASE restored OWNER clsm",
        ):
            subprocess.run(["psql", "-qh", host, "-U", "admin", "-d", "postgres", "-c", statement],
                           check=True)  # fmt: skip
        file, ledger = f"{folder}/clsm.sealed", f"{folder}/erasures.csv"
        first = {
            "DATABASE_URL": url,
            "BACKUP_DATABASE_URL": url.replace("://clsm@", "://clsm_backup@"),
        }
        _timed("migrate", first, "manage.py", "migrate", "--verbosity=0")
        _timed(
            f"fill with {count} alerts", first, "-m", "tests.bench.restore_fill", str(count), ledger
        )
        _timed("backup", first, "manage.py", "backup", file)
        second = {"DATABASE_URL": url.rpartition("/")[0] + "/restored"}
        taken = _timed("restore", second, "manage.py", "restore", file, "--ledger", ledger)
        size = Path(file).stat().st_size / 1e6
    reached = "reached" if taken <= GOAL_SECONDS else "MISSED"
    print(f"{size:.0f} MB; {platform.machine()}, {os.cpu_count()} cores, {datetime.date.today()}")  # noqa: DTZ011
    print(f"restore: {taken:.0f} s, goal {GOAL_SECONDS} s: {reached}")
    return int(taken > GOAL_SECONDS)


def _timed(what: str, settings: dict[str, str], *command: str) -> float:
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, *command], env={**os.environ, **settings}, check=True, text=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    taken = time.monotonic() - start
    print(f"{what}: {taken:.1f} s  {done.stdout.strip()}", flush=True)
    return taken


def fill(count: int, ledger: Path) -> None:
    """`count` alerts of one council, in the database of the settings; a ledger of some of them."""
    from cryptography.fernet import Fernet
    from django.utils import timezone

    from cases import vault
    from cases.crypto import VAULT_KEYS, keyring
    from cases.models import Alert, Situation
    from cases.models.identities import SealedIdentity
    from governance import journal
    from tests import factories

    council = factories.lille()
    author = factories.member(council, "author@demo.example", "coordinator").user
    now = timezone.now()
    text = "Voisinage inquiet, volets fermés, courrier non relevé. " * 12
    situations = Situation.objects.bulk_create(
        [
            Situation(
                council=council, code=f"LIL-2026-{rank:05}", received_on=now.date(),
                status="follow_up", channel="online_form", venue=council.venue, facts=text,
                last_activity=now,
            )
            for rank in range(count // 2)
        ],
        batch_size=1000,
    )  # fmt: skip
    alerts = Alert.objects.bulk_create(
        [
            Alert(
                council=council, code=f"LIL-2026-A{rank:05}", draft_key=uuid.uuid4(), author=author,
                received_at=now, facts=text, identity_kept=True, consent_state="named",
                situation=situations[rank // 2], status="accepted",
                origin="social_landlord",
            )
            for rank in range(count)
        ],
        batch_size=1000,
    )  # fmt: skip
    for alert in alerts:
        key = Fernet.generate_key()
        with vault.opened(alert.pk):
            SealedIdentity.objects.create(
                alert=alert,
                sealed_key=keyring(VAULT_KEYS).encrypt(key),
                cipher_text=Fernet(key).encrypt(b'{"last_name": "Exemple"}' * 8),
            )
        journal.record(author, "seal_identity", alert, council=council)
    with ledger.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["kind", "identifier", "erased_on"])
        writer.writerows(["alert", alert.pk, now.date()] for alert in alerts[-ERASED:])


if __name__ == "__main__":
    sys.exit(main())
