"""Who writes an alert without an account: a professional known by an address, or by a call."""

from django.db import models
from django.db.models import Q

from cases.crypto import EncryptedTextField
from cases.privacy import Privacy, classified
from governance.models import Council, User
from governance.models.base import UuidModel


class OccasionalAuthor(UuidModel):
    """A professional without an account, in one council.

    The address is encrypted and found again by `email_digest`, keyed (cases/occasional.py); without
    one the coordination alone knows them. `verified_at`: when the address last answered a code;
    `identity_checked_at`: when the coordination called them back. Gone with their last alert.
    """

    council = classified(Privacy.TECHNICAL, models.ForeignKey(Council, models.CASCADE))
    email = classified(Privacy.INTERNAL, EncryptedTextField("courriel", blank=True))
    email_digest = classified(
        Privacy.TECHNICAL, models.CharField(max_length=64, blank=True, editable=False)
    )
    organisation = classified(
        Privacy.INTERNAL, models.CharField("organisme", max_length=200, blank=True)
    )
    function = classified(
        Privacy.INTERNAL, models.CharField("fonction", max_length=200, blank=True)
    )
    created_at = classified(Privacy.TECHNICAL, models.DateTimeField(auto_now_add=True))
    verified_at = classified(
        Privacy.TECHNICAL, models.DateTimeField("adresse vérifiée le", null=True, blank=True)
    )
    charter_version = classified(
        Privacy.TECHNICAL, models.PositiveIntegerField("charte acceptée", null=True, blank=True)
    )
    identity_checked_at = classified(
        Privacy.INTERNAL, models.DateTimeField("identité vérifiée le", null=True, blank=True)
    )
    identity_checked_by = classified(
        Privacy.INTERNAL,
        models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+"),
    )

    class Meta:
        verbose_name = "auteur sans compte"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["council", "email_digest"],
                condition=~Q(email_digest=""),
                name="occasional_author_once",
            )
        ]

    def __str__(self) -> str:
        return "Auteur sans compte"
