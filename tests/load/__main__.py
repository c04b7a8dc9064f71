"""Partners who send alerts at a steady pace, against two web processes and a worker.

    python -m tests.load --partners 50 --a-minute 600 --minutes 5 [--sqlite]

makes a database of its own (a private PostgreSQL, or a file), serves it with gunicorn on the
loopback, has each alert sent from its recap, as a browser does, at its hour whatever became of the
others, then compares what was acknowledged with what is stored. It prints what it saw as JSON, and
ends in error when an alert was lost or doubled, or when an answer was neither a receipt nor a
visible refusal.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tests.temporary_postgres import temporary_postgres


def options() -> argparse.Namespace:
    """What the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("--partners", type=int, default=50)
    parser.add_argument("--a-minute", type=int, default=600)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--sqlite", action="store_true", help="a file rather than PostgreSQL")
    return parser.parse_args()


@contextmanager
def some_database(*, sqlite: bool) -> Iterator[str]:
    """The address of an empty database that goes when the block ends."""
    if not sqlite:
        with temporary_postgres(options="") as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/clsm.sqlite3"


def main() -> int:
    """Start Django on a database of its own, and measure there; 1 when something was lost."""
    asked = options()
    # SIGTERM would end Python without its `finally` blocks, and orphan the database.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with some_database(sqlite=asked.sqlite) as url:
        command = [sys.executable, "-m", "tests.load.measure"]
        measured = json.dumps([asked.partners, asked.a_minute, asked.minutes])
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.faults.served",
            "CACHE_URL": "db://cache",
            "DEBUG": "0",
        }
        for preparing in (["migrate", "-v0"], ["createcachetable"]):
            subprocess.run([sys.executable, "manage.py", *preparing], check=True, env=environment)
        with subprocess.Popen([*command, measured], env=environment) as measuring:
            try:
                return measuring.wait()
            finally:
                measuring.terminate()


if __name__ == "__main__":
    sys.exit(main())
