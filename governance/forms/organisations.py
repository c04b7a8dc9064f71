"""The council's organisations: written down, found again."""

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter

from governance import nomenclatures, search
from governance.forms.filters import ListFilters
from governance.forms.rows import CouncilRowForm
from governance.models import Organisation


class OrganisationForm(CouncilRowForm):
    """An organisation of the given council; its name is the council's only one."""

    once = "name"
    taken = "Cet organisme est déjà inscrit."

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


class OrganisationFilters(ListFilters):
    """By the words of the name, whatever its accents, and by type."""

    q = CharFilter(label="Nom", method="search")
    kind = ChoiceFilter(label="Type", choices=nomenclatures.choices("origin"), empty_label="Tous")

    def search(self, rows: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        return search.matching(rows, search.words(value), ("name",))
