"""`manage.py replay_erasures`: the ledger of erasures, out to a file, back after a restore."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.services import retention
from governance import ledger


class Command(BaseCommand):
    help = (
        "Écrit le registre des effacements dans un fichier (--export), à garder hors des "
        "sauvegardes ; après une restauration, efface de nouveau ce qu’elle a ramené (--ledger)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--export", type=Path, metavar="FICHIER")
        way.add_argument("--ledger", type=Path, metavar="FICHIER")

    def handle(self, *args: Any, **options: Any) -> None:
        """CommandError (French) for a file that cannot be read or written, or is no ledger."""
        file: Path = options["export"] or options["ledger"]
        try:
            if options["export"]:
                self.stdout.write(f"{ledger.write(file)} effacement(s) inscrits dans {file}.")
            else:
                erased = retention.replay(ledger.read(file))
                self.stdout.write(f"{erased} objet(s) effacés de nouveau.")
        except ledger.UnreadableLedger as problem:
            raise CommandError(str(problem)) from None
        except OSError as problem:
            raise CommandError(f"{file} : {problem.strerror}.") from None
