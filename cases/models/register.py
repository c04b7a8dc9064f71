"""A register being imported: the rows read, between their preview and the confirmation."""

from django.db import models

from cases.crypto import EncryptedJSONField
from cases.privacy import Privacy, classified
from governance.models import Council, User
from governance.models.base import UuidModel


class RegisterUpload(UuidModel):
    """The rows of a register that a coordinator checks before they become situations.

    One a coordinator and council; encrypted, without history, gone once stored or given up, or at
    the next upload when older than a day (services/register.py).
    """

    council = classified(
        Privacy.TECHNICAL, models.ForeignKey(Council, models.CASCADE, related_name="+")
    )
    uploaded_by = classified(
        Privacy.TECHNICAL, models.ForeignKey(User, models.CASCADE, related_name="+")
    )
    uploaded_at = classified(
        Privacy.TECHNICAL, models.DateTimeField("déposé le", auto_now_add=True)
    )
    file_name = classified(Privacy.INTERNAL, models.CharField("fichier", max_length=200))
    content = classified(Privacy.INTERNAL, EncryptedJSONField("lignes lues"))

    class Meta:
        verbose_name = "registre déposé"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["council", "uploaded_by"], name="register_upload_once")
        ]

    def __str__(self) -> str:
        return f"Registre déposé le {self.uploaded_at:%d/%m/%Y}"
