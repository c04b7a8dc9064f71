"""What is to leave by mail, leaves or left: the rows of the outbox (docs/adr/0007)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from governance.models.base import UuidModel
from governance.models.councils import Council
from governance.models.people import Invitation, User


class OutgoingMessage(UuidModel):
    """One message to one recipient, an account or an address; its text is written as it leaves.

    `context` holds the facts of the letter (governance/letters.py), all strings, none a name; no
    body and no token is stored. The key of the row is also the Message-ID.
    """

    class Kind(models.TextChoices):
        """What the recipient's preference decides: a compulsory message goes whatever it is, a
        receipt never waits for the daily summary."""

        COMPULSORY = "compulsory", "Obligatoire"
        RECEIPT = "receipt", "Accusé de réception"
        NEWS = "news", "Nouvelle"
        REMINDER = "reminder", "Rappel"
        DIGEST = "digest", "Récapitulatif"

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        GATHERED = "gathered", "Dans le récapitulatif"
        LEAVING = "leaving", "En cours d’envoi"
        SENT = "sent", "Parti"
        DOUBTFUL = "doubtful", "Peut-être parti"
        FAILED = "failed", "N’a pas pu partir"

    STUCK = (State.DOUBTFUL, State.FAILED)

    council = models.ForeignKey(
        Council, models.CASCADE, null=True, related_name="+", verbose_name="conseil"
    )
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    address = models.EmailField("adresse", blank=True)
    # Its link is made when the message leaves; an invitation cancelled takes its message along.
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, related_name="+")
    template = models.CharField("modèle", max_length=40)
    subject = models.CharField("objet", max_length=200)
    context = models.JSONField("faits", default=dict)
    kind = models.CharField("sorte", max_length=10, choices=Kind)
    urgency = models.PositiveSmallIntegerField("urgence")
    # What is announced once: the reminder of a day, the summary of a day.
    key = models.CharField("clé", max_length=120, blank=True)
    gathered_in = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="gathered", verbose_name="récapitulatif"
    )
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    queued_at = models.DateTimeField("en attente depuis", default=timezone.now)
    next_attempt = models.DateTimeField("prochain essai", default=timezone.now)
    claimed_at = models.DateTimeField("pris en charge", null=True)
    sent_at = models.DateTimeField("parti le", null=True)
    attempts = models.PositiveSmallIntegerField("échecs", default=0)
    # The class of the error alone: its words may hold the address.
    last_error = models.CharField("dernière erreur", max_length=60, blank=True)

    class Meta:
        verbose_name = "courrier"
        ordering = ("-queued_at", "id")
        default_permissions = ()
        indexes = [
            models.Index(fields=["state", "next_attempt"], name="message_due"),
            models.Index(fields=["council", "state", "-queued_at"], name="message_list"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="message_once"),
            models.CheckConstraint(
                name="message_one_recipient",
                condition=Q(user__isnull=False, address="") | Q(user__isnull=True) & ~Q(address=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template}, {self.get_state_display()}"

    @property
    def recipient(self) -> str:
        """The address of today: an account's may have changed since the message was written."""
        return self.user.email if self.user else self.address
