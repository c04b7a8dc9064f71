"""A real server on the loopback, whose processes can be killed, and somebody at a browser."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from governance.models import User
from tests import factories

TOKEN = "a" * 32  # any secret is a CSRF token, when the cookie and the form say the same
PATIENCE = 30  # seconds


def free_port() -> int:
    """A port of the loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def signed_in(user: User) -> str:
    """The key of a session of theirs, second factor shown."""
    client = factories.sign_in(Client(), user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@dataclass(frozen=True)
class Answer:
    """The whole answer of the server; an answer that was cut raises instead."""

    status: int
    location: str
    kind: str
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def receipt(self) -> str:
        """The number of the alert that this answer acknowledges, or nothing."""
        found = re.search(r"/alertes/([A-Z0-9]+-\d{4}-A\d+)/recepisse/$", self.location)
        return found[1] if found and self.status == 302 else ""


@dataclass
class Browser:
    """Somebody signed in. Redirections are told, not followed."""

    port: int
    session: str

    def ask(self, method: str, path: str, fields: Mapping[str, object] | None = None) -> Answer:
        """The answer, whole; OSError or HTTPException when the server went away before its end."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        body = None
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}; csrftoken={TOKEN}"
        headers = {"Cookie": cookies, "Connection": "close"}
        if method == "POST":
            body = urlencode({**(fields or {}), "csrfmiddlewaretoken": TOKEN}, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            content = answer.read()
        finally:
            line.close()
        kind = answer.headers.get("Content-Type", "")
        return Answer(answer.status, answer.headers.get("Location", ""), kind, content)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, fields: Mapping[str, object] | None = None) -> Answer:
        return self.ask("POST", path, fields)


@dataclass
class Site:
    """gunicorn on a port of the loopback."""

    port: int
    log: Path
    environment: dict[str, str]
    workers: int
    command: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start it and wait until it answers."""
        gunicorn = [
            *self.command, sys.executable, "-m", "gunicorn", "clsm.wsgi",
            "--preload", "--workers", str(self.workers), "--bind", f"127.0.0.1:{self.port}",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                gunicorn,
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if Browser(self.port, "").get("/sante").status == 200:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        raise AssertionError(self.log.read_text()[-3000:])

    def stop(self) -> None:
        """End it as a machine is turned off in good order."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(PATIENCE)

    def kill(self) -> None:
        """kill -9 of the server and all its processes."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def worker_ids(self) -> list[int]:
        """The processes that answer."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def kill_workers(self) -> None:
        """kill -9 of the processes that answer; others take their place."""
        for pid in self.worker_ids():
            os.kill(pid, signal.SIGKILL)

    def browser(self, user: User) -> Browser:
        """A browser where that person is signed in, second factor shown."""
        return Browser(self.port, signed_in(user))

    def errors(self) -> list[str]:
        """What the program logged as an error; not what gunicorn says of processes killed."""
        lines = self.log.read_text().splitlines()
        return [line for line in lines if '"ERROR"' in line and '"gunicorn.error"' not in line]


@contextmanager
def serving(
    database: str, folder: Path, *, workers: int = 1, command: tuple[str, ...] = (), **more: str
) -> Iterator[Site]:
    """A site on that database, its log in that folder; `command` runs gunicorn (strace)."""
    kept = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {
        # A server that may write no more would leave half a compiled module in the sources.
        "PYTHONDONTWRITEBYTECODE": "1",
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "tests.faults.served",
        "DEBUG": "0",
        "PYTHONUNBUFFERED": "1",
        **more,
    }
    site = Site(free_port(), folder / "gunicorn.log", environment, workers, command)
    try:
        site.start()
        yield site
    finally:
        if site.process is not None and site.process.poll() is None:
            site.stop()
