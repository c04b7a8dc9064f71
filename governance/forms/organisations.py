"""The council's organisations: written down, found again."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter

from governance import nomenclatures, search
from governance.forms.filters import ListFilters
from governance.models import Council, Organisation


class OrganisationForm(forms.ModelForm):
    """An organisation of the given council; its name is the council's only one."""

    class Meta:
        model = Organisation
        fields = ("name", "kind", "phone", "email", "missions", "active")
        labels = {
            "name": "Nom",
            "kind": "Type",
            "phone": "Téléphone",
            "email": "Courriel",
            "missions": "Missions et limites",
            "active": "Organisme actif",
        }
        help_texts = {
            "kind": "C’est l’origine sous laquelle ses alertes sont comptées.",
            "missions": "Ce que l’organisme peut faire, et ce qu’il ne peut pas.",
            "active": "Un organisme inactif n’est plus proposé dans les listes.",
        }

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.council = council

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = self.instance.council.organisations.exclude(pk=self.instance.pk)
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError("Cet organisme est déjà inscrit.")
        return name


class OrganisationFilters(ListFilters):
    """By the words of the name, whatever its accents, and by type."""

    q = CharFilter(label="Nom", method="search")
    kind = ChoiceFilter(label="Type", choices=nomenclatures.choices("origin"), empty_label="Tous")

    def search(self, rows: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        return search.matching(rows, search.words(value), ("name",))
