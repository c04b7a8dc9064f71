"""The council's roadmap: axes, objectives, action sheets, and the balance of each year."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.models.base import HistoricalRecords, UuidModel
from governance.models.bodies import Body
from governance.models.councils import Council


class Axis(UuidModel):
    """The first level of the roadmap."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="axes")
    position = models.PositiveSmallIntegerField("ordre", default=1)
    title = models.CharField("axe", max_length=200)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "axe"
        verbose_name_plural = "axes"
        ordering = ("position", "title")

    def __str__(self) -> str:
        return self.title


class Objective(UuidModel):
    """What an axis aims at."""

    axis = models.ForeignKey(Axis, models.CASCADE, related_name="objectives")
    position = models.PositiveSmallIntegerField("ordre", default=1)
    title = models.CharField("objectif", max_length=200)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "objectif"
        ordering = ("position", "title")

    def __str__(self) -> str:
        return self.title


class ActionSheet(UuidModel):
    """An action of the roadmap, held by a working group or by the coordination (no body).

    `version` counts the saves: two people who write it do not overwrite each other.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Prévue"
        IN_PROGRESS = "in_progress", "En cours"
        DONE = "done", "Terminée"
        DROPPED = "dropped", "Abandonnée"

    objective = models.ForeignKey(
        Objective, models.CASCADE, related_name="actions", verbose_name="objectif"
    )
    body = models.ForeignKey(
        Body,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name="instance qui la porte",
    )
    title = models.CharField("action", max_length=200)
    description = models.TextField("ce qui est fait, et pour qui", blank=True)
    lead = models.CharField("pilote", max_length=160, blank=True)
    partners = models.TextField("partenaires", blank=True)
    resources = models.TextField("moyens nécessaires", blank=True)
    starts_on = models.DateField("début", null=True, blank=True)
    ends_on = models.DateField("fin prévue", null=True, blank=True)
    state = models.CharField("état", max_length=12, choices=State, default=State.PLANNED)
    indicators = models.TextField("indicateurs de résultat", blank=True)
    version = models.PositiveIntegerField(default=1)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "fiche action"
        verbose_name_plural = "fiches action"
        ordering = ("title",)
        constraints = [
            models.CheckConstraint(
                name="action_dates",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="La fin ne peut précéder le début.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("action", args=[self.objective.axis.council.code, self.pk])


class Balance(UuidModel):
    """What a year brought to an action, for the COPIL's synthesis."""

    action = models.ForeignKey(ActionSheet, models.CASCADE, related_name="balances")
    year = models.PositiveSmallIntegerField(
        "année", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    version = models.PositiveIntegerField(default=1)
    text = models.TextField("bilan de l’année")
    results = models.TextField("indicateurs atteints", blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "bilan d’action"
        verbose_name_plural = "bilans d’action"
        ordering = ("-year",)
        constraints = [
            models.UniqueConstraint(
                fields=["action", "year"],
                name="balance_once_a_year",
                violation_error_message="Le bilan de cette année existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"Bilan {self.year}"
