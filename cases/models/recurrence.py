"""What is remembered of an identity without the identity, and what it brought together."""

from django.db import models

from cases.models.alerts import Alert
from cases.privacy import Privacy, classified
from governance.models import User
from governance.models.base import HistoricalRecords, UuidModel

TECHNICAL, INTERNAL = Privacy.TECHNICAL, Privacy.INTERNAL


class Fingerprint(UuidModel):
    """The keyed digest of one trait of the identity that came with an alert (cases/memory.py).

    Without the key (CLSM_MEMORY_KEYS) it can neither be made nor guessed. It may outlive the
    identity, for as long as the council keeps it (`Council.memory_months`).
    """

    alert = classified(TECHNICAL, models.ForeignKey(Alert, models.CASCADE, related_name="+"))
    kind = classified(TECHNICAL, models.CharField("trait", max_length=10))
    digest = classified(Privacy.VAULT, models.CharField("empreinte", max_length=64, editable=False))

    class Meta:
        verbose_name = "empreinte"
        default_permissions = ()
        indexes = [models.Index(fields=["digest"], name="fingerprint_digest")]
        constraints = [models.UniqueConstraint(fields=["alert", "digest"], name="fingerprint_once")]

    def __str__(self) -> str:
        return f"Empreinte {self.pk}"


class Recurrence(UuidModel):
    """An alert whose identity looks like that of an earlier one; for the coordination alone.

    `set_aside_at`: the coordination said that it is somebody else; it is not asked again.
    """

    alert = classified(
        TECHNICAL, models.ForeignKey(Alert, models.CASCADE, related_name="recurrences")
    )
    earlier = classified(INTERNAL, models.ForeignKey(Alert, models.CASCADE, related_name="+"))
    kind = classified(INTERNAL, models.CharField("trait", max_length=10))
    set_aside_at = classified(INTERNAL, models.DateTimeField("écarté le", null=True, blank=True))
    set_aside_by = classified(
        INTERNAL,
        models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+"),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = "rapprochement"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["alert", "earlier"], name="recurrence_once")]

    def __str__(self) -> str:
        return f"Rapprochement {self.pk}"
