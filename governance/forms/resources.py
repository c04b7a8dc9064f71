"""Local resources and prepared replies: written down, found again."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import CharFilter, ModelChoiceFilter

from governance import search
from governance.forms.filters import ListFilters
from governance.forms.rows import CouncilRowForm
from governance.models import Council, PreparedReply, Resource, Sector, Town


class ResourceForm(CouncilRowForm):
    """A resource of the given council; its name is the council's only one."""

    once = "name"
    taken = "Cette ressource est déjà inscrite."

    link = forms.URLField(label="Site", required=False, assume_scheme="https")

    class Meta:
        model = Resource
        fields = (
            "name", "organisation", "purpose", "audience", "limits", "towns", "sectors", "places",
            "phone", "address", "hours", "link", "checked_on", "active",
        )  # fmt: skip
        labels = {
            "name": "Nom",
            "organisation": "Organisme du conseil",
            "purpose": "Ce qu’elle fait",
            "audience": "Pour qui",
            "limits": "Limites",
            "towns": "Communes",
            "sectors": "Secteurs de psychiatrie",
            "places": "Quartiers et rues",
            "phone": "Téléphone",
            "address": "Adresse",
            "hours": "Horaires",
            "checked_on": "Vérifiée le",
            "active": "Proposée dans l’annuaire",
        }
        help_texts = {
            "organisation": "S’il est partenaire : les alertes ainsi orientées lui reviennent.",
            "limits": "Par exemple : sur rendez-vous, ne se déplace pas, liste d’attente.",
            "towns": "Aucune : tout le territoire.",
            "places": "Un quartier ou une rue par ligne : ils disent de quel secteur relève une "
            "adresse.",
            "phone": "Celui du service, jamais celui d’une personne.",
            "checked_on": "Le jour où quelqu’un a confirmé ces informations.",
        }
        widgets = {
            "towns": forms.CheckboxSelectMultiple,
            "sectors": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, council=council, **kwargs)
        self.fields["organisation"].queryset = council.organisations.filter(active=True)
        self.fields["organisation"].empty_label = "Aucun"
        self.fields["towns"].queryset = council.towns.all()
        self.fields["sectors"].queryset = council.sectors.exclude(code=Sector.OUTSIDE)


class ResourceFilters(ListFilters):
    """By words, town and sector; a resource without towns covers them all."""

    q = CharFilter(label="Chercher", method="search")
    town = ModelChoiceFilter(
        label="Commune", queryset=Town.objects.none(), method="in_town", empty_label="Toutes"
    )
    sector = ModelChoiceFilter(
        label="Secteur", field_name="sectors", queryset=Sector.objects.none(), empty_label="Tous"
    )

    def __init__(
        self, data: QueryDict, rows: QuerySet[Resource], *, council: Council, **kwargs: Any
    ) -> None:
        super().__init__(data, rows, **kwargs)
        self.filters["town"].queryset = council.towns.all()
        self.filters["sector"].queryset = council.sectors.all()

    def search(self, rows: QuerySet[Resource], name: str, value: str) -> QuerySet[Resource]:
        return search.matching(rows, search.words(value), Resource.WORDS)

    def in_town(self, rows: QuerySet[Resource], name: str, value: Town) -> QuerySet[Resource]:
        elsewhere = rows.filter(towns__isnull=False).exclude(towns=value)
        return rows.exclude(pk__in=elsewhere.values("pk"))


class PlaceForm(forms.Form):
    """A street or a quarter, of which one wants the sector."""

    lieu = forms.CharField(
        label="Rue ou quartier",
        help_text="Le nom seul, sans numéro : il ne désigne personne.",
        max_length=80,
        required=False,
    )

    @property
    def words(self) -> tuple[str, ...]:
        """The words that were typed; none when the form is not valid."""
        return search.words(self.cleaned_data["lieu"]) if self.is_valid() else ()


class PreparedReplyForm(CouncilRowForm):
    """A reply of the given council."""

    once = "title"
    taken = "Une réponse porte déjà ce titre."

    class Meta:
        model = PreparedReply
        fields = ("title", "text", "active")
        labels = {"title": "Titre", "text": "Texte", "active": "Proposée au moment d’orienter"}
        help_texts = {
            "title": "Vu de la coordination seule.",
            "text": "« [numéro] » devient le numéro de l’alerte, « [ressource] » le nom et les "
            "coordonnées de la ressource choisie. N’y nommez personne.",
        }
