"""The séance: convene, put situations on the agenda by code, note who came, conclude."""

import datetime
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cases import policies
from cases.models import Alert, Conclusions, Hearing, Participation, PointNotes, Situation
from cases.services import agenda, conclusions, follow_up, triage
from cases.services.activity import locked, touch
from cases.workflow import SITUATION
from governance import grants, journal
from governance.decisions import Refused
from governance.models import Attendance, Council, Meeting, Membership, Role
from governance.policies import can_coordinate
from governance.services import convocations
from governance.versions import EditConflict
from governance.viewer import Viewer
from governance.workflow import IllegalTransition


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
    """A séance of the council; where it has permanent members, they are invited at once.

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
                council=council, role=Role.PARTNER, permanent_member=True
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
    """Change the frame, date or place of a planned séance; those invited are told of the change.

    ValidationError (French) for an end before the start.
    """
    can_coordinate(viewer, meeting.council).enforce()
    meeting = _planned(meeting)
    before = (meeting.venue, meeting.place, meeting.starts_at, meeting.ends_at)
    was_coming = meeting.starts_at > timezone.now()
    meeting.venue, meeting.place = venue, place
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    meeting.full_clean()
    meeting.save()
    changed = before != (venue, place, starts_at, ends_at)
    if changed and (was_coming or starts_at > timezone.now()):
        convocations.tell_changed(meeting)
    return meeting


@transaction.atomic
def cancel(viewer: Viewer, meeting: Meeting) -> Meeting:
    """Cancel a planned séance; its situations leave the agenda.

    Refused once a situation was heard there: what was said stands.
    """
    can_coordinate(viewer, meeting.council).enforce()
    meeting = _planned(meeting)
    if meeting.hearings.filter(state=Hearing.State.HELD).exists():
        raise Refused("Un point est déjà conclu : la séance ne peut plus être annulée.")
    for hearing in meeting.hearings.filter(state=Hearing.State.SCHEDULED):
        unschedule(viewer, hearing)
    meeting.status = Meeting.Status.CANCELLED
    meeting.save()
    if meeting.starts_at > timezone.now():
        convocations.tell_cancelled(meeting)
    return meeting


@transaction.atomic
def invite(viewer: Viewer, meeting: Meeting, memberships: Iterable[Membership]) -> None:
    """Invite partners to the séance: they see its page, and only the points that concern them.

    Whoever is invited already hears of nothing. Refused for a séance that is cancelled, and for
    anyone but a partner of the council.
    """
    can_coordinate(viewer, meeting.council).enforce()
    if meeting.status == Meeting.Status.CANCELLED:
        raise Refused("Cette séance est annulée.")
    for membership in memberships:
        if membership.council_id != meeting.council_id or membership.role != Role.PARTNER:
            raise Refused("Seuls les partenaires du conseil sont invités aux séances.")
        attendance, created = Attendance.objects.get_or_create(
            meeting=meeting, membership=membership
        )
        if not created:
            continue
        grants.grant(membership.user, "view_meeting", meeting)
        journal.record(viewer.user, "grant", attendance, council=meeting.council)
        convocations.invite(meeting, membership.user)


@transaction.atomic
def uninvite(viewer: Viewer, attendance: Attendance) -> None:
    """Take an invitation back: the séance's page closes to that member, who is told so."""
    meeting, user = attendance.meeting, attendance.membership.user
    can_coordinate(viewer, meeting.council).enforce()
    meeting = _planned(meeting)
    journal.record(viewer.user, "revoke", attendance, council=meeting.council)
    attendance.delete()
    if not meeting.attendances.filter(membership__user=user).exists():
        grants.revoke(user, "view_meeting", meeting)
        if user.is_active and meeting.starts_at > timezone.now():
            convocations.tell_taken_off(meeting, user)


@transaction.atomic
def retain(viewer: Viewer, alert: Alert, meeting: Meeting) -> Hearing:
    """Retain the alert, and put the situation that it opens on the agenda at once.

    As triage.accept and `schedule`: when one of them refuses, nothing is done.
    """
    return schedule(viewer, triage.accept(viewer, alert), meeting)


