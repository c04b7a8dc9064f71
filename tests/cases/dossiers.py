"""A situation as its page shows it, what is done to it before, and how it is asked for."""

from django.urls import reverse
from django.utils import timezone

from cases.models import Hearing, Situation
from cases.services import hearings, participations, situations, triage
from governance.models import Meeting
from tests.cases.sittings import sitting, viewer
from tests.world import submit


def brought(cast):
    """A named situation that the landlord brought; the nurse and the hygiene service are sought."""
    coordinator = viewer(cast.coordinator)
    alert = submit(
        viewer(cast.landlord), cast.council, agreement="named", consent_limits="Rien à ma sœur"
    )
    alert.steps.create(step="home_visit", result="refused", comment="Chez la voisine du 3e")
    opened = triage.accept(coordinator, alert)
    participations.seek(coordinator, opened, cast.nurse)
    participations.seek(coordinator, opened, cast.hygiene)
    return fresh(opened)


def fresh(situation):
    return Situation.objects.select_related("council").get(pk=situation.pk)


def reviewed(situation, cast, **texts):
    texts = {"facts": "Crie la nuit.", **texts}
    return situations.review_texts(
        viewer(cast.coordinator), situation, texts, version=situation.version
    )


def written(cast, situation):
    """A hearing at a séance that has begun, its conclusions still a draft."""
    coordinator = viewer(cast.coordinator)
    meeting = sitting(cast.coordinator, days=1)
    hearing = hearings.schedule(coordinator, situation, meeting)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now())
    hearing = Hearing.objects.select_related("situation__council", "meeting").get(pk=hearing.pk)
    hearings.write_conclusions(coordinator, hearing, summary="Une visite à deux.", steps_taken="")
    return hearing


def heard(cast, situation):
    """A hearing with its conclusions validated."""
    return hearings.conclude(viewer(cast.coordinator), written(cast, situation))


def address(situation, name, *args):
    return reverse(name, args=[situation.council.code, situation.code, *args])


def page_of(client, situation):
    response = client.get(situation.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def retained(cast, author, **fields):
    alert = submit(viewer(author), cast.council, agreement="anonymous", **fields)
    return triage.accept(viewer(cast.coordinator), alert)
