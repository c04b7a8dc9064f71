"""Settings from the environment: development needs none, production refuses to start without."""

import os
import secrets
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.conf import settings

pytestmark = pytest.mark.once

PRODUCTION = {
    "CLSM_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "clsm.example",
    "DATABASE_URL": "sqlite:///:memory:",
    "CLSM_VAULT_KEYS": Fernet.generate_key().decode(),
    "CLSM_TEXT_KEYS": Fernet.generate_key().decode(),
    "CLSM_MEMORY_KEYS": Fernet.generate_key().decode(),
    "CLSM_HOSTING": "controller",
}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Import the settings in a new process, with that environment alone."""
    return subprocess.run(
        [sys.executable, "-c", "import clsm.settings as s; print(s.DEBUG, s.PRODUCTION)"],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_development_starts_with_nothing_set():
    assert start().stdout.split() == ["True", "False"]


def test_production_starts_with_its_secrets_and_without_debug():
    assert start(**PRODUCTION, DEBUG="1").stdout.split() == ["False", "True"]


@pytest.mark.parametrize("missing", [name for name in PRODUCTION if name != "CLSM_ENV"])
def test_production_refuses_to_start_without_each_of_its_secrets(missing):
    started = start(**{k: v for k, v in PRODUCTION.items() if k != missing})
    assert started.returncode != 0
    assert missing in started.stderr


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "CLSM_VAULT_KEYS", "CLSM_TEXT_KEYS", "CLSM_MEMORY_KEYS"]
)
def test_production_refuses_the_stand_ins_of_development(name):
    import clsm.settings as development

    value = getattr(development, name)
    stand_in = value if isinstance(value, str) else ",".join(value)
    started = start(**{**PRODUCTION, name: stand_in})
    assert started.returncode != 0
    assert name in started.stderr


def test_production_refuses_demonstration_mode():
    started = start(**PRODUCTION, CLSM_DEMO="1")
    assert started.returncode != 0
    assert "CLSM_DEMO" in started.stderr


def test_production_has_nothing_to_reproach_itself_with():
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={"PATH": os.environ["PATH"], **PRODUCTION},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0
    assert "no issues (0 silenced)" in checked.stdout


def test_production_hides_its_cookies_and_counts_attempts_for_all_processes():
    show = (
        "import clsm.settings as s; cache = s.CACHES['default']; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.ALLAUTH_TRUSTED_PROXY_COUNT, "
        "cache['BACKEND'].rpartition('.')[2], cache['OPTIONS']['MAX_ENTRIES'], "
        "s.CONTENT_SECURITY_POLICY['DIRECTIVES']['upgrade-insecure-requests'])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", show],
        env={"PATH": os.environ["PATH"], **PRODUCTION, "BEHIND_PROXY": "1"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.split() == [
        "__Host-session", "__Host-csrf", "1", "DatabaseCache", "100000", "True",
    ]  # fmt: skip


PROCONNECT = {
    "PROCONNECT_CLIENT_ID": "clsm",
    "PROCONNECT_CLIENT_SECRET": "un secret",
    "PROCONNECT_DISCOVERY_URL": "https://proconnect.example/api/v2/.well-known/openid-configuration",
}


@pytest.mark.parametrize("missing", list(PROCONNECT))
def test_proconnect_is_set_up_whole_or_not_at_all(missing):
    started = start(**{k: v for k, v in PROCONNECT.items() if k != missing})
    assert started.returncode != 0
    assert missing in started.stderr


def test_a_form_may_lead_to_proconnect_where_it_is_set_up_and_nowhere_else():
    print_it = "import clsm.settings as s; print(s.FORM_ACTION)"
    for environment, expected in (
        ({}, "[\"'self'\"]"),
        (PROCONNECT, "[\"'self'\", 'https://proconnect.example']"),
    ):
        started = subprocess.run(
            [sys.executable, "-c", print_it],
            env={"PATH": os.environ["PATH"], **environment},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=True,
        )
        assert started.stdout.strip() == expected


def test_production_says_who_hosts_the_data_before_anything_else():
    undeclared = {k: v for k, v in PRODUCTION.items() if k != "CLSM_HOSTING"}
    for environment, named in (
        (undeclared, "CLSM_HOSTING"),
        ({**undeclared, "CLSM_HOSTING": "nuage"}, "CLSM_HOSTING"),
        ({**undeclared, "CLSM_HOSTING": "hds"}, "CLSM_HOST_NAME"),
    ):
        started = start(**environment)
        assert started.returncode != 0
        assert f"ImproperlyConfigured: {named}" in started.stderr
    assert start(**undeclared, CLSM_HOSTING="hds", CLSM_HOST_NAME="Hébergeur").returncode == 0


def test_a_token_short_enough_to_be_guessed_is_refused():
    assert "CLSM_METRICS_TOKEN" in start(**PRODUCTION, CLSM_METRICS_TOKEN="court").stderr


def test_behind_a_pooler_no_cursor_stays_on_the_server():
    show = "import clsm.settings as s; print(s.DATABASES['default']['DISABLE_SERVER_SIDE_CURSORS'])"
    shown = subprocess.run(
        [sys.executable, "-c", show],
        env={"PATH": os.environ["PATH"], **PRODUCTION, "DATABASE_POOLED": "1"},
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout.strip() == "True"
