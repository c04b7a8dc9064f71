"""`manage.py generate_key`: a new master key, for one of the three sets (docs/keys.md)."""

from typing import Any

from cryptography.fernet import Fernet
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Écrit une nouvelle clé (Fernet) : CLSM_VAULT_KEYS, CLSM_TEXT_KEYS, CLSM_MEMORY_KEYS."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(Fernet.generate_key().decode())
