"""A council's archive taken into another installation: all of it or nothing, its digests checked.

Only into the version that wrote it (same migrations): upgrade afterwards. Keys stay, so that every
link between rows holds; accounts are those of the same address where they exist here already.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import transaction
from django.db.models import Field, Model, UUIDField

from cases import vault
from cases.models import Alert, OccasionalAuthor, Situation
from cases.occasional import email_digest
from clsm.operations import health
from clsm.operations.council_archive import FORMAT, columns, exported_tables
from governance import grants, journal
from governance.models import Council, User


class NotTaken(Exception):
    """The archive is not taken, and nothing was changed; the message is French."""


@dataclass(frozen=True)
class Imported:
    """What was taken."""

    council: Council
    rows: int
    accounts: int
    identities: int


@transaction.atomic
def take(content: bytes, *, code: str = "", name: str = "") -> Imported:
    """Take the council of the zip `content`; under another `code` and `name` if they are given.

    With another code, its situations and alerts take it too: papers and texts written before
    quote the former one. NotTaken for a damaged archive, one of another version, a council that is
    here already, or a code or name that another council has.
    """
    lines = _read(content)
    manifest = lines.manifest
    former = manifest["council"]["code"]
    code = code or former
    name = name or manifest["council"]["name"]
    if Council.objects.filter(pk=manifest["council"]["id"]).exists():
        raise NotTaken("Ce conseil est déjà dans cette installation, ou y a été supprimé.")
    if Council.objects.filter(code=code).exists():
        raise NotTaken(f"Un autre conseil porte le code {code} : donnez-en un autre (--code).")
    if Council.objects.filter(name=name).exists():
        raise NotTaken(f"Un autre conseil s’appelle « {name} » : donnez un autre nom (--name).")
    users, created = _accounts(lines.of("comptes.jsonl"))
    rows, taken = _Rows(users, former, code, name), 0
    for table in exported_tables():
        for line in lines.of(f"tables/{table.model._meta.label_lower}.jsonl"):
            rows.insert(table.model, line)
            taken += 1
    for line in lines.of("acces.jsonl"):
        _grant(line, users)
    council = Council.objects.get(pk=manifest["council"]["id"])
    identities = _seal(lines.of("identites.jsonl")) if lines.has("identites.jsonl") else 0
    reason = f"Archive du {manifest['exported_at'][:10]}, code {former}"
    journal.record(None, "import_council", council, council=council, reason=reason)
    return Imported(council, taken, created, identities)


class _Lines:
    def __init__(self, file: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self._file, self.manifest = file, manifest

    def has(self, name: str) -> bool:
        return name in self.manifest["files"]

    def of(self, name: str) -> Iterable[dict[str, Any]]:
        """The objects of one file, its digest checked. NotTaken when it is not as written."""
        content = self._file.read(name)
        if hashlib.sha256(content).hexdigest() != self.manifest["files"][name]["sha256"]:
            raise NotTaken(f"{name} n’est plus tel qu’il a été écrit.")
        return [json.loads(line) for line in content.decode().splitlines()]


def _read(content: bytes) -> _Lines:
    try:
        file = zipfile.ZipFile(io.BytesIO(content))
        manifest = json.loads(file.read("manifest.json"))
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise NotTaken("Ce fichier n’est pas l’archive d’un conseil.") from None
    if manifest.get("format") != FORMAT:
        raise NotTaken("Ce fichier n’est pas l’archive d’un conseil, ou son format est inconnu.")
    if {tuple(each) for each in manifest["migrations"]} != health.own_migrations():
        raise NotTaken(
            f"L’archive vient de la version {manifest['version']} : importez-la dans la même "
            "version, puis mettez à jour."
        )
    return _Lines(file, manifest)


def _accounts(lines: Iterable[dict[str, Any]]) -> tuple[dict[str, UUID], int]:
    """Key there -> key here, of each account; how many were opened. They have no password: each
    person asks for a new one by mail."""
    here: dict[str, UUID] = {}
    opened = 0
    for line in lines:
        user = User.objects.filter(email=line["email"]).first()
        if user is None:
            user = User(**line)
            if User.objects.filter(pk=user.pk).exists():  # whose address has changed since
                user.pk = uuid4()
            user.set_unusable_password()
            user.save(force_insert=True)
            if not line["email"].endswith(".invalid"):
                EmailAddress.objects.create(
                    user=user, email=user.email, verified=True, primary=True
                )
            opened += 1
        here[line["id"]] = user.pk
    return here, opened


class _Rows:
    """Rows written one after the other, those that they point to having been written before."""

    def __init__(self, users: dict[str, UUID], former: str, code: str, name: str) -> None:
        self._users, self._former, self._code, self._name = users, former, code, name
        # Rows that the other database numbered: (table, number there) -> number here.
        self._numbers: dict[tuple[type[Model], int], int] = {}

    def insert(self, model: type[Model], line: dict[str, Any]) -> None:
        """Write the row, under the accounts, numbers and code of here."""
        key = model._meta.pk
        row = model(**{f.attname: self._here(f, line[f.attname]) for f in columns(model)})
        numbered = not isinstance(key, UUIDField)
        if numbered:
            row.pk = None
        self._rename(row)
        if isinstance(row, Alert):
            row.identity_kept = False  # until `_seal`
        if isinstance(row, OccasionalAuthor) and row.email:
            row.email_digest = email_digest(row.email)  # under the key of this installation
        row.save_base(raw=True, force_insert=True)  # raw: the dates stay, history is not written
        if numbered:
            self._numbers[model, line[key.attname]] = row.pk

    def _here(self, field: Field[Any, Any], value: Any) -> Any:
        target = field.related_model
        if value is None or target is None:
            return field.to_python(value)
        if target is User:
            return self._users[value]
        if not isinstance(target._meta.pk, UUIDField):  # type: ignore[union-attr]
            return self._numbers[target, value]  # type: ignore[index]
        return field.to_python(value)

    def _rename(self, row: Any) -> None:
        if isinstance(row, (Council, Council.history.model)):
            row.code, row.name, row.deletion_due_on = self._code, self._name, None
        if isinstance(row, (Situation, Situation.history.model, Alert, Alert.history.model)):
            row.code = self._code + row.code.removeprefix(self._former)


def _grant(line: dict[str, Any], users: dict[str, UUID]) -> None:
    target = apps.get_model(line["model"])._base_manager.get(pk=line["object"])
    user = User.objects.get(pk=users[line["user"]])
    more = {key: line[key] for key in ("last_activity",) if key in line}
    grants.grant(user, line["permission"], target, **more)


def _seal(lines: Iterable[dict[str, Any]]) -> int:
    """Seal under the keys of this installation; an identity that no agreement opens any more stays
    out."""
    sealed = 0
    for line in lines:
        alert = Alert.objects.select_related("council").get(pk=line.pop("alert"))
        del line["code"]
        if alert.consent_state == "named":
            vault.seal(alert, line, by=None)
            sealed += 1
    return sealed
