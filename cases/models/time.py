"""The time that the coordination spends on a situation."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.models.situations import Situation
from cases.privacy import Privacy, classified
from governance import nomenclatures
from governance.models import User
from governance.models.base import HistoricalRecords, UuidModel

TECHNICAL, INTERNAL = Privacy.TECHNICAL, Privacy.INTERNAL


class TimeSpent(UuidModel):
    """Minutes of one kind of work on one day; added, never changed, its writer may undo the last.

    It tells of the work, not of the person: it stays with the statistical row.
    """

    MOST = 600  # minutes in one entry

    situation = classified(
        TECHNICAL, models.ForeignKey(Situation, models.CASCADE, related_name="time_spent")
    )
    minutes = classified(INTERNAL, models.PositiveSmallIntegerField("minutes"))
    kind = classified(INTERNAL, models.CharField("nature du travail", max_length=40))
    done_on = classified(INTERNAL, models.DateField("le", default=timezone.localdate))
    noted_by = classified(INTERNAL, models.ForeignKey(User, models.PROTECT, related_name="+"))
    noted_at = classified(TECHNICAL, models.DateTimeField("noté le", auto_now_add=True))
    history = HistoricalRecords()

    class Meta:
        verbose_name = "temps passé"
        ordering = ("-done_on", "-noted_at")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="time_spent_kind_code",
                condition=Q(kind__in=nomenclatures.codes("work_kind")),
                violation_error_message="Cette réponse ne figure pas dans la liste.",
            ),
            models.CheckConstraint(
                name="time_spent_minutes",
                condition=Q(minutes__gte=1, minutes__lte=600),
                violation_error_message="De 1 à 600 minutes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min, {self.kind_label}"

    @property
    def kind_label(self) -> str:
        return nomenclatures.label("work_kind", self.kind)
