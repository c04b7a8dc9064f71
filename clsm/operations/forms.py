"""What is asked before a council is taken away or deleted."""

from typing import Any

from django import forms

from governance.models import Council


class ExportForm(forms.Form):
    """Why, under which passphrase, and whether the identities go too."""

    reason = forms.CharField(
        label="Pourquoi cette archive",
        help_text="Sans nommer personne. Gardé 12 mois au journal.",
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    identities = forms.BooleanField(
        label="Avec les identités que vous pouvez afficher aujourd’hui",
        help_text="Chacune est inscrite au journal, avec ce motif.",
        required=False,
    )
    passphrase = forms.CharField(
        label="Phrase de passe de l’archive",
        help_text="Au moins 20 caractères. Notez-la : personne ne peut la retrouver, et sans elle "
        "l’archive est perdue. Ne l’envoyez pas avec le fichier.",
        min_length=20,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="La même phrase, encore une fois",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"passphrase", "again"} <= set(cleaned) and cleaned["passphrase"] != cleaned["again"]:
            self.add_error("again", "Les deux phrases ne sont pas les mêmes.")
        return cleaned


class DeletionForm(forms.Form):
    """Why, and the council's code typed again."""

    reason = forms.CharField(
        label="Pourquoi supprimer le conseil",
        help_text="Qui l’a décidé et quand, sans nommer de personne suivie. "
        "Gardé 12 mois au journal.",
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    code = forms.CharField(label="Code du conseil", max_length=8)

    def __init__(self, data: Any = None, *, council: Council) -> None:
        super().__init__(data)
        self._council = council
        self.fields["code"].help_text = f"Recopiez {council.code} pour confirmer."

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip().upper()
        if code != self._council.code:
            raise forms.ValidationError(f"Recopiez le code {self._council.code}.")
        return code
