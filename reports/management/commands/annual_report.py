"""python manage.py annual_report: the figures of a council, in a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance import journal
from governance.models import Council
from reports.figures import EDITIONS, INTERNAL
from reports.services import FORMATS
from reports.statistics import count_internal


class Command(BaseCommand):
    help = "Écrit le bilan d’un conseil dans un fichier (JSON, PDF ou tableur)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        last_full_year = timezone.localdate().year - 1
        parser.add_argument("--council", required=True, help="code du conseil, par exemple LIL")
        parser.add_argument(
            "--from", dest="first", type=int, default=last_full_year,
            help="première année (par défaut, la dernière année complète)",
        )  # fmt: skip
        parser.add_argument(
            "--to", dest="last", type=int, default=last_full_year,
            help="dernière année (par défaut, la dernière année complète)",
        )  # fmt: skip
        parser.add_argument("--edition", choices=EDITIONS, default=INTERNAL)
        parser.add_argument("--format", choices=FORMATS, default="json")
        parser.add_argument("--output", required=True, type=Path, help="fichier à écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file; CommandError (French) for an unknown council, period or folder."""
        council = Council.objects.filter(code=options["council"]).first()
        if council is None:
            raise CommandError(f"Aucun conseil n’a le code « {options['council']} ».")
        try:
            figures = count_internal(council, options["first"], options["last"])
        except ValueError as no_period:
            raise CommandError(str(no_period)) from no_period
        output: Path = options["output"]
        try:
            output.write_bytes(FORMATS[options["format"]](figures))
        except OSError as problem:
            raise CommandError(f"Impossible d’écrire {output} : {problem.strerror}.") from problem
        journal.record(None, "export", council, council=council)
        self.stdout.write(f"{figures.situations} situations, bilan écrit dans {output}.")
