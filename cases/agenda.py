"""A séance as each viewer may read it: the agenda, those who are invited.

Another's point is an hour and a duration, nothing else: neither its letter nor its subject. The
page of the séance and its printed agenda read these lines; no template decides what is shown.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cases import conclusion_policies, policies
from cases.models import Hearing, Situation
from cases.room import Room, points
from cases.rows import Chip
from cases.selectors import list_situations
from cases.sheets import subject
from cases.workflow import SITUATION
from governance.models import Attendance, Council, Meeting, Membership
from governance.selectors import council_label, list_partners
from governance.viewer import Viewer

_COMES = ("present", "accompanied", "second_part")
_CHIPS = {
    Hearing.Naming.NAMED: "named",
    Hearing.Naming.ANONYMOUS: "anonymous",
    Hearing.Naming.THEMES: "refused",
}


@dataclass(frozen=True)
class Point:
    """A line of the agenda. Another's point has a rank, hours and a duration alone.

    `letter` is what the séance's papers call the situation, `code` what it is called everywhere
    else: both are on the reader's own screen only. `joined_at`: when the person comes in.
    """

    rank: int
    starts_at: datetime.datetime
    minutes: int
    key: UUID | None = None
    letter: str = ""
    code: str = ""
    subject: str = ""
    naming: Chip | None = None
    held: bool = False
    joined_at: datetime.datetime | None = None
    invited: tuple[str, ...] = ()
    acquainted: int = 0
    conclusions_open: bool = False

    @property
    def ends_at(self) -> datetime.datetime:
        return self.starts_at + datetime.timedelta(minutes=self.minutes)

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
    """The agenda of a séance in the viewer's scope; seven queries, whatever its length."""
    room = Room(meeting)
    visible = set(
        policies.hearings_in_scope(viewer, meeting.hearings.all()).values_list("pk", flat=True)
    )
    conducts = policies.coordinates(viewer, council)
    lines = []
    for rank, hearing in enumerate(room.points, start=1):
        starts_at = room.starts_at[hearing.pk]
        if hearing.pk in visible:
            line = _point(viewer, council, room, hearing, rank, conducts=conducts)
        else:
            line = Point(rank, starts_at, hearing.minutes)
        lines.append(line)
    return tuple(lines)


def _point(
    viewer: Viewer, council: Council, room: Room, hearing: Hearing, rank: int, *, conducts: bool
) -> Point:
    starts_at = room.starts_at[hearing.pk]
    named = policies.discussion(hearing.situation) == Hearing.Naming.NAMED
    return Point(
        rank,
        starts_at,
        hearing.minutes,
        key=hearing.pk,
        letter=hearing.letter,
        code=hearing.situation.code,
        subject=subject(council, hearing.situation),
        naming=naming(hearing),
        held=hearing.state == Hearing.State.HELD,
        joined_at=joined_at(hearing, starts_at),
        invited=tuple(str(each.membership) for each in room.concerned(hearing)),
        acquainted=room.acquainted(hearing) if conducts and not named else 0,
        conclusions_open=hearing.record is not None
        and bool(conclusion_policies.can_read_conclusions_here(viewer, hearing.record)),
    )


def joined_at(hearing: Hearing, starts_at: datetime.datetime) -> datetime.datetime | None:
    """When the person comes in, after the professionals have spoken (half-way, unless the
    coordination says otherwise); None when they do not come, or no longer agree."""
    if hearing.situation.presence_wish not in _COMES or is_themes_only(hearing):
        return None
    after = hearing.minutes // 2 if hearing.joined_after is None else hearing.joined_after
    return starts_at + datetime.timedelta(minutes=after)


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
