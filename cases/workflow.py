"""When a state may change: tables of (name, sources, target). No ORM, no *who* (policies.py).

docs/workflow.md is drawn from these tables by `manage.py workflow_diagram`.
"""

from governance.workflow import MINUTES, RESOLUTION, Workflow, table

_TO_SETTLE = ("received", "in_review", "info_requested")
ALERT = Workflow(
    "alert",
    "Alerte",
    "draft",
    table(
        ("submit", "Transmettre", ("draft",), "submitted"),
        ("acknowledge", "Accuser réception", ("submitted",), "received"),
        ("review", "Instruire", ("received",), "in_review"),
        (
            "request_information",
            "Demander un complément",
            ("received", "in_review"),
            "info_requested",
        ),
        ("answer", "Répondre au complément", ("info_requested",), "in_review"),
        ("accept", "Retenir", _TO_SETTLE, "accepted"),
        ("link", "Rattacher à une situation connue", _TO_SETTLE, "linked"),
        ("redirect", "Orienter", _TO_SETTLE, "redirected"),
        ("reject", "Classer hors critères", _TO_SETTLE, "out_of_scope"),
        ("withdraw", "Retirer", ("submitted", *_TO_SETTLE), "withdrawn"),
    ),
)

SITUATION = Workflow(
    "situation",
    "Situation",
    "under_review",
    table(
        (
            "schedule",
            "Inscrire à une séance",
            ("under_review", "follow_up", "watch", "reopened"),
            "scheduled",
        ),
        ("unschedule", "Retirer de l’ordre du jour", ("scheduled",), "under_review"),
        (
            "follow",
            "Mettre en suivi",
            ("under_review", "scheduled", "watch", "reopened"),
            "follow_up",
        ),
        ("watch", "Mettre en veille", ("under_review", "follow_up", "reopened"), "watch"),
        ("close", "Clore", ("under_review", "follow_up", "watch", "reopened"), "closed"),
        ("reopen", "Rouvrir", ("closed",), "reopened"),
        ("purge", "Effacer l’identité et les textes", ("closed",), "purged"),
    ),
)

_ANY_AGREEMENT = ("not_collected", "unable", "named", "anonymous", "refused", "withdrawn")
AGREEMENT = Workflow(
    "agreement",
    "Accord",
    "not_collected",
    table(
        ("agree_named", "Recueillir un accord nominatif", _ANY_AGREEMENT, "named"),
        ("agree_anonymous", "Recueillir un accord anonyme", _ANY_AGREEMENT, "anonymous"),
        (
            "note_unable",
            "Noter l’impossibilité de recueillir l’accord",
            ("not_collected", "unable"),
            "unable",
        ),
        ("refuse", "Noter le refus", ("not_collected", "unable", "refused"), "refused"),
        ("withdraw", "Noter le retrait", ("named", "anonymous"), "withdrawn"),
    ),
)

ACTION_LEAD = Workflow(
    "action_lead",
    "Piste d’action",
    "proposed",
    table(
        ("accept", "Accepter", ("proposed",), "accepted"),
        ("decline", "Décliner", ("proposed",), "declined"),
        ("entrust", "Confier à un autre porteur", ("declined",), "proposed"),
        ("start", "Commencer", ("accepted",), "in_progress"),
        ("complete", "Noter la réalisation", ("accepted", "in_progress"), "done"),
        ("fail", "Noter qu’elle n’a pas abouti", ("accepted", "in_progress"), "failed"),
        ("rule_out", "Noter qu’elle est hors mission", ("accepted", "in_progress"), "out_of_remit"),
        ("drop", "Abandonner", ("proposed", "declined", "accepted", "in_progress"), "dropped"),
    ),
)

PARTICIPATION = Workflow(
    "participation",
    "Participation d’un partenaire",
    "sought",
    table(
        ("accept", "Accepter", ("sought",), "accepted"),
        ("decline", "Décliner", ("sought", "accepted"), "declined"),
        ("finish", "Dire que l’on a terminé", ("accepted",), "ended"),
        ("end", "Mettre fin à la participation", ("sought", "accepted"), "ended"),
        ("seek", "Solliciter de nouveau", ("declined", "ended"), "sought"),
    ),
)

# Every table of the program, as docs/workflow.md draws them.
WORKFLOWS = (ALERT, SITUATION, AGREEMENT, ACTION_LEAD, PARTICIPATION, MINUTES, RESOLUTION)
