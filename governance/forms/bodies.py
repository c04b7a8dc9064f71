"""The council's bodies, written down."""

from typing import Any

from django import forms

from governance.models import Body, Council


class BodyForm(forms.ModelForm):
    """A body of the given council."""

    class Meta:
        model = Body
        fields = ("kind", "name", "quorum_seats", "quorum_percent", "active")
        labels = {
            "kind": "Type",
            "name": "Nom",
            "quorum_seats": "Quorum, en nombre de sièges permanents",
            "quorum_percent": "Ou en part des sièges permanents, en %",
            "active": "Instance active",
        }
        help_texts = {
            "kind": "La cellule de veille est une instance de gouvernance : elle n’examine jamais "
            "de situation individuelle.",
            "quorum_seats": "Vide si votre règlement intérieur n’en prévoit pas.",
            "quorum_percent": "Par exemple 50 : la moitié, arrondie au-dessus.",
            "active": "Une instance inactive n’est plus proposée.",
        }

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.council = council

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = self.instance.council.bodies.exclude(pk=self.instance.pk)
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError("Cette instance est déjà inscrite.")
        return name
