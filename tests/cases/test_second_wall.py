"""Row-level security of PostgreSQL on identities: outside the vault, the table is empty.

The application's role is an ordinary one that owns its tables, as in production: a superuser
would go round the wall, so that the first test is about the role.
"""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from cases import checks, vault
from cases.models import Alert
from cases.models.identities import SealedIdentity
from tests import world as worlds

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has no row-level security"
    ),
]


def query(sql: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


@transaction.atomic
def delete(alert: Alert) -> None:
    """Delete the alert and let the database say at once whether it may go."""
    Alert.objects.filter(pk=alert.pk).delete()
    connection.check_constraints()


def test_the_tests_run_as_an_ordinary_role_that_owns_the_table(world):
    assert query("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user") == [
        (False, False)
    ]
    assert query(
        "SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'cases_sealedidentity'"
    ) == [(True,)]


def test_a_role_that_goes_round_the_wall_is_told_at_each_migration(world):
    assert checks.role_meets_the_wall(databases=["default"]) == []
    superuser = connection.copy()
    superuser.settings_dict["USER"] = "admin"  # of tests/temporary_postgres.py
    try:
        assert checks.goes_round(superuser)
    finally:
        superuser.close()
    assert not checks.goes_round(connection)


def test_outside_the_vault_no_query_finds_an_identity(world):
    assert vault.holds_identity(world.alert)
    assert not SealedIdentity.objects.exists()
    assert query("SELECT * FROM cases_sealedidentity") == []
    assert (
        query("SELECT 1 FROM cases_alert a JOIN cases_sealedidentity s ON s.alert_id = a.id") == []
    )


def test_after_a_reveal_in_the_same_transaction_the_table_is_closed_again(world):
    with transaction.atomic():
        author = worlds.Viewer(world.people["author"].user)
        vault.reveal(author, world.alert, reason="Vérifier l’adresse avant la visite")
        assert not SealedIdentity.objects.exists()


def test_after_an_error_in_the_vault_the_table_is_closed_again(world):
    with pytest.raises(ZeroDivisionError), vault.opened(world.alert.pk):
        1 / SealedIdentity.objects.filter(alert=world.other_alert).count()
    assert not SealedIdentity.objects.exists()


def test_the_identity_of_one_alert_does_not_open_that_of_another(world):
    other = worlds.submit(
        worlds.Viewer(world.people["author"].user), world.council, agreement="named"
    )
    with vault.opened(world.alert.pk):
        assert [s.alert_id for s in SealedIdentity.objects.all()] == [world.alert.pk]
    with vault.opened(other.pk):
        assert [s.alert_id for s in SealedIdentity.objects.all()] == [other.pk]


def test_outside_the_vault_nothing_is_written(world):
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        SealedIdentity.objects.create(alert=world.other_alert, sealed_key=b"a", cipher_text=b"b")


def test_in_the_vault_of_one_alert_nothing_is_written_for_another(world):
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        vault.opened(world.alert.pk),
    ):
        SealedIdentity.objects.update(alert=world.other_alert)


def test_outside_the_vault_changing_and_deleting_touch_nothing(world):
    assert SealedIdentity.objects.update(cipher_text=b"") == 0
    assert SealedIdentity.objects.all().delete()[0] == 0
    author = worlds.Viewer(world.people["author"].user)
    assert vault.reveal(author, world.alert, reason="Vérifier l’adresse avant la visite")


def test_an_alert_cannot_be_deleted_before_the_vault_erased_its_identity(world):
    alert = worlds.submit(
        worlds.Viewer(world.people["author"].user), world.council, agreement="named"
    )
    with pytest.raises(IntegrityError):
        delete(alert)
    vault.erase(alert)
    delete(alert)
    assert not Alert.objects.filter(pk=alert.pk).exists()


def test_erasing_leaves_no_row(world):
    vault.erase(world.alert)
    with vault.opened(world.alert.pk):
        assert not SealedIdentity.objects.exists()


def test_a_dump_by_the_role_of_the_application_fails_instead_of_leaving_identities_out(world):
    """pg_dump says so first: SET row_security = off."""
    query("SELECT set_config('row_security', 'off', true)")
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        query("SELECT * FROM cases_sealedidentity")


def test_the_rotation_passes_the_wall(world, settings):
    from cryptography.fernet import Fernet

    settings.CLSM_VAULT_KEYS = [Fernet.generate_key().decode(), *settings.CLSM_VAULT_KEYS]
    call_command("rotate_keys", verbosity=0)
    assert vault.opens_with_newest(world.alert.pk) is True
