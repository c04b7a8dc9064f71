"""A COPIL that met this week, for the tests of its papers."""

import datetime

from django.utils import timezone

from governance.models import Body, Meeting, Resolution, Seat
from governance.services import assemblies, minutes, resolutions, seats

DAY = datetime.timedelta(days=1)


def body(council, kind="steering_committee", name="COPIL") -> Body:
    return Body.objects.create(council=council, kind=kind, name=name)


def seat(coordinator, of, membership=None, **fields) -> Seat:
    """A mandate since last year, of a member or of a name alone."""
    holder = {"holder": membership.user} if membership else {"holder_name": "Ada Fictive"}
    start = timezone.localdate() - 365 * DAY
    return seats.inscribe(
        coordinator,
        Seat(**{"body": of, "college": "elected", "start": start, **holder, **fields}),
    )


def met(coordinator, of, *points, days=-2) -> Meeting:
    """A meeting of the body, two days ago; it is held once its attendance is noted."""
    start = timezone.now() + days * DAY
    return assemblies.convene(
        coordinator,
        of,
        starts_at=start,
        ends_at=start + datetime.timedelta(hours=2),
        place="Mairie",
        points=[assemblies.Point(title) for title in points or ("Bilan",)],
    )


def draft(viewer, meeting, said="Le bilan est présenté.", version=0, **changes):
    """The minutes of the meeting, its first point told."""
    point = meeting.agenda_items.first()
    texts = {str(point.pk): said} if said else {}
    return minutes.write(
        viewer, meeting, {"opening": "", "texts": texts, **changes}, version=version
    )


def publish(coordinator, record):
    """The version validated, then published."""
    minutes.move(coordinator, record, "validate")
    return minutes.move(coordinator, record, "publish")


def decide(viewer, meeting, title="Une permanence", **fields) -> Resolution:
    """A decision of the meeting, which was held."""
    meeting = Meeting.objects.select_related("council", "body__council").get(pk=meeting.pk)
    given = {"kind": "decision", "text": "Le texte adopté.", **fields}
    return resolutions.adopt(viewer, meeting, title=title, **given)