@transaction.atomic
def schedule(
    viewer: Viewer, situation: Situation, meeting: Meeting, *, minutes: int = 20
) -> Hearing:
    """Put the situation on the agenda, as its agreement allows; its participants are invited.

    IllegalTransition when it is closed or already scheduled; Refused for a meeting that is over
    or of another council, and where it was heard already.
    """
    policies.can_steer(viewer, situation).enforce()
    if meeting.council_id != situation.council_id or meeting.body_id is not None:
        raise Refused("Une situation ne s’inscrit qu’à une séance de son conseil.")
    meeting = _planned(meeting)
    if meeting.hearings.filter(situation=situation, state=Hearing.State.HELD).exists():
        raise Refused("Cette situation a déjà été entendue à cette séance.")
    situation = locked(situation)
    situation.status = SITUATION.target("schedule", situation.status)
    last = meeting.hearings.aggregate(last=Max("position"))["last"] or 0
    hearing = meeting.hearings.filter(situation=situation).first() or Hearing(
        situation=situation, meeting=meeting, letter=agenda.draw_letter(situation, meeting)
    )
    hearing.position, hearing.minutes = last + 1, minutes
    hearing.joined_after = None
    hearing.state = Hearing.State.SCHEDULED
    hearing.save()
    situation.venue = meeting.venue
    touch(situation)
    situation.save()
    participants = Membership.objects.active().filter(
        participations__situation=situation, participations__state__in=Participation.ACTIVE
    )
    invite(viewer, meeting, participants)
    return hearing


@transaction.atomic
def unschedule(viewer: Viewer, hearing: Hearing) -> None:
    """Take the situation off the agenda; a séance whose other points were heard is then over.

    IllegalTransition for a point heard or taken off.
    """
    policies.can_steer(viewer, hearing.situation).enforce()
    meeting = _planned(hearing.meeting)
    situation = locked(hearing.situation)
    hearing = _scheduled(hearing)
    situation.status = SITUATION.target("unschedule", situation.status)
    touch(situation)
    situation.save()
    hearing.state = Hearing.State.WITHDRAWN
    hearing.save()
    agenda.mark_held(meeting)


@transaction.atomic
def move_up(viewer: Viewer, hearing: Hearing) -> None:
    """Exchange the point with the one before it; nothing for the first.

    IllegalTransition for a point heard or taken off.
    """
    policies.can_steer(viewer, hearing.situation).enforce()
    _planned(hearing.meeting)
    hearing = _scheduled(hearing)
    before = hearing.meeting.hearings.filter(
        position__lt=hearing.position, state=Hearing.State.SCHEDULED
    ).last()
    if before is None:
        return
    before.position, hearing.position = hearing.position, before.position
    before.save()
    hearing.save()


@transaction.atomic
def time_point(
    viewer: Viewer, hearing: Hearing, *, minutes: int, joined_after: int | None
) -> Hearing:
    """How long the point lasts, and after how many minutes the person comes in (None: half-way).

    IllegalTransition for a point heard or taken off; Refused where the person would come in after
    its end.
    """
    policies.can_steer(viewer, hearing.situation).enforce()
    _planned(hearing.meeting)
    hearing = _scheduled(hearing)
    if joined_after is not None and joined_after >= minutes:
        raise Refused("La personne entre avant la fin du point.")
    hearing.minutes, hearing.joined_after = minutes, joined_after
    hearing.full_clean()
    hearing.save()
    return hearing


@transaction.atomic
def note_attendance(viewer: Viewer, meeting: Meeting, states: Mapping[str, str]) -> None:
    """Note who came: {attendance key: code of the list `attendance`, or empty}.

    Refused for a séance that was cancelled; ValidationError for a code outside the list.
    """
    can_coordinate(viewer, meeting.council).enforce()
    if meeting.status == Meeting.Status.CANCELLED:
        raise Refused("Cette séance est annulée.")
    for attendance in meeting.attendances.all():
        state = states.get(str(attendance.pk), attendance.state)
        if state != attendance.state:
            attendance.state = state
            attendance.full_clean()
            attendance.save()


