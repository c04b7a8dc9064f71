"""The derogation to secrecy: to whom, on which legal ground, for which purpose."""

from collections.abc import Sequence
from typing import Any

from django import forms

from governance import nomenclatures
from governance.forms.guarded import GuardedText
from governance.models import Membership


class DerogationForm(forms.Form):
    """One recipient, one ground, one purpose."""

    recipient = forms.ChoiceField(
        label="À qui", help_text="Cette personne seule pourra afficher l’identité."
    )
    ground = forms.ChoiceField(
        label="Motif légal",
        choices=nomenclatures.choices("derogation_ground"),
        widget=forms.RadioSelect,
    )
    purpose = GuardedText(
        "Derogation.purpose",
        label="À quoi l’identité doit servir",
        help_text="Le destinataire lit ce but et s’y tient. N’y nommez pas la personne concernée.",
        min_length=10,
        max_length=1000,
    )

    def __init__(self, data: Any = None, *, recipients: Sequence[Membership]) -> None:
        super().__init__(data)
        self._recipients = {str(member.pk): member for member in recipients}
        by_place: dict[str, list[tuple[str, str]]] = {}
        for key, member in self._recipients.items():
            place = str(member.organisation or member.get_role_display())
            words = f"{member.user}, {member.profession}" if member.profession else str(member.user)
            by_place.setdefault(place, []).append((key, words))
        self.fields["recipient"].choices = [("", "Choisir"), *by_place.items()]

    def clean_recipient(self) -> Membership:
        return self._recipients[self.cleaned_data["recipient"]]
