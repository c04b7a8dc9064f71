"""A situation heard at a meeting: who was there, conclusions, action leads, feedback."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.crypto import EncryptedJSONField, EncryptedTextField
from cases.fields import CodeListField, code_constraints
from cases.models.situations import Situation
from cases.privacy import Privacy, classified
from governance import nomenclatures
from governance.models import Attendance, Council, Meeting, Membership, User
from governance.models.base import HistoricalRecords, UuidModel

TECHNICAL, INTERNAL, RESTRICTED, SHAREABLE = (
    Privacy.TECHNICAL,
    Privacy.INTERNAL,
    Privacy.RESTRICTED,
    Privacy.SHAREABLE,
)


class Hearing(UuidModel):
    """One *passage*: a situation on a séance's agenda, by a letter of that séance alone.

    How it may be discussed is read in the agreement each time (policies.discussion); `naming` says
    how it was, once it is heard.
    """

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
    # Drawn for the séance (docs/adr/0012): its papers say « Situation K », never the code.
    letter = classified(SHAREABLE, models.CharField("lettre", max_length=2, blank=True))
    position = classified(TECHNICAL, models.PositiveSmallIntegerField("ordre"))
    minutes = classified(TECHNICAL, models.PositiveSmallIntegerField("durée (minutes)", default=20))
    # Of a point in two parts: how long the professionals speak before the person comes in.
    joined_after = classified(
        SHAREABLE,
        models.PositiveSmallIntegerField(
            "la personne entre après (minutes)", null=True, blank=True
        ),
    )
    state = classified(
        SHAREABLE, models.CharField("état", max_length=10, choices=State, default=State.SCHEDULED)
    )
    naming = classified(
        SHAREABLE, models.CharField("discussion", max_length=10, choices=Naming, blank=True)
    )
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
            ),
            models.UniqueConstraint(
                fields=["meeting", "letter"],
                condition=Q(letter__gt=""),
                name="hearing_letter_once",
                violation_error_message="Cette lettre est déjà prise à cette séance.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.situation.code}, point {self.position}"

    @property
    def meeting_code(self) -> str:
        """What the papers of the séance call the situation."""
        return f"Situation {self.letter}"

    @property
    def record(self) -> "Conclusions | None":
        """The version of the conclusions that holds; no query when they are prefetched."""
        validated = [each for each in self.conclusions.all() if each.validated_at is not None]
        return max(validated, key=lambda each: each.number, default=None)

    @property
    def draft(self) -> "Conclusions | None":
        """The conclusions still being written; no query when they are prefetched."""
        return next((each for each in self.conclusions.all() if each.validated_at is None), None)


class PointAttendance(UuidModel):
    """Whether somebody invited was there for one point, from that point on until said otherwise."""

    hearing = classified(
        TECHNICAL, models.ForeignKey(Hearing, models.CASCADE, related_name="attendances")
    )
    attendance = classified(
        INTERNAL, models.ForeignKey(Attendance, models.CASCADE, related_name="points")
    )
    state = classified(
        INTERNAL,
        models.CharField("présence", max_length=10, choices=nomenclatures.choices("attendance")),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = "présence à un point"
        verbose_name_plural = "présences à un point"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["hearing", "attendance"], name="point_attendance_once")
        ]

    def __str__(self) -> str:
        return f"{self.attendance.membership}, {self.get_state_display()}"


class PointNotes(UuidModel):
    """What is being typed at a point, kept while one writes; the guard has not read it.

    `answers`: the fields of the page as they were typed. `version` is the one of the conclusions
    that they were typed over, `mark` names the last save. Gone once they are conclusions.
    """

    hearing = classified(
        TECHNICAL, models.OneToOneField(Hearing, models.CASCADE, related_name="notes")
    )
    answers = classified(RESTRICTED, EncryptedJSONField(default=dict))
    version = classified(TECHNICAL, models.PositiveIntegerField(default=0))
    mark = classified(TECHNICAL, models.CharField(max_length=40))
    updated_at = classified(TECHNICAL, models.DateTimeField("enregistré le", auto_now=True))

    class Meta:
        verbose_name = "notes d’un point"
        verbose_name_plural = "notes d’un point"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Notes, {self.hearing}"


class Conclusions(UuidModel):
    """One version of the *relevé de conclusions* of a hearing: a draft, then validated and frozen.

    A correction is another version, which replaces the one before it. The database refuses to
    change or delete a validated one (migration 0012_conclusions); erasure alone empties its texts.
    `version` counts the saves of the draft: two people who write it do not overwrite each other.
    """

    hearing = classified(
        TECHNICAL, models.ForeignKey(Hearing, models.CASCADE, related_name="conclusions")
    )
    number = classified(SHAREABLE, models.PositiveSmallIntegerField("numéro", default=1))
    version = classified(TECHNICAL, models.PositiveIntegerField(default=1))
    summary = classified(RESTRICTED, EncryptedTextField("ce qui a été dit", blank=True))
    steps_taken = classified(RESTRICTED, EncryptedTextField("actions menées", blank=True))
    obstacles = classified(SHAREABLE, CodeListField("obstacles rencontrés", blank=True, default=()))
    correction = classified(RESTRICTED, EncryptedTextField("ce qui est corrigé", blank=True))
    validated_at = classified(SHAREABLE, models.DateTimeField("validé le", null=True, blank=True))
    validated_by = classified(
        INTERNAL, models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = "relevé de conclusions"
        verbose_name_plural = "relevés de conclusions"
        ordering = ("number",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["hearing", "number"],
                name="conclusions_number_once",
                violation_error_message="Quelqu’un vient de corriger ce relevé : relisez-le.",
            ),
            models.CheckConstraint(
                name="conclusions_validated_by_someone",
                condition=Q(validated_at__isnull=True, validated_by__isnull=True)
                | Q(validated_at__isnull=False, validated_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Relevé, {self.hearing}"


class Delivery(UuidModel):
    """To whom one version of the conclusions was sent or handed; added, never changed."""

    class Means(models.TextChoices):
        LETTER = "letter", "Courrier avec un lien"
        PDF = "pdf", "Exemplaire PDF"

    conclusions = classified(
        TECHNICAL, models.ForeignKey(Conclusions, models.CASCADE, related_name="deliveries")
    )
    membership = classified(
        INTERNAL, models.ForeignKey(Membership, models.PROTECT, related_name="+")
    )
    means = classified(INTERNAL, models.CharField("moyen", max_length=10, choices=Means))
    made_at = classified(INTERNAL, models.DateTimeField("remis le", auto_now_add=True))

    class Meta:
        verbose_name = "remise d’un relevé"
        verbose_name_plural = "remises de relevés"
        ordering = ("made_at", "id")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["conclusions", "membership"],
                condition=Q(means="letter"),
                name="conclusions_sent_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_means_display()}, {self.conclusions}"


class ActionLead(UuidModel):
    """A *piste d’action*: what is to be tried, by whom, until when, and what came of it.

    `council` repeats the situation's, as in Feedback.
    """

    # A declined one waits for another owner: it is open, and nobody's.
    OPEN = ("proposed", "declined", "accepted", "in_progress")
    CARRIED = ("proposed", "accepted", "in_progress")

    council = classified(
        TECHNICAL,
        models.ForeignKey(Council, models.CASCADE, related_name="+", db_index=False),
    )
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
    answered_on = classified(SHAREABLE, models.DateField("répondu le", null=True, blank=True))
    ended_on = classified(SHAREABLE, models.DateField("terminée le", null=True, blank=True))
    history = HistoricalRecords()

    class Meta:
        verbose_name = "piste d’action"
        verbose_name_plural = "pistes d’action"
        ordering = ("due_on", "proposed_on", "id")
        default_permissions = ()
        indexes = [
            models.Index(fields=["status", "due_on"], name="lead_due"),
            models.Index(
                fields=["situation", "due_on"],
                condition=Q(status__in=["proposed", "declined", "accepted", "in_progress"]),
                name="lead_open",
            ),
            models.Index(
                fields=["council", "due_on", "proposed_on", "id"],
                condition=Q(status__in=["proposed", "declined", "accepted", "in_progress"]),
                name="lead_open_in_council",
            ),
        ]
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
    """The *restitution* of a hearing to the person: who, when, how it was received.

    `council` repeats the situation's: what is still due in a council is then found by one index
    (docs/performance.md).
    """

    council = classified(
        TECHNICAL,
        models.ForeignKey(Council, models.CASCADE, related_name="+", db_index=False),
    )
    hearing = classified(
        TECHNICAL, models.OneToOneField(Hearing, models.CASCADE, related_name="feedback")
    )
    given_by = classified(
        SHAREABLE,
        models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="par"),
    )
    due_on = classified(SHAREABLE, models.DateField("prévue pour le"))
    given_on = classified(SHAREABLE, models.DateField("faite le", null=True, blank=True))
    # The situation became anonymous, and the council then gives none.
    closed_on = classified(SHAREABLE, models.DateField("sans objet le", null=True, blank=True))
    reaction = classified(RESTRICTED, EncryptedTextField("réaction de la personne", blank=True))
    history = HistoricalRecords()

    class Meta:
        verbose_name = "restitution"
        ordering = ("due_on",)
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["council", "due_on", "hearing"],
                condition=Q(given_on__isnull=True, closed_on__isnull=True),
                name="feedback_due",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="feedback_given_or_closed",
                condition=Q(given_on__isnull=True) | Q(closed_on__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"Restitution, {self.hearing}"
