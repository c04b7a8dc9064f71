"""The council's bodies (COPIL, plenary, working groups, watch cell) and who sits in them."""

import datetime
import math
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from governance import nomenclatures
from governance.models.base import HistoricalRecords, UuidModel
from governance.models.councils import Council
from governance.models.people import Organisation, User

MANDATE_NOTICE_DAYS = 60  # before its end: time to ask the institution for a name
LAST_DAY = datetime.date(2100, 12, 31)  # so that a mandate can be renewed by a day that exists


class Body(UuidModel):
    """A body of governance. The watch cell is one: it never handles individual situations."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="bodies")
    kind = models.CharField("type", max_length=30, choices=nomenclatures.choices("body_kind"))
    name = models.CharField("nom", max_length=120)
    quorum_seats = models.PositiveSmallIntegerField(
        "quorum, en nombre de sièges",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
    )
    quorum_percent = models.PositiveSmallIntegerField(
        "quorum, en part des sièges permanents (%)",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    active = models.BooleanField("active", default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "instance"
        ordering = ("kind", "name")
        constraints = [
            models.UniqueConstraint(fields=["council", "name"], name="body_once"),
            models.CheckConstraint(
                name="body_one_quorum",
                condition=Q(quorum_seats__isnull=True) | Q(quorum_percent__isnull=True),
                violation_error_message="Le quorum est un nombre ou une part, pas les deux.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("body", args=[self.council.code, self.pk])

    def quorum(self, permanent_seats: int) -> int | None:
        """How many permanent seats must be present, out of so many; None where none is set.

        A share is rounded up: half of nine is five.
        """
        if self.quorum_percent is None:
            return self.quorum_seats
        return math.ceil(permanent_seats * self.quorum_percent / 100)


class SeatQuerySet(models.QuerySet["Seat"]):
    def holding(self, on: datetime.date | None = None) -> Self:
        """The seats whose mandate holds on that day (today by default)."""
        day = on or timezone.localdate()
        return self.filter(Q(end__isnull=True) | Q(end__gte=day), start__lte=day)

    def overlapping(self, seat: "Seat") -> Self:
        """The other seats of the same body whose mandate has a day in common with `seat`'s."""
        others = self.filter(body=seat.body_id).exclude(pk=seat.pk)
        if seat.end is not None:
            others = others.filter(start__lte=seat.end)
        return others.filter(Q(end__isnull=True) | Q(end__gte=seat.start))

    def named_apart(self) -> Self:
        """The seats that bear a name typed alone: a holder without an account, a deputy."""
        return self.exclude(holder_name="", deputy_name="")

    def ending_soon(self, today: datetime.date) -> Self:
        """The mandates that end within the days of notice, and that no other follows."""
        last = today + datetime.timedelta(days=MANDATE_NOTICE_DAYS)
        return self.filter(start__lte=today, end__range=(today, last), renewal__isnull=True)


class Seat(UuidModel):
    """A mandate in a body: a college, a holder (a user, or a name alone), dates.

    From a day to a day, both included: a mandate is written « du 1er janvier au 31 décembre ».
    """

    class Function(models.TextChoices):
        CHAIR = "chair", "Présidence"
        CO_CHAIR = "co_chair", "Coprésidence"

    body = models.ForeignKey(Body, models.CASCADE, related_name="seats")
    college = models.CharField("collège", max_length=30, choices=nomenclatures.choices("college"))
    holder = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="seats")
    holder_name = models.CharField("titulaire", max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, verbose_name="organisme"
    )
    deputy_name = models.CharField("suppléant", max_length=120, blank=True)
    function = models.CharField("fonction", max_length=10, choices=Function, blank=True)
    permanent = models.BooleanField("membre permanent", default=True)
    secretary = models.BooleanField("secrétariat de l’instance", default=False)
    start = models.DateField("depuis", default=timezone.localdate)
    end = models.DateField(
        "jusqu’au",
        null=True,
        blank=True,
        validators=[MaxValueValidator(LAST_DAY, "Cette date est trop lointaine.")],
    )
    renews = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="renewal",
        verbose_name="mandat renouvelé",
    )
    history = HistoricalRecords()

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "siège"
        ordering = ("college", "start")
        constraints = [
            models.CheckConstraint(
                name="seat_dates",
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                violation_error_message="La fin ne peut précéder le début.",
            ),
            models.CheckConstraint(
                name="seat_one_holder",
                condition=Q(holder__isnull=True) | Q(holder_name=""),
                violation_error_message="Choisissez un membre ou écrivez un nom, pas les deux.",
            ),
            models.CheckConstraint(
                name="seat_guest_does_not_chair",
                condition=Q(function="") | Q(permanent=True),
                violation_error_message="Un membre invité ne préside pas l’instance.",
            ),
            models.CheckConstraint(
                name="seat_secretary_signs_in",
                condition=Q(secretary=False) | Q(holder_name=""),
                violation_error_message="Le secrétariat écrit ici : il lui faut un compte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_college_display()}, {self.holder_label}"

    @property
    def holder_label(self) -> str:
        """Who holds the seat, as written on the composition."""
        return str(self.holder) if self.holder else self.holder_name or "Nom effacé"
