"""The *charte éthique*: its versions in each council, and who signed them."""

from django.db import models

from governance.models.base import HistoricalRecords, UuidModel
from governance.models.councils import Council
from governance.models.people import User


class CharterVersion(UuidModel):
    """A text that members sign before their first act; a new version asks again."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="charter_versions")
    number = models.PositiveSmallIntegerField("version")
    text = models.TextField("texte")
    published_at = models.DateTimeField("publiée le", auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "version de la charte"
        ordering = ("council", "-number")
        constraints = [models.UniqueConstraint(fields=["council", "number"], name="charter_once")]

    def __str__(self) -> str:
        return f"Charte, version {self.number}"


class CharterSignature(UuidModel):
    """One user's signature of one version."""

    version = models.ForeignKey(CharterVersion, models.PROTECT, related_name="signatures")
    user = models.ForeignKey(User, models.CASCADE, related_name="charter_signatures")
    signed_at = models.DateTimeField("signée le", auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "signature de la charte"
        constraints = [models.UniqueConstraint(fields=["version", "user"], name="signature_once")]

    def __str__(self) -> str:
        return f"{self.version}, {self.user}"
