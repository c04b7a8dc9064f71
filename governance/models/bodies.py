"""The council's bodies (COPIL, plenary, working groups, watch cell) and who sits in them."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from governance import nomenclatures
from governance.models.base import UuidModel
from governance.models.councils import Council
from governance.models.people import Organisation, User


class Body(UuidModel):
    """A body of governance. The watch cell is one: it never handles individual situations."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="bodies")
    kind = models.CharField("type", max_length=30, choices=nomenclatures.choices("body_kind"))
    name = models.CharField("nom", max_length=120)
    active = models.BooleanField("active", default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "instance"
        ordering = ("kind", "name")
        constraints = [models.UniqueConstraint(fields=["council", "name"], name="body_once")]

    def __str__(self) -> str:
        return self.name


class Seat(UuidModel):
    """A mandate in a body: a college, a holder (a user, or a name alone), dates."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="seats")
    college = models.CharField("collège", max_length=30, choices=nomenclatures.choices("college"))
    holder = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="seats")
    holder_name = models.CharField("titulaire", max_length=120, blank=True)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True)
    start = models.DateField("depuis", default=timezone.localdate)
    end = models.DateField("jusqu’au", null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "siège"
        ordering = ("college", "start")
        constraints = [
            models.CheckConstraint(
                name="seat_dates",
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                violation_error_message="La fin ne peut précéder le début.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_college_display()}, {self.holder or self.holder_name}"
