"""What is written beside the alert and the situation: the exchange with the coordination, and its
own notes. Two tables, so that a note never becomes a message by a mistaken tick."""

from django.db import models
from django.db.models import Q

from cases.crypto import EncryptedTextField
from cases.models.alerts import Alert
from cases.models.situations import Participation, Situation
from cases.privacy import Privacy, classified
from governance.models import User
from governance.models.base import HistoricalRecords, UuidModel

TECHNICAL, INTERNAL, RESTRICTED = Privacy.TECHNICAL, Privacy.INTERNAL, Privacy.RESTRICTED


class Message(UuidModel):
    """A message between the coordination and one partner; no other partner ever reads it.

    It is about an alert, with its author, or in a participation, with who takes part. Added, never
    changed: it is its own history. The database refuses to change who wrote to whom and when
    (migration 0008_messages); the text is left out of it, since a new key re-encrypts it.
    `read_at` and `read_by` tell who of the other side read it first.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", "Message"
        QUESTION = "question", "Question"
        ANSWER = "answer", "Réponse à la question"
        FACTS = "facts", "Ajout aux faits observés"

    alert = classified(
        TECHNICAL,
        models.ForeignKey(Alert, models.CASCADE, null=True, blank=True, related_name="messages"),
    )
    participation = classified(
        TECHNICAL,
        models.ForeignKey(
            Participation, models.CASCADE, null=True, blank=True, related_name="messages"
        ),
    )
    kind = classified(
        TECHNICAL, models.CharField("nature", max_length=10, choices=Kind, default=Kind.MESSAGE)
    )
    # None: the author of an alert who has no account.
    author = classified(
        TECHNICAL, models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    )
    from_coordination = classified(TECHNICAL, models.BooleanField("écrit par la coordination"))
    text = classified(RESTRICTED, EncryptedTextField("message"))
    sent_at = classified(TECHNICAL, models.DateTimeField("envoyé le", auto_now_add=True))
    read_at = classified(TECHNICAL, models.DateTimeField("lu le", null=True, blank=True))
    read_by = classified(
        TECHNICAL, models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    )

    class Meta:
        verbose_name = "message"
        ordering = ("sent_at", "id")
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["participation"],
                condition=Q(read_at__isnull=True, participation__isnull=False),
                name="message_unread_within",
            ),
            models.Index(
                fields=["alert"],
                condition=Q(read_at__isnull=True, alert__isnull=False),
                name="message_unread_about",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_has_one_thread",
                condition=Q(alert__isnull=False, participation__isnull=True)
                | Q(alert__isnull=True, participation__isnull=False, kind="message"),
            ),
        ]

    def __str__(self) -> str:
        return f"Message du {self.sent_at:%d/%m/%Y}"


class InternalNote(UuidModel):
    """A coordinator's note on an alert or a situation; never shown to a partner."""

    situation = classified(
        TECHNICAL,
        models.ForeignKey(Situation, models.CASCADE, null=True, blank=True, related_name="notes"),
    )
    alert = classified(
        TECHNICAL,
        models.ForeignKey(Alert, models.CASCADE, null=True, blank=True, related_name="notes"),
    )
    author = classified(INTERNAL, models.ForeignKey(User, models.PROTECT, related_name="+"))
    text = classified(INTERNAL, EncryptedTextField("note"))
    written_at = classified(INTERNAL, models.DateTimeField("écrite le", auto_now_add=True))
    contact_on = classified(INTERNAL, models.DateField("contact du", null=True, blank=True))
    history = HistoricalRecords()

    class Meta:
        verbose_name = "note interne"
        ordering = ("-written_at",)
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="internal_note_has_one_subject",
                condition=Q(alert__isnull=False, situation__isnull=True)
                | Q(alert__isnull=True, situation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Note du {self.written_at:%d/%m/%Y}"
