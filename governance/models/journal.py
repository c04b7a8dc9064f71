"""The journal of accesses: who opened what, when, why. Never what it contained."""

from django.db import models

from governance.models.councils import Council
from governance.models.people import User


class AccessRecord(models.Model):
    """One read, grant or revocation (CNIL 2021-122). Written by governance/journal.py alone."""

    at = models.DateTimeField("date", auto_now_add=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    action = models.CharField("acte", max_length=40)
    council = models.ForeignKey(Council, models.PROTECT, null=True, related_name="+")
    target_type = models.CharField("objet", max_length=40)
    target_id = models.UUIDField("identifiant")
    reason = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "accès"
        verbose_name_plural = "journal des accès"
        ordering = ("-id",)
        default_permissions = ()
        indexes = [
            models.Index(fields=["target_type", "target_id", "-id"], name="access_target"),
            models.Index(fields=["council", "-id"], name="access_council"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target_type}"
