"""`manage.py unseal`: the archive of a council, in clear; its passphrase is asked for."""

from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clsm.operations import sealed_file


class Command(BaseCommand):
    help = "Ouvre une archive scellée et écrit en clair le zip qu’elle contient."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="ARCHIVE")
        parser.add_argument("output", type=Path, metavar="FICHIER.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        """CommandError (French) for a wrong passphrase, a damaged archive, a file that exists."""
        content = opened(options["file"])
        output: Path = options["output"]
        try:
            output.touch(0o600, exist_ok=False)
            output.write_bytes(content)
        except OSError as problem:
            raise CommandError(f"{output} : {problem.strerror}.") from None
        self.stdout.write(f"{output} : en clair. Effacez-le quand vous l’avez lu.")


def opened(file: Path) -> bytes:
    """The content of the sealed archive, under the passphrase that is asked for. CommandError."""
    derive = sealed_file.under_passphrase(getpass("Phrase de passe : "))
    try:
        with file.open("rb") as source:
            return b"".join(sealed_file.opened(source, [derive]))
    except (sealed_file.NotSealed, sealed_file.WrongKey, sealed_file.Damaged) as problem:
        raise CommandError(str(problem)) from None
    except OSError as problem:
        raise CommandError(f"{file} : {problem.strerror}.") from None
