"""The files of docs/deploy/ are read as the machines will read them, and name what exists."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands
from django.test import Client

from governance.models import Membership

pytestmark = pytest.mark.once

DEPLOY = settings.BASE_DIR / "docs" / "deploy"
DOCUMENT = (settings.BASE_DIR / "docs" / "deploy.md").read_text("utf-8")
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])


def settings_read() -> set[str]:
    """The variables that clsm/settings.py reads, by whatever function."""
    names = set()
    tree = ast.parse((settings.BASE_DIR / "clsm" / "settings.py").read_text("utf-8"))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called, first = node.func, node.args[0]
        ours = isinstance(called, ast.Name) and called.id in ("secret", "master_keys")
        of_env = (
            isinstance(called, ast.Attribute)
            and isinstance(called.value, ast.Name)
            and called.value.id == "env"
        )
        if (ours or of_env) and isinstance(first, ast.Constant) and first.value.isupper():
            names.add(first.value)
    return names


def settings_told() -> set[str]:
    """The variables of the table of docs/deploy.md."""
    table = DOCUMENT.partition("## The settings")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_the_table_of_settings_is_what_the_settings_read():
    assert len(settings_read()) > 30
    assert settings_read() - settings_told() == set(), "read, and not told"
    assert settings_told() - settings_read() == set(), "told, and not read"


def test_every_command_that_is_named_exists():
    texts = [path.read_text("utf-8") for path in DEPLOY.iterdir()]
    texts += [path.read_text("utf-8") for path in (settings.BASE_DIR / "docs").glob("*.md")]
    named = set(re.findall(r"manage\.py,? ([a-z_]+)\b(?!\.)", "\n".join(texts)))
    assert {"migrate", "db_worker", "backup", "restore", "apply_retention"} <= named
    assert named - set(get_commands()) == set()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is absent")
def test_systemd_understands_every_unit():
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *UNITS],
        capture_output=True, text=True, check=False,
    ).stderr  # fmt: skip
    faults = [
        line
        for line in said.splitlines()
        # The program is not installed here; other units of this machine are not ours to judge.
        if "is not executable" not in line and any(unit.name in line for unit in UNITS)
    ]
    assert faults == []


def test_every_timer_starts_a_unit_and_every_service_is_shut_in():
    for timer in DEPLOY.glob("*.timer"):
        assert timer.with_suffix(".service").exists()
        assert "Persistent=yes" in timer.read_text("utf-8")
    for service in DEPLOY.glob("*.service"):
        text = service.read_text("utf-8")
        for line in ("User=clsm", "UMask=0077", "ProtectSystem=strict", "NoNewPrivileges=yes"):
            assert line in text.splitlines(), service.name


def test_the_containerfile_has_no_fault():
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run(
        [hadolint, DEPLOY / "Containerfile"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    copied = re.findall(r"^COPY ([^\n]+) \S+$", (DEPLOY / "Containerfile").read_text(), re.M)
    for name in " ".join(copied).split():
        assert (settings.BASE_DIR / name).exists(), name


def test_the_compose_file_says_what_the_program_needs():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    services = compose["services"]
    assert set(services) == {"db", "migrate", "web", "worker", "morning", "night"}
    assert "ports" not in services["db"]  # nobody but the program
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]  # TLS ends before it
    for name, service in services.items():
        if name == "db":
            continue
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["env_file"] == "env", name
        build = service["build"]
        assert (DEPLOY / build["context"] / build["dockerfile"]).resolve().exists()
    assert services["worker"]["command"] == ["python", "manage.py", "db_worker"]
    assert services["web"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    for mount in services["db"]["volumes"]:
        source = mount.partition(":")[0]
        assert source in compose["volumes"] or (DEPLOY / source).exists()


def test_the_proxy_lets_in_what_the_program_takes_and_names_the_client_itself():
    site, proxy = ((DEPLOY / name).read_text() for name in ("nginx.conf", "clsm_proxy.conf"))
    (limit,) = re.findall(r"client_max_body_size (\d+)m;", site)
    assert int(limit) * 1024 * 1024 > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in proxy
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in proxy
    assert "access_log off;" in site
    assert site.count("{") == site.count("}")
    statements = [line.strip() for line in (site + proxy).splitlines()]
    assert all(line == "" or line[0] == "#" or line[-1] in "{};" for line in statements)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is absent")
def test_nginx_understands_its_file(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=clsm.example",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    site = (DEPLOY / "nginx.conf").read_text()
    for former, here in (
        ("/etc/ssl/clsm/privkey.pem", key),
        ("/etc/ssl/clsm/fullchain.pem", certificate),
        ("/etc/nginx/clsm_proxy.conf", DEPLOY / "clsm_proxy.conf"),
        ("/var/log/nginx/clsm.error.log", tmp_path / "error.log"),
    ):
        site = site.replace(former, str(here))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{site}\n}}\n")
    done = subprocess.run(["nginx", "-t", "-c", whole], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_first_manager_opens_their_account_without_any_mail(council, capsys, mailoutbox):
    names = ("--first-name", "Marc", "--last-name", "Technique")
    call_command("create_manager", council.code, "Marc@demo.example", *names)
    link = capsys.readouterr().out.splitlines()[-1]
    assert link.startswith(settings.SITE_URL)
    member = Membership.objects.get(council=council, role="manager")
    assert member.user.email == "marc@demo.example"
    assert not member.user.has_usable_password()
    assert EmailAddress.objects.get(user=member.user).verified
    client = Client()
    page = client.get(link.removeprefix(settings.SITE_URL), follow=True)
    chosen = "une phrase de passe bien à moi"
    client.post(page.redirect_chain[-1][0], {"password1": chosen, "password2": chosen})
    member.user.refresh_from_db()
    assert member.user.check_password(chosen)
    again = Client().get(link.removeprefix(settings.SITE_URL), follow=True)
    assert 'name="password1"' not in again.content.decode()
    with pytest.raises(CommandError, match="c’est elle qui invite"):
        call_command("create_manager", council.code, "autre@demo.example", *names)
    with pytest.raises(CommandError, match="Aucun conseil"):
        call_command("create_manager", "NUL", "autre@demo.example", *names)


def test_nothing_of_a_connection_outlives_its_transaction():
    """Behind a pooler the next transaction may be on another connection."""
    sources = [
        path.read_text("utf-8")
        for floor in ("clsm", "reports", "cases", "governance")
        for path in (settings.BASE_DIR / floor).rglob("*.py")
        if "migrations" not in path.parts
    ]
    program = "\n".join(sources)
    settled = re.findall(r"set_config\([^)]*\)", program)
    assert settled
    assert [call for call in settled if not call.endswith("true)")] == []
    locks = set(re.findall(r"pg_(?:try_)?advisory\w+", program))
    assert locks <= {"pg_advisory_xact_lock", "pg_try_advisory_xact_lock"}
    assert not re.search(r"\bLISTEN \w|CREATE TEMP", program)
