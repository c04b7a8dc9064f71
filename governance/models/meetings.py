"""Meetings of a body, or *séances* where situations are heard (cases.Hearing points down here)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from guardian.models import UserObjectPermissionBase

from governance import nomenclatures
from governance.models.base import HistoricalRecords, UuidModel
from governance.models.bodies import Body, Seat
from governance.models.councils import Council
from governance.models.people import Membership


class Meeting(UuidModel):
    """A dated meeting: of a body (`body`), or a séance on situations (`venue`); never both."""

    class Status(models.TextChoices):
        PLANNED = "planned", "Prévue"
        HELD = "held", "Tenue"
        CANCELLED = "cancelled", "Annulée"

    council = models.ForeignKey(Council, models.CASCADE, related_name="meetings")
    body = models.ForeignKey(
        Body,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name="instance",
    )
    venue = models.CharField(
        "cadre", max_length=40, choices=nomenclatures.choices("handling_venue"), blank=True
    )
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    place = models.CharField("lieu ou lien", max_length=200, blank=True)
    status = models.CharField("état", max_length=10, choices=Status, default=Status.PLANNED)
    # What calendars go by (RFC 5545, SEQUENCE): raised whenever an invitation is no longer true.
    sequence = models.PositiveIntegerField("numéro des convocations", default=0, editable=False)
    # The body's own may change later: what was reached that day stays so.
    quorum = models.PositiveSmallIntegerField("quorum ce jour-là", null=True, editable=False)
    history = HistoricalRecords(excluded_fields=["sequence"])

    class Meta:
        verbose_name = "réunion"
        ordering = ("starts_at",)
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="meeting_body_or_venue",
                condition=Q(body__isnull=True, venue__gt="") | Q(body__isnull=False, venue=""),
                violation_error_message="Une réunion est celle d’une instance ou une séance.",
            ),
            models.CheckConstraint(
                name="meeting_times",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="La fin doit suivre le début.",
            ),
        ]

    def __str__(self) -> str:
        return self.body.name if self.body else self.get_venue_display()

    def get_absolute_url(self) -> str:
        if self.body_id is not None:
            return reverse("body_meeting", args=[self.council.code, self.body_id, self.pk])
        return reverse("meeting", args=[self.council.code, self.pk])

    def renumber(self) -> None:
        """Raise the number that the next letters about the meeting bear."""
        Meeting.objects.filter(pk=self.pk).update(sequence=F("sequence") + 1)
        self.refresh_from_db(fields=["sequence"])


class MeetingPermission(UserObjectPermissionBase):
    """guardian's own row: who may open a meeting's page (written by grants.py alone)."""

    content_object = models.ForeignKey(Meeting, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class AgendaItem(UuidModel):
    """A point of a body's agenda; situations are never here (they are hearings of a séance)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda_items")
    position = models.PositiveSmallIntegerField("ordre")
    title = models.CharField("point", max_length=200)
    presenter = models.CharField("présenté par", max_length=120, blank=True)
    minutes = models.PositiveSmallIntegerField("durée (minutes)", default=15)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "point à l’ordre du jour"
        ordering = ("position",)

    def __str__(self) -> str:
        return self.title


class Attendance(UuidModel):
    """One member invited to one meeting, and whether they came (blank: not said yet)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="attendances")
    state = models.CharField(
        "présence", max_length=10, choices=nomenclatures.choices("attendance"), blank=True
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = "présence"
        ordering = ("membership__user__last_name",)
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "membership"],
                name="attendance_once",
                violation_error_message="Cette personne est déjà invitée.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership}, {self.get_state_display() or 'invité-e'}"


class SeatAttendance(UuidModel):
    """Whether a seat of the body was held at a meeting, by its holder or by their deputy."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="seat_attendances")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="attendances")
    state = models.CharField("présence", max_length=10, choices=nomenclatures.choices("attendance"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = "présence à une instance"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "seat"], name="seat_attendance_once")
        ]

    def __str__(self) -> str:
        return f"{self.seat}, {self.get_state_display()}"
