"""Master keys: from the environment or from a file, refused at start-up when they are wrong."""

import os

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from cases import keys
from tests.test_settings import PRODUCTION, start

NAMES = ["CLSM_VAULT_KEYS", "CLSM_TEXT_KEYS", "CLSM_MEMORY_KEYS"]


def key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "keys"
    path.write_text(f"# mars\n{key()}\n\n# février\n{key()}\n")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_production_takes_its_keys_from_a_file(name, key_file):
    environment = {k: v for k, v in PRODUCTION.items() if k != name}
    assert start(**environment, **{f"{name}_FILE": str(key_file)}).returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_and_a_file_at_once_are_refused(name, key_file):
    started = start(**PRODUCTION, **{f"{name}_FILE": str(key_file)})
    assert started.returncode != 0
    assert f"{name}_FILE" in started.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_malformed_key_is_named_by_its_rank_and_never_shown(name):
    started = start(**{**PRODUCTION, name: f"{PRODUCTION[name]},trop-court"})
    assert started.returncode != 0
    assert f"{name} : la clé n° 2" in started.stderr
    assert PRODUCTION[name] not in started.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_refused(name, tmp_path):
    environment = {k: v for k, v in PRODUCTION.items() if k != name}
    started = start(**environment, **{f"{name}_FILE": str(tmp_path / "absent")})
    assert started.returncode != 0
    assert name in started.stderr


@pytest.mark.parametrize("name", NAMES)
def test_the_key_of_development_is_refused_in_production_even_as_an_older_one(name):
    import clsm.settings as development

    published = getattr(development, name)[0]
    started = start(**{**PRODUCTION, name: f"{PRODUCTION[name]},{published}"})
    assert started.returncode != 0
    assert name in started.stderr


def test_a_key_that_comes_twice_is_refused():
    same = key()
    with pytest.raises(ImproperlyConfigured, match="deux fois"):
        keys.from_text("CLSM_VAULT_KEYS", f"{same},{same}")


def test_a_file_of_notes_alone_is_refused(tmp_path):
    path = tmp_path / "keys"
    path.write_text("# à remplir\n")
    with pytest.raises(ImproperlyConfigured, match="aucune clé"):
        keys.from_file("CLSM_VAULT_KEYS", str(path))


def test_a_file_that_changes_is_read_again(key_file):
    before = keys.from_file("CLSM_VAULT_KEYS", str(key_file))
    newest = key()
    replacement = key_file.with_name("replacement")
    replacement.write_text("\n".join([newest, *before]))
    replacement.replace(key_file)
    assert keys.from_file("CLSM_VAULT_KEYS", str(key_file)) == (newest, *before)


def test_keeping_the_newest_leaves_it_alone_with_the_rights_of_the_file(key_file):
    newest, *older = keys.from_file("CLSM_VAULT_KEYS", str(key_file))
    key_file.chmod(0o640)
    assert keys.keep_newest("CLSM_VAULT_KEYS", str(key_file)) == len(older)
    assert keys.from_file("CLSM_VAULT_KEYS", str(key_file)) == (newest,)
    assert older[0] not in key_file.read_text()
    assert key_file.stat().st_mode & 0o777 == 0o640
    assert os.listdir(key_file.parent) == ["keys"]
