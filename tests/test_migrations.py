"""The release before still runs on the database of this one: nothing that it uses is taken away."""

from collections.abc import Iterator

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

OURS = ("governance", "cases", "reports")
# The last migrations of the release before this one; empty before the first release.
RELEASED: dict[str, str] = {}
# What a migration may take away, and why nothing misses it: the release that stopped using it, or
# that none was out yet.
UNRELEASED = "before the first release"
TAKEN_AWAY = {
    "governance.0003_invitation_digests RenameField invitation.token": UNRELEASED,
    "cases.0008_messages DeleteModel AlertMessage": UNRELEASED,
    "cases.0008_messages DeleteModel HistoricalAlertMessage": UNRELEASED,
    "reports.0004_commentary_versions RemoveField commentary.section": UNRELEASED,
    "reports.0004_commentary_versions RemoveField commentary.text": UNRELEASED,
    "reports.0004_commentary_versions RemoveField historicalcommentary.section": UNRELEASED,
    "reports.0004_commentary_versions RemoveField historicalcommentary.text": UNRELEASED,
}
TAKING = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def operations(migration: migrations.Migration) -> Iterator[migrations.operations.base.Operation]:
    for operation in migration.operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from operation.database_operations
        else:
            yield operation


def taken_away(app: str, migration: migrations.Migration) -> list[str]:
    """What the migration takes from a program that does not know it yet."""
    return [
        f"{app}.{migration.name} {type(operation).__name__} "
        + ".".join(
            str(getattr(operation, part))
            for part in ("model_name", "old_name" if hasattr(operation, "old_name") else "name")
            if hasattr(operation, part)
        )
        for operation in operations(migration)
        if isinstance(operation, TAKING)
    ]


def closed_to_the_former(app: str, migration: migrations.Migration) -> list[str]:
    """The columns that a program that does not know them could not leave out of an INSERT."""
    return [
        f"{app}.{migration.name} {operation.model_name}.{operation.name}"
        for operation in operations(migration)
        if isinstance(operation, migrations.AddField)
        and not operation.field.null
        and not operation.field.many_to_many
        and operation.field.db_default is NOT_PROVIDED
        and not operation.model_name.lower().startswith("historical")
    ]


def after(app: str, migration: migrations.Migration) -> bool:
    return app in RELEASED and migration.name > RELEASED[app]


def ours() -> list[tuple[str, migrations.Migration]]:
    found = MigrationLoader(None).disk_migrations
    return [(app, found[app, name]) for app, name in sorted(found) if app in OURS]


def test_no_migration_takes_away_what_is_not_listed():
    found = {line for app, migration in ours() for line in taken_away(app, migration)}
    assert found - set(TAKEN_AWAY) == set(), "list it with its reason (docs/deploy.md, Upgrading)"
    assert set(TAKEN_AWAY) - found == set(), "listed, and taken away by no migration"


def test_no_migration_since_the_last_release_shuts_its_program_out():
    found = [
        line
        for app, migration in ours()
        if after(app, migration)
        for line in closed_to_the_former(app, migration)
    ]
    assert found == []
    names = {name for app, migration in ours() for name in [f"{app} {migration.name}"]}
    assert {f"{app} {name}" for app, name in RELEASED.items()} <= names


@pytest.mark.parametrize(
    ("operation", "taken", "closed"),
    [
        (migrations.RemoveField("alert", "facts"), 1, 0),
        (migrations.RenameField("alert", "facts", "seen"), 1, 0),
        (migrations.DeleteModel("Alert"), 1, 0),
        (migrations.SeparateDatabaseAndState([migrations.DeleteModel("Alert")]), 1, 0),
        (migrations.SeparateDatabaseAndState([], [migrations.DeleteModel("Alert")]), 0, 0),
        (migrations.AddField("alert", "new", models.CharField(max_length=3)), 0, 1),
        (migrations.AddField("alert", "new", models.CharField(default="", max_length=3)), 0, 1),
        (migrations.AddField("alert", "new", models.CharField(db_default="", max_length=3)), 0, 0),
        (migrations.AddField("alert", "new", models.DateField(null=True)), 0, 0),
    ],
)
def test_the_rule_sees_what_would_break_the_release_before(operation, taken, closed):
    migration = migrations.Migration("0099_next", "cases")
    migration.operations = [operation]
    assert len(taken_away("cases", migration)) == taken
    assert len(closed_to_the_former("cases", migration)) == closed
