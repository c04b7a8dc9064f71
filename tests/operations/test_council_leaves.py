"""A council is taken away whole, or deleted whole: by who may, never by one click."""

import datetime
import io
import json
import zipfile

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cases import council_rows, vault
from cases.models import Alert, Situation
from cases.models.situations import SituationPermission
from cases.services import council_erasure, retention
from clsm.operations import council_archive, council_import, sealed_file
from governance import ledger
from governance.models import AccessRecord, Council, Look, Membership, OutgoingMessage, User
from governance.services.councils import create_council
from governance.viewer import Viewer
from tests import world as worlds
from tests.test_canary import holds_canary

PASSPHRASE = "une phrase de passe bien longue"
ASKED = {"reason": "Le conseil change d’hébergeur", "passphrase": PASSPHRASE, "again": PASSPHRASE}


def opened(content: bytes, passphrase: str = PASSPHRASE) -> zipfile.ZipFile:
    derive = sealed_file.under_passphrase(passphrase)
    return zipfile.ZipFile(io.BytesIO(b"".join(sealed_file.opened(io.BytesIO(content), [derive]))))


def test_every_table_belongs_to_a_council_or_is_known_not_to():
    owned = {table.model for table in council_rows.tables()}
    others = {
        model.__name__
        for app in council_rows.APPS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if model not in owned
    }
    assert others == {
        "User", "HistoricalUser",  # may belong to several
        "User_groups", "User_user_permissions",  # never used
        "CalendarFeed",  # a user's
        "AccessRecord",  # outlives the council
        "Erasure", "Backup",  # of the installation
        "Submission",  # a digest, for a day
    }  # fmt: skip


def test_the_archive_holds_everything_sealed_and_identities_only_when_asked(world):
    client = world.client("coordinator")
    address = reverse("council_export", args=[world.council.code])
    page = client.get(address)
    assert "données de santé" in page.content.decode()
    for bad in ({**ASKED, "again": "autre chose que la phrase"}, {**ASKED, "reason": "court"}):
        refused = client.post(address, bad)
        assert refused.headers["Content-Type"].startswith("text/html")
    before = AccessRecord.objects.filter(action="reveal_identity").count()
    plain = client.post(address, ASKED)
    assert plain["Content-Disposition"].endswith(f'-{timezone.localdate()}.clsm"')
    assert b"LIL-" not in plain.content
    assert not holds_canary(plain.content)
    archive = opened(plain.content)
    for name in archive.namelist():
        assert not holds_canary(archive.read(name)), name
    note = archive.read("LISEZMOI.txt").decode()
    manifest = json.loads(archive.read("manifest.json"))
    for name, described in manifest["files"].items():
        lines = archive.read(name).decode().splitlines()
        assert len(lines) == described["rows"]
        assert f"{name} :" in note
        for line in lines:
            json.loads(line)
    situations = archive.read("tables/cases.situation.jsonl").decode()
    assert world.situation.code in situations
    assert "Crie la nuit." in archive.read("tables/cases.situation.jsonl").decode()
    assert "tables/cases.historicalsituation.jsonl" in manifest["files"]
    assert "tables/cases.alertdraft.jsonl" not in manifest["files"]
    assert AccessRecord.objects.filter(action="reveal_identity").count() == before
    whole = opened(client.post(address, {**ASKED, "identities": "on"}).content)
    assert holds_canary(whole.read("identites.jsonl"))
    revealed = AccessRecord.objects.filter(action="reveal_identity", reason=ASKED["reason"])
    assert revealed.count() == 1
    assert AccessRecord.objects.filter(action="export_council").count() == 2


def test_a_stale_second_factor_is_asked_again_before_anything_leaves(world):
    client = world.client("coordinator")
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    for name in ("council_export", "council_delete"):
        answer = client.post(reverse(name, args=[world.council.code]), ASKED)
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]
    assert not AccessRecord.objects.filter(action="export_council").exists()


def rows_of(council: Council) -> dict[str, int]:
    return {
        table.model.__name__: table.rows(council).distinct().count()
        for table in council_archive.exported_tables()
    }


