"""Local resources to whom people are directed, and the replies prepared for it."""

from django.db import models
from django.utils import timezone

from governance.models.base import HistoricalRecords, UuidModel
from governance.models.councils import Council, Sector, Town
from governance.models.people import Organisation


class Resource(UuidModel):
    """A service of the territory: what it does, for whom, where, and what it does not do.

    Public facts that every member of the council reads; nothing of anybody's situation.
    """

    council = models.ForeignKey(Council, models.CASCADE, related_name="resources")
    name = models.CharField("nom", max_length=150)
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="resources",
        verbose_name="organisme du conseil",
    )
    purpose = models.TextField("ce qu’elle fait", max_length=2000)
    audience = models.TextField("pour qui", max_length=1000, blank=True)
    limits = models.TextField("limites", max_length=1000, blank=True)
    towns: "models.ManyToManyField[Town, models.Model]" = models.ManyToManyField(
        Town, blank=True, related_name="+", verbose_name="communes"
    )
    sectors: "models.ManyToManyField[Sector, models.Model]" = models.ManyToManyField(
        Sector, blank=True, related_name="+", verbose_name="secteurs de psychiatrie"
    )
    places = models.TextField("quartiers et rues", max_length=5000, blank=True)
    phone = models.CharField("téléphone", max_length=60, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    hours = models.CharField("horaires", max_length=200, blank=True)
    link = models.URLField("site", blank=True)
    checked_on = models.DateField("vérifiée le", default=timezone.localdate)
    active = models.BooleanField("active", default=True)
    history = HistoricalRecords(m2m_fields=[towns, sectors])

    # What the directory is searched by; migration 0010_resources indexes them together.
    WORDS = ("name", "purpose", "audience", "limits", "places", "address")

    class Meta:
        verbose_name = "ressource"
        ordering = ("name",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["council", "name"],
                name="resource_once",
                violation_error_message="Cette ressource est déjà inscrite.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def contact(self) -> str:
        """The resource and how to reach it, in one line."""
        known = (self.name, self.phone, self.address, self.hours, self.link)
        return ", ".join(part for part in known if part)


class PreparedReply(UuidModel):
    """A reply of the council's to an alert that it directs elsewhere; edited before it is sent.

    `[numéro]` and `[ressource]` stand for the alert's number and the chosen resource.
    """

    CODE, RESOURCE = "[numéro]", "[ressource]"

    council = models.ForeignKey(Council, models.CASCADE, related_name="prepared_replies")
    title = models.CharField("titre", max_length=80)
    text = models.TextField("texte", max_length=5000)
    active = models.BooleanField("proposée", default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "réponse préparée"
        verbose_name_plural = "réponses préparées"
        ordering = ("title",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["council", "title"],
                name="prepared_reply_once",
                violation_error_message="Une réponse porte déjà ce titre.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def filled(self, code: str, resource: Resource | None) -> str:
        """The text for that alert; without a resource, its place stays to be filled."""
        text = self.text.replace(self.CODE, code)
        return text.replace(self.RESOURCE, resource.contact) if resource else text
