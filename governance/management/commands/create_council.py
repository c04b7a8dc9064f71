"""`manage.py create_council`: a new council, its territory and the first version of its charter."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from governance import nomenclatures
from governance.models import Council
from governance.services.councils import create_council


class Command(BaseCommand):
    help = "Créer un conseil : code, nom, profil, communes et secteurs de psychiatrie."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="Préfixe des numéros, par exemple LIL")
        parser.add_argument("--name", default="", help="Nom du conseil")
        parser.add_argument(
            "--profile", default="", help=f"Profil : {', '.join(nomenclatures.profiles())}"
        )
        parser.add_argument(
            "--town", nargs="+", action="extend", default=[], metavar="COMMUNE", dest="towns"
        )
        parser.add_argument(
            "--sector", nargs="+", action="extend", default=[], metavar="SECTEUR", dest="sectors"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        code, profile = options["code"], options["profile"]
        if Council.objects.filter(code=code).exists():
            raise CommandError(f"Le conseil {code} existe déjà.")
        if not options["name"]:
            raise CommandError("Donnez le nom du conseil : --name 'CLSM de …'.")
        if profile not in nomenclatures.profiles():
            known = ", ".join(nomenclatures.profiles())
            raise CommandError(f"Profil inconnu : « {profile} ». Profils : {known} (--profile).")
        try:
            council = create_council(
                code,
                name=options["name"],
                profile=profile,
                towns=options["towns"],
                sectors=options["sectors"],
            )
        except ValidationError as error:
            raise CommandError("Le conseil n’est pas créé : " + " ".join(_said(error))) from None
        self.stdout.write(
            f"{council.name} ({council.code}) est créé : {council.towns.count()} commune(s), "
            f"{council.sectors.count()} secteur(s)."
        )


def _said(error: ValidationError) -> list[str]:
    """The messages, each with the name of its field where it has one."""
    if not hasattr(error, "error_dict"):
        return error.messages
    fields = {field.name: field.verbose_name for field in Council._meta.fields}
    return [
        f"{fields.get(name, 'conseil')} : {' '.join(messages)}"
        for name, messages in error.message_dict.items()
    ]
