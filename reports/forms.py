"""The choice of a period."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class PeriodForm(forms.Form):
    """From which year to which year, among those with situations."""

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(year, str(year)) for year in years]
        self.fields["first"] = forms.TypedChoiceField(
            label="Première année", choices=choices, coerce=int
        )
        self.fields["last"] = forms.TypedChoiceField(
            label="Dernière année", choices=choices, coerce=int
        )

    def clean(self) -> dict[str, Any]:
        """The two years; an error on the second when it comes before the first."""
        period = super().clean() or {}
        if "first" in period and "last" in period and period["first"] > period["last"]:
            raise ValidationError(
                {"last": "Choisissez la même année que la première, ou une suivante."}
            )
        return period
