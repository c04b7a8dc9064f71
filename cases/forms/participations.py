"""What is filled in about somebody's part in a situation: whom to seek, a word on the way out."""

from collections.abc import Sequence
from typing import Any

from django import forms

from governance.models import Membership


class InviteForm(forms.Form):
    """Whose participation is sought."""

    partner = forms.ChoiceField(label="Partenaire")
    knows_person = forms.BooleanField(
        label="Cette personne connaît déjà la personne concernée",
        help_text="Elle pourra recueillir son accord et, si cet accord est nominatif, "
        "afficher son identité.",
        required=False,
    )

    def __init__(self, data: Any = None, *, partners: Sequence[Membership]) -> None:
        super().__init__(data)
        self._partners = {str(partner.pk): partner for partner in partners}
        by_organisation: dict[str, list[tuple[str, str]]] = {}
        for key, partner in self._partners.items():
            words = str(partner.user)
            if partner.profession:
                words = f"{words}, {partner.profession}"
            by_organisation.setdefault(str(partner.organisation), []).append((key, words))
        self.fields["partner"].choices = [("", "Choisir"), *by_organisation.items()]

    def clean_partner(self) -> Membership:
        return self._partners[self.cleaned_data["partner"]]


class FinishForm(forms.Form):
    """A partner has done their part, and may say a word of it."""

    reason = forms.CharField(
        label="Un mot pour la coordination",
        help_text="Elle seule le lira. N’y nommez personne.",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
