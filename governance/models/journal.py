"""The journal of accesses: who opened what, when, why. Never what it contained."""

from django.db import models

from governance.models.councils import Council
from governance.models.people import User


class AccessRecord(models.Model):
    """One read, grant or revocation (CNIL 2021-122). Written by governance/journal.py alone.

    The database refuses UPDATE, and DELETE before twelve months (triggers of migration
    0002_append_only). Each line carries the digest of the line before it, so that a line taken away
    or changed by other means is noticed (`manage.py verify_journal`).
    """

    at = models.DateTimeField("date")
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    action = models.CharField("acte", max_length=40)
    council = models.ForeignKey(Council, models.PROTECT, null=True, related_name="+")
    target_type = models.CharField("objet", max_length=40)
    target_id = models.UUIDField("identifiant")
    reason = models.CharField("motif", max_length=300, blank=True)
    previous = models.CharField("empreinte précédente", max_length=64, blank=True)
    digest = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "accès"
        verbose_name_plural = "journal des accès"
        ordering = ("-id",)
        default_permissions = ()
        indexes = [
            models.Index(fields=["target_type", "target_id", "-id"], name="access_target"),
            models.Index(fields=["council", "-id"], name="access_council"),
        ]
        constraints = [
            # Two writers can never chain to the same line: the second would fork the journal.
            models.UniqueConstraint(fields=["previous"], name="access_chain")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target_type}"
