"""A private PostgreSQL that lives as long as a `with` block, or as long as one command.

    python -m tests.temporary_postgres pytest

runs the command with DATABASE_URL set and ends with its status. The cluster listens on no
network: it is reached through a socket in a directory that only its owner can enter. Nothing
is left behind.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# The cluster dies with the tests: a power cut may take it, and nothing need wait for the disk.
UNSAFE_AND_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def binaries() -> Path:
    """The directory of `initdb` and `pg_ctl`: Debian's newest, else that of the PATH.

    Raises FileNotFoundError when PostgreSQL is not installed.
    """
    # Debian keeps the servers of its versions side by side, out of the PATH.
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda initdb: float(initdb.parts[4]), default=None)
    initdb = newest or shutil.which("initdb")
    if not initdb:
        raise FileNotFoundError("PostgreSQL est absent : apt-get install postgresql")
    return Path(initdb).parent


@contextmanager
def temporary_postgres(options: str = UNSAFE_AND_FAST) -> Iterator[str]:
    """Start a cluster, give its DATABASE_URL, then stop the cluster and erase it.

    `options` of the server; "" leaves PostgreSQL its own care of the disk, as in production.

    Raises FileNotFoundError without PostgreSQL, CalledProcessError when it does not start.
    """
    tools = binaries()
    # Not TMPDIR: the path of a Unix socket is at most 107 bytes long.
    home = tempfile.mkdtemp(prefix="pg-", dir="/tmp")
    owner = {}
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        postgres = pwd.getpwnam("postgres")
        owner = {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}
        os.chown(home, postgres.pw_uid, postgres.pw_gid)

    def run(tool: str, *arguments: str) -> None:
        subprocess.run(
            [tools / tool, *arguments], check=True, cwd=home, stdout=subprocess.DEVNULL, **owner
        )

    cluster = ("-D", f"{home}/data")
    server = f"-c listen_addresses='' -c unix_socket_directories={home} {options}"
    try:
        # "trust" asks for no password: the directory of the socket is closed to others.
        initdb_options = ("-U", "admin", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        run("initdb", *cluster, *initdb_options, "--no-sync")
        run("pg_ctl", *cluster, "-l", f"{home}/log", "-w", "-o", server, "start")
        try:
            # An ordinary role, as in production: a superuser goes round too many rules.
            run("createuser", "-h", home, "-U", "admin", "--createdb", "clsm")
            run("createdb", "-h", home, "-U", "clsm", "clsm")
            yield f"postgres://clsm@{quote(home, safe='')}/clsm"
        finally:
            run("pg_ctl", *cluster, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home)


def main(command: list[str]) -> int:
    """Run the command with a DATABASE_URL of its own; its status comes back."""
    # SIGTERM would end Python without its `finally` blocks, and orphan the cluster.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with temporary_postgres() as url:
        return subprocess.call(command, env={**os.environ, "DATABASE_URL": url})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
