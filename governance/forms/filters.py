"""The filters above a list: they live in the address; what they do not understand, they ignore."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet


class ListFilter(forms.Form):
    """A GET form; `lookups` says which lookup each field stands for."""

    lookups: ClassVar[dict[str, str]]

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that answer every filter that is set."""
        return rows.filter(**{self.lookups[name]: value for name, value in self._set.items()})

    @property
    def set_count(self) -> int:
        """How many filters are set."""
        return len(self._set)

    @property
    def _set(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
