"""What the author of an alert takes away: its number, and what follows with its delays.

Nothing here tells what the alert says, nor of whom: the receipt may lie on a desk.
"""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from cases.models import Alert
from governance import pdf


@dataclass(frozen=True)
class Following:
    """One thing that happens next; the shape is that of templates/components/timeline.html."""

    when: str
    label: str
    text: str


def answer_due(alert: Alert) -> datetime.date:
    """The day by which the coordination has promised an answer (the council's setting)."""
    received = timezone.localdate(alert.received_at)
    return received + datetime.timedelta(days=alert.council.answer_days)


def what_follows(alert: Alert) -> tuple[Following, ...]:
    """What becomes of any alert, whatever this one says."""
    council = alert.council
    return (
        Following(
            f"Le {timezone.localdate(alert.received_at):%d/%m/%Y}",
            "Votre alerte est enregistrée",
            "Un courriel vous le confirme, avec ce numéro et aucun nom.",
        ),
        Following(
            f"Au plus tard le {answer_due(alert):%d/%m/%Y}",
            "La coordination vous répond",
            "Elle lit l’alerte, appelle au besoin d’autres services, et peut vous poser une "
            "question. Elle retient l’alerte, vous oriente vers un service, ou vous dit pourquoi "
            "elle n’y donne pas suite.",
        ),
        Following(
            council.get_scheduling_display(),
            f"Si elle est retenue : {council.meeting_label[:1].lower()}{council.meeting_label[1:]}",
            "Les services utiles se réunissent, vous compris. La situation y est évoquée comme la "
            "personne l’a accepté.",
        ),
        Following(
            "Après la séance",
            "Conclusions et pistes d’action",
            "Chaque piste a un porteur et une date. La personne reçoit un retour, et vous savez "
            "qui le lui fait.",
        ),
    )


def as_pdf(alert: Alert) -> bytes:
    """The receipt on one A4."""
    return pdf.render(
        "pdf/alert_receipt.html",
        {"alert": alert, "council": alert.council, "following": what_follows(alert)},
    )
