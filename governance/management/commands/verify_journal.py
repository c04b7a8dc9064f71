"""`manage.py verify_journal`: does each line of the access journal follow from the one before?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance import journal
from governance.models import AccessRecord


class Command(BaseCommand):
    help = "Vérifie la chaîne du journal des accès ; échoue à la première ligne altérée."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = journal.broken_link()
        if broken is not None:
            raise CommandError(
                f"Le journal est altéré à la ligne {broken.pk} ({broken.at:%d/%m/%Y %H:%M} UTC)."
            )
        newest = AccessRecord.objects.first()
        self.stdout.write(f"Journal intact : {AccessRecord.objects.count()} lignes.")
        if newest is not None:
            # Kept elsewhere (a paper, another machine), it also shows lines cut off at the end.
            self.stdout.write(f"Dernière empreinte : {newest.digest}")
