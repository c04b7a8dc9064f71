"""The year's calendar: the séances that the coordination reviewed, convened together."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from cases.services import hearings
from governance.models import Council, Meeting
from governance.policies import can_coordinate
from governance.viewer import Viewer


@dataclass(frozen=True)
class PlannedSitting:
    """A séance to convene, as the coordination left it."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    place: str


@transaction.atomic
def plan_year(
    viewer: Viewer, council: Council, sittings: Sequence[PlannedSitting]
) -> tuple[Meeting, ...]:
    """Convene those séances in the council's usual frame, all or none; those convened.

    One that already begins at that instant is left alone: a page sent twice convenes nothing twice.
    ValidationError (French) for an end before the start.
    """
    can_coordinate(viewer, council).enforce()
    # Two pages sent at once take their turn here.
    Council.objects.select_for_update().get(pk=council.pk)
    known = set(
        council.meetings.filter(body__isnull=True)
        .exclude(status=Meeting.Status.CANCELLED)
        .values_list("starts_at", flat=True)
    )
    convened = []
    for sitting in sittings:
        if sitting.starts_at in known:
            continue
        known.add(sitting.starts_at)
        convened.append(
            hearings.convene(
                viewer,
                council,
                venue=council.venue,
                starts_at=sitting.starts_at,
                ends_at=sitting.ends_at,
                place=sitting.place,
            )
        )
    return tuple(convened)
