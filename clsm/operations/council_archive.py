"""Everything that a council owns, in open formats: for its own use, or to go elsewhere.

A zip of JSON lines (all of it, typed) and CSV (for a spreadsheet), with a note that describes every
file. Texts are in clear in it: it leaves sealed under a passphrase (sealed_file.py), never plain.
What is left out, and why, is said in LEFT_OUT.
"""

import base64
import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, QuerySet
from django.utils import timezone

from cases import council_rows, policies, vault
from cases.models import Alert
from clsm.operations import health, sealed_file
from clsm.version import VERSION
from governance import grants, journal
from governance.models import AccessRecord, Council, User
from governance.viewer import Viewer

FORMAT = "clsm-council/1"
# Situations and alerts: some ten seconds.
MOST_CASES = 5000
# The accounts of those who belong to the council: what names them, nothing that signs in.
USER_FIELDS = ("id", "email", "first_name", "last_name", "phone", "date_joined")
LEFT_OUT = {
    "SealedIdentity": "scellées ; identites.jsonl les remplace quand vous l’avez demandé",
    "Fingerprint": "empreintes faites avec la clé de cette installation",
    "AlertDraft": "brouillons, à leurs auteurs seuls",
    "RegisterUpload": "registre déposé, en attente d’être confirmé",
    "OutgoingMessage": "courriers, déjà partis ou périmés",
    "SavedView": "préférences de chacun",
    "ReportFile": "documents des bilans, refaits à partir de leurs éditions",
    "Invitation": "liens d’invitation, qui n’ouvrent rien ailleurs",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Written:
    """One file of the archive, as its note and its manifest describe it."""

    name: str
    about: str
    rows: int
    columns: tuple[tuple[str, str], ...]
    digest: str


def exported_tables() -> list[council_rows.Table]:
    """The tables of an archive, each after those that its rows point to."""
    return [table for table in council_rows.tables() if not _left_out(table.model)]


def _left_out(model: type[Model]) -> bool:
    name = model.__name__.removeprefix("Historical")
    return name in LEFT_OUT or grants.holds_permissions(model)


def columns(model: type[Model]) -> list["Field[Any, Any]"]:
    """The columns of a table that an archive holds: all of them."""
    return list(model._meta.concrete_fields)


def export(
    viewer: Viewer, council: Council, *, reason: str, passphrase: str, identities: bool
) -> bytes:
    """The sealed archive of the council; journalled with the reason.

    `identities`: those that the viewer may be shown today too, each journalled like any other
    reveal. Refused to anybody but the coordination.
    """
    policies.can_export_council(viewer, council).enforce()
    shown = _identities(viewer, council, reason) if identities else None
    journal.record(viewer.user, "export_council", council, council=council, reason=reason)
    return _sealed(archive(council, shown), passphrase)


def export_from_server(council: Council, *, reason: str, passphrase: str) -> bytes:
    """The same from a command of the server, for a council too large for a page; journalled.

    Never with identities: they are shown to people.
    """
    journal.record(None, "export_council", council, council=council, reason=reason)
    return _sealed(archive(council), passphrase)


def is_large(council: Council) -> bool:
    """Whether the archive takes longer than a page may."""
    return council.situations.count() + Alert.objects.filter(council=council).count() > MOST_CASES


def _sealed(content: bytes, passphrase: str) -> bytes:
    out = io.BytesIO()
    sealer = sealed_file.Sealer(out, sealed_file.under_passphrase(passphrase))
    sealer.write(content)
    sealer.finish()
    return out.getvalue()


def archive(council: Council, identities: Iterable[Mapping[str, Any]] | None = None) -> bytes:
    """The zip, in clear: to be sealed before it leaves. See `export`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        written = [_write_table(file, table, council) for table in exported_tables()]
        written.append(_write_users(file, council))
        written.append(_write_grants(file, council))
        written.append(_write_journal(file, council))
        if identities is not None:
            written.append(_write_lines(file, "identites.jsonl", "Identités scellées", identities))
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "migrations": sorted(health.own_migrations()),
            "exported_at": timezone.now().isoformat(),
            "council": {"id": str(council.pk), "code": council.code, "name": council.name},
            "files": {each.name: {"rows": each.rows, "sha256": each.digest} for each in written},
        }
        file.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
        file.writestr("LISEZMOI.txt", _note(council, written))
    return out.getvalue()


def members(council: Council) -> "QuerySet[User]":
    """Whoever the rows of the council may name: its members, of today and of before."""
    keys: set[Any] = set()
    for table in exported_tables():
        for field in columns(table.model):
            if field.related_model is User:
                keys.update(table.rows(council).values_list(field.attname, flat=True).distinct())
    return User.objects.filter(pk__in=keys - {None})


def _identities(viewer: Viewer, council: Council, reason: str) -> list[dict[str, Any]]:
    alerts = Alert.objects.filter(council=council, identity_kept=True).select_related("council")
    return [
        {"alert": alert.pk, "code": alert.code, **vault.reveal(viewer, alert, reason=reason)}
        for alert in alerts
        if policies.can_reveal(viewer, alert)
    ]


def _write_table(file: zipfile.ZipFile, table: council_rows.Table, council: Council) -> Written:
    model = table.model
    fields = columns(model)
    name = f"tables/{model._meta.label_lower}"
    rows = [
        {field.attname: field.value_from_object(row) for field in fields}
        for row in table.rows(council).order_by("pk").distinct().iterator(chunk_size=500)
    ]
    headings = tuple((field.attname, str(field.verbose_name)) for field in fields)
    file.writestr(f"csv/{model._meta.label_lower}.csv", _csv(headings, rows))
    return _write_lines(file, f"{name}.jsonl", str(model._meta.verbose_name), rows, headings)


def _write_users(file: zipfile.ZipFile, council: Council) -> Written:
    users = members(council).order_by("pk").values(*USER_FIELDS)
    labels = {field.name: str(field.verbose_name) for field in columns(User)}
    headings = tuple((name, labels[name]) for name in USER_FIELDS)
    return _write_lines(file, "comptes.jsonl", "Comptes des membres", users, headings)


def _write_grants(file: zipfile.ZipFile, council: Council) -> Written:
    """Who may open what, object by object: guardian's rows, by names and not by numbers."""
    lines: list[dict[str, Any]] = []
    for table in council_rows.tables():
        if not grants.holds_permissions(table.model):
            continue
        target = table.model._meta.get_field("content_object").related_model
        for row in table.rows(council).select_related("permission"):
            more = {"last_activity": row.last_activity} if hasattr(row, "last_activity") else {}
            lines.append(
                {
                    "user": row.user_id,
                    "permission": row.permission.codename,
                    "model": target._meta.label_lower,  # type: ignore[union-attr]
                    "object": row.content_object_id,
                    **more,
                }
            )
    return _write_lines(file, "acces.jsonl", "Qui peut ouvrir quoi", lines)


def _write_journal(file: zipfile.ZipFile, council: Council) -> Written:
    """To be read, and not taken back: another journal has its own chain."""
    lines = AccessRecord.objects.filter(council=council).order_by("id").values(
        "at", "actor", "action", "target_type", "target_id", "reason", "digest"
    )  # fmt: skip
    return _write_lines(file, "journal.jsonl", "Journal des accès, à lire", lines)


def _write_lines(
    file: zipfile.ZipFile,
    name: str,
    about: str,
    lines: Iterable[Mapping[str, Any]],
    headings: tuple[tuple[str, str], ...] = (),
) -> Written:
    texts = [json.dumps(line, cls=_Encoder, ensure_ascii=False) + "\n" for line in lines]
    content = "".join(texts).encode()
    file.writestr(name, content)
    return Written(name, about, len(texts), headings, hashlib.sha256(content).hexdigest())


class _Encoder(DjangoJSONEncoder):
    """Bytes (a logo) as BinaryField reads them back."""

    def default(self, value: Any) -> Any:
        if isinstance(value, (bytes, memoryview)):
            return base64.b64encode(value).decode("ascii")
        return super().default(value)


def _csv(headings: tuple[tuple[str, str], ...], rows: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow([label for _, label in headings])
    for row in rows:
        writer.writerow([_cell(row[name]) for name, _ in headings])
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> str:
    """A cell that a spreadsheet would compute is quoted as a text."""
    if value is None or isinstance(value, (bytes, memoryview)):  # a picture is in the JSON
        return ""
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _note(council: Council, written: Iterable[Written]) -> str:
    """The note: what each file is, each column of it, and what is not there."""
    lines = [
        f"{council.name} ({council.code})",
        f"Archive complète, écrite le {timezone.localdate():%d/%m/%Y} par CLSM {VERSION}.",
        "",
        "CE DOSSIER CONTIENT DES DONNÉES DE SANTÉ. Gardez-le scellé ; effacez les copies en clair.",
        "",
        "Formats : JSON, une ligne un objet ; CSV séparé par « ; », mêmes colonnes ; UTF-8.",
        "Les objets se citent par leur clé. Les tables « historical… » disent qui a changé quoi.",
        "Les réponses codées sont celles des listes fermées du logiciel (nomenclatures.yaml).",
        "Reprise dans une autre installation : manage.py import_council.",
        "",
    ]
    for each in written:
        lines.append(f"{each.name} : {each.about}, {each.rows} ligne(s)")
        lines += [f"    {name} : {label}" for name, label in each.columns if label]
    lines += ["", "Ce qui n’y est pas :"]
    lines += [f"- {name} : {why}" for name, why in LEFT_OUT.items()]
    lines.append("- mots de passe et seconds facteurs : chacun choisit les siens à nouveau")
    return "\n".join(lines) + "\n"
