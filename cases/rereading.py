"""What writers kept of the passages that the guard had underlined, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps

from cases.models import KeptPassage
from governance.anonymity.review import WHY
from governance.anonymity.spans import Label
from governance.models import Council


@dataclass(frozen=True)
class KeptLine:
    """One passage kept: when, by whom, where, what it was, why."""

    at: datetime
    writer: str
    field: str
    kind: str
    reason: str


def kept_lately(council: Council, most: int = 50) -> list[KeptLine]:
    """The passages last kept in the council, newest first, without their words."""
    rows = KeptPassage.objects.filter(council=council).select_related("writer")[:most]
    return [
        KeptLine(
            row.kept_at,
            str(row.writer or "Sans compte"),
            _field(row.field),
            WHY[Label(row.label)],
            row.reason,
        )
        for row in rows
    ]


def _field(stored: str) -> str:
    """« Alert.facts » as the form calls it; « governance.Minutes.opening » for a paper."""
    app, model, name = f"cases.{stored}".split(".")[-3:]
    return str(apps.get_model(app, model)._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
