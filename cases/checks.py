"""What `manage.py migrate` and `check --database default` say of the database itself."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@checks.register(checks.Tags.database)
def role_meets_the_wall(
    *, databases: Sequence[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """A warning for each PostgreSQL whose role ignores row-level security on identities."""
    return [
        checks.Warning(
            f"Le rôle de la base « {alias} » est superutilisateur ou BYPASSRLS : la sécurité par "
            "ligne ne protège pas les identités (docs/keys.md).",
            id="cases.W001",
        )
        for alias in databases or ()
        if goes_round(connections[alias])
    ]


def goes_round(connection: BaseDatabaseWrapper) -> bool:
    """Whether the role of this connection goes round row-level security; False on SQLite."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])
