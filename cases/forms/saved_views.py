"""Which filters to keep, and under which name."""

from django import forms

from cases.models import SavedView


class SaveViewForm(forms.Form):
    """The filters of the page that one is looking at, under a name of one's own."""

    name = forms.CharField(
        label="Nom de la vue",
        help_text="Vos filtres et l’ordre sont gardés, jamais les mots cherchés. N’y nommez "
        "personne.",
        max_length=60,
    )
    is_default = forms.BooleanField(label="Ouvrir la page sur cette vue", required=False)
    page = forms.ChoiceField(choices=SavedView.Page, widget=forms.HiddenInput)
    council = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
