"""The one writer of the access journal: who, what, when, why; no content."""

from django.db.models import Model, QuerySet

from governance.models import AccessRecord, Council, User

ACTIONS = {
    "open_situation": "Situation ouverte",
    "open_alert": "Alerte ouverte",
    "open_conclusions": "Relevé ouvert",
    "open_meeting": "Séance ouverte",
    "open_report": "Bilan ouvert",
    "reveal_identity": "Identité affichée",
    "seal_identity": "Identité scellée",
    "invite": "Invitation envoyée",
    "grant": "Accès ouvert",
    "revoke": "Accès fermé",
    "import_register": "Registre importé",
    "export": "Document exporté",
}


def record(
    actor: User | None, action: str, target: Model, *, council: Council | None, reason: str = ""
) -> None:
    """Add one line: `actor` did `action` (a key of ACTIONS) on `target`. KeyError otherwise.

    No actor: a command of the server.
    """
    AccessRecord.objects.create(
        actor=actor,
        action=ACTIONS[action] and action,
        council=council,
        target_type=type(target).__name__,
        target_id=target.pk,
        reason=reason,
    )


def accesses(target: Model) -> QuerySet[AccessRecord]:
    """Who opened `target`, newest first."""
    return AccessRecord.objects.filter(
        target_type=type(target).__name__, target_id=target.pk
    ).select_related("actor")
