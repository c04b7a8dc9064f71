"""Many rows in one statement: what a model wants in every column, written as SQL."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from django.db import connection, models

from cases.crypto import EncryptedTextField
from cases.fields import CodeListField
from governance import nomenclatures


def run(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What the statement answers; [] when it answers nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall() if cursor.description else []


def insert(model: type[models.Model], source: str, **columns: str) -> None:
    """One row of `model` for each of `source` (what follows FROM).

    `columns`: SQL expressions by name of field; the other fields are what they are when nobody
    answered. Names must match: KeyError otherwise.
    """
    written = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.AutoField):
            continue
        given = columns.pop(field.name, None)
        written[connection.ops.quote_name(field.column)] = given or _nothing(field)
    if columns:
        raise KeyError(", ".join(columns))
    run(
        f"INSERT INTO {model._meta.db_table} ({', '.join(written)}) "
        f"SELECT {', '.join(written.values())} FROM {source}"
    )


def _nothing(field: models.Field) -> str:
    if field.primary_key:
        return "gen_random_uuid()"
    if field.null:
        return "NULL"
    if isinstance(field, models.DateField):  # a DateTimeField is one
        return "now()"
    default = field.get_default()
    match default:
        case bool():
            return str(default).lower()
        case int():
            return str(default)
        case str() | tuple() | None:
            return text(default or "")
        case _:
            raise TypeError(f"{field}: say what its column holds")


def insert_history(model: type[models.Model], times: int) -> None:
    """`times` rows of history for each row of `model` that has none."""
    history = model.history.model
    table, past = model._meta.db_table, history._meta.db_table
    columns = ", ".join(
        connection.ops.quote_name(field.column)
        for field in model._meta.concrete_fields
        if field.column in {each.column for each in history._meta.concrete_fields}
    )
    run(
        f"INSERT INTO {past} ({columns}, history_date, history_type) "
        f"SELECT {columns}, now() - (random() * 900)::int * interval '1 day', '~' "
        f"FROM (SELECT * FROM {table} live WHERE NOT EXISTS "
        f"(SELECT 1 FROM {past} past WHERE past.id = live.id)) fresh, generate_series(1, {times})"
    )


# --- expressions --------------------------------------------------------------------------------


def text(value: str) -> str:
    """The text as SQL; it holds no quote."""
    return f"'{value}'"


def literal(key: uuid.UUID) -> str:
    """The key as SQL."""
    return f"'{key}'::uuid"


def one_of(answers: Iterable[str]) -> str:
    """One of those texts, by chance."""
    return any_of(map(text, answers))


def any_of(expressions: Iterable[str]) -> str:
    """One of those expressions, by chance."""
    several = list(expressions)
    return f"(ARRAY[{', '.join(several)}])[1 + floor(random() * {len(several)})::int]"


def profile(model: type[models.Model], ciphertext: str) -> dict[str, str]:
    """An answer by chance to every closed question of the alert form that `model` keeps."""
    found = {}
    fields = {field.name: field for field in model._meta.concrete_fields}
    for section in nomenclatures.alert_form():
        for spec in section.fields:
            field = fields.get(spec.code)
            if isinstance(field, EncryptedTextField):
                found[spec.code] = any_of([text(ciphertext), "''"])
            elif spec.list_code and isinstance(field, CodeListField):
                codes = nomenclatures.codes(spec.list_code)
                pairs = [f"|{one}|{other}|" for one, other in pairwise(codes)]
                found[spec.code] = one_of(["", f"|{codes[0]}|", *pairs])
            elif spec.list_code and isinstance(field, models.CharField):
                found[spec.code] = one_of(["", *nomenclatures.codes(spec.list_code)])
    return found


# --- tables -------------------------------------------------------------------------------------


@contextmanager
def unburdened(tables: Sequence[str]) -> Iterator[None]:
    """Inside, those tables have neither keys nor indexes, but the primary keys that other tables
    point to.

    They are made again at the end, in one pass each; the foreign keys are then verified.
    """
    run("SET CONSTRAINTS ALL IMMEDIATE")  # those of this transaction, before tables change
    keys = run(
        "SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid) "
        "FROM pg_constraint own WHERE conrelid::regclass::text = ANY(%s) AND (contype = 'f' OR "
        "contype IN ('p', 'u') AND NOT EXISTS (SELECT 1 FROM pg_constraint other WHERE "
        "other.confrelid = own.conrelid AND other.conrelid::regclass::text <> ALL(%s))) "
        "ORDER BY contype = 'f' DESC",
        list(tables),
        list(tables),
    )
    indexes = run(
        "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid::regclass::text = ANY(%s) AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)",
        list(tables),
    )
    for table, name, _ in keys:
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        run(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        run(definition)
    for table, name, definition in reversed(keys):
        run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
