"""python manage.py national_report: the published editions of several councils, summed."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance import journal
from governance.models import Council
from reports import editions
from reports.published import to_json


class Command(BaseCommand):
    help = (
        "Additionne les éditions publiées de plusieurs conseils, de la même sorte et des mêmes "
        "années, et écrit la somme en JSON. Aucune situation n’est relue."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        last_full_year = timezone.localdate().year - 1
        parser.add_argument(
            "--council", dest="councils", action="append", metavar="CODE",
            help="code d’un conseil, autant de fois qu’il en faut (par défaut, tous)",
        )  # fmt: skip
        parser.add_argument("--from", dest="first", type=int, default=last_full_year)
        parser.add_argument("--to", dest="last", type=int, default=last_full_year)
        parser.add_argument(
            "--edition", choices=(editions.COPIL, editions.PUBLIC), default=editions.PUBLIC
        )
        parser.add_argument("--output", required=True, type=Path, help="fichier à écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file; CommandError (French) when there is nothing to sum."""
        councils = Council.objects.order_by("code")
        if options["councils"]:
            councils = councils.filter(code__in=options["councils"])
        try:
            summed, absent = editions.sum_of_councils(
                councils, options["first"], options["last"], options["edition"]
            )
        except (ValueError, editions.Altered) as impossible:
            raise CommandError(str(impossible)) from impossible
        output: Path = options["output"]
        try:
            output.write_text(json.dumps(to_json(summed), ensure_ascii=False, indent=1) + "\n")
        except OSError as problem:
            raise CommandError(f"Impossible d’écrire {output} : {problem.strerror}.") from problem
        for council in councils:
            if council not in absent:
                journal.record(None, "export", council, council=council)
        self.stdout.write(f"{summed.council_name}, {summed.situations} situations : {output}.")
        if absent:
            codes = ", ".join(council.code for council in absent)
            self.stdout.write(f"Sans édition publiée de cette période : {codes}.")
