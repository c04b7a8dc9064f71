"""Situations followed by somebody: their leads, and the feedback that is due."""

import datetime

from django.urls import reverse
from django.utils import timezone

from cases.models import Feedback
from cases.services import follow_up, participations
from tests.cases.sittings import concluded, sitting, situation, viewer

SECRET_WORDS = "Passer par la gardienne"


def situation_followed(cast):
    """A situation brought by the landlord, where the nurse takes part."""
    followed = situation(cast.landlord, cast.coordinator)
    participations.seek(viewer(cast.coordinator), followed, cast.nurse)
    return followed


def propose(cast, followed, **answers):
    return follow_up.propose_lead(
        viewer(cast.coordinator), followed, **{"kind": "joint_home_visit", **answers}
    )


def today(days=0):
    return timezone.localdate() + datetime.timedelta(days=days)


def heard(cast, agreement="named", **fields):
    """A situation heard yesterday; its feedback, or None."""
    told = situation(cast.landlord, cast.coordinator, agreement, **fields)
    hearing = concluded(cast.coordinator, told, sitting(cast.coordinator, days=-1))
    return Feedback.objects.filter(hearing=hearing).first()


def address(name, cast, *keys):
    return reverse(name, args=[cast.council.code, *keys])
