"""What those invited to a meeting, or seated in a body, are told, for them and their calendars.

Each letter bears the meeting's number of today (`Meeting.sequence`): a calendar takes the highest,
whatever the order in which the letters arrive. One letter a person and number: said twice, it
leaves once. What had not left before a newer letter never does.
"""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from governance import mail
from governance.letters import day, notice
from governance.models import Meeting, Membership, Minutes, Seat, User
from governance.selectors import meeting_title


def invite(meeting: Meeting, user: User) -> None:
    """`user` is invited."""
    _write("meeting_invitation", "invitation", meeting, user)


def tell_changed(meeting: Meeting) -> None:
    """The meeting is on another day, at other hours, elsewhere: everybody invited hears of it."""
    meeting.renumber()
    for user in _invited(meeting):
        _write("meeting_changed", "changement", meeting, user)


def tell_cancelled(meeting: Meeting) -> None:
    """Everybody invited hears of it: some of them cross the town for it."""
    meeting.renumber()
    for user in _invited(meeting):
        _write("meeting_cancelled", "annulation", meeting, user)


def tell_taken_off(meeting: Meeting, user: User) -> None:
    """`user` is no longer invited; whoever is invited after that, perhaps the same, gets a newer
    number than the one that closed this entry."""
    meeting.renumber()
    # The page of the meeting is closed to them from now on.
    page = reverse("meetings", args=[meeting.council.code])
    _write("meeting_taken_off", "invitation retirée", meeting, user, path=page)
    meeting.renumber()


def convene(meeting: Meeting) -> None:
    """The members of a body are convened, if it has not met yet; said twice, it leaves once."""
    for user in _members(meeting):
        _write("assembly_convened", "convocation", meeting, user)


def tell_members_changed(meeting: Meeting) -> None:
    """The meeting of a body is on another day, at other hours, elsewhere: they hear of it."""
    meeting.renumber()
    for user in _members(meeting):
        _write("assembly_changed", "changement", meeting, user)


def tell_members_cancelled(meeting: Meeting) -> None:
    """The meeting of a body is cancelled: its members hear of it."""
    meeting.renumber()
    for user in _members(meeting):
        _write("assembly_cancelled", "annulation", meeting, user)


def tell_minutes_published(record: Minutes) -> None:
    """The minutes, or the version that corrects them, may be read: who sits in the body today
    hears of it, once a version."""
    meeting = record.meeting
    start = timezone.localtime(meeting.starts_at)
    title = meeting_title(meeting.council, meeting)
    corrected = record.number > 1
    for user in _seated(meeting, timezone.localdate()):
        mail.send(
            "minutes_published",
            user.email,
            subject=f"{title} du {start:%d/%m/%Y} : compte rendu{' corrigé' * corrected}",
            context={
                "meeting": notice(title),
                "held_on": day(start.date()),
                "corrected": "oui" if corrected else "non",
                "council": meeting.council,
                "path": record.get_absolute_url(),
            },
            once=f"minutes:{record.pk}:{user.pk}",
        )


def _members(meeting: Meeting) -> list[User]:
    """Who sits in its body that day; nobody once it is past. Seats without an account get no
    letter: the page of the meeting says so."""
    if meeting.ends_at <= timezone.now():
        return []
    return _seated(meeting, timezone.localdate(meeting.starts_at))


def _seated(meeting: Meeting, on: datetime.date) -> list[User]:
    """Who holds a seat of its body on that day and is a member of the council now."""
    seats = Seat.objects.filter(body=meeting.body_id).holding(on)
    members = Membership.objects.active().filter(council=meeting.council_id)
    users = User.objects.filter(pk__in=seats.values("holder"))
    return list(users.filter(pk__in=members.values("user")).order_by("pk"))


def _invited(meeting: Meeting) -> list[User]:
    invited = Membership.objects.active().filter(attendances__meeting=meeting)
    return [membership.user for membership in invited.select_related("user")]


def _write(template: str, act: str, meeting: Meeting, user: User, *, path: str = "") -> None:
    start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    title = meeting_title(meeting.council, meeting)
    about = f"meeting:{meeting.pk}:{user.pk}:"
    mail.withdraw(about)
    mail.send(
        template,
        user.email,
        subject=f"{title} du {start:%d/%m/%Y} : {act}",
        context={
            "meeting": notice(title),
            "day": date_format(start, "l j F Y"),
            "hours": f"de {start.hour}\u00a0h\u00a0{start:%M} à {end.hour}\u00a0h\u00a0{end:%M}",
            "place": notice(meeting.place),
            "key": str(meeting.pk),
            "sequence": str(meeting.sequence),
            "starts_at": start.isoformat(timespec="minutes"),
            "ends_at": end.isoformat(timespec="minutes"),
            "council": meeting.council,
            "path": path or meeting.get_absolute_url(),
        },
        once=f"{about}{meeting.sequence}",
    )
