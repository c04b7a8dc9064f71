"""A séance as each viewer may read it: the agenda by code, those who are invited.

Another's point is a duration and nothing else: neither its code nor its subject. The page of the
séance and its printed agenda read these lines; no template decides what is shown.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet, prefetch_related_objects
from django.http import Http404

from cases import conclusion_policies, policies
from cases.models import Hearing, Participation, Situation
from cases.rows import Chip
from cases.selectors import list_situations
from cases.sheets import subject
from cases.workflow import SITUATION
from governance.models import Attendance, Council, Meeting, Membership
from governance.selectors import council_label, list_partners
from governance.viewer import Viewer

_AWAY = ("excused", "absent")
_CHIPS = {
    Hearing.Naming.NAMED: "named",
    Hearing.Naming.ANONYMOUS: "anonymous",
    Hearing.Naming.THEMES: "refused",
}


@dataclass(frozen=True)
class Point:
    """A line of the agenda. Another's point has a rank, an hour and a duration alone."""

    rank: int
    starts_at: datetime.datetime
    minutes: int
    key: UUID | None = None
    code: str = ""
    subject: str = ""
    naming: Chip | None = None
    held: bool = False
    acquainted: int = 0
    conclusions_open: bool = False

    @property
    def is_thin(self) -> bool:
        """Whether two invitees or more know the person of a point discussed without a name."""
        return self.acquainted > 1


@dataclass(frozen=True)
class Invitee:
    """Someone invited to the séance; `state` is for the coordination alone, else ""."""

    key: UUID
    name: str
    organisation: str
    secrecy: str
    state: str = ""


def naming(hearing: Hearing) -> Chip:
    """How the situation was discussed, or, until then, how its agreement lets it be discussed."""
    value = Hearing.Naming(
        hearing.naming
        if hearing.state == Hearing.State.HELD
        else policies.discussion(hearing.situation)
    )
    return Chip(_CHIPS[value], str(value.label))


def is_themes_only(hearing: Hearing) -> bool:
    """Whether nothing is written about the person: such a hearing has no conclusions."""
    return policies.discussion(hearing.situation) == Hearing.Naming.THEMES


def agenda(viewer: Viewer, council: Council, meeting: Meeting) -> tuple[Point, ...]:
    """The agenda of a séance in the viewer's scope; six queries, whatever its length."""
    hearings = points(meeting)
    visible = set(
        policies.hearings_in_scope(viewer, meeting.hearings.all()).values_list("pk", flat=True)
    )
    acquainted = _acquainted(meeting) if policies.coordinates(viewer, council) else {}
    prefetch_related_objects([meeting], "attendances")
    lines = []
    starts_at = meeting.starts_at
    for rank, hearing in enumerate(hearings, start=1):
        if hearing.pk in visible:
            line = _point(viewer, council, hearing, rank, starts_at, acquainted)
        else:
            line = Point(rank, starts_at, hearing.minutes)
        lines.append(line)
        starts_at += datetime.timedelta(minutes=hearing.minutes)
    return tuple(lines)


def points(meeting: Meeting) -> QuerySet[Hearing]:
    """The hearings on the agenda of a séance, in order, those taken off left out; for the
    coordination."""
    return (
        meeting.hearings.exclude(state=Hearing.State.WITHDRAWN)
        .select_related("situation__council")
        .prefetch_related("conclusions")
    )


def _point(
    viewer: Viewer,
    council: Council,
    hearing: Hearing,
    rank: int,
    starts_at: datetime.datetime,
    acquainted: dict[UUID, int],
) -> Point:
    named = policies.discussion(hearing.situation) == Hearing.Naming.NAMED
    return Point(
        rank,
        starts_at,
        hearing.minutes,
        key=hearing.pk,
        code=hearing.situation.code,
        subject=subject(council, hearing.situation),
        naming=naming(hearing),
        held=hearing.state == Hearing.State.HELD,
        acquainted=0 if named else acquainted.get(hearing.situation_id, 0),
        conclusions_open=hearing.record is not None
        and bool(conclusion_policies.can_read_conclusions_here(viewer, hearing.record)),
    )


def _acquainted(meeting: Meeting) -> dict[UUID, int]:
    """Situation -> how many of those expected in the room have met the person (SUPAP-FSU: once
    two of them are there, no anonymity is left)."""
    coming = meeting.attendances.exclude(state__in=_AWAY)
    rows = (
        Participation.objects.filter(
            situation__hearings__meeting=meeting,
            membership__in=coming.values("membership"),
            state__in=Participation.ACTIVE,
            knows_person=True,
        )
        .values("situation")
        .annotate(count=Count("membership", distinct=True))
    )
    return {row["situation"]: row["count"] for row in rows}


def invitees(viewer: Viewer, council: Council, meeting: Meeting) -> tuple[Invitee, ...]:
    """Those invited to a séance in the viewer's scope, with the secrecy each is held to; one
    query. Who came is the coordination's."""
    told = policies.coordinates(viewer, council)
    return tuple(
        Invitee(
            attendance.pk,
            str(attendance.membership.user),
            str(attendance.membership.organisation or ""),
            council_label(council, "secrecy_status", attendance.membership.secrecy_status),
            attendance.state if told else "",
        )
        for attendance in meeting.attendances.select_related(
            "membership__user", "membership__organisation"
        )
    )


def attending(meeting: Meeting) -> tuple[Membership, ...]:
    """The members expected in the room, or noted there; one query."""
    return tuple(
        attendance.membership
        for attendance in meeting.attendances.exclude(state__in=_AWAY).select_related("membership")
    )


def schedulable(viewer: Viewer, council: Council, meeting: Meeting) -> list[tuple[Situation, str]]:
    """(situation, « code, subject ») of those that may join that agenda, for the coordination."""
    states = [state for state in SITUATION.states if SITUATION.allows("schedule", state)]
    situations = list_situations(viewer, council).filter(status__in=states)
    here = points(meeting).values("situation")
    return [
        (situation, f"{situation.code}, {subject(council, situation)}")
        for situation in situations.exclude(pk__in=here).order_by("code")
    ]


def invitable(council: Council, meeting: Meeting) -> QuerySet[Membership]:
    """The council's partners of today who are not invited yet."""
    return list_partners(council).exclude(pk__in=meeting.attendances.values("membership"))


def find_point(meeting: Meeting, key: UUID) -> Hearing:
    """The point of that key on the agenda of an opened séance, else 404; for the coordination."""
    point = points(meeting).filter(pk=key).first()
    if point is None:
        raise Http404
    return point


def find_attendance(meeting: Meeting, key: UUID) -> Attendance:
    """The invitation of that key to an opened séance, else 404; for the coordination."""
    attendance = meeting.attendances.select_related("membership__user").filter(pk=key).first()
    if attendance is None:
        raise Http404
    return attendance
