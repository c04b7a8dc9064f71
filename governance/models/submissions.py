"""The forms that were sent, for a day: what is sent again is known again."""

from django.db import models
from django.utils import timezone


class Submission(models.Model):
    """One form sent by one page: a digest that says neither who nor what, and where it led.

    Written by governance/views/once.py alone.
    """

    key = models.CharField("empreinte", max_length=64, primary_key=True)
    location = models.TextField("adresse", blank=True)
    at = models.DateTimeField("envoyé le", default=timezone.now)

    class Meta:
        verbose_name = "envoi d’un formulaire"
        ordering = ("at", "key")
        default_permissions = ()

    def __str__(self) -> str:
        return f"envoi du {self.at:%d/%m/%Y}"
