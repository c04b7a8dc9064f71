"""What the person was told, and what they agreed to: records that are added, never changed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.crypto import EncryptedTextField
from cases.fields import CodeListField
from cases.models.alerts import Alert
from cases.models.situations import Situation
from cases.privacy import Privacy, classified
from governance import nomenclatures
from governance.models import Membership, User
from governance.models.base import HistoricalRecords, UuidModel

TECHNICAL, INTERNAL = Privacy.TECHNICAL, Privacy.INTERNAL
AXIS_LISTS = {
    "information": "information_state",
    "agreement": "consent_state",
    "presence": "presence_wish",
}


class ConsentRecord(UuidModel):
    """One answer on one of three independent axes (information, agreement, presence), with its
    evidence (R. 1110-3-1 CSP, décret 2016-1349).

    The database refuses to change the answer or to delete the record (migration
    0003_consent_evidence); `reason` and `means` alone can be emptied, by the retention.
    """

    class Axis(models.TextChoices):
        INFORMATION = "information", "Information"
        AGREEMENT = "agreement", "Accord"
        PRESENCE = "presence", "Présence"

    situation = classified(
        TECHNICAL, models.ForeignKey(Situation, models.CASCADE, related_name="consent_records")
    )
    alert = classified(TECHNICAL, models.ForeignKey(Alert, models.PROTECT, null=True, blank=True))
    axis = classified(TECHNICAL, models.CharField("axe", max_length=12, choices=Axis))
    state = classified(Privacy.SHAREABLE, models.CharField("réponse", max_length=30))
    given_by = classified(INTERNAL, models.CharField("donné par", max_length=30, blank=True))
    collected_on = classified(INTERNAL, models.DateField("date", default=timezone.localdate))
    means = classified(INTERNAL, models.CharField("mode de recueil", max_length=200, blank=True))
    reason = classified(INTERNAL, EncryptedTextField("motif ou précision", blank=True))
    recipients: "models.ManyToManyField[Membership, models.Model]" = classified(
        INTERNAL,
        models.ManyToManyField(
            Membership,
            blank=True,
            related_name="+",
            verbose_name="destinataires nommés par la personne",
        ),
    )
    categories = classified(
        INTERNAL, CodeListField("informations partagées", blank=True, default=())
    )
    measure_reference = classified(
        INTERNAL,
        models.CharField("référence de la mesure de protection", max_length=120, blank=True),
    )
    sheet_version = classified(
        INTERNAL, models.CharField("version de la feuille d’information", max_length=20, blank=True)
    )
    sheet_digest = classified(
        INTERNAL, models.CharField("empreinte de la feuille", max_length=64, blank=True)
    )
    review_on = classified(TECHNICAL, models.DateField("à revoir le", null=True, blank=True))
    recorded_by = classified(INTERNAL, models.ForeignKey(User, models.PROTECT, related_name="+"))
    recorded_at = classified(INTERNAL, models.DateTimeField("enregistré le", auto_now_add=True))
    history = HistoricalRecords(m2m_fields=[recipients])

    class Meta:
        verbose_name = "recueil"
        ordering = ("recorded_at", "id")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="consent_record_state",
                condition=Q(axis="information", state__in=nomenclatures.codes("information_state"))
                | Q(axis="agreement", state__in=nomenclatures.codes("consent_state"))
                | Q(axis="presence", state__in=nomenclatures.codes("presence_wish")),
            ),
            models.CheckConstraint(
                name="consent_record_given_by",
                condition=~Q(axis="agreement", state__in=["named", "anonymous"])
                | Q(given_by__in=nomenclatures.codes("consent_given_by")),
                violation_error_message="Indiquez qui a donné l’accord.",
            ),
            models.CheckConstraint(
                name="consent_record_representative",
                condition=~Q(axis="agreement", given_by="legal_representative")
                | ~Q(measure_reference=""),
                violation_error_message="Indiquez la référence de la mesure de protection.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_axis_display()} : {self.state_label}"

    @property
    def state_label(self) -> str:
        return nomenclatures.label(AXIS_LISTS[self.axis], self.state)
