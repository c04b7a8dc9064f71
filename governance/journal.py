"""The one writer of the access journal: who, what, when, why; no content.

Each line is chained to the one before it by a SHA-256 digest; see `broken_link`.
"""

import datetime
import hashlib
import json

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from governance.models import AccessRecord, Council, User

ACTIONS = {
    "open_situation": "Situation ouverte",
    "open_alert": "Alerte ouverte",
    "open_conclusions": "Relevé ouvert",
    "open_meeting": "Séance ouverte",
    "read_calendar": "Agenda lu",
    "open_report": "Bilan ouvert",
    "freeze_report": "Bilan arrêté",
    "publish_report": "Bilan publié",
    "reveal_identity": "Identité affichée",
    "seal_identity": "Identité scellée",
    "show_recurrence": "Rapprochement affiché",
    "derogation": "Dérogation au secret accordée",
    "end_derogation": "Dérogation au secret close",
    "check_author": "Identité du professionnel vérifiée",
    "invite": "Invitation envoyée",
    "grant": "Accès ouvert",
    "revoke": "Accès fermé",
    "import_register": "Registre importé",
    "export": "Document exporté",
    "export_council": "Conseil exporté",
    "import_council": "Conseil importé",
    "delete_council": "Suppression du conseil demandée",
    "keep_council": "Suppression du conseil annulée",
    "restore": "Base restaurée",
    "limit": "Limite atteinte",
    "erase": "Données effacées",
    "disable": "Compte désactivé",
    "reopen_account": "Compte rouvert",
    "reset_factors": "Second facteur réinitialisé",
    "sign_in": "Connexion",
}

# The reason of a line whose actor is a professional without an account.
NO_ACCOUNT = "auteur sans compte"

# Any constant known to this program alone: PostgreSQL's advisory locks share one number space.
_CHAIN_LOCK = 0x434C534D


@transaction.atomic
def record(
    actor: User | None, action: str, target: Model, *, council: Council | None, reason: str = ""
) -> None:
    """Add one line: `actor` did `action` (a key of ACTIONS) on `target`. KeyError otherwise.

    No actor: a command of the server, or, the reason being NO_ACCOUNT, an author without an
    account. Writers take their turn until the transaction ends, so that
    the chain never forks; callers record last.
    """
    _take_turn()
    line = AccessRecord(
        at=timezone.now(),
        actor=actor,
        action=ACTIONS[action] and action,
        council=council,
        target_type=type(target).__name__,
        target_id=target.pk,
        reason=reason[:300],
        previous=AccessRecord.objects.values_list("digest", flat=True).first() or "",
    )
    line.digest = digest(line)
    line.save(force_insert=True)


def _take_turn() -> None:
    """PostgreSQL: an advisory lock. SQLite has one writer at a time (BEGIN IMMEDIATE)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])


def digest(line: AccessRecord) -> str:
    """SHA-256 (hexadecimal) of the line's content and of the digest of the line before it."""
    content = [
        line.previous,
        line.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        str(line.actor_id or ""),
        line.action,
        str(line.council_id or ""),
        line.target_type,
        str(line.target_id),
        line.reason,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def actor_words(line: AccessRecord) -> str:
    """Who did it, in words: a person, somebody without an account, or the program itself."""
    if line.actor is None:
        return "Auteur sans compte" if line.reason == NO_ACCOUNT else "Programme"
    return str(line.actor)


def broken_link() -> AccessRecord | None:
    """The first line that does not follow from the one before it, or None if the chain holds.

    The oldest line kept is taken as it stands: those before it went with their twelve months.
    """
    previous: str | None = None
    for line in AccessRecord.objects.order_by("id").iterator(chunk_size=2000):
        if line.digest != digest(line) or previous not in (None, line.previous):
            return line
        previous = line.digest
    return None


def accesses(target: Model) -> QuerySet[AccessRecord]:
    """Who opened `target`, newest first."""
    return AccessRecord.objects.filter(
        target_type=type(target).__name__, target_id=target.pk
    ).select_related("actor")
