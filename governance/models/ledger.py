"""The ledger of erasures: what was erased and when, nothing of what it was."""

from django.db import models


class Erasure(models.Model):
    """One object erased: an opaque key, a kind, a date. Written by governance/ledger.py alone.

    A copy is kept outside the backups; after a restore, `manage.py replay_erasures` erases again
    what the backup brought back.
    """

    class Kind(models.TextChoices):
        SITUATION = "situation", "Situation"
        ALERT = "alert", "Alerte"
        ACCOUNT = "account", "Compte"
        MEMORY = "memory", "Empreintes d’une alerte"
        COUNCIL = "council", "Conseil"

    kind = models.CharField("objet", max_length=10, choices=Kind)
    identifier = models.UUIDField("identifiant")
    erased_on = models.DateField("effacé le")

    class Meta:
        verbose_name = "effacement"
        ordering = ("erased_on", "id")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "identifier"], name="erasure_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.identifier}, le {self.erased_on:%d/%m/%Y}"


class Backup(models.Model):
    """One backup that was written whole; for whoever watches that the last one is recent."""

    made_at = models.DateTimeField("faite le")
    size = models.BigIntegerField("taille, en octets")

    class Meta:
        verbose_name = "sauvegarde"
        ordering = ("-made_at",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"Sauvegarde du {self.made_at:%d/%m/%Y %H:%M}"
