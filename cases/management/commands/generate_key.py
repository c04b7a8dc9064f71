"""`manage.py generate_key`: a new master key, for the vault or for the texts (docs/keys.md)."""

from typing import Any

from cryptography.fernet import Fernet
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Écrit une nouvelle clé (Fernet), pour CLSM_VAULT_KEYS ou CLSM_TEXT_KEYS."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(Fernet.generate_key().decode())
