"""`manage.py apply_retention`: erase what ran out; for a daily timer."""

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from cases.services import retention


class Command(BaseCommand):
    help = "Efface ce qui n’a plus à être conservé. À lancer chaque nuit ; relancé, ne refait rien."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="compter sans rien effacer ni annoncer"
        )
        parser.add_argument(
            "--today", type=datetime.date.fromisoformat, metavar="AAAA-MM-JJ",
            help="appliquer les règles comme à cette date",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what each rule did; CommandError (French) when something is left for tomorrow."""
        today = options["today"] or timezone.localdate()
        if options["dry_run"]:
            self.stdout.write(f"Le {today:%d/%m/%Y} (essai : rien n’est effacé)")
            applied = retention.forecast(today)
        else:
            self.stdout.write(f"Le {today:%d/%m/%Y}")
            applied = retention.apply(today)
        for rule in applied:
            self.stdout.write(f"  {rule.count} {rule.label}")
        if not options["dry_run"] and connection.vendor == "sqlite":
            self._compact()
        failed = sum(rule.failed for rule in applied)
        if failed:
            raise CommandError(f"{failed} effacement(s) ont échoué : voir le journal du serveur.")

    def _compact(self) -> None:
        """SQLite keeps what was deleted in its file and in its log: both are written anew."""
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, *_) = cursor.fetchone()
        if busy:
            self.stderr.write("La base est en cours de lecture : son journal sera vidé plus tard.")
