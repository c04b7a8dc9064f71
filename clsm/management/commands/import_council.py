"""`manage.py import_council`: a council that comes from another installation, in its archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from clsm.management.commands.unseal import opened
from clsm.operations import council_import


class Command(BaseCommand):
    help = "Reprend un conseil d’après l’archive scellée qu’une autre installation a écrite."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="ARCHIVE")
        parser.add_argument("--code", default="", help="autre code, si le sien est pris ici")
        parser.add_argument("--name", default="", help="autre nom, si le sien est pris ici")

    def handle(self, *args: Any, **options: Any) -> None:
        """CommandError (French) when nothing was taken."""
        try:
            done = council_import.take(
                opened(options["file"]), code=options["code"], name=options["name"]
            )
        except council_import.NotTaken as problem:
            raise CommandError(str(problem)) from None
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        self.stdout.write(
            f"{done.council.name} ({done.council.code}) : {done.rows} lignes, {done.accounts} "
            f"compte(s) ouverts sans mot de passe, {done.identities} identité(s) scellées."
        )
