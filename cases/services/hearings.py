"""The séance: convene, put situations on the agenda by code, note who came, conclude."""

import datetime
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cases import policies
from cases.models import Conclusions, Hearing, Participation, Situation
from cases.services import follow_up
from cases.services.activity import touch
from cases.workflow import SITUATION, IllegalTransition
from governance import grants, journal, mail
from governance.decisions import Refused
from governance.models import Attendance, Council, Meeting, Membership
from governance.policies import can_coordinate
from governance.viewer import Viewer


@transaction.atomic
def convene(
    viewer: Viewer,
    council: Council,
    *,
    venue: str,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    place: str,
) -> Meeting:
    """A séance of the council; its permanent members are invited at once.

    ValidationError (French) for an end before the start.
    """
    can_coordinate(viewer, council).enforce()
    meeting = Meeting(
        council=council, venue=venue, starts_at=starts_at, ends_at=ends_at, place=place
    )
    meeting.full_clean()
    meeting.save()
    if council.has_permanent_members:
        invite(
            viewer,
            meeting,
            Membership.objects.active().filter(
                council=council, role="partner", permanent_member=True
            ),
        )
    return meeting


@transaction.atomic
def revise_meeting(
    viewer: Viewer,
    meeting: Meeting,
    *,
    venue: str,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    place: str,
) -> Meeting:
    """Change the frame, date or place of a planned séance."""
    can_coordinate(viewer, meeting.council).enforce()
    _require_planned(meeting)
    meeting.venue, meeting.place = venue, place
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    meeting.full_clean()
    meeting.save()
    return meeting


@transaction.atomic
def cancel(viewer: Viewer, meeting: Meeting) -> Meeting:
    """Cancel a planned séance; its situations leave the agenda."""
    can_coordinate(viewer, meeting.council).enforce()
    _require_planned(meeting)
    for hearing in meeting.hearings.filter(state=Hearing.State.SCHEDULED):
        unschedule(viewer, hearing)
    meeting.status = Meeting.Status.CANCELLED
    meeting.save()
    return meeting


@transaction.atomic
def invite(viewer: Viewer, meeting: Meeting, memberships: Iterable[Membership]) -> None:
    """Invite members to the séance: they see its page, and only the points that concern them."""
    can_coordinate(viewer, meeting.council).enforce()
    for membership in memberships:
        if membership.council_id != meeting.council_id:
            raise Refused("Seuls les membres du conseil sont invités.")
        attendance, created = Attendance.objects.get_or_create(
            meeting=meeting, membership=membership
        )
        if not created:
            continue
        grants.grant(membership.user, "view_meeting", meeting)
        journal.record(viewer.user, "grant", attendance, council=meeting.council)
        mail.send(
            "meeting_invitation",
            membership.user.email,
            subject=f"{meeting} du {timezone.localtime(meeting.starts_at):%d/%m/%Y} : invitation",
            context={
                "meeting": meeting,
                "council": meeting.council,
                "path": meeting.get_absolute_url(),
            },
        )


@transaction.atomic
def uninvite(viewer: Viewer, attendance: Attendance) -> None:
    """Take an invitation back; the séance's page closes to that member."""
    meeting, user = attendance.meeting, attendance.membership.user
    can_coordinate(viewer, meeting.council).enforce()
    _require_planned(meeting)
    journal.record(viewer.user, "revoke", attendance, council=meeting.council)
    attendance.delete()
    if not meeting.attendances.filter(membership__user=user).exists():
        grants.revoke(user, "view_meeting", meeting)


@transaction.atomic
def schedule(
    viewer: Viewer, situation: Situation, meeting: Meeting, *, minutes: int = 20
) -> Hearing:
    """Put the situation on the agenda, as its agreement allows; its participants are invited.

    IllegalTransition when it is closed or already scheduled; Refused for a meeting that is over
    or of another council.
    """
    policies.can_steer(viewer, situation).enforce()
    _require_planned(meeting)
    if meeting.council_id != situation.council_id or meeting.body_id is not None:
        raise Refused("Une situation ne s’inscrit qu’à une séance de son conseil.")
    situation = _locked(situation)
    situation.status = SITUATION.target("schedule", situation.status)
    last = meeting.hearings.aggregate(last=Max("position"))["last"] or 0
    hearing, _ = Hearing.objects.update_or_create(
        situation=situation,
        meeting=meeting,
        defaults={
            "position": last + 1,
            "minutes": minutes,
            "naming": policies.discussion(situation),
            "state": Hearing.State.SCHEDULED,
        },
    )
    situation.venue = meeting.venue
    touch(situation)
    situation.save()
    participants = Membership.objects.filter(
        participations__situation=situation, participations__state__in=Participation.ACTIVE
    )
    invite(viewer, meeting, participants)
    return hearing


