"""What a council's own documents look like: its logo, its colour."""

from django.db import models
from django.db.models import Q

from governance.colours import DEFAULT_ACCENT, legible_on_white
from governance.models.base import HistoricalRecords, UuidModel
from governance.models.councils import Council


class Look(UuidModel):
    """The council's logo and accent, for its reports. `logo`: a PNG that `pictures.as_logo` made,
    whose `alternative` says in words what it shows."""

    council = models.OneToOneField(Council, models.CASCADE, related_name="look")
    accent = models.CharField(
        "couleur", max_length=7, default=DEFAULT_ACCENT, validators=[legible_on_white]
    )
    logo = models.BinaryField("logo", null=True)
    alternative = models.CharField("texte de remplacement du logo", max_length=160, blank=True)
    # Who changed what; the pictures of before are not kept.
    history = HistoricalRecords(excluded_fields=["logo"])

    class Meta:
        verbose_name = "logo et couleur"
        verbose_name_plural = "logos et couleurs"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="logo_said_in_words",
                condition=Q(logo__isnull=True) | Q(alternative__gt=""),
                violation_error_message="Dites en quelques mots ce que montre le logo.",
            )
        ]

    def __str__(self) -> str:
        return f"Logo et couleur : {self.council}"
