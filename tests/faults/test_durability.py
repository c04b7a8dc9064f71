"""The receipt is shown once the disk has the alert: seen in the system calls, in their order."""

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.db import connection

from tests.faults.site import Browser, serving, signed_in
from tests.temporary_postgres import binaries, temporary_postgres

STRACE = ("strace", "-f", "-ttt", "-s", "500", "-e", "trace=fsync,fdatasync,sendto,recvfrom", "-o")
ASKED = re.compile(r'^\d+ +(\d+\.\d+) .*recvfrom.*"POST [^"]*recapitulatif', re.MULTILINE)
SHOWN = re.compile(r'^\d+ +(\d+\.\d+) .*sendto.*HTTP/1.1 302[^"]*recepisse', re.MULTILINE)
ON_DISK = re.compile(r"^\d+ +(\d+\.\d+) .*f(?:data)?sync.* = 0$", re.MULTILINE)

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace n’est pas installé")


def instants(call: re.Pattern[str], trace: Path) -> list[float]:
    """When those calls were made, in seconds."""
    return [float(at) for at in call.findall(trace.read_text(errors="replace"))]


@contextmanager
def durable_copy(database: str, trace: Path) -> Iterator[str]:
    """On PostgreSQL, that database in a cluster that waits for its disk, whose calls are traced."""
    with temporary_postgres(options="") as copy:
        tools = binaries()
        # No identity is sealed yet: nothing is behind the wall that this role does not pass.
        told = [tools / "pg_dump", "--enable-row-security", database]
        dump = subprocess.run(told, check=True, capture_output=True)
        subprocess.run(
            [tools / "psql", "-q", copy], check=True, capture_output=True, input=dump.stdout
        )
        home = Path(unquote(urlsplit(copy).netloc.split("@")[1]))
        postmaster = (home / "data" / "postmaster.pid").read_text().split()[0]
        watching = subprocess.Popen([*STRACE, str(trace), "-p", postmaster])
        try:
            time.sleep(1)  # until it is attached
            yield copy
        finally:
            watching.send_signal(signal.SIGINT)
            watching.wait()


def test_the_disk_has_the_alert_before_its_receipt_leaves_on_sqlite(
    database, partners, written, size, tmp_path
):
    if connection.vendor != "sqlite":
        pytest.skip("voir le test suivant")
    (partner,) = partners(1)
    drafts = written(partner.user, size(2, 20))
    trace = tmp_path / "trace"
    with serving(database, tmp_path, command=(*STRACE, str(trace))) as site:
        send(site.browser(partner.user), drafts)
    each_reached_the_disk(len(drafts), trace, trace)


def test_the_disk_has_the_alert_before_its_receipt_leaves_on_postgresql(
    request, database, partners, written, tmp_path
):
    if connection.vendor != "postgresql" or not request.config.getoption("--full"):
        pytest.skip("PostgreSQL, avec --full : un serveur qui attend son disque")
    (partner,) = partners(1)
    drafts = written(partner.user, 20)
    web, disk = tmp_path / "web", tmp_path / "disk"
    session = signed_in(partner.user)
    with (
        durable_copy(database, disk) as copy,
        serving(copy, tmp_path, command=(*STRACE, str(web))) as site,
    ):
        send(Browser(site.port, session), drafts)
    each_reached_the_disk(len(drafts), web, disk)


def send(browser, drafts):
    for draft in drafts:
        path = f"/clsm/LIL/alertes/brouillons/{draft.pk}/recapitulatif/"
        assert browser.post(path).receipt


def each_reached_the_disk(count, web, disk):
    asked, shown = instants(ASKED, web), instants(SHOWN, web)
    assert len(asked) == len(shown) == count
    written_at = instants(ON_DISK, disk)
    for begin, end in zip(asked, shown, strict=True):
        assert [at for at in written_at if begin < at < end], "nothing reached the disk before"
