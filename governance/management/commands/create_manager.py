"""`manage.py create_manager`: the first person of a council, who invites the others."""

from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from governance.decisions import Refused
from governance.models import Council
from governance.services import people


class Command(BaseCommand):
    help = (
        "Ouvre le compte de l’administration technique d’un conseil et affiche le lien, valable "
        "trois jours, par lequel la personne choisit son mot de passe."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("council", metavar="CODE", help="code du conseil, par exemple LIL")
        parser.add_argument("email", metavar="COURRIEL")
        parser.add_argument("--first-name", required=True, metavar="PRÉNOM")
        parser.add_argument("--last-name", required=True, metavar="NOM")

    def handle(self, *args: Any, **options: Any) -> None:
        council = Council.objects.filter(code=options["council"]).first()
        if council is None:
            raise CommandError(f"Aucun conseil {options['council']} : voyez create_council.")
        try:
            user = people.open_first_account(
                council,
                options["email"],
                first_name=options["first_name"],
                last_name=options["last_name"],
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        key = default_token_generator.make_token(user)
        address = reverse(
            "account_reset_password_from_key",
            kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
        )
        self.stdout.write(f"Administration technique de {council.name} : {user.email}.")
        self.stdout.write("À ouvrir par cette personne seule :")
        self.stdout.write(f"{settings.SITE_URL.rstrip('/')}{address}")