@pytest.mark.django_db(transaction=True)
def test_an_archive_is_taken_elsewhere_under_another_code_or_not_at_all(on_database):
    with on_database("ici", migrated=True):
        world = worlds.build()
        viewer_user = world.people["coordinator"].user
        sealed = council_archive.export(
            Viewer(viewer_user), world.council, reason="Changement de serveur",
            passphrase=PASSPHRASE, identities=True,
        )  # fmt: skip
        there = rows_of(world.council)
        logo = bytes(Look.objects.get().logo)
        holders = SituationPermission.objects.count()
        with pytest.raises(council_import.NotTaken, match="déjà dans cette installation"):
            council_import.take(_zip(sealed))
    content = _zip(sealed)
    with on_database("ailleurs", migrated=True):
        _other_council("LIL", "CLSM de Lille")
        User.objects.create_user(viewer_user.email, "une phrase de passe bien longue")
        for refused, words in (
            (b"rien", "n’est pas l’archive"),
            (content, "--code"),
            (_changed(content, "comptes.jsonl", b"e", b"x"), "n’est plus tel"),
            (_changed(content, "manifest.json", b"council/1", b"council/9"), "n’est pas l’archive"),
        ):
            with pytest.raises(council_import.NotTaken, match=words):
                council_import.take(
                    refused, code="" if refused is content else "NEUF", name="CLSM repris"
                )
            assert Council.objects.count() == 1
        done = council_import.take(content, code="NEUF", name="CLSM repris")
        assert done.identities == 1
        council = Council.objects.get(code="NEUF")
        assert rows_of(council) == there
        assert bytes(council.look.logo) == logo
        with pytest.raises(council_import.NotTaken, match="déjà"):
            council_import.take(content, code="AUTRE", name="CLSM repris encore")
        situation = Situation.objects.get(pk=world.situation.pk)
        assert situation.code == world.situation.code.replace("LIL", "NEUF")
        assert situation.facts == "Crie la nuit."
        assert situation.history.first().code.startswith("NEUF-")
        assert SituationPermission.objects.count() == holders > 0
        member = Membership.objects.get(pk=world.people["coordinator"].pk)
        assert member.user.email == viewer_user.email
        assert member.user_id != viewer_user.pk  # the account that was here already
        coordinator = Viewer(member.user)
        for version in council.charter_versions.all():
            assert version.signatures.filter(user=member.user).exists()
        alert = Alert.objects.select_related("council").get(pk=world.alert.pk)
        assert holds_canary(str(vault.reveal(coordinator, alert, reason="Vérifier la reprise")))


def _zip(sealed: bytes) -> bytes:
    derive = sealed_file.under_passphrase(PASSPHRASE)
    return b"".join(sealed_file.opened(io.BytesIO(sealed), [derive]))


