"""The time that the coordination notes on a situation."""

from typing import Any

from django import forms
from django.utils import timezone

from cases.forms.fields import not_in_future
from cases.models import TimeSpent
from governance.models import Council
from governance.selectors import council_list

QUICK = (15, 30, 60)


class TimeForm(forms.Form):
    """Minutes of one kind of work; a quick button gives them, or else the field."""

    kind = forms.ChoiceField(label="Nature du travail")
    done_on = forms.DateField(
        label="Jour", initial=timezone.localdate, validators=[not_in_future], required=False
    )
    minutes = forms.IntegerField(
        label="Minutes", min_value=1, max_value=TimeSpent.MOST, required=False
    )
    quick = forms.TypedChoiceField(
        choices=[(minutes, minutes) for minutes in QUICK], coerce=int, required=False
    )

    def __init__(self, data: Any = None, *, council: Council) -> None:
        super().__init__(data, auto_id="time_%s")
        kinds = [(entry.code, entry.label) for entry in council_list(council, "work_kind")]
        self.fields["kind"].choices = kinds
        self.fields["kind"].initial = next((code for code, _ in kinds), "")

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        answers["minutes"] = answers.get("quick") or answers.get("minutes")
        answers["done_on"] = answers.get("done_on") or timezone.localdate()
        if answers["minutes"] is None and "minutes" not in self.errors:
            self.add_error("minutes", "Indiquez les minutes, ou touchez une durée.")
        return answers
