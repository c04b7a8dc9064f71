"""The filters above a list: they live in the address; what they do not understand, they ignore."""

from typing import Any

from django_filters import FilterSet


class ListFilters(FilterSet):
    """Filters of a list, always bound to the address: `qs` is the list that answers them."""

    @property
    def answers(self) -> dict[str, Any]:
        """The filters that are set and understood, by name."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}
