"""The closed lists, the alert form and the council profiles: one YAML file, read once.

Codes are fixed in the repository; each council may change labels, order and activity
(`governance.models.ListEntry`, applied by `governance.selectors.council_list`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

UNKNOWN = "unknown"
UNKNOWN_LABEL = "Non renseigné"


@dataclass(frozen=True)
class Entry:
    """One answer of a closed list: its fixed code, its label, and what else the list says of it."""

    code: str
    label: str
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class FieldSpec:
    """One field of the alert form, as governance/nomenclatures.yaml declares it."""

    code: str
    label: str
    type: str
    required: str
    privacy: str
    stats: bool
    list_code: str = ""
    help: str = ""


@dataclass(frozen=True)
class SectionSpec:
    code: str
    label: str
    fields: tuple[FieldSpec, ...]
    note: str = ""


def _typographic(text: str) -> str:
    return re.sub(r" (?=[:;?!])", "\u00a0", text.replace("'", "’"))


@cache
def _source() -> dict[str, Any]:
    path = Path(__file__).with_name("nomenclatures.yaml")
    content: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return content


@cache
def entries(list_code: str) -> tuple[Entry, ...]:
    """The answers of `list_code`, in the repository's order. KeyError on an unknown list."""
    return tuple(
        Entry(
            code=row["code"],
            label=_typographic(row["label_fr"]),
            extra={k: v for k, v in row.items() if k not in ("code", "label_fr", "src")},
        )
        for row in _source()["lists"][list_code]
    )


def list_codes() -> tuple[str, ...]:
    """The codes of all closed lists."""
    return tuple(_source()["lists"])


@cache
def codes(list_code: str) -> tuple[str, ...]:
    """The codes of `list_code`, in order."""
    return tuple(entry.code for entry in entries(list_code))


def choices(list_code: str) -> list[tuple[str, str]]:
    """(code, label) pairs of `list_code`, as Django wants them."""
    return [(entry.code, entry.label) for entry in entries(list_code)]


def label(list_code: str, code: str) -> str:
    """The repository's label for `code`; "Non renseigné" for an empty one."""
    if code in ("", UNKNOWN):
        return UNKNOWN_LABEL
    return next(entry.label for entry in entries(list_code) if entry.code == code)


@cache
def alert_form() -> tuple[SectionSpec, ...]:
    """The nine sections and 57 fields of the *fiche alerte*."""
    return tuple(
        SectionSpec(
            code=section["code"],
            label=_typographic(section["label_fr"]),
            note=_typographic(section.get("note_fr", "")),
            fields=tuple(
                FieldSpec(
                    code=row["code"],
                    label=_typographic(row["label_fr"]),
                    type=row["type"],
                    required=row["required"],
                    privacy=row["privacy"],
                    stats=row["stats"],
                    list_code=row.get("list", ""),
                    help=_typographic(row.get("help_fr", "")),
                )
                for row in section["fields"]
            ),
        )
        for section in _source()["alert_form"]["sections"]
    )


@cache
def field_spec(code: str) -> FieldSpec:
    """The declaration of the alert field `code`. KeyError if the form has no such field."""
    for section in alert_form():
        for spec in section.fields:
            if spec.code == code:
                return spec
    raise KeyError(code)


@cache
def profiles() -> Mapping[str, Mapping[str, Any]]:
    """The settings that differ between councils, by profile code (lille, aissmc)."""
    return {
        code: {k: _typographic(v) if isinstance(v, str) else v for k, v in profile.items()}
        for code, profile in _source()["profiles"].items()
    }
