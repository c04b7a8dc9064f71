"""What a migration asks of the database in its own words: triggers, mostly."""

from collections.abc import Iterable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def run(
    schema_editor: BaseDatabaseSchemaEditor, postgresql: Iterable[str], sqlite: Iterable[str]
) -> None:
    """Run the statements of the database at hand."""
    statements = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
    for statement in statements:
        schema_editor.execute(statement, params=None)
