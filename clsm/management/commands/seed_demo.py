"""`manage.py seed_demo`: the demonstration's councils, cast and stories, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clsm import demo_seed


class Command(BaseCommand):
    help = "Installe la démonstration (deux conseils, personnages, situations inventées), une fois."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("La démonstration ne s’installe jamais en production.")
        if demo_seed.is_seeded():
            self.stdout.write("La démonstration est déjà installée.")
            return
        demo_seed.seed()
        self.stdout.write("Démonstration installée : deux conseils, leurs personnages, une année.")
