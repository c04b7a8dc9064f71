"""Situations and séances for the tests, made by the same services as in production."""

import datetime
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Hearing, Situation
from cases.services import consent, hearings, intake, triage
from governance import grants
from governance.models import Attendance, Council, Meeting, Membership
from governance.viewer import Viewer
from tests import factories

CANARY = "Zyzzyva"


def viewer(membership: Membership) -> Viewer:
    """A fresh viewer of the member, as each request makes one."""
    return Viewer(type(membership.user).objects.get(pk=membership.user_id))


def at_the_aissmc() -> tuple[Membership, Membership]:
    """The coordinator and a partner of a council with AISSMC's profile."""
    council = factories.aissmc()
    coordinator = factories.member(council, "anne.coordination@demo.example", "coordinator")
    author = factories.member(
        council,
        "ali.ccas@demo.example",
        "partner",
        organisation=factories.organisation(council, "CCAS", "ccas"),
    )
    return coordinator, author


def situation(
    author: Membership, coordinator: Membership, agreement: str = "anonymous", **fields: Any
) -> Situation:
    """A situation that `author` brought and `coordinator` retained, with that agreement.

    A named one comes with an identity, whose name is the canary.
    """
    evidence = {"consent_given_by": "person", "consent_date": "à l’oral"}
    alert = intake.submit(
        viewer(author),
        author.council,
        intake.Submission(
            draft_key=uuid.uuid4(),
            fields={
                "requester_name": "Un demandeur",
                "alert_subject": ["care_breakdown"],
                "facts": "Crie la nuit.",
                "consent_state": agreement,
                **(evidence if agreement in ("named", "anonymous") else {}),
                **fields,
            },
            identity={"last_name": CANARY} if agreement == "named" else {},
        ),
    )
    return triage.accept(viewer(coordinator), alert)


def sitting(coordinator: Membership, council: Council | None = None, *, days: float = 7) -> Meeting:
    """A séance of two hours, in so many days (before today when negative)."""
    council = council or coordinator.council
    starts_at = timezone.now() + datetime.timedelta(days=days)
    return hearings.convene(
        viewer(coordinator),
        council,
        venue=council.venue,
        starts_at=starts_at,
        ends_at=starts_at + datetime.timedelta(hours=2),
        place="Mairie de quartier",
    )


def point(coordinator: Membership, heard: Situation, meeting: Meeting) -> Hearing:
    """The situation on the agenda of the séance."""
    return hearings.schedule(viewer(coordinator), heard, meeting)


def concluded(coordinator: Membership, heard: Situation, meeting: Meeting) -> Hearing:
    """The situation heard at a séance that has begun, its conclusions frozen."""
    hearing = point(coordinator, heard, meeting)
    hearings.write_conclusions(
        viewer(coordinator), hearing, summary="Une visite à deux.", steps_taken="Deux courriers."
    )
    return hearings.conclude(viewer(coordinator), hearing)


def address(name: str, *keys: object) -> str:
    """The address of a page of Lille's council."""
    return reverse(name, args=["LIL", *keys])


def of(name: str, hearing: Hearing) -> str:
    """The address of a page of a point."""
    return address(name, hearing.meeting_id, hearing.pk)


def readers(
    cast: Iterable[Membership], client_of: Callable[[Membership], Client], page: str
) -> list[Membership]:
    """Those of the cast who get the page."""
    return [member for member in cast if client_of(member).get(page).status_code == 200]


def refuse(cast, heard):
    """The person withdraws their agreement: themes only from now on."""
    consent.record_agreement(viewer(cast.landlord), heard, "withdrawn")


def invited(meeting):
    return set(
        Attendance.objects.filter(meeting=meeting).values_list("membership__user", flat=True)
    )


def admitted(meeting):
    """The users for whom guardian holds a row on the séance."""
    return set(grants.holders("view_meeting", meeting).values_list("pk", flat=True))