def _changed(content: bytes, name: str, former: bytes, new: bytes) -> bytes:
    """The same archive, `new` instead of the first `former` of one file of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for each in source.namelist():
            data = source.read(each)
            target.writestr(each, data.replace(former, new, 1) if each == name else data)
    return out.getvalue()


def _other_council(code: str, name: str) -> Council:
    return create_council(code, name=name, profile="lille", towns=["Lille"], sectors=["59G22"])


def test_a_deletion_is_asked_announced_and_called_off(world, django_capture_on_commit_callbacks):
    coordinator, manager = world.client("coordinator"), world.client("manager")
    address = reverse("council_delete", args=[world.council.code])
    assert "Supprimer dans 30 jours" in coordinator.get(address).content.decode()
    assert "Seule la coordination" in manager.get(address).content.decode()
    manager.post(address, {"reason": "Une bonne raison", "code": "LIL"})
    coordinator.post(address, {"reason": "Une bonne raison", "code": "AIS"})
    world.council.refresh_from_db()
    assert world.council.deletion_due_on is None
    coordinator.post(address, {"reason": "Le conseil fusionne avec son voisin", "code": "lil"})
    world.council.refresh_from_db()
    assert world.council.deletion_due_on == timezone.localdate() + datetime.timedelta(days=30)
    told = OutgoingMessage.objects.filter(template="council_deletion")
    assert {m.user_id for m in told} == {
        world.people["coordinator"].user_id, world.people["manager"].user_id,
    }  # fmt: skip
    assert not council_erasure.due(timezone.localdate() + datetime.timedelta(days=29)).exists()
    assert "Annuler la suppression" in manager.get(address).content.decode()
    settings = manager.get(reverse("council_settings", args=[world.council.code]))
    assert "sauf si quelqu’un l’annule" in settings.content.decode()
    manager.post(reverse("council_keep", args=[world.council.code]))
    world.council.refresh_from_db()
    assert world.council.deletion_due_on is None
    actions = AccessRecord.objects.filter(council=world.council).values_list("action", flat=True)
    assert {"delete_council", "keep_council"} <= set(actions)


def test_a_deleted_council_leaves_its_key_and_a_journal_without_persons(world):
    today = timezone.localdate()
    key, code = world.council.pk, world.council.code
    lines = AccessRecord.objects.filter(council=key).count()
    outsider = world.people["outsider"]
    # One of its members is also of the other council, and stays somebody.
    both = world.people["stranger"].user
    Membership.objects.create(
        user=both, council=outsider.council, role="copil", college="elected", start=today
    )
    Council.objects.filter(pk=key).update(deletion_due_on=today)
    applied = {rule.label: rule for rule in retention.apply(today)}
    assert (applied["conseils supprimés"].count, applied["conseils supprimés"].failed) == (1, 0)

    left = Council.objects.get(pk=key)
    assert left.erased_on == today
    assert code not in (left.code, left.name)
    counted = {
        table.model.__name__: table.rows(left).count()
        for table in council_rows.tables()
        if table.model is not Council
    }
    assert {name: count for name, count in counted.items() if count} == {}
    with vault.opened(world.alert.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_sealedidentity")
        assert cursor.fetchone() == (0,)
    assert AccessRecord.objects.filter(council=key).count() > lines
    known = User.objects.exclude(email__endswith=".invalid")
    assert set(known) == {both, outsider.user}
    assert ("council", key) in {(e.kind, e.identifier) for e in ledger.entries()}
    # The triggers are back.
    with pytest.raises(IntegrityError, match="journal des accès"), transaction.atomic():
        AccessRecord.objects.filter(council=key).update(reason="")
    assert _guarded() >= {"cases_consentrecord", "cases_conclusions", "governance_accessrecord"}
    # A restore brings it back; the ledger deletes it again.
    Council.objects.filter(pk=key).update(erased_on=None)
    assert retention.replay([e for e in ledger.entries() if e.kind == "council"]) == 1
    assert Council.objects.get(pk=key).erased_on == today


def _guarded() -> set[str]:
    """The tables of which a trigger stands guard."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgrelid::regclass::text FROM pg_trigger "
                "WHERE NOT tgisinternal AND tgenabled = 'O'"
            )
        else:
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


def test_the_commands_ask_the_passphrase_and_say_what_they_did(world, tmp_path, monkeypatch):
    file, output = tmp_path / "a.clsm", tmp_path / "a.zip"
    typed = PASSPHRASE
    for command in ("unseal", "export_council"):
        monkeypatch.setattr(f"clsm.management.commands.{command}.getpass", lambda _: typed)
    export = ("export_council", world.council.code, str(file), "--reason", "Trop grand")
    typed = "courte"
    with pytest.raises(CommandError, match="au moins 20"):
        call_command(*export)
    typed = PASSPHRASE
    call_command(*export)
    assert AccessRecord.objects.get(action="export_council").actor is None
    typed = "autre phrase"
    with pytest.raises(CommandError, match="Aucune clé"):
        call_command("unseal", str(file), str(output))
    typed = PASSPHRASE
    call_command("unseal", str(file), str(output))
    names = zipfile.ZipFile(output).namelist()
    assert "manifest.json" in names
    assert "identites.jsonl" not in names
    assert {path.stat().st_mode & 0o077 for path in (file, output)} == {0}
    with pytest.raises(CommandError, match="déjà dans cette installation"):
        call_command("import_council", str(file))


def test_a_council_too_large_for_a_page_is_told_whom_to_ask(world, monkeypatch):
    monkeypatch.setattr(council_archive, "MOST_CASES", 1)
    client = world.client("coordinator")
    address = reverse("council_export", args=[world.council.code])
    for answer in (client.get(address), client.post(address, ASKED)):
        assert "trop grand pour une page" in answer.content.decode()
    assert not AccessRecord.objects.filter(action="export_council").exists()
