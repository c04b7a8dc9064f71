"""The papers of a body's meetings: minutes in versions; decisions, opinions, proposals."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.models.base import HistoricalRecords, UuidModel
from governance.models.councils import Council
from governance.models.meetings import AgendaItem, Meeting
from governance.models.people import User


class Minutes(UuidModel):
    """One version of the minutes of a meeting: a draft, validated, then published and frozen.

    A correction is another version, which replaces the one before it; the database refuses to
    change or delete a published one (migration 0015_papers). `version` counts the saves: two people
    who write it do not overwrite each other.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "En rédaction"
        VALIDATED = "validated", "Validé"
        PUBLISHED = "published", "Publié"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="minutes")
    number = models.PositiveSmallIntegerField("numéro", default=1)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT)
    opening = models.TextField("ouverture de la réunion", blank=True)
    # Key of a point of the agenda -> what was said of it.
    texts = models.JSONField("points", default=dict, blank=True)
    correction = models.TextField("ce qui est corrigé", blank=True)
    # Who came, as published: mandates and names may change later (governance.minutes.Attended).
    attended = models.JSONField("présences", default=list, blank=True)
    quorum = models.CharField(max_length=200, blank=True)
    validated_at = models.DateTimeField("validé le", null=True, blank=True)
    validated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField("publié le", null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "compte rendu"
        verbose_name_plural = "comptes rendus"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="minutes_number_once",
                violation_error_message="Quelqu’un vient d’écrire ce compte rendu : relisez-le.",
            ),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=~Q(state="published"),
                name="minutes_one_draft",
                violation_error_message="Une version est déjà en cours de rédaction.",
            ),
            models.CheckConstraint(
                name="minutes_published_on_a_day",
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"Compte rendu, version {self.number}"

    def get_absolute_url(self) -> str:
        meeting = self.meeting
        place = (meeting.council.code, meeting.body_id, meeting.pk, self.number)
        return reverse("minutes_version", args=place)

    @property
    def is_published(self) -> bool:
        """Whether the version is frozen."""
        return self.state == self.State.PUBLISHED


class Resolution(UuidModel):
    """A decision, an opinion or a proposal of a body, numbered by council, kind and year.

    Published with the minutes of its meeting; from then on only what follows it changes.
    """

    class Kind(models.TextChoices):
        DECISION = "decision", "Décision"
        OPINION = "opinion", "Avis"
        PROPOSAL = "proposal", "Proposition"

    class Adoption(models.TextChoices):
        CONSENSUS = "consensus", "Par consensus"
        VOTE = "vote", "Par un vote"

    class State(models.TextChoices):
        TO_DO = "to_do", "À faire"
        IN_PROGRESS = "in_progress", "En cours"
        DONE = "done", "Faite"
        DROPPED = "dropped", "Abandonnée"

    OPEN = (State.TO_DO, State.IN_PROGRESS)
    LETTERS = {Kind.DECISION: "D", Kind.OPINION: "A", Kind.PROPOSAL: "P"}

    council = models.ForeignKey(Council, models.CASCADE, related_name="resolutions")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="resolutions")
    item = models.ForeignKey(
        AgendaItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="resolutions",
        verbose_name="point de l’ordre du jour",
    )
    published_in = models.ForeignKey(
        Minutes, models.PROTECT, null=True, blank=True, related_name="resolutions"
    )
    kind = models.CharField("nature", max_length=10, choices=Kind)
    year = models.PositiveSmallIntegerField("année")
    number = models.PositiveSmallIntegerField("numéro")
    version = models.PositiveIntegerField(default=1)
    title = models.CharField("objet", max_length=200)
    text = models.TextField("texte")
    adoption = models.CharField("adoption", max_length=10, choices=Adoption, blank=True)
    votes_for = models.PositiveSmallIntegerField("voix pour", null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField("voix contre", null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField("abstentions", null=True, blank=True)
    owner = models.CharField("qui la porte", max_length=160, blank=True)
    due_on = models.DateField("échéance", null=True, blank=True)
    state = models.CharField("suite", max_length=12, choices=State, default=State.TO_DO)
    note = models.TextField("où en est-on", blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "décision, avis ou proposition"
        verbose_name_plural = "décisions, avis et propositions"
        ordering = ("-year", "kind", "-number")
        constraints = [
            models.UniqueConstraint(
                fields=["council", "kind", "year", "number"], name="resolution_number_once"
            ),
            models.CheckConstraint(
                name="resolution_votes_are_counted",
                condition=(
                    Q(adoption="vote", votes_for__isnull=False, votes_against__isnull=False)
                    | (
                        ~Q(adoption="vote")
                        & Q(votes_for=None, votes_against=None, abstentions=None)
                    )
                ),
                violation_error_message="Les voix pour et contre se comptent quand on a voté.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}, {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("resolution", args=[self.council.code, self.pk])

    @property
    def code(self) -> str:
        """As it is cited: D-2026-03."""
        return f"{self.LETTERS[self.Kind(self.kind)]}-{self.year}-{self.number:02d}"

    @property
    def is_published(self) -> bool:
        """Whether its text is frozen."""
        return self.published_in_id is not None

    @property
    def adopted(self) -> str:
        """How it was adopted, in words; empty when that is not said."""
        if self.adoption != self.Adoption.VOTE:
            return self.get_adoption_display()
        voices = f"{self.votes_for} pour, {self.votes_against} contre"
        if self.abstentions:
            voices += f", {self.abstentions} abstention{'s' if self.abstentions > 1 else ''}"
        return f"Par un vote\u00a0: {voices}"
