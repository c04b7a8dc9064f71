"""The *fiche alerte*: its draft, what was sent, the steps tried."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from guardian.models import UserObjectPermissionBase

from cases.crypto import EncryptedTextField, VaultJSONField
from cases.fields import code_constraints, declared
from cases.models.authors import OccasionalAuthor
from cases.models.profile import AnonymousProfile, profile_constraints
from cases.models.situations import Situation
from cases.privacy import Privacy, classified
from governance import nomenclatures
from governance.models import Council, Organisation, User
from governance.models.base import HistoricalRecords, UuidModel

TECHNICAL, INTERNAL, RESTRICTED, SHAREABLE, VAULT = (
    Privacy.TECHNICAL,
    Privacy.INTERNAL,
    Privacy.RESTRICTED,
    Privacy.SHAREABLE,
    Privacy.VAULT,
)

# Somebody with an account or somebody without, never both nor none.
_ONE_AUTHOR = Q(author__isnull=False, occasional_author__isnull=True) | Q(
    author__isnull=True, occasional_author__isnull=False
)


class AlertDraft(UuidModel):
    """An alert being written: the answers of each step, under the vault's keys, without history.

    `answers` maps a step's slug to its form data (str or list of str), `marks` a page's slug to
    the name of its last save. Kept 7 days after the last change. Its key becomes
    `Alert.draft_key`, which makes sending idempotent.
    """

    council = classified(TECHNICAL, models.ForeignKey(Council, models.CASCADE))
    author = classified(
        TECHNICAL, models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    )
    occasional_author = classified(
        TECHNICAL,
        models.ForeignKey(
            OccasionalAuthor, models.CASCADE, null=True, blank=True, related_name="drafts"
        ),
    )
    answers = classified(VAULT, VaultJSONField(default=dict))
    marks = classified(TECHNICAL, models.JSONField(default=dict))
    updated_at = classified(TECHNICAL, models.DateTimeField("enregistré le", auto_now=True))

    class Meta:
        verbose_name = "brouillon"
        ordering = ("-updated_at",)
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="draft_has_one_author", condition=_ONE_AUTHOR),
        ]

    def __str__(self) -> str:
        return f"Brouillon du {self.updated_at:%d/%m/%Y}"


class Alert(UuidModel, AnonymousProfile):
    """An alert that was sent: nine sections, 57 fields; the identity is sealed elsewhere."""

    code = classified(TECHNICAL, models.CharField("numéro", max_length=24, unique=True))
    council = classified(
        TECHNICAL, models.ForeignKey(Council, models.CASCADE, related_name="alerts")
    )
    status = classified(TECHNICAL, models.CharField("état", max_length=20))
    draft_key = classified(TECHNICAL, models.UUIDField(null=True, unique=True, editable=False))
    author = classified(
        TECHNICAL,
        models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="alerts"),
    )
    occasional_author = classified(
        TECHNICAL,
        models.ForeignKey(
            OccasionalAuthor, models.PROTECT, null=True, blank=True, related_name="alerts"
        ),
    )
    recorded_by = classified(
        INTERNAL,
        models.ForeignKey(
            User,
            models.PROTECT,
            null=True,
            blank=True,
            related_name="+",
            verbose_name="saisie par la coordination",
        ),
    )
    situation = classified(
        TECHNICAL,
        models.ForeignKey(Situation, models.PROTECT, null=True, blank=True, related_name="alerts"),
    )
    received_at = classified(TECHNICAL, models.DateTimeField("reçue le"))
    answered_at = classified(
        TECHNICAL, models.DateTimeField("première réponse le", null=True, blank=True)
    )
    settled_at = classified(TECHNICAL, models.DateTimeField("triée le", null=True, blank=True))
    # The last complement: its question waits for the author while the alert is `info_requested`.
    information_asked_at = classified(
        TECHNICAL, models.DateTimeField("complément demandé le", null=True, blank=True)
    )
    information_given_at = classified(
        TECHNICAL, models.DateTimeField("complément reçu le", null=True, blank=True)
    )

    # 1. Demandeur
    requester_name = declared("requester_name")
    requester_role = declared("requester_role")
    organisation = classified(
        SHAREABLE,
        models.ForeignKey(
            Organisation, models.PROTECT, null=True, blank=True, verbose_name="Organisme"
        ),
    )
    origin = declared("origin")
    requester_contact = declared("requester_contact")
    alert_channel = declared("alert_channel")
    charter_signed = declared("charter_signed")
    # 4. Objet
    already_known = declared("already_known")
    immediate_danger = declared("immediate_danger")
    # 7. Démarches (les étapes : AlertStep)
    involved_partners: "models.ManyToManyField[Organisation, models.Model]" = classified(
        RESTRICTED,
        models.ManyToManyField(
            Organisation,
            blank=True,
            related_name="+",
            verbose_name=nomenclatures.field_spec("involved_partners").label,
        ),
    )
    # 8. Information et accord
    information_date = declared("information_date")
    not_informed_reason = declared("not_informed_reason")
    consent_given_by = declared("consent_given_by")
    consent_date = declared("consent_date")
    consent_limits = declared("consent_limits")
    # 9. Attentes
    suggested_invitees: "models.ManyToManyField[Organisation, models.Model]" = classified(
        INTERNAL,
        models.ManyToManyField(
            Organisation,
            blank=True,
            related_name="+",
            verbose_name=nomenclatures.field_spec("suggested_invitees").label,
        ),
    )
    # Written by cases/vault.py alone, without history.
    identity_kept = classified(
        TECHNICAL, models.BooleanField("identité au coffre", default=False, editable=False)
    )
    # Triage
    outcome_reason = classified(
        INTERNAL, EncryptedTextField("motif et réponse au demandeur", blank=True)
    )
    redirected_to = classified(
        INTERNAL,
        models.ForeignKey(
            Organisation,
            models.PROTECT,
            null=True,
            blank=True,
            related_name="+",
            verbose_name="orientée vers",
        ),
    )
    history = HistoricalRecords(m2m_fields=[involved_partners, suggested_invitees])

    class Meta:
        verbose_name = "alerte"
        ordering = ("-received_at",)
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["council", "status", "-received_at"], name="alert_board"),
        ]
        constraints = [
            *profile_constraints("alert"),
            *code_constraints(
                "alert",
                ("origin", "origin"),
                ("alert_channel", "alert_channel"),
                ("consent_given_by", "consent_given_by"),
            ),
            # Erased, an alert has lost its author with the key of its draft.
            models.CheckConstraint(
                name="alert_has_one_author", condition=_ONE_AUTHOR | Q(draft_key__isnull=True)
            ),
            models.CheckConstraint(
                name="alert_status_code",
                condition=Q(
                    status__in=[c for c in nomenclatures.codes("alert_status") if c != "draft"]
                ),
            ),
            models.CheckConstraint(
                name="alert_settled_has_situation",
                condition=Q(status__in=["accepted", "linked"], situation__isnull=False)
                | ~Q(status__in=["accepted", "linked"]) & Q(situation__isnull=True),
            ),
            models.CheckConstraint(
                name="alert_informed_has_date",
                condition=~Q(information_state="informed") | Q(information_date__isnull=False),
                violation_error_message="Indiquez la date à laquelle la personne a été informée.",
            ),
            models.CheckConstraint(
                name="alert_not_informed_has_reason",
                condition=~Q(information_state__in=["not_informed", "unreachable"])
                | ~Q(not_informed_reason=""),
                violation_error_message="Indiquez pourquoi la personne n’est pas informée.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("alert", args=[self.council.code, self.code])

    @property
    def author_email(self) -> str:
        """Where what becomes of it is told; "" for somebody without an address, or erased."""
        author = self.author or self.occasional_author
        return author.email if author is not None else ""

    @property
    def author_path(self) -> str:
        """Where its author follows it."""
        if self.occasional_author_id is None:
            return self.get_absolute_url()
        return f"{reverse('occasional_follow', args=[self.council.code])}?numero={self.code}"

    @property
    def is_unverified(self) -> bool:
        """Whether nobody knows yet that its author is who they say."""
        author = self.occasional_author
        return author is not None and author.identity_checked_at is None and not self.recorded_by_id

    @property
    def status_label(self) -> str:
        return nomenclatures.label("alert_status", self.status)


class AlertPermission(UserObjectPermissionBase):
    """guardian's own row: an author sees the alerts they sent (written by grants.py alone)."""

    content_object = models.ForeignKey(Alert, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class AlertStep(UuidModel):
    """A step already tried before the alert, and what came of it."""

    alert = classified(TECHNICAL, models.ForeignKey(Alert, models.CASCADE, related_name="steps"))
    step = classified(RESTRICTED, models.CharField("démarche", max_length=40))
    done_on = classified(RESTRICTED, models.DateField("date", null=True, blank=True))
    result = classified(RESTRICTED, models.CharField("résultat", max_length=40, blank=True))
    comment = classified(RESTRICTED, EncryptedTextField("précision", blank=True))
    history = HistoricalRecords()

    class Meta:
        verbose_name = "démarche engagée"
        ordering = ("done_on", "id")
        default_permissions = ()
        constraints = [
            *code_constraints("alert_step", ("result", "step_result")),
            models.CheckConstraint(
                name="alert_step_step_code",
                condition=Q(step__in=nomenclatures.codes("steps_tried")),
            ),
        ]

    def __str__(self) -> str:
        return nomenclatures.label("steps_tried", self.step)
