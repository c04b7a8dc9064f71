"""A backup gives everything back but what was erased since; a bad one is loud, and harmless."""

import io
import subprocess
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from cases import vault
from cases.models import Alert, Situation
from cases.services import erasure, triage
from clsm.operations import sealed_file
from clsm.operations.sealed_file import BLOCK
from governance import ledger
from governance.models import AccessRecord, Backup, OutgoingMessage
from governance.services import retention as accounts
from governance.viewer import Viewer
from reports.models import AnnualReport
from reports.published import digest
from tests import world as worlds
from tests.conftest import build_cast
from tests.test_canary import holds_canary


@pytest.fixture
def backup_role(settings):
    """On PostgreSQL, the role of docs/keys.md, which row-level security does not hold."""
    if connection.vendor != "postgresql":
        return
    host = connection.settings_dict["HOST"]
    for statement in (
        "CREATE ROLE clsm_backup LOGIN BYPASSRLS",
        "GRANT pg_read_all_data TO clsm_backup",
    ):
        subprocess.run(
            ["psql", "-h", host, "-U", "admin", "-d", "postgres", "-c", statement],
            check=False,  # it may be there from the test before
            capture_output=True,
        )
    settings.BACKUP_DATABASE = {**connection.settings_dict, "USER": "clsm_backup", "PASSWORD": ""}


def told(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_a_restore_gives_everything_back_but_what_was_erased_since(
    on_database, backup_role, tmp_path, settings
):
    file, register = tmp_path / "clsm.sauvegarde", tmp_path / "effacements.csv"
    with on_database("avant", migrated=True):
        cast = build_cast()
        coordinator, author = Viewer(cast.coordinator.user), Viewer(cast.landlord.user)
        alert = worlds.submit(author, cast.council, agreement="named")
        kept = triage.accept(coordinator, alert)
        gone = triage.accept(coordinator, worlds.submit(author, cast.council, agreement="named"))
        figures = {"années": [2019], "total": 12}
        AnnualReport.objects.create(
            council=cast.council, first_year=2019, last_year=2019, edition="copil", number=1,
            figures=figures, digest=digest(figures), frozen_by=cast.coordinator.user,
        )  # fmt: skip
        lines = AccessRecord.objects.count()
        waiting = OutgoingMessage.objects.filter(template="alert_received").update(state="waiting")
        assert waiting == 2
        assert "Sauvegarde écrite" in told("backup", str(file))
        assert Backup.objects.get().size == file.stat().st_size
        erasure.erase_on_request(
            coordinator, gone, reason="Demande reçue par courrier", closure="lost"
        )
        accounts.anonymise(cast.police.user, gone.received_on)
        ledger.write(register)
        with pytest.raises(CommandError, match="n’est pas vide"):
            told("restore", str(file), "--ledger", str(register))

    content = file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    assert not holds_canary(content)
    assert b"cases_alert" not in content
    for key in (*settings.CLSM_VAULT_KEYS, *settings.CLSM_TEXT_KEYS, *settings.CLSM_MEMORY_KEYS):
        assert key.encode() not in content

    with on_database("apres"):
        said = told("restore", str(file), "--ledger", str(register))
        assert "3 objet(s) effacés de nouveau" in said  # situation and fingerprints, the account
        assert f"Journal intact : {lines} lignes" in said
        assert f"{waiting} courrier(s)" in said
        assert not OutgoingMessage.objects.filter(state="waiting").exists()
        restored = Situation.objects.select_related("council").get(pk=kept.pk)
        assert restored.code == kept.code
        coordinator = Viewer(type(cast.coordinator.user).objects.get(pk=cast.coordinator.user_id))
        shown = vault.reveal(coordinator, Alert.objects.get(pk=alert.pk), reason="Après la panne")
        assert holds_canary(str(shown))
        assert Situation.objects.get(pk=gone.pk).status == "purged"
        assert not vault.holds_identity(Alert.objects.get(situation=gone))
        cast.police.user.refresh_from_db()
        assert cast.police.user.last_name == "Compte effacé"
        assert AccessRecord.objects.filter(action="restore", council=cast.council).count() == 1


def test_what_cannot_be_restored_says_so_and_leaves_the_database_empty(
    on_database, backup_role, tmp_path, settings
):
    file = tmp_path / "clsm.sauvegarde"
    with on_database("avant", migrated=True):
        build_cast()
        told("backup", str(file))
        with pytest.raises(CommandError, match="existe déjà"):
            told("backup", str(file))
        AnnualReport.objects.create(
            council=build_council(), first_year=2019, last_year=2019, edition="copil", number=1,
            figures={"total": 12}, digest="0" * 64, frozen_by=anybody(),
        )  # fmt: skip
        told("backup", str(tmp_path / "faux.sauvegarde"))
    good = file.read_bytes()
    (tmp_path / "tronquee").write_bytes(good[:-1000])
    (tmp_path / "alteree").write_bytes(good[:2000] + bytes([good[2000] ^ 1]) + good[2001:])
    (tmp_path / "autre").write_bytes(b"PGDMP et la suite")
    right = settings.CLSM_BACKUP_KEYS
    with on_database("apres"):
        for name, words in (
            ("tronquee", "tronqué|Aucune clé"),
            ("alteree", "altéré"),
            ("autre", "n’est pas un fichier scellé"),
            ("absente", "No such file|Aucun fichier"),
        ):
            with pytest.raises(CommandError, match=words):
                told("restore", str(tmp_path / name), "--without-ledger")
        settings.CLSM_BACKUP_KEYS = [Fernet.generate_key().decode()]
        with pytest.raises(CommandError, match="Aucune clé n’ouvre"):
            told("restore", str(file), "--without-ledger")
        settings.CLSM_BACKUP_KEYS = []
        with pytest.raises(CommandError, match="toujours chiffrée"):
            told("restore", str(file), "--without-ledger")
        with pytest.raises(CommandError, match="toujours chiffrée"):
            told("backup", str(tmp_path / "jamais"))
        assert not (tmp_path / "jamais").exists()
        settings.CLSM_BACKUP_KEYS = [Fernet.generate_key().decode(), *right]
        assert connection.introspection.table_names() == []
        with pytest.raises(CommandError, match=r"À NE PAS OUVRIR.*bilan"):
            told("restore", str(tmp_path / "faux.sauvegarde"), "--without-ledger")


def build_council():
    from governance.models import Council

    return Council.objects.get()


def anybody():
    from governance.models import User

    return User.objects.first()


KEY = sealed_file.under_key(Fernet.generate_key().decode())


def sealed_bytes(content: bytes, derive=KEY) -> bytes:
    out = io.BytesIO()
    sealer = sealed_file.Sealer(out, derive)
    sealer.write(content)
    sealer.finish()
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 7])
def test_a_sealed_file_gives_back_its_content_and_cut_between_blocks_it_is_damaged(size):
    content = bytes(range(256)) * (size // 256 + 1)
    written = sealed_bytes(content[:size])
    assert b"".join(sealed_file.opened(io.BytesIO(written), [KEY])) == content[:size]
    header, block = len(sealed_file.MAGIC) + sealed_file.SALT, BLOCK + sealed_file.TAG
    for cut in range(header + block, len(written), block):
        with pytest.raises(sealed_file.Damaged):
            list(sealed_file.opened(io.BytesIO(written[:cut]), [KEY]))


@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.binary(max_size=300), data=st.data())
def test_no_byte_of_a_sealed_file_is_changed_or_lost_unseen(content, data):
    written = sealed_bytes(content)
    place = data.draw(st.integers(0, len(written) - 1))
    changed = written[:place] + bytes([written[place] ^ 0x40]) + written[place + 1 :]
    for bad in (changed, written[:place], written + b"x"):
        with pytest.raises((sealed_file.NotSealed, sealed_file.WrongKey, sealed_file.Damaged)):
            list(sealed_file.opened(io.BytesIO(bad), [KEY]))


def test_a_passphrase_opens_what_it_sealed_and_another_does_not(tmp_path: Path):
    written = sealed_bytes(b"contenu", sealed_file.under_passphrase("une longue phrase de passe"))
    again = sealed_file.under_passphrase("une longue phrase de passe")
    assert b"".join(sealed_file.opened(io.BytesIO(written), [again])) == b"contenu"
    other = sealed_file.under_passphrase("une longue phrase de passé")
    with pytest.raises(sealed_file.WrongKey):
        list(sealed_file.opened(io.BytesIO(written), [other]))


def test_a_file_half_written_is_not_left_behind(tmp_path: Path):
    def interrupted() -> None:
        with sealed_file.sealed(tmp_path / "f", KEY) as out:
            out.write(b"x" * (2 * BLOCK))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert list(tmp_path.iterdir()) == []
