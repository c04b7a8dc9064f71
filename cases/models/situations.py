"""The anonymous situation, the services that take part in it, the coordinator's notes."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from cases.fields import code_constraints, declared
from cases.models.profile import AnonymousProfile, profile_constraints
from cases.privacy import Privacy, classified
from governance import nomenclatures
from governance.models import Council, Membership
from governance.models.base import HistoricalRecords, UuidModel

TECHNICAL, INTERNAL, SHAREABLE = Privacy.TECHNICAL, Privacy.INTERNAL, Privacy.SHAREABLE


class Situation(UuidModel, AnonymousProfile):
    """One person's situation, by code: profile, reviewed texts, consent state; no identity.

    `consent_state`, `information_state` and `presence_wish` repeat the last ConsentRecord of each
    axis (services/consent.py keeps them in step). `received_on`, `channel` and `origin` are those
    of the first alert: the year counts them.
    """

    OVER = ("closed", "purged")

    code = classified(TECHNICAL, models.CharField("code", max_length=24, unique=True))
    council = classified(
        TECHNICAL, models.ForeignKey(Council, models.CASCADE, related_name="situations")
    )
    status = classified(TECHNICAL, models.CharField("état", max_length=20))
    received_on = classified(SHAREABLE, models.DateField("reçue le"))
    channel = classified(
        INTERNAL, models.CharField("canal d’interpellation", max_length=40, blank=True)
    )
    origin = declared("origin")
    complexity = classified(SHAREABLE, models.CharField("complexité", max_length=20, blank=True))
    venue = classified(
        SHAREABLE, models.CharField("cadre de traitement", max_length=40, blank=True)
    )
    facts_reviewed_at = classified(
        TECHNICAL, models.DateTimeField("textes relus le", null=True, blank=True)
    )
    closed_on = classified(SHAREABLE, models.DateField("clôturée le", null=True, blank=True))
    closure_reason = classified(
        SHAREABLE, models.CharField("motif de clôture", max_length=40, blank=True)
    )
    last_activity = classified(TECHNICAL, models.DateTimeField("dernier mouvement"))
    # Void as soon as the situation moves; written by services/retention.py alone, without history.
    erasure_announced_on = classified(
        TECHNICAL,
        models.DateField("effacement annoncé le", null=True, blank=True, editable=False),
    )
    register_reference = classified(
        INTERNAL, models.CharField("référence au registre", max_length=40, blank=True)
    )
    prior_hearings = classified(
        SHAREABLE, models.PositiveSmallIntegerField("passages avant la reprise", default=0)
    )
    reopenings = classified(
        SHAREABLE, models.PositiveSmallIntegerField("réouvertures", default=0, editable=False)
    )
    # Noted when the erasure takes the quarter away: the year still counts it.
    priority_area = classified(
        INTERNAL, models.BooleanField("quartier prioritaire", null=True, editable=False)
    )
    version = classified(TECHNICAL, models.PositiveIntegerField(default=1, editable=False))
    history = HistoricalRecords()

    class Meta:
        verbose_name = "situation"
        ordering = ("-last_activity", "-id")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["council", "-last_activity", "-id"], name="situation_board"),
            models.Index(fields=["council", "received_on"], name="situation_year"),
            models.Index(
                fields=["council", "-last_activity", "id"],
                condition=~Q(status__in=["closed", "purged"]),
                name="situation_open",
            ),
        ]
        constraints = [
            *profile_constraints("situation"),
            *code_constraints(
                "situation",
                ("channel", "alert_channel"),
                ("origin", "origin"),
                ("complexity", "complexity"),
                ("venue", "handling_venue"),
                ("closure_reason", "closure_reason"),
            ),
            models.CheckConstraint(
                name="situation_status_code",
                condition=Q(status__in=nomenclatures.codes("situation_status")),
            ),
            models.CheckConstraint(
                name="situation_closed_has_reason",
                condition=Q(status="closed", closed_on__isnull=False, closure_reason__gt="")
                | Q(status="purged")
                | ~Q(status__in=["closed", "purged"])
                & Q(closed_on__isnull=True, closure_reason=""),
                violation_error_message="Une clôture a une date et un motif.",
            ),
            models.CheckConstraint(
                name="situation_closed_after_received",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("received_on")),
                violation_error_message="La clôture ne peut précéder la réception.",
            ),
            models.UniqueConstraint(
                fields=["council", "register_reference"],
                condition=~Q(register_reference=""),
                name="situation_register_reference",
                violation_error_message="Cette référence est déjà au registre.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("situation", args=[self.council.code, self.code])

    @property
    def status_label(self) -> str:
        return nomenclatures.label("situation_status", self.status)

    @property
    def is_open(self) -> bool:
        return self.status not in self.OVER


class SituationPermission(UserObjectPermissionBase):
    """guardian's own row: who may open a situation, and the order of their list.

    `council` and `last_activity` repeat the situation's, so that one index gives a partner's list
    in a council, ordered and counted (docs/performance.md). Written by grants.py alone; guardian
    makes the row first, then the columns are filled in.
    """

    content_object = models.ForeignKey(Situation, on_delete=models.CASCADE)
    council = models.ForeignKey(Council, models.CASCADE, null=True, db_index=False)
    last_activity = models.DateTimeField(default=timezone.now)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        indexes = [
            models.Index(
                fields=["user", "permission", "council", "-last_activity", "-content_object", "id"],
                name="situation_permission_list",
            )
        ]


class Participation(UuidModel):
    """A member's own part in a situation; active means sought or accepted.

    Sought `since` a day; the member says on `answered_on` whether they take part.
    """

    class State(models.TextChoices):
        SOUGHT = "sought", "Sollicité"
        ACCEPTED = "accepted", "Accepté"
        DECLINED = "declined", "Décliné"
        ENDED = "ended", "Terminé"

    ACTIVE = (State.SOUGHT, State.ACCEPTED)

    situation = classified(
        TECHNICAL, models.ForeignKey(Situation, models.CASCADE, related_name="participations")
    )
    membership = classified(
        SHAREABLE, models.ForeignKey(Membership, models.PROTECT, related_name="participations")
    )
    state = classified(
        SHAREABLE, models.CharField("état", max_length=10, choices=State, default=State.SOUGHT)
    )
    knows_person = classified(INTERNAL, models.BooleanField("connaît la personne", default=False))
    reason = classified(INTERNAL, models.CharField("motif", max_length=300, blank=True))
    since = classified(SHAREABLE, models.DateField("depuis", default=timezone.localdate))
    until = classified(SHAREABLE, models.DateField("jusqu’au", null=True, blank=True))
    answered_on = classified(SHAREABLE, models.DateField("répondu le", null=True, blank=True))
    history = HistoricalRecords()

    class Meta:
        verbose_name = "participation"
        ordering = ("since", "id")
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["membership"], condition=Q(state="sought"), name="participation_sought"
            ),
            models.Index(
                fields=["situation"], condition=Q(state="sought"), name="participation_awaited"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["situation", "membership"],
                name="participation_once",
                violation_error_message="Cette personne participe déjà.",
            ),
            models.CheckConstraint(
                name="participation_ended_has_date",
                condition=Q(state__in=["sought", "accepted"], until__isnull=True)
                | Q(state__in=["declined", "ended"], until__isnull=False),
            ),
            models.CheckConstraint(
                name="participation_declined_has_reason",
                condition=~Q(state="declined") | ~Q(reason=""),
                violation_error_message="Indiquez pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership}, {self.get_state_display()}"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE
