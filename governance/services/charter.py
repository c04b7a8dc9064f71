"""The charter's life: a new version asks everyone for their signature again."""

from django.db import transaction

from governance import policies, selectors
from governance.models import CharterVersion, Council
from governance.viewer import Viewer


@transaction.atomic
def publish(council: Council, text: str, *, by: Viewer) -> CharterVersion:
    """The next version of the council's charter. Refused to whoever does not coordinate it."""
    policies.can_coordinate(by, council).enforce()
    current = selectors.current_charter(council)
    return CharterVersion.objects.create(
        council=council, number=current.number + 1 if current else 1, text=text
    )
