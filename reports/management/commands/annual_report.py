"""python manage.py annual_report: the figures of a council, in a file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance import journal
from governance.models import Council
from reports import editions
from reports.disclosure.places import name, places
from reports.figures import INTERNAL
from reports.published import PublishedFigures, Withheld, to_json
from reports.services import FORMATS
from reports.statistics import count_internal


class Command(BaseCommand):
    help = (
        "Écrit le bilan d’un conseil dans un fichier : les effectifs exacts (internal), ou ce que "
        "l’édition du COPIL ou du public en montrerait. Avec --publish, arrête et publie celle-ci."
    )

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
        parser.add_argument(
            "--edition", choices=(INTERNAL, editions.COPIL, editions.PUBLIC), default=INTERNAL
        )
        parser.add_argument(
            "--publish", action="store_true",
            help="arrêter l’édition sous le numéro suivant et l’ouvrir à ses lecteurs",
        )  # fmt: skip
        parser.add_argument("--format", choices=FORMATS, default="json")
        parser.add_argument("--output", type=Path, help="fichier à écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file; CommandError (French) for an unknown council, period or folder."""
        council = Council.objects.filter(code=options["council"]).first()
        if council is None:
            raise CommandError(f"Aucun conseil n’a le code « {options['council']} ».")
        try:
            if options["edition"] == INTERNAL:
                self._internal(council, options)
            else:
                self._protected(council, options)
        except (ValueError, editions.Altered) as impossible:
            raise CommandError(str(impossible)) from impossible

    def _internal(self, council: Council, options: dict[str, Any]) -> None:
        if options["publish"]:
            raise CommandError("L’édition interne ne se publie pas : elle ne sort pas du conseil.")
        if not options["output"]:
            raise CommandError("Indiquez le fichier à écrire : --output.")
        figures = count_internal(council, options["first"], options["last"])
        self._write(options["output"], FORMATS[options["format"]](figures))
        journal.record(None, "export", council, council=council)
        self.stdout.write(f"{figures.situations} situations, bilan écrit dans {options['output']}.")

    def _protected(self, council: Council, options: dict[str, Any]) -> None:
        if options["format"] != "json":
            raise CommandError("Une édition protégée s’écrit en JSON : --format json.")
        asked = council, options["first"], options["last"], options["edition"]
        if options["publish"]:
            report = editions.freeze(*asked, by=None)
            editions.publish(report, by=None)
            figures = editions.read(report)
            self.stdout.write(f"{report}, arrêtée et publiée. Empreinte : {report.digest}.")
        else:
            figures = editions.preview(*asked)
            self.stdout.write("Ce que l’édition montrerait ; rien n’est arrêté.")
        if options["output"]:
            content = json.dumps(to_json(figures), ensure_ascii=False, indent=1) + "\n"
            self._write(options["output"], content.encode())
            journal.record(None, "export", council, council=council)
        self.stdout.write(summary(figures))

    def _write(self, output: Path, content: bytes) -> None:
        try:
            output.write_bytes(content)
        except OSError as problem:
            raise CommandError(f"Impossible d’écrire {output} : {problem.strerror}.") from problem


def summary(figures: PublishedFigures) -> str:
    """What the edition shows and hides, and why, for whoever is about to publish it."""
    lines = [
        f"{figures.situations} situations ; seuil : {figures.threshold}.",
        f"Tableaux : {len(figures.tables)} ; croisés : {len(figures.cross_tables)}.",
    ]
    lines += [
        f"Regroupé : {row.group.label} ({table.label})"
        for table in figures.tables
        for row in table.rows
        if row.group.reason
    ]
    lines += [
        f"{name(figures, place)} : {cell.reason}"
        for place, cell in places(figures)
        if isinstance(cell, Withheld)
    ]
    lines += [f"Non publié : {table.label}, {table.reason}" for table in figures.dropped]
    return "\n".join(lines)
