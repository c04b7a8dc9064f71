"""The demonstration's people, for whoever opens it: in JSON, or as a table."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from clsm.demo import CastMember, cast_members


class Command(BaseCommand):
    help = "Liste les personnes de la démonstration, en JSON, ou en tableau avec --table."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--table", action="store_true", help="un tableau plutôt que du JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        members = cast_members()
        if options["table"]:
            self.stdout.write(_table(members))
        else:
            self.stdout.write(json.dumps(_people(members), ensure_ascii=False, indent=2))


def _people(members: list[CastMember]) -> list[dict[str, Any]]:
    """One object a person, whatever the number of their councils."""
    people: dict[str, dict[str, Any]] = {}
    for member in members:
        person = people.setdefault(
            member.email,
            {
                "email": member.email,
                "first_name": member.first_name,
                "last_name": member.last_name,
                "organisation": member.organisation,
                "profession": member.profession,
                "councils": [],
                "roles": [],
            },
        )
        person["councils"].append(member.council_code)
        person["roles"] += [role for role in member.roles if role not in person["roles"]]
    return list(people.values())


def _table(members: list[CastMember]) -> str:
    rows = [("Conseil", "Rôle", "Nom", "Organisme", "Adresse")]
    rows += [(m.council_code, m.role_label, m.name, m.organisation, m.email) for m in members]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
