"""A situation heard at a meeting: conclusions, action leads, feedback to the person."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from cases.crypto import EncryptedTextField
from cases.fields import code_constraints
from cases.models.situations import Situation
from cases.privacy import Privacy, classified
from governance import nomenclatures
from governance.models import Meeting, Membership, User
from governance.models.base import UuidModel

TECHNICAL, INTERNAL, RESTRICTED, SHAREABLE = (
    Privacy.TECHNICAL,
    Privacy.INTERNAL,
    Privacy.RESTRICTED,
    Privacy.SHAREABLE,
)


class Hearing(UuidModel):
    """One *passage*: a situation on a séance's agenda, and how it may be discussed there."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "Inscrite"
        HELD = "held", "Entendue"
        WITHDRAWN = "withdrawn", "Retirée de l’ordre du jour"

    class Naming(models.TextChoices):
        """What the agreement opens at the meeting (secrecy.md section 3)."""

        NAMED = "named", "Nominative"
        ANONYMOUS = "anonymous", "Anonyme"
        THEMES = "themes", "Aide au professionnel : thèmes seulement"

    situation = classified(
        TECHNICAL, models.ForeignKey(Situation, models.CASCADE, related_name="hearings")
    )
    meeting = classified(
        TECHNICAL, models.ForeignKey(Meeting, models.PROTECT, related_name="hearings")
    )
    position = classified(TECHNICAL, models.PositiveSmallIntegerField("ordre"))
    minutes = classified(TECHNICAL, models.PositiveSmallIntegerField("durée (minutes)", default=20))
    state = classified(
        SHAREABLE, models.CharField("état", max_length=10, choices=State, default=State.SCHEDULED)
    )
    naming = classified(SHAREABLE, models.CharField("discussion", max_length=10, choices=Naming))
    history = HistoricalRecords()

    class Meta:
        verbose_name = "passage"
        ordering = ("position",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["situation", "meeting"],
                name="hearing_once",
                violation_error_message="Cette situation est déjà inscrite à cette séance.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.situation.code}, point {self.position}"


class Conclusions(UuidModel):
    """The *relevé de conclusions* of one hearing; validated by the coordinator, then frozen."""

    hearing = classified(
        TECHNICAL, models.OneToOneField(Hearing, models.CASCADE, related_name="conclusions")
    )
    summary = classified(RESTRICTED, EncryptedTextField("ce qui a été dit", blank=True))
    steps_taken = classified(RESTRICTED, EncryptedTextField("actions menées", blank=True))
    validated_at = classified(SHAREABLE, models.DateTimeField("validé le", null=True, blank=True))
    validated_by = classified(
        INTERNAL, models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = "relevé de conclusions"
        verbose_name_plural = "relevés de conclusions"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="conclusions_validated_by_someone",
                condition=Q(validated_at__isnull=True, validated_by__isnull=True)
                | Q(validated_at__isnull=False, validated_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Relevé, {self.hearing}"


class ActionLead(UuidModel):
    """A *piste d’action*: what is to be tried, by whom, until when, and what came of it."""

    OPEN = ("proposed", "accepted", "in_progress")

    situation = classified(
        TECHNICAL, models.ForeignKey(Situation, models.CASCADE, related_name="leads")
    )
    hearing = classified(
        TECHNICAL,
        models.ForeignKey(Hearing, models.PROTECT, null=True, blank=True, related_name="leads"),
    )
    kind = classified(SHAREABLE, models.CharField("type de piste", max_length=40))
    description = classified(RESTRICTED, EncryptedTextField("précision", blank=True))
    owner = classified(
        SHAREABLE,
        models.ForeignKey(
            Membership,
            models.PROTECT,
            null=True,
            blank=True,
            related_name="leads",
            verbose_name="porteur",
        ),
    )
    due_on = classified(SHAREABLE, models.DateField("échéance", null=True, blank=True))
    status = classified(SHAREABLE, models.CharField("état", max_length=20, default="proposed"))
    outcome = classified(RESTRICTED, EncryptedTextField("suite donnée", blank=True))
    proposed_on = classified(SHAREABLE, models.DateField("proposée le", default=timezone.localdate))
    ended_on = classified(SHAREABLE, models.DateField("terminée le", null=True, blank=True))
    history = HistoricalRecords()

    class Meta:
        verbose_name = "piste d’action"
        verbose_name_plural = "pistes d’action"
        ordering = ("due_on", "proposed_on", "id")
        default_permissions = ()
        indexes = [models.Index(fields=["status", "due_on"], name="lead_due")]
        constraints = [
            *code_constraints("lead", ("status", "action_lead_status")),
            models.CheckConstraint(
                name="lead_kind_code",
                condition=Q(kind__in=nomenclatures.codes("action_lead_type")),
            ),
            models.CheckConstraint(
                name="lead_accepted_has_owner",
                condition=Q(status__in=["proposed", "dropped"]) | Q(owner__isnull=False),
                violation_error_message="Une piste acceptée a un porteur.",
            ),
        ]

    def __str__(self) -> str:
        return self.kind_label

    @property
    def kind_label(self) -> str:
        return nomenclatures.label("action_lead_type", self.kind)

    @property
    def status_label(self) -> str:
        return nomenclatures.label("action_lead_status", self.status)

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()


class Feedback(UuidModel):
    """The *restitution* of a hearing to the person: who, when, how it was received."""

    hearing = classified(
        TECHNICAL, models.OneToOneField(Hearing, models.CASCADE, related_name="feedback")
    )
    given_by = classified(
        SHAREABLE,
        models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="par"),
    )
    due_on = classified(SHAREABLE, models.DateField("prévue pour le"))
    given_on = classified(SHAREABLE, models.DateField("faite le", null=True, blank=True))
    reaction = classified(RESTRICTED, EncryptedTextField("réaction de la personne", blank=True))
    history = HistoricalRecords()

    class Meta:
        verbose_name = "restitution"
        ordering = ("due_on",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"Restitution, {self.hearing}"
