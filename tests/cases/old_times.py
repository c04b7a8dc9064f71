"""A world of 2022 whose terms have run out, with the canary in every free text."""

import datetime

import time_machine
from django.apps import apps
from django.utils import timezone

from cases.crypto import EncryptedTextField
from cases.models import (
    ActionLead,
    Alert,
    AlertDraft,
    AlertStep,
    Feedback,
    Situation,
)
from cases.services import (
    consent,
    erasure,
    follow_up,
    messages,
    participations,
    retention,
    situations,
    triage,
)
from governance.models import User
from governance.terms import NOTICE_DAYS
from governance.viewer import Viewer
from tests import world as worlds
from tests.world import CANARY

LONG_AGO = datetime.datetime(2022, 3, 14, 10, tzinfo=datetime.UTC)


# The years of LONG_AGO are over whatever the day; two years and 60 days are past too.
TODAY = datetime.date(2026, 6, 1)


def write_everywhere(world: worlds.World) -> None:
    """The canary in every free text of the world's situation and alerts, through the services."""
    coordinator = Viewer(world.people["coordinator"].user)
    author = Viewer(world.people["author"].user)
    situation = Situation.objects.get(pk=world.situation.pk)
    texts = dict.fromkeys(("facts", "criteria_comment", "person_words", "expectations"), CANARY)
    situations.review_texts(coordinator, situation, texts, version=situation.version)
    situations.add_note(coordinator, situation, text=f"Note {CANARY}")
    consent.record_agreement(
        coordinator, situation, "named", given_by="person", means=f"Chez {CANARY}",
        collected_on=timezone.localdate(), reason=f"Dit {CANARY}",
    )  # fmt: skip
    triage.review(coordinator, world.other_alert)
    triage.request_information(coordinator, world.other_alert, question=f"Qui est {CANARY} ?")
    triage.answer(author, world.other_alert, text=f"{CANARY} est le voisin", facts=CANARY)
    situations.note_alert(coordinator, world.other_alert, text=f"Appeler {CANARY}")
    messages.write_about(author, world.other_alert, text=f"{CANARY} est rentré")
    messages.write_to(coordinator, world.participation, text=f"Et {CANARY} ?")
    triage.reject(coordinator, world.other_alert, reason=f"{CANARY} habite ailleurs")
    follow_up.move_lead(Viewer(world.people["knows_person"].user), world.lead, "accept")
    lead = ActionLead.objects.get(pk=world.lead.pk)
    lead.outcome = CANARY
    lead.save()
    feedback = Feedback.objects.get(pk=world.feedback.pk)
    feedback.given_on, feedback.reaction = timezone.localdate(), CANARY
    feedback.save()
    participations.end(coordinator, world.participation, reason=f"Parle de {CANARY}")
    for alert in (world.alert, world.other_alert):
        stored = Alert.objects.get(pk=alert.pk)
        stored.requester_name = stored.requester_role = stored.requester_contact = CANARY
        stored.consent_date = stored.not_informed_reason = stored.consent_limits = CANARY
        stored.save()
        AlertStep.objects.create(alert=stored, step="home_visit", comment=CANARY)
    Situation.objects.get(pk=situation.pk).save()  # one more row of history
    Situation.objects.filter(pk=situation.pk).update(register_reference=CANARY, move_in_year=1987)


def world_of_2022(db) -> worlds.World:
    with time_machine.travel(LONG_AGO, tick=False):
        world = worlds.build()
        write_everywhere(world)
    # Its people still sign in: accounts have tests of their own (tests/governance).
    User.objects.update(last_login=timezone.now())
    return world


def close(world: worlds.World) -> None:
    """The situation closes, its last séance taken off the agenda; long ago."""
    with time_machine.travel(LONG_AGO + datetime.timedelta(days=30), tick=False):
        situation = Situation.objects.get(pk=world.situation.pk)
        erasure.close_as(situation, "improved", timezone.localdate())


def run(today: datetime.date = TODAY) -> dict[str, int]:
    """Announce, then erase on the day announced; label -> how many on that day."""
    retention.apply(today - datetime.timedelta(days=NOTICE_DAYS))
    return {rule.label: rule.count for rule in retention.apply(today)}


def texts_left() -> list[str]:
    """Every free text of the floor that still says something, history included."""
    left = []
    for model in apps.get_app_config("cases").get_models():
        for row in model._base_manager.all():
            for field in model._meta.concrete_fields:
                value = field.value_from_object(row)
                if CANARY in str(value) or (
                    isinstance(field, EncryptedTextField) and value and model is not AlertDraft
                ):
                    left.append(f"{model.__name__}.{field.name}")
    return left
