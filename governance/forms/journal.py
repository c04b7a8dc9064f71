"""Which lines of the journal of accesses to show."""

from typing import Any, cast

from django import forms

from governance.forms.filters import ListFilter
from governance.journal import ACTIONS
from governance.models import Council, User


class JournalFilter(ListFilter):
    """By person, act and dates."""

    lookups = {
        "person": "actor",
        "action": "action",
        "start": "at__date__gte",
        "end": "at__date__lte",
    }

    person = forms.ModelChoiceField(
        label="Personne", queryset=User.objects.none(), required=False, empty_label="Toutes"
    )
    action = forms.ChoiceField(
        label="Acte", required=False, choices=[("", "Tous"), *ACTIONS.items()]
    )
    start = forms.DateField(label="Du", required=False)
    end = forms.DateField(label="Au", required=False)

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Former members too: the journal speaks of the past.
        cast(forms.ModelChoiceField, self.fields["person"]).queryset = User.objects.filter(
            pk__in=council.memberships.values("user")
        )
