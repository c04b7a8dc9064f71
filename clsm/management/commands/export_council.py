"""`manage.py export_council`: the sealed archive of a council too large for its page."""

from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clsm.operations import council_archive
from governance.models import Council

SHORTEST = 20


class Command(BaseCommand):
    help = "Écrit l’archive scellée d’un conseil, sans aucune identité : docs/backup.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("council", metavar="CODE")
        parser.add_argument("file", type=Path, metavar="ARCHIVE", help="à écrire ; n’existe pas")
        parser.add_argument("--reason", required=True, metavar="MOTIF", help="gardé au journal")

    def handle(self, *args: Any, **options: Any) -> None:
        """CommandError (French) for an unknown council, a short passphrase, a file that exists."""
        council = Council.objects.filter(code=options["council"], erased_on=None).first()
        if council is None:
            raise CommandError(f"Aucun conseil {options['council']}.")
        passphrase = getpass("Phrase de passe : ")
        if len(passphrase) < SHORTEST:
            raise CommandError(f"La phrase de passe a au moins {SHORTEST} caractères.")
        if getpass("Encore une fois : ") != passphrase:
            raise CommandError("Les deux phrases ne sont pas les mêmes.")
        file: Path = options["file"]
        try:
            file.touch(0o600, exist_ok=False)
        except OSError as problem:
            raise CommandError(f"{file} : {problem.strerror}.") from None
        file.write_bytes(
            council_archive.export_from_server(
                council, reason=options["reason"], passphrase=passphrase
            )
        )
        self.stdout.write(f"{file} : {council.name}, sans identités.")
