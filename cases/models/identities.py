"""The vault's table. Only cases/vault.py opens it; it has no history and no search."""

from django.db import models

from cases.models.alerts import Alert
from cases.privacy import Privacy, classified
from governance.models.base import UuidModel


class SealedIdentity(UuidModel):
    """The identity that came with one alert, encrypted under a data key of its own.

    One row an alert, not a situation: a second author must not read what the first one wrote.
    Destroying `sealed_key` makes the cipher text unreadable for ever; in backups, once the master
    key is destroyed too (docs/adr/0006).
    """

    alert = classified(
        Privacy.TECHNICAL, models.OneToOneField(Alert, models.CASCADE, related_name="+")
    )
    sealed_key = classified(Privacy.VAULT, models.BinaryField(editable=False))
    cipher_text = classified(Privacy.VAULT, models.BinaryField(editable=False))
    sealed_at = classified(Privacy.TECHNICAL, models.DateTimeField(auto_now_add=True))

    class Meta:
        verbose_name = "identité scellée"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Identité scellée {self.pk}"
