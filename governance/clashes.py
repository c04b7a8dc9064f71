"""Who is already taken at those hours. It warns the coordination; it refuses nothing."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from governance.models import Attendance, Council, Meeting, Membership, User
from governance.selectors import meeting_title

_NOT_COMING = ("excused", "absent")


@dataclass(frozen=True)
class Clash:
    """A member of the council, and what takes them: of another council, « déjà pris » alone."""

    name: str
    taken_by: str

    def __str__(self) -> str:
        return f"{self.name} ({self.taken_by})"


class Diary:
    """The planned meetings of any council to which those people are invited in that span.

    One query, made once; `but` is the meeting that is being moved.
    """

    def __init__(
        self,
        council: Council,
        people: Iterable[User],
        span: tuple[datetime.datetime, datetime.datetime],
        *,
        but: Meeting | None = None,
    ) -> None:
        self._council = council
        start, end = span
        taken = Attendance.objects.filter(
            membership__in=Membership.objects.active().filter(user__in=people),
            meeting__status=Meeting.Status.PLANNED,
            meeting__starts_at__lt=end,
            meeting__ends_at__gt=start,
        ).exclude(state__in=_NOT_COMING)
        if but is not None:
            taken = taken.exclude(meeting=but)
        # The council's own first: it says more.
        self._taken = sorted(
            taken.select_related("membership__user", "meeting__body"),
            key=lambda a: (a.meeting.council_id != council.pk, a.meeting.starts_at),
        )

    def clashes(self, start: datetime.datetime, end: datetime.datetime) -> tuple[Clash, ...]:
        """Those taken at some moment from `start` to `end`, each once, by name."""
        found: dict[object, Clash] = {}
        for attendance in self._overlapping(start, end):
            user = attendance.membership.user
            found.setdefault(user.pk, Clash(str(user), self._words(attendance.meeting)))
        return tuple(sorted(found.values(), key=lambda clash: clash.name))

    def _overlapping(
        self, start: datetime.datetime, end: datetime.datetime
    ) -> Iterator[Attendance]:
        return (a for a in self._taken if a.meeting.starts_at < end and a.meeting.ends_at > start)

    def _words(self, meeting: Meeting) -> str:
        if meeting.council_id != self._council.pk:
            return "déjà pris"
        start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
        return f"{meeting_title(self._council, meeting)}, {start:%H:%M} – {end:%H:%M}"


def of_meeting(council: Council, meeting: Meeting) -> tuple[Clash, ...]:
    """Who, of those invited to the meeting and expected, is taken elsewhere at its hours."""
    expected = meeting.attendances.exclude(state__in=_NOT_COMING)
    people = User.objects.filter(memberships__attendances__in=expected)
    span = (meeting.starts_at, meeting.ends_at)
    return Diary(council, people, span, but=meeting).clashes(*span)
