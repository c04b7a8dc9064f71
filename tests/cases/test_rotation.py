"""Keys rotate without losing a word; a destroyed key closes what older backups hold."""

import io
import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.core.cache import cache
from django.core.management import CommandError, call_command

from cases import vault
from cases.crypto import EncryptedTextField
from cases.models import Alert, AlertDraft, Situation
from cases.models.identities import SealedIdentity
from cases.services import rotation
from tests import factories
from tests import world as worlds

REASON = "Vérifier l’adresse avant la visite"


def key() -> str:
    return Fernet.generate_key().decode()


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("rotate_keys", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def world(world):
    world.draft.answers = {"personne": {"last_name": worlds.CANARY}}
    world.draft.save()
    return world


@pytest.fixture
def newer(world, settings):
    """The world as it stands when new keys have come before those that it was written under."""
    settings.CLSM_VAULT_KEYS = [key(), *settings.CLSM_VAULT_KEYS]
    settings.CLSM_TEXT_KEYS = [key(), *settings.CLSM_TEXT_KEYS]
    return world


def drop_old_keys(settings) -> None:
    settings.CLSM_VAULT_KEYS = settings.CLSM_VAULT_KEYS[:1]
    settings.CLSM_TEXT_KEYS = settings.CLSM_TEXT_KEYS[:1]


def everything_encrypted() -> dict:
    """(table, key, field) -> words, of all tables, history included, as their readers get them."""
    return {
        (model._meta.label, str(row.pk), field.name): json.dumps(getattr(row, field.name))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
        for row in model._base_manager.all()
    }


def test_old_keys_read_until_the_rotation_then_the_newest_opens_everything(newer, settings):
    before = everything_encrypted()
    assert {table for table, _, _ in before} >= {"cases.Alert", "cases.HistoricalAlert"}
    run()
    run("--check")
    drop_old_keys(settings)
    assert everything_encrypted() == before
    author = newer.people["author"]
    revealed = vault.reveal(worlds.Viewer(author.user), newer.alert, reason=REASON)
    assert revealed["last_name"] == worlds.CANARY


def test_without_a_rotation_a_dropped_key_is_loud(newer, settings):
    drop_old_keys(settings)
    with pytest.raises(InvalidToken):
        Situation.objects.get(pk=newer.situation.pk)
    with pytest.raises(InvalidToken):
        AlertDraft.objects.get(pk=newer.draft.pk)


def test_the_check_fails_before_the_rotation_and_changes_nothing(newer):
    before = everything_encrypted()
    with pytest.raises(CommandError, match="n’ouvre pas"):
        run("--check")
    assert everything_encrypted() == before


def test_a_second_rotation_finds_nothing_to_do(newer):
    assert "identités : 1 rechiffrées, 0 déjà à jour" in run()
    assert [count.touched for count in rotation.rotate()] == [0] * (3 + len(rotation._models()))


def test_the_rotation_writes_no_history(newer):
    count = Situation.history.count()
    run()
    assert Situation.history.count() == count


def test_an_interrupted_rotation_is_taken_up_where_it_stopped(newer, monkeypatch, settings):
    monkeypatch.setattr(rotation, "BATCH", 1)
    tables = rotation.rotate()
    next(tables)
    next(tables)
    tables.close()
    with pytest.raises(CommandError):
        run("--check")
    again = list(rotation.rotate())
    assert again[0].touched == 0
    assert sum(count.touched for count in again) > 0
    run("--check")
    drop_old_keys(settings)
    assert everything_encrypted()


def test_a_value_that_no_key_opens_stops_the_rotation_and_is_named(newer, settings):
    drop_old_keys(settings)
    with pytest.raises(CommandError, match=f"l’alerte {newer.alert.pk} : aucune clé"):
        run()


def test_a_text_that_no_key_opens_stops_the_rotation_and_is_named(newer, settings):
    settings.CLSM_TEXT_KEYS = settings.CLSM_TEXT_KEYS[:1]
    with pytest.raises(CommandError, match="aucune clé ne l’ouvre"):
        run()


def test_a_data_key_that_opens_nothing_is_found_by_the_check(world):
    run("--check")
    with vault.opened(world.alert.pk):
        SealedIdentity.objects.filter(alert=world.alert).update(cipher_text=b"autre chose")
    with pytest.raises(CommandError, match="1 valeur"):
        run("--check")


# --- the secrets of second factors --------------------------------------------------------------


@pytest.fixture
def nurse(world):
    """A member with an application for codes, recovery codes and a security key."""
    user = world.people["knows_person"].user
    factories.second_factor(user)
    RecoveryCodes.activate(user)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Clé", "public": "x"})
    return user


def codes_of(user) -> tuple[bool, list[str]]:
    """Whether the application's code is right; the recovery codes left."""
    factors = {factor.type: factor.wrap() for factor in Authenticator.objects.filter(user=user)}
    cache.clear()
    right = factors["totp"].validate_code(factories.totp_code())
    return right, factors["recovery_codes"].get_unused_codes()


def test_second_factors_outlive_the_key_that_sealed_them(nurse, newer, settings):
    before = codes_of(nurse)
    assert before[0]
    with pytest.raises(CommandError, match="n’ouvre pas"):
        run("--check")
    assert "seconds facteurs : 2 rechiffrées" in run()
    run("--check")
    drop_old_keys(settings)
    assert codes_of(nurse) == before
    key = Authenticator.objects.get(user=nurse, type="webauthn")
    assert key.data == {"name": "Clé", "public": "x"}


def test_used_recovery_codes_stay_used_after_a_rotation(nurse, newer, settings):
    _, codes = codes_of(nurse)
    recovery = Authenticator.objects.get(user=nurse, type="recovery_codes")
    assert recovery.wrap().validate_code(codes[0])
    run()
    drop_old_keys(settings)
    assert codes_of(nurse)[1] == codes[1:]


def test_a_second_factor_that_no_key_opens_stops_the_rotation_and_is_named(nurse, newer, settings):
    settings.CLSM_TEXT_KEYS = settings.CLSM_TEXT_KEYS[:1]
    factor = Authenticator.objects.filter(user=nurse).order_by("pk")[0]
    with pytest.raises(CommandError, match=f"Second facteur {factor.pk}"):
        run()


# --- destroying the old keys --------------------------------------------------------------------


@pytest.fixture
def key_file(world, settings, tmp_path):
    path = tmp_path / "vault-keys"
    path.write_text("\n".join([key(), *settings.CLSM_VAULT_KEYS]))
    settings.CLSM_VAULT_KEYS_FILE = str(path)
    return path


def test_what_a_backup_holds_of_an_erased_identity_is_unreadable_once_the_key_is_destroyed(
    world, key_file
):
    with vault.opened(world.alert.pk):
        backup = SealedIdentity.objects.get(alert=world.alert)
    vault.erase(world.alert)
    run()
    assert "1 ancienne(s) clé(s)" in run("--destroy-old")
    with vault.opened(world.alert.pk):
        backup.save(force_insert=True)  # the backup is restored
    with pytest.raises(InvalidToken):
        vault.reveal(worlds.Viewer(world.people["author"].user), world.alert, reason=REASON)


def test_what_a_backup_holds_of_a_draft_is_unreadable_too(world, key_file):
    backup = AlertDraft.objects.values("pk", raw=rotation.Cast("answers", rotation.TextField()))
    token = backup.get(pk=world.draft.pk)["raw"]
    run()
    run("--destroy-old")
    AlertDraft.objects.filter(pk=world.draft.pk).update(
        answers=rotation.Value(token, rotation.TextField())
    )
    with pytest.raises(InvalidToken):
        AlertDraft.objects.get(pk=world.draft.pk)


def test_no_key_is_destroyed_while_something_needs_it(world, key_file):
    before = key_file.read_text()
    with pytest.raises(CommandError, match="encore besoin"):
        run("--destroy-old")
    assert key_file.read_text() == before


def test_keys_of_the_environment_are_not_ours_to_destroy(world):
    with pytest.raises(CommandError, match="CLSM_VAULT_KEYS_FILE"):
        run("--destroy-old")


def test_a_directory_that_cannot_be_written_is_told(world, key_file, monkeypatch):
    run()

    def full(*_args, **_kwargs):
        raise OSError(28, "plein", str(key_file))

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(CommandError, match="Impossible d’écrire"):
        run("--destroy-old")
    monkeypatch.undo()
    assert Alert.objects.filter(pk=world.alert.pk).exists()
    assert len(key_file.read_text().split()) == 2


def test_a_generated_key_is_a_fernet_key():
    out = io.StringIO()
    call_command("generate_key", stdout=out)
    assert Fernet(out.getvalue().strip())
