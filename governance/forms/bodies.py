"""The council's bodies, written down."""

from governance.forms.rows import CouncilRowForm
from governance.models import Body


class BodyForm(CouncilRowForm):
    """A body of the given council."""

    once = "name"
    taken = "Cette instance est déjà inscrite."

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
