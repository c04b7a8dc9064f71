"""The derogation to secrecy: what the law allows without the person's agreement, to one reader."""

import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cases.crypto import EncryptedTextField
from cases.models.alerts import Alert
from cases.privacy import Privacy, classified
from governance import nomenclatures
from governance.models import Membership, User
from governance.models.base import HistoricalRecords, UuidModel

TECHNICAL, INTERNAL, RESTRICTED = Privacy.TECHNICAL, Privacy.INTERNAL, Privacy.RESTRICTED


class DerogationQuerySet(models.QuerySet["Derogation"]):
    def running(self) -> Self:
        """Those that nobody ended and whose time is not over."""
        return self.filter(ended_at__isnull=True, ends_at__gt=timezone.now())


class Derogation(UuidModel):
    """One recipient may open the identity of one alert, on one legal ground, for one purpose.

    Beside the person's agreement, which it never changes. It ends by itself at `ends_at`;
    `ended_at` is set when somebody ends it before, or when it has lapsed and another begins.
    """

    LASTS = datetime.timedelta(hours=72)

    alert = classified(
        TECHNICAL, models.ForeignKey(Alert, models.CASCADE, related_name="derogations")
    )
    recipient = classified(
        INTERNAL,
        models.ForeignKey(
            Membership, models.PROTECT, related_name="+", verbose_name="destinataire"
        ),
    )
    ground = classified(INTERNAL, models.CharField("motif légal", max_length=40))
    purpose = classified(RESTRICTED, EncryptedTextField("but"))
    granted_by = classified(INTERNAL, models.ForeignKey(User, models.PROTECT, related_name="+"))
    granted_at = classified(TECHNICAL, models.DateTimeField("accordée le", default=timezone.now))
    ends_at = classified(TECHNICAL, models.DateTimeField("prend fin le"))
    ended_at = classified(TECHNICAL, models.DateTimeField("close le", null=True, blank=True))
    ended_by = classified(
        INTERNAL,
        models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+"),
    )
    objects = DerogationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "dérogation au secret"
        ordering = ("granted_at", "id")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "recipient"],
                condition=Q(ended_at__isnull=True),
                name="derogation_running_once",
                violation_error_message="Une dérogation est déjà en cours pour cette personne.",
            ),
            models.CheckConstraint(
                name="derogation_ground_code",
                condition=Q(ground__in=nomenclatures.codes("derogation_ground")),
                violation_error_message="Ce motif légal ne figure pas dans la liste.",
            ),
            models.CheckConstraint(
                name="derogation_ends_after_its_start", condition=Q(ends_at__gt=F("granted_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"Dérogation du {timezone.localdate(self.granted_at):%d/%m/%Y}"

    @property
    def ground_label(self) -> str:
        return nomenclatures.label("derogation_ground", self.ground)

    @property
    def ground_article(self) -> str:
        entries = nomenclatures.entries("derogation_ground")
        article: str = next(e.extra["article"] for e in entries if e.code == self.ground)
        return article

    @property
    def is_running(self) -> bool:
        """The same as the queryset's `running`, for one."""
        return self.ended_at is None and self.ends_at > timezone.now()
