"""Editions of the annual report, frozen, numbered and hashed; their words, their files."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.models import Council, User
from governance.models.base import HistoricalRecords, UuidModel


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
        return f"{self.get_edition_display()} {self.years}, n° {self.number}"

    @property
    def years(self) -> str:
        """2019, or 2016-2019."""
        if self.first_year == self.last_year:
            return str(self.first_year)
        return f"{self.first_year}-{self.last_year}"

    def get_absolute_url(self) -> str:
        return reverse("edition", args=[self.council.code, self.pk])


class Commentary(UuidModel):
    """What the coordination writes of a period, for its next edition.

    An edition keeps its own copy, under its digest: what is written here later changes none.
    `version` counts the saves: two people who write it do not overwrite each other.
    """

    council = models.ForeignKey(Council, models.CASCADE, related_name="commentaries")
    first_year = models.PositiveSmallIntegerField("de")
    last_year = models.PositiveSmallIntegerField("à")
    version = models.PositiveIntegerField(default=1)
    # Section (reports.sections) -> what is written in it.
    texts = models.JSONField("textes", default=dict, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "commentaire du bilan"
        verbose_name_plural = "commentaires du bilan"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["council", "first_year", "last_year"], name="commentary_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Textes du bilan {self.first_year}-{self.last_year}"


class ReportFile(UuidModel):
    """A document that the worker makes from an edition: asked for, then whole, or failed.

    It is made again from the frozen figures whenever it is lost.
    """

    class Kind(models.TextChoices):
        REPORT = "bilan", "Bilan (PDF)"
        SLIDES = "diaporama", "Diaporama (PDF)"

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="files")
    kind = models.CharField("document", max_length=10, choices=Kind)
    asked_at = models.DateTimeField("demandé le", auto_now=True)
    failed = models.BooleanField("la composition a échoué", default=False)
    content = models.BinaryField("contenu", null=True)

    class Meta:
        verbose_name = "document d’un bilan"
        verbose_name_plural = "documents des bilans"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["report", "kind"], name="report_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.report}"
