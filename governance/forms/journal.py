"""Which lines of the journal of accesses to show."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import ChoiceFilter, DateFilter, ModelChoiceFilter

from governance.forms.filters import ListFilters
from governance.journal import ACTIONS
from governance.models import AccessRecord, Council, User


class JournalFilters(ListFilters):
    """By person, act and dates."""

    person = ModelChoiceFilter(
        label="Personne", field_name="actor", queryset=User.objects.none(), empty_label="Toutes"
    )
    action = ChoiceFilter(label="Acte", choices=[*ACTIONS.items()], empty_label="Tous")
    start = DateFilter(label="Du", field_name="at", lookup_expr="date__gte")
    end = DateFilter(label="Au", field_name="at", lookup_expr="date__lte")

    def __init__(
        self, data: QueryDict, lines: QuerySet[AccessRecord], *, council: Council, **kwargs: Any
    ) -> None:
        super().__init__(data, lines, **kwargs)
        # Former members too: the journal speaks of the past.
        self.filters["person"].queryset = User.objects.filter(
            pk__in=council.memberships.values("user")
        )
