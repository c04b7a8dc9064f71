"""The log of the server holds nobody's name, address or key, and no error tells what was typed."""

import io
import json
import logging
import os
import secrets
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from clsm import logs
from tests import world as worlds
from tests.test_canary import holds_canary

CANARY = worlds.CANARY


@pytest.fixture
def log():
    """What the handler of production writes, from the most talkative level on."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_error_shows_a_page_that_knows_nothing_and_logs_no_word_of_what_was_typed(
    db, log, settings
):
    settings.ROOT_URLCONF = "tests.hostile_urls"
    client = Client(raise_request_exception=False)
    answer = client.post(f"/panne/?nom={CANARY}", {"facts": f"{CANARY} crie la nuit"})
    assert answer.status_code == 500
    assert "Le service est en panne" in answer.text
    assert answer["Cache-Control"] == "no-store, private"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert not holds_canary(answer.text + str(answer.headers))
    assert not holds_canary(log.getvalue())
    (line,) = [line for line in lines(log) if line["logger"] == "django.request"]
    assert (line["level"], line["status"]) == ("ERROR", 500)
    assert line["message"] == "Internal Server Error: /panne/"
    assert "ValueError" in line["error"]
    assert "RuntimeError" in line["error"]
    assert any("hostile_urls.py" in place and place.endswith(" broken") for place in line["error"])


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("Not Found: /invitation/x8Jw-secret_Q/", "Not Found: /invitation/[…]/"),
        ("/comptes/password/reset/key/3-c7x9-0f/ 404", "/comptes/password/reset/key/[…]/ 404"),
        ("/comptes/confirm-email/MQ:1tX:abc/", "/comptes/confirm-email/[…]/"),
        ('"GET /clsm/LIL/?q=Martin&page=2 HTTP/1.1" 200', '"GET /clsm/LIL/?[…] HTTP/1.1" 200'),
        ("550 <nora.cmp@demo.example> refused", "550 <[courriel]> refused"),
        ("/clsm/LIL/situations/LIL-2026-001/", "/clsm/LIL/situations/LIL-2026-001/"),
    ],
)  # fmt: skip
def test_keys_addresses_and_query_strings_are_masked(written, masked):
    assert logs.masked(written) == masked


def test_a_line_stays_one_line_whatever_is_written(log):
    logging.getLogger("django.request").warning('faux\n{"level": "INFO"}\r\x1b[2J %s', "\u2028fin")
    assert len(log.getvalue().splitlines()) == 1 + log.getvalue().count("\u2028")
    assert log.getvalue().count("\n") == 1


def test_a_lost_invitation_is_logged_without_its_key(db, log):
    key = "jeton-qui-ouvre-un-compte"
    client = Client()
    assert client.get(reverse("invitation", args=[key])).status_code == 404
    client.post(reverse("account_login"), {"login": f"{CANARY}@demo.example", "password": key})
    client.post(reverse("account_reset_password"), {"email": f"{CANARY}@demo.example"})
    assert lines(log)
    assert key not in log.getvalue()
    assert not holds_canary(log.getvalue())


def production(code: str) -> subprocess.CompletedProcess[str]:
    """Run `code` in a new process, as in production."""
    environment = {
        "PATH": os.environ["PATH"],
        "CLSM_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "clsm.example",
        "DATABASE_URL": "sqlite:///:memory:",
        "CLSM_VAULT_KEYS": Fernet.generate_key().decode(),
        "CLSM_TEXT_KEYS": Fernet.generate_key().decode(),
        "CLSM_MEMORY_KEYS": Fernet.generate_key().decode(),
        "CLSM_HOSTING": "controller",
        "DJANGO_SETTINGS_MODULE": "clsm.settings",
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=configured.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_in_production_every_logger_writes_those_lines_and_nobody_is_mailed():
    done = production(
        "import logging, django; django.setup()\n"
        "for name in ('django.request', 'django.server', 'django.security', 'gunicorn.error',"
        " 'gunicorn.access', 'governance.mail'):\n"
        "    logging.getLogger(name).error('a@b.fr %s', '/x?y=z')\n"
        "print([h for n in ('django', 'django.server') for h in logging.getLogger(n).handlers])"
    )
    assert done.stdout.strip() == "[]"
    written = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(written) == 6
    assert {line["message"] for line in written} == {"[courriel] /x?[…]"}


def test_gunicorn_logs_no_query_string_and_no_address_of_the_network():
    done = production(
        "from gunicorn.app.wsgiapp import WSGIApplication\n"
        "import sys; sys.argv = ['gunicorn', 'clsm.wsgi']\n"
        "app = WSGIApplication(); cfg = app.cfg\n"
        "print(cfg.access_log_format); print(cfg.logconfig_dict['formatters'])"
    )
    assert done.stdout.splitlines() == [
        "%(m)s %(U)s %(s)s %(M)sms",
        "{'json': {'()': 'clsm.logs.JsonLines'}}",
    ]
