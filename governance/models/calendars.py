"""The private address by which somebody's own calendar program reads their meetings."""

import datetime
import secrets

from django.db import models
from django.utils import timezone

from governance.models.base import UuidModel
from governance.models.people import User, token_digest


class CalendarFeed(UuidModel):
    """One address a user, until they renew or revoke it; what it shows is decided when read.

    The address is shown once: whoever reads this table, or a backup of it, reads no calendar.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    read_on = models.DateField("lu le", null=True, editable=False)

    class Meta:
        verbose_name = "lien d’agenda"
        default_permissions = ()

    def __str__(self) -> str:
        return f"agenda de {self.user}"

    @classmethod
    def open_for(cls, user: User) -> tuple["CalendarFeed", str]:
        """A new feed of `user`, in place of the former, and its token, stored nowhere."""
        token = secrets.token_urlsafe(32)
        fresh = {
            "token_digest": token_digest(token),
            "created_at": timezone.now(),
            "read_on": None,
        }
        return cls.objects.update_or_create(user=user, defaults=fresh)[0], token

    def note_reading(self, on: datetime.date) -> bool:
        """Note that it was read that day; whether that was the first time of the day."""
        unread = CalendarFeed.objects.filter(pk=self.pk).exclude(read_on=on)
        return bool(unread.update(read_on=on))