@transaction.atomic
def write_conclusions(
    viewer: Viewer,
    hearing: Hearing,
    *,
    summary: str,
    steps_taken: str,
    obstacles: Collection[str] = (),
    version: int = 0,
) -> Conclusions:
    """Write the conclusions of a hearing while they are a draft; `version` is the one the form was
    opened on, 0 when nothing was written yet.

    EditConflict when it is no longer the current one. IllegalTransition once the hearing is
    concluded or taken off the agenda. Refused where only themes may be discussed: nothing is
    written about a person who refused.
    """
    policies.can_steer(viewer, hearing.situation).enforce()
    hearing = _scheduled(hearing)
    if policies.discussion(hearing.situation) == Hearing.Naming.THEMES:
        raise Refused("Aide au professionnel : aucun relevé n’est écrit sur la personne.")
    blank = Conclusions(hearing=hearing, version=0)
    draft = hearing.draft or blank
    if draft.version != version:
        opened_on = draft.history.filter(version=version).first() if version else None
        base = opened_on.instance if opened_on else None
        raise EditConflict(draft, base if version else blank)
    written = (draft.summary, draft.steps_taken, set(draft.obstacles))
    if written != (summary, steps_taken, set(obstacles)):
        draft.summary, draft.steps_taken = summary, steps_taken
        draft.obstacles = tuple(obstacles)
        draft.version += 1
        draft.full_clean()
        draft.save()
    PointNotes.objects.filter(hearing=hearing).delete()
    return draft


@transaction.atomic
def conclude(viewer: Viewer, hearing: Hearing) -> Hearing:
    """The hearing was held: conclusions are frozen, the situation goes into follow-up, the
    feedback to the person is planned.

    Refused without a word of conclusions (save for a themes hearing, which has none), while notes
    wait for the guard, and before the meeting has begun. IllegalTransition for a point heard or
    taken off.
    """
    policies.can_steer(viewer, hearing.situation).enforce()
    meeting = _planned(hearing.meeting)
    if meeting.starts_at > timezone.now():
        raise Refused("La séance n’a pas encore commencé.")
    situation = locked(hearing.situation)
    hearing = _scheduled(hearing)
    hearing.naming = policies.discussion(situation)
    if hearing.naming == Hearing.Naming.THEMES:
        agenda.forget_writing(hearing)
    elif PointNotes.objects.filter(hearing=hearing).exists():
        raise Refused("Ce qui est noté n’est pas encore relu : enregistrez-le d’abord.")
    else:
        conclusions.validate(viewer, hearing)
    hearing.state = Hearing.State.HELD
    hearing.save()
    situation.status = SITUATION.target("follow", situation.status)
    touch(situation)
    situation.save()
    follow_up.plan_feedback(hearing)
    agenda.mark_held(meeting)
    return hearing


def _planned(meeting: Meeting) -> Meeting:
    """The séance read again, locked until the transaction ends; Refused when it is over."""
    meeting = (
        Meeting.objects.select_for_update(of=("self",)).select_related("council").get(pk=meeting.pk)
    )
    if meeting.status != Meeting.Status.PLANNED:
        raise Refused("Cette séance est passée ou annulée.")
    return meeting


def _scheduled(hearing: Hearing) -> Hearing:
    """The hearing read again, locked until the transaction ends; IllegalTransition when it is
    concluded or taken off the agenda."""
    hearing = (
        Hearing.objects.select_for_update(of=("self",))
        .select_related("meeting", "situation__council")
        .get(pk=hearing.pk)
    )
    if hearing.state != Hearing.State.SCHEDULED:
        raise IllegalTransition("Ce point est déjà conclu ou retiré de l’ordre du jour.")
    return hearing
