"""Editions of the annual report, frozen, numbered and hashed."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from governance.models import Council, User
from governance.models.base import UuidModel


class AnnualReport(UuidModel):
    """One frozen edition of a council's figures, for its COPIL or for the public.

    `figures` is the JSON of `annual_report --format json`; `digest` its SHA-256 (hexadecimal) over
    the canonical JSON (`reports.published`). The database changes neither of them: it takes the
    day of publication alone. The internal edition is never stored: it is counted anew.
    """

    class Edition(models.TextChoices):
        COPIL = "copil", "Édition du COPIL"
        PUBLIC = "public", "Édition publique"

    council = models.ForeignKey(Council, models.CASCADE, related_name="annual_reports")
    first_year = models.PositiveSmallIntegerField("de")
    last_year = models.PositiveSmallIntegerField("à")
    edition = models.CharField("édition", max_length=10, choices=Edition)
    number = models.PositiveSmallIntegerField("numéro")
    figures = models.JSONField("chiffres")
    digest = models.CharField("empreinte", max_length=64)
    frozen_at = models.DateTimeField("arrêtée le", auto_now_add=True)
    # Nobody: the command of the server.
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "bilan annuel"
        verbose_name_plural = "bilans annuels"
        ordering = ("-last_year", "-number")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["council", "first_year", "last_year", "edition", "number"],
                name="report_once",
            ),
            models.CheckConstraint(
                name="report_years", condition=Q(last_year__gte=F("first_year"))
            ),
        ]

    def __str__(self) -> str:
        years = (
            str(self.first_year)
            if self.first_year == self.last_year
            else f"{self.first_year}-{self.last_year}"
        )
        return f"{self.get_edition_display()} {years}, n° {self.number}"
