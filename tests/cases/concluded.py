"""What is said of conclusions: a correction, the letters, the words of a paper."""

from cases.models import Hearing
from cases.services import conclusions
from governance.models import OutgoingMessage
from tests.cases.sittings import (
    viewer,
)

SAID = "Une visite à deux."


def correct(cast, hearing, **answers):
    return conclusions.correct(
        viewer(cast.coordinator),
        hearing,
        **{
            "summary": "Une visite à trois.",
            "steps_taken": "Deux courriers.",
            "correction": "Le nombre de visiteurs.",
            "number": 1,
            **answers,
        },
    )


def fresh(hearing):
    return Hearing.objects.select_related("situation__council", "meeting").get(pk=hearing.pk)


def letters():
    return OutgoingMessage.objects.filter(template="conclusions_ready")


def told():
    return sorted(letters().values_list("user__email", flat=True))
