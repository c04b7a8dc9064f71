"""`manage.py backup`: the whole database in one sealed file; for a nightly timer."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from clsm.operations import backups, database_dump


class Command(BaseCommand):
    help = "Sauvegarde toute la base, chiffrée, sans aucune clé dedans : docs/backup.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help="à écrire ; n’existe pas")

    def handle(self, *args: Any, **options: Any) -> None:
        """CommandError (French) when the backup is not written whole; nothing is left then."""
        file: Path = options["file"]
        try:
            size = backups.make(file)
        except (backups.Refused, database_dump.Failed, ImproperlyConfigured) as problem:
            raise CommandError(str(problem)) from None
        except OSError as problem:
            raise CommandError(f"{file} : {problem.strerror}.") from None
        self.stdout.write(f"Sauvegarde écrite : {file}, {size} octets.")
