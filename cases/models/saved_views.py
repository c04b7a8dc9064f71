"""A list as one likes to find it again: filters and order, under a name."""

from django.db import models
from django.db.models import Q

from cases.privacy import Privacy, classified
from governance.models import Council, User
from governance.models.base import UuidModel

TECHNICAL, INTERNAL = Privacy.TECHNICAL, Privacy.INTERNAL


class SavedView(UuidModel):
    """One person's filters on one of the coordination's lists: closed answers and dates only.

    No council: the list of all the councils that the person coordinates. What was typed into the
    search is never kept: it could be somebody's name. A preference, without history.
    """

    class Page(models.TextChoices):
        TODAY = "today", "Aujourd’hui"
        ALERTS = "alerts", "Alertes"
        SITUATIONS = "situations", "Situations"

    user = classified(
        TECHNICAL, models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    )
    council = classified(
        TECHNICAL,
        models.ForeignKey(Council, models.CASCADE, null=True, blank=True, related_name="+"),
    )
    page = classified(TECHNICAL, models.CharField("page", max_length=12, choices=Page))
    name = classified(INTERNAL, models.CharField("nom", max_length=60))
    query = classified(TECHNICAL, models.CharField("filtres", max_length=500))
    is_default = classified(TECHNICAL, models.BooleanField("par défaut", default=False))

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering = ("name",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=[*columns, *extra],
                condition=Q(council__isnull=not one_council, **only),
                name=f"saved_view_{what}_{'of_council' if one_council else 'of_all'}",
            )
            for one_council, columns in (
                (True, ("user", "council", "page")),
                (False, ("user", "page")),
            )
            for what, extra, only in (
                ("name", ("name",), {}),
                ("default", (), {"is_default": True}),
            )
        ]

    def __str__(self) -> str:
        return self.name
