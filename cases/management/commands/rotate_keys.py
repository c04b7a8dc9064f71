"""`manage.py rotate_keys`: everything under the newest key; older ones may then go."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from cases.services import rotation


class Command(BaseCommand):
    help = (
        "Rechiffre tout ce qui est chiffré, historique compris, sous la clé la plus récente. "
        "Interrompue, la commande se relance : elle reprend où elle en était."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        only = parser.add_mutually_exclusive_group()
        only.add_argument(
            "--check",
            action="store_true",
            help="Ne rien changer : vérifier que la clé la plus récente ouvre tout à elle seule",
        )
        only.add_argument(
            "--destroy-old",
            action="store_true",
            help="Vérifier, puis ne laisser que la clé la plus récente dans CLSM_VAULT_KEYS_FILE : "
            "les identités des sauvegardes antérieures deviennent illisibles",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["check"]:
                self._check()
            elif options["destroy_old"]:
                destroyed = rotation.destroy_old_vault_keys()
                self.stdout.write(f"{destroyed} ancienne(s) clé(s) du coffre détruite(s).")
            else:
                self._rotate()
        except (rotation.Unreadable, ImproperlyConfigured) as problem:
            raise CommandError(str(problem)) from None
        except OSError as error:
            raise CommandError(f"Impossible d’écrire « {error.filename} ».") from None

    def _rotate(self) -> None:
        for count in rotation.rotate():
            done = count.values - count.touched
            self.stdout.write(f"{count.table} : {count.touched} rechiffrées, {done} déjà à jour")

    def _check(self) -> None:
        missing = 0
        for count in rotation.check():
            self.stdout.write(
                f"{count.table} : {count.values} valeurs, {count.touched} à reprendre"
            )
            missing += count.touched
        if missing:
            raise CommandError(f"La clé la plus récente n’ouvre pas {missing} valeur(s).")
        self.stdout.write("La clé la plus récente ouvre tout à elle seule.")
