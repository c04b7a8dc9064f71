"""What the coordination fills in when the person asks to be erased."""

from typing import Any

from django import forms

from cases.models import Situation
from governance.models import Council
from governance.selectors import council_list


class EraseForm(forms.Form):
    """The code of the situation, typed again, and why; for an open one, why it closes."""

    closure = forms.ChoiceField(label="Motif de clôture", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Demande de la personne",
        help_text="Quand et comment elle l’a faite, sans la nommer. Gardé 12 mois au journal.",
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    code = forms.CharField(label="Numéro de la situation", max_length=24)

    def __init__(self, data: Any = None, *, situation: Situation, council: Council) -> None:
        super().__init__(data)
        self._situation = situation
        self.fields["code"].help_text = f"Recopiez {situation.code} pour confirmer."
        if situation.is_open:
            self.fields["closure"].choices = [
                (entry.code, entry.label) for entry in council_list(council, "closure_reason")
            ]
        else:
            del self.fields["closure"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip().upper()
        if code != self._situation.code:
            raise forms.ValidationError(f"Recopiez le numéro {self._situation.code}.")
        return code
