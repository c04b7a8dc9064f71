"""Councils, their settings, their territory, their wording of the closed lists."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from guardian.models import UserObjectPermissionBase

from governance import nomenclatures
from governance.models.base import HistoricalRecords, UuidModel
from governance.terms import MEMORY_MONTHS, SHORTEST_SITUATION_MONTHS, SITUATION_MONTHS


class Council(UuidModel):
    """A *conseil local de santé mentale* and the settings in which it differs from others.

    The settings are copied from a profile (nomenclatures.yaml) when the council is created and
    belong to the council from then on.
    """

    class Naming(models.TextChoices):
        """How a situation without agreement may be discussed (domain.md, Lille / AISSMC)."""

        ANONYMOUS = "anonymous", "Anonyme, avec les faits"
        THEMES = "anonymous_no_details", "Aide au professionnel : thèmes seulement"

    class Distribution(models.TextChoices):
        """Who gets the conclusions of a hearing."""

        SENT = "sent_to_present_and_concerned_absent", "Envoyé aux présents et absents concernés"
        ON_REQUEST = "available_on_request_to_present", "Mis à disposition des présents"

    class Acceptance(models.TextChoices):
        COORDINATOR = "coordinator", "La coordination"
        PERMANENT_MEMBERS = (
            "permanent_members_and_coordinator",
            "Les membres permanents et la coordination",
        )

    class Scheduling(models.TextChoices):
        QUARTERLY = "quarterly_plus_on_demand", "Chaque trimestre, et à la demande"
        EVERY_TWO_MONTHS = "fixed_calendar_every_two_months", "Tous les deux mois, calendrier fixé"

    code = models.CharField(
        "code",
        max_length=8,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z][A-Z0-9]{1,7}\Z", "De 2 à 8 lettres capitales ou chiffres.")
        ],
        help_text="Préfixe des numéros, par exemple LIL pour LIL-2026-042.",
    )
    name = models.CharField("nom", max_length=120, unique=True)
    profile = models.CharField(
        "profil", max_length=10, choices=[("lille", "Lille"), ("aissmc", "AISSMC")]
    )
    meeting_label = models.CharField("nom des séances", max_length=80)
    venue = models.CharField(
        "cadre des séances", max_length=40, choices=nomenclatures.choices("handling_venue")
    )
    intake_form_label = models.CharField("nom de la fiche", max_length=80)
    record_label = models.CharField("nom du relevé", max_length=80)
    naming_without_consent = models.CharField(
        "sans accord de la personne", max_length=30, choices=Naming
    )
    scheduling = models.CharField("rythme", max_length=40, choices=Scheduling)
    has_permanent_members = models.BooleanField("membres permanents", default=False)
    requester_invites = models.BooleanField("le demandeur invite", default=False)
    acceptance_by = models.CharField("qui retient une alerte", max_length=40, choices=Acceptance)
    record_distribution = models.CharField(
        "diffusion du relevé", max_length=40, choices=Distribution
    )
    feedback_when_anonymous = models.BooleanField(
        "restitution même si la situation est anonyme", default=False
    )
    person_may_submit = models.BooleanField("la personne peut remplir la fiche", default=True)
    criteria_required = models.BooleanField("critères demandés", default=True)
    answer_days = models.PositiveSmallIntegerField(
        "délai de réponse annoncé, en jours",
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text="Ce que l’accusé de réception promet à qui transmet une alerte.",
    )
    accepts_occasional_authors = models.BooleanField(
        "alertes de professionnels sans compte",
        default=True,
        help_text="Un professionnel dont l’adresse est vérifiée par un code transmet une alerte "
        "sans avoir de compte.",
    )
    contact_service = models.CharField("service", max_length=120, blank=True)
    contact_address = models.CharField("adresse du service", max_length=200, blank=True)
    contact_phone = models.CharField("téléphone du service", max_length=30, blank=True)
    contact_email = models.EmailField("courriel du service", blank=True)
    copil_threshold = models.PositiveSmallIntegerField("seuil de l’édition COPIL", default=5)
    public_threshold = models.PositiveSmallIntegerField("seuil de l’édition publique", default=11)
    retention_months = models.PositiveSmallIntegerField(
        "conservation d’une situation après le dernier contact, en mois", default=SITUATION_MONTHS
    )
    memory_months = models.PositiveSmallIntegerField(
        "conservation des empreintes après l’effacement de l’identité, en mois",
        default=MEMORY_MONTHS,
    )
    allowed_words = models.TextField("mots qui ne désignent personne", blank=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    # Asked and announced, then done by a night’s retention (cases/services/council_erasure.py).
    deletion_due_on = models.DateField("suppression prévue le", null=True, blank=True)
    erased_on = models.DateField("effacé le", null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "conseil"
        verbose_name_plural = "conseils"
        ordering = ("name",)
        default_permissions = ()
        permissions = [
            ("coordinate_council", "Coordonne les situations"),
            ("take_part_council", "Transmet des alertes et prend part aux situations"),
            ("read_reports_council", "Lit les bilans publiés et les papiers des instances"),
            ("manage_council", "Gère les comptes et les réglages"),
        ]
        constraints = [
            models.CheckConstraint(
                name="council_thresholds",
                condition=Q(copil_threshold__gte=5)
                & Q(public_threshold__gte=models.F("copil_threshold")),
                violation_error_message="Le seuil du COPIL est d’au moins 5, "
                "celui du public au moins égal.",
            ),
            models.CheckConstraint(
                name="council_retention",
                condition=Q(
                    retention_months__gte=SHORTEST_SITUATION_MONTHS,
                    retention_months__lte=SITUATION_MONTHS,
                ),
                violation_error_message="Une situation est conservée de 6 à 24 mois après le "
                "dernier contact.",
            ),
            models.CheckConstraint(
                name="council_memory",
                condition=Q(memory_months__lte=MEMORY_MONTHS),
                violation_error_message="Les empreintes sont conservées 24 mois au plus après "
                "l’effacement de l’identité.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("council_home", args=[self.code])


class CouncilPermission(UserObjectPermissionBase):
    """guardian's own row: what a user may do in a council (written by grants.py alone)."""

    content_object = models.ForeignKey(Council, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class Town(UuidModel):
    """A town of the council's territory."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="towns")
    name = models.CharField("commune", max_length=100)
    history = HistoricalRecords()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["council", "name"],
                name="town_once",
                violation_error_message="Cette commune est déjà inscrite.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class District(UuidModel):
    """A quarter of a town; restricted on a situation, since it narrows down to a person."""

    town = models.ForeignKey(Town, models.CASCADE, related_name="districts")
    name = models.CharField("quartier", max_length=100)
    priority_area = models.BooleanField("quartier prioritaire (QPV)", default=False)
    history = HistoricalRecords()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["town", "name"],
                name="district_once",
                violation_error_message="Ce quartier est déjà inscrit.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Sector(UuidModel):
    """A psychiatric sector of the council; every council also has the sector `outside`."""

    OUTSIDE = "outside"

    council = models.ForeignKey(Council, models.CASCADE, related_name="sectors")
    code = models.CharField("code", max_length=20)
    label = models.CharField("libellé", max_length=100)
    position = models.PositiveSmallIntegerField("ordre", default=0)
    history = HistoricalRecords()

    class Meta:
        ordering = ("position", "code")
        constraints = [
            models.UniqueConstraint(
                fields=["council", "code"],
                name="sector_once",
                violation_error_message="Ce secteur est déjà inscrit.",
            )
        ]

    def __str__(self) -> str:
        return self.label


class ListEntry(UuidModel):
    """A council's wording of one answer of a closed list: label, order, activity; not the code."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="list_entries")
    list_code = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    label = models.CharField("libellé", max_length=200)
    position = models.PositiveSmallIntegerField("ordre")
    active = models.BooleanField("proposée", default=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ("list_code", "position")
        constraints = [
            models.UniqueConstraint(fields=["council", "list_code", "code"], name="list_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.list_code} : {self.label}"


class NumberSeries(models.Model):
    """The last number given in a series of a council and year, for codes such as LIL-2026-042."""

    council = models.ForeignKey(Council, models.CASCADE)
    kind = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "kind", "year"], name="series_once")
        ]

    def __str__(self) -> str:
        return f"{self.council_id} {self.kind} {self.year}"


def profile_settings(profile: str) -> dict[str, Any]:
    """The Council field values that the profile `profile` (lille, aissmc) proposes."""
    source = nomenclatures.profiles()[profile]
    return {
        "meeting_label": source["meeting_label_fr"],
        "venue": "practice_exchange" if profile == "lille" else "resource_cell",
        "intake_form_label": source["intake_form_label_fr"],
        "record_label": source["record_label_fr"],
        "naming_without_consent": source["default_naming_without_consent"],
        "scheduling": source["scheduling"],
        "has_permanent_members": bool(source["permanent_members"]),
        "requester_invites": source["requester_invites"],
        "acceptance_by": source["acceptance_by"],
        "record_distribution": source["record_distribution"],
        "feedback_when_anonymous": source["feedback_when_anonymous"],
        "person_may_submit": source["person_may_submit"],
    }
