"""`manage.py incident_report`: who saw what between two days, for the CNIL (RGPD 33)."""

import datetime
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases import incident
from governance import journal
from governance.models import Council, User
from governance.terms import JOURNAL_MONTHS, months_before

FORMATS = {"text": incident.as_text, "csv": incident.as_csv}


class Command(BaseCommand):
    help = (
        "Qui a fait quoi, sur quel objet, entre deux dates : pour la notification d’une violation "
        "à la CNIL dans les 72 heures. Aucun contenu."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        day = datetime.date.fromisoformat
        parser.add_argument("--from", dest="first", type=day, required=True, metavar="AAAA-MM-JJ")
        parser.add_argument("--to", dest="last", type=day, required=True, metavar="AAAA-MM-JJ")
        parser.add_argument("--council", metavar="CODE", help="un conseil seulement")
        parser.add_argument("--person", metavar="COURRIEL", help="une personne seulement")
        parser.add_argument("--format", choices=FORMATS, default="text")
        parser.add_argument("--output", type=Path, metavar="FICHIER", help="au lieu de l’écran")

    def handle(self, *args: Any, **options: Any) -> None:
        """CommandError (French) for dates in disorder, an unknown council or person, a file that
        cannot be written."""
        first, last = options["first"], options["last"]
        if first > last:
            raise CommandError("La première date ne peut suivre la dernière.")
        council = self._found(Council.objects.filter(code=options["council"]), options["council"])
        person = self._found(User.objects.filter(email=options["person"]), options["person"])
        if first < months_before(timezone.localdate(), JOURNAL_MONTHS):
            self.stderr.write(f"Le journal ne garde que {JOURNAL_MONTHS} mois.")
        lines = incident.report(first, last, council=council, person=person)
        content = FORMATS[options["format"]](lines)
        if options["output"]:
            try:
                options["output"].write_text(content, "utf-8")
            except OSError as problem:
                raise CommandError(f"{options['output']} : {problem.strerror}.") from None
        else:
            self.stdout.write(content, ending="")
        for each in Council.objects.filter(code__in={line.council for line in lines}):
            journal.record(None, "export", each, council=each, reason="Rapport d’incident")

    def _found(self, queryset: Any, asked: str | None) -> Any:
        if asked is None:
            return None
        found = queryset.first()
        if found is None:
            raise CommandError(f"« {asked} » est inconnu.")
        return found