@transaction.atomic
def unschedule(viewer: Viewer, hearing: Hearing) -> None:
    """Take the situation off the agenda."""
    policies.can_steer(viewer, hearing.situation).enforce()
    situation = _locked(hearing.situation)
    situation.status = SITUATION.target("unschedule", situation.status)
    touch(situation)
    situation.save()
    hearing.state = Hearing.State.WITHDRAWN
    hearing.save()


@transaction.atomic
def move_up(viewer: Viewer, hearing: Hearing) -> None:
    """Exchange the point with the one before it; nothing for the first."""
    policies.can_steer(viewer, hearing.situation).enforce()
    before = hearing.meeting.hearings.filter(
        position__lt=hearing.position, state=Hearing.State.SCHEDULED
    ).last()
    if before is None:
        return
    before.position, hearing.position = hearing.position, before.position
    before.save()
    hearing.save()


@transaction.atomic
def note_attendance(viewer: Viewer, meeting: Meeting, states: Mapping[str, str]) -> None:
    """Note who came: {attendance key: code of the list `attendance`, or empty}."""
    can_coordinate(viewer, meeting.council).enforce()
    for attendance in meeting.attendances.all():
        state = states.get(str(attendance.pk), attendance.state)
        if state != attendance.state:
            attendance.state = state
            attendance.full_clean()
            attendance.save()


@transaction.atomic
def write_conclusions(
    viewer: Viewer, hearing: Hearing, *, summary: str, steps_taken: str
) -> Conclusions:
    """Write the conclusions of a hearing while they are a draft.

    Refused once validated, and where only themes may be discussed: nothing is written about a
    person who refused.
    """
    policies.can_steer(viewer, hearing.situation).enforce()
    if policies.discussion(hearing.situation) == Hearing.Naming.THEMES:
        raise Refused("Aide au professionnel : aucun relevé n’est écrit sur la personne.")
    conclusions, _ = Conclusions.objects.get_or_create(hearing=hearing)
    _require_draft(conclusions)
    conclusions.summary, conclusions.steps_taken = summary, steps_taken
    conclusions.save()
    return conclusions


@transaction.atomic
def conclude(viewer: Viewer, hearing: Hearing) -> Hearing:
    """The hearing was held: conclusions are frozen, the situation goes into follow-up, the
    feedback to the person is planned. Refused without a word of conclusions (save for a themes
    hearing, which has none), and before the meeting has begun."""
    policies.can_steer(viewer, hearing.situation).enforce()
    if hearing.state != Hearing.State.SCHEDULED:
        raise IllegalTransition("Ce passage est déjà conclu ou retiré.")
    if hearing.meeting.starts_at > timezone.now():
        raise Refused("La séance n’a pas encore commencé.")
    hearing.naming = policies.discussion(hearing.situation)
    if hearing.naming != Hearing.Naming.THEMES:
        conclusions = Conclusions.objects.filter(hearing=hearing).first()
        if conclusions is None or not conclusions.summary.strip():
            raise Refused("Écrivez d’abord ce qui a été conclu.")
        conclusions.validated_at = timezone.now()
        conclusions.validated_by = viewer.user
        conclusions.save()
    hearing.state = Hearing.State.HELD
    hearing.save()
    situation = _locked(hearing.situation)
    situation.status = SITUATION.target("follow", situation.status)
    touch(situation)
    situation.save()
    follow_up.plan_feedback(hearing)
    _mark_held(hearing.meeting)
    return hearing


def _mark_held(meeting: Meeting) -> None:
    if meeting.status == Meeting.Status.PLANNED and not (
        meeting.hearings.filter(state=Hearing.State.SCHEDULED).exists()
    ):
        meeting.status = Meeting.Status.HELD
        meeting.save()


def _locked(situation: Situation) -> Situation:
    return (
        Situation.objects.select_for_update(of=("self",))
        .select_related("council")
        .get(pk=situation.pk)
    )


def _require_planned(meeting: Meeting) -> None:
    if meeting.status != Meeting.Status.PLANNED:
        raise Refused("Cette séance est passée ou annulée.")


def _require_draft(conclusions: Conclusions) -> None:
    if conclusions.validated_at is not None:
        raise Refused("Ce relevé est validé : il ne change plus.")
