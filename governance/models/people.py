"""Users, the organisations they work for, their dated memberships, their invitations."""

import datetime
import hashlib
import secrets
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from guardian.mixins import GuardianUserMixin

from governance import nomenclatures
from governance.models.base import HistoricalRecords, UuidModel
from governance.models.councils import Council


class UserManager(DjangoUserManager["User"]):
    """Users are known by their e-mail address; there is no superuser by-pass."""

    def create_user(  # type: ignore[override]
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """A user with this address, in lower case; ValueError without one."""
        if not email:
            raise ValueError("Une adresse électronique est nécessaire.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class MailRhythm(models.TextChoices):
    """When news and reminders reach somebody; what is compulsory never waits."""

    IMMEDIATE = "immediate", "Aussitôt"
    DAILY = "daily", "Une fois par jour, en un seul courrier"
    NONE = "none", "Jamais, sauf ce qui est obligatoire"


class User(UuidModel, GuardianUserMixin, AbstractUser):  # type: ignore[misc]
    """A person with an account; what they may do comes from their memberships."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("courriel", unique=True)
    phone = models.CharField("téléphone professionnel", max_length=30, blank=True)
    mail_rhythm = models.CharField(
        "courriers", max_length=10, choices=MailRhythm, default=MailRhythm.IMMEDIATE
    )
    reopened_at = models.DateTimeField("rouvert le", null=True, blank=True, editable=False)
    # Void as soon as the account serves; written by services/retention.py alone, without history.
    disabling_announced_on = models.DateField(
        "désactivation annoncée le", null=True, blank=True, editable=False
    )
    history = HistoricalRecords(
        excluded_fields=["password", "last_login", "disabling_announced_on"]
    )

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment,misc]

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "utilisateur"
        ordering = ("last_name", "first_name", "email")
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class Organisation(UuidModel):
    """A partner of the council; its kind is the *origine* under which alerts are counted."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="organisations")
    name = models.CharField("nom", max_length=150)
    kind = models.CharField("type", max_length=40, choices=nomenclatures.choices("origin"))
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("courriel", blank=True)
    missions = models.TextField("missions et limites", blank=True)
    active = models.BooleanField("active", default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "organisme"
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["council", "name"],
                name="organisation_once",
                violation_error_message="Cet organisme est déjà inscrit.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a membership lets one do (secrecy.md section 1)."""

    COORDINATOR = "coordinator", "Coordination"
    PARTNER = "partner", "Partenaire"
    COPIL = "copil", "Membre du COPIL"
    MANAGER = "manager", "Administration technique"


class Standing(models.Model):
    """What a membership says of its holder; an invitation says it beforehand."""

    role = models.CharField("rôle", max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, verbose_name="organisme"
    )
    profession = models.CharField("fonction", max_length=120, blank=True)
    profession_category = models.CharField(
        "catégorie professionnelle (R. 1110-2 CSP)",
        max_length=40,
        choices=nomenclatures.choices("profession_category"),
        default="other",
    )
    secrecy_status = models.CharField(
        "régime de secret",
        max_length=20,
        choices=nomenclatures.choices("secrecy_status"),
        default="charter_only",
    )
    college = models.CharField(
        "collège", max_length=30, choices=nomenclatures.choices("college"), blank=True
    )
    permanent_member = models.BooleanField("membre permanent des séances", default=False)

    class Meta:
        abstract = True


class MembershipQuerySet(models.QuerySet["Membership"]):
    def holding(self, on: datetime.date | None = None) -> Self:
        """The memberships whose dates hold on `on` (today by default)."""
        day = on or timezone.localdate()
        return self.filter(Q(end__isnull=True) | Q(end__gt=day), start__lte=day)

    def active(self, on: datetime.date | None = None) -> Self:
        """The same, of accounts still open."""
        return self.holding(on).filter(user__is_active=True)


# Health data never reach these, whatever secrecy binds them.
NEVER_HEALTH = frozenset({"landlord", "town_service", "police", "elected"})


class Membership(UuidModel, Standing):
    """A user's role in a council, for one organisation, from a day to a day (excluded)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    council = models.ForeignKey(Council, models.CASCADE, related_name="memberships")
    start = models.DateField("depuis", default=timezone.localdate)
    end = models.DateField("jusqu’au", null=True, blank=True)
    history = HistoricalRecords()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "appartenance"
        ordering = ("user__last_name", "user__first_name", "start")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "council", "role"],
                condition=Q(end__isnull=True),
                name="membership_once",
                violation_error_message="Cette personne a déjà ce rôle.",
            ),
            models.CheckConstraint(
                name="membership_dates",
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                violation_error_message="La fin ne peut précéder le début.",
            ),
            models.CheckConstraint(
                name="membership_partner_organisation",
                condition=~Q(role="partner") | Q(organisation__isnull=False),
                violation_error_message="Un partenaire appartient à un organisme.",
            ),
        ]

    def __str__(self) -> str:
        place = self.organisation or self.get_role_display()
        return f"{self.user} ({place})"

    @property
    def may_receive_health(self) -> bool:
        """Whether health data may reach this professional: R. 1110-2 CSP, or secrecy by law.

        Never a landlord, a town service, the police or an elected member: a police officer is
        bound by secrecy too, but not to the person's care.
        """
        if self.profession_category in NEVER_HEALTH:
            return False
        entry = next(
            e
            for e in nomenclatures.entries("profession_category")
            if e.code == self.profession_category
        )
        return bool(entry.extra["listed"]) or self.secrecy_status == "law"


def token_digest(token: str) -> str:
    """What is stored of an invitation's token: SHA-256, hexadecimal.

    The token has 256 random bits: nobody finds it back, and it needs neither salt nor slowness.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def _invitation_end() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=14)


class Invitation(UuidModel, Standing):
    """An address invited to hold a role; the link in the mail opens the account once.

    The mail alone holds the link: whoever reads this table, or a backup of it, opens nothing.
    """

    council = models.ForeignKey(Council, models.CASCADE, related_name="invitations")
    email = models.EmailField("courriel")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField("envoyée le", auto_now_add=True)
    expires_at = models.DateTimeField("valable jusqu’au", default=_invitation_end)
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["token_digest"])

    class Meta:
        verbose_name = "invitation"
        ordering = ("-created_at",)
        constraints = [
            models.CheckConstraint(
                name="invitation_partner_organisation",
                condition=~Q(role="partner") | Q(organisation__isnull=False),
                violation_error_message="Un partenaire appartient à un organisme.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.get_role_display()})"

    @property
    def is_open(self) -> bool:
        """Neither used nor expired."""
        return self.accepted_at is None and self.expires_at > timezone.now()

    def renew_token(self) -> str:
        """A new token, of which the digest alone is stored; the former link opens nothing."""
        token = secrets.token_urlsafe(32)
        self.token_digest = token_digest(token)
        Invitation.objects.filter(pk=self.pk).update(token_digest=self.token_digest)
        return token
