"""The founding agreement (convention constitutive): its term, who signed it and when."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.models.base import HistoricalRecords, UuidModel
from governance.models.councils import Council

RENEWAL_NOTICE_MONTHS = 6  # before its end: each signatory deliberates on the next one


class Agreement(UuidModel):
    """An agreement by which the council exists; the paper itself is kept by its signatories."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="agreements")
    title = models.CharField("intitulé", max_length=200)
    start = models.DateField("prend effet le")
    end = models.DateField("jusqu’au", null=True, blank=True)
    tacit_renewal = models.BooleanField("tacite reconduction", default=False)
    reference = models.CharField("référence du document", max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "convention"
        ordering = ("-start",)
        constraints = [
            models.CheckConstraint(
                name="agreement_dates",
                condition=Q(end=None) | Q(end__gte=F("start")),
                violation_error_message="La fin ne peut précéder le début.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("agreement", args=[self.council.code, self.pk])


class Signatory(UuidModel):
    """An institution that signs an agreement, by whom, when."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatories")
    institution = models.CharField("institution", max_length=160)
    represented_by = models.CharField("représentée par", max_length=160, blank=True)
    signed_on = models.DateField("signée le", null=True, blank=True)
    reference = models.CharField("délibération ou pouvoir de signature", max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "signataire"
        ordering = ("institution",)
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "institution"],
                name="signatory_once",
                violation_error_message="Cette institution est déjà inscrite.",
            )
        ]

    def __str__(self) -> str:
        return self.institution
