"""`manage.py restore`: an empty database filled from a backup, erasures replayed, verified."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from clsm.operations import backups, database_dump, sealed_file
from governance import ledger


class Command(BaseCommand):
    help = "Remplit une base vide d’après une sauvegarde, réefface, vérifie : docs/backup.md."
    requires_system_checks: list[str] = []  # they may ask the empty database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help="écrit par manage.py backup")
        erasures = parser.add_mutually_exclusive_group(required=True)
        erasures.add_argument(
            "--ledger", type=Path, metavar="REGISTRE", help="registre des effacements à rejouer"
        )
        erasures.add_argument(
            "--without-ledger",
            action="store_true",
            help="le registre est perdu : ce qui a été effacé depuis la sauvegarde revient",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """CommandError (French) when nothing was restored, or something of it is unsound."""
        file: Path = options["file"]
        try:
            entries = [] if options["without_ledger"] else ledger.read(options["ledger"])
            done = backups.restore(file, entries)
        except backups.Unsound as problem:
            raise CommandError(f"RESTAURÉE MAIS À NE PAS OUVRIR. {problem}") from None
        except (
            backups.Refused,
            database_dump.Failed,
            sealed_file.NotSealed,
            sealed_file.WrongKey,
            sealed_file.Damaged,
            ledger.UnreadableLedger,
            ImproperlyConfigured,
        ) as problem:
            raise CommandError(str(problem)) from None
        except OSError as problem:
            raise CommandError(f"{problem.filename} : {problem.strerror}.") from None
        self.stdout.write(
            f"Base restaurée, telle qu’au {done.made_at}. {done.erased_again} objet(s) effacés de "
            f"nouveau. Journal intact : {done.journal_lines} lignes. Bilans arrêtés intacts."
        )
        if done.doubtful:
            self.stdout.write(
                f"{done.doubtful} courrier(s) attendaient et sont peut-être partis depuis : "
                "« Courriers » les montre, personne ne les renvoie tout seul."
            )
