"""What the guard underlined and the writer kept."""

from django.db import models

from cases.crypto import EncryptedTextField
from cases.privacy import Privacy, classified
from governance.models import Council, User
from governance.models.base import UuidModel


class KeptPassage(UuidModel):
    """Why somebody kept a passage that the guard had underlined; never the passage itself.

    Written once, with the text; gone after twelve months.
    """

    council = classified(Privacy.TECHNICAL, models.ForeignKey(Council, models.CASCADE))
    # Nobody: a professional without an account.
    writer = classified(
        Privacy.INTERNAL, models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    )
    kept_at = classified(Privacy.TECHNICAL, models.DateTimeField("gardé le", auto_now_add=True))
    field = classified(Privacy.TECHNICAL, models.CharField("champ", max_length=60))
    label = classified(Privacy.TECHNICAL, models.CharField("nature", max_length=10))
    reason = classified(Privacy.INTERNAL, EncryptedTextField("motif"))

    class Meta:
        verbose_name = "passage gardé"
        ordering = ("-kept_at",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.label} ({self.field})"
