"""Who takes part in a situation. guardian's rows follow in the same transaction.

Invariant (tested): an active participation <=> the permission to view the situation.
"""

from django.db import transaction
from django.utils import timezone

from cases import policies
from cases.models import ActionLead, Feedback, Hearing, Participation, Situation
from cases.services import hearings
from cases.services.activity import locked, touch
from cases.workflow import PARTICIPATION
from governance import grants, journal, mail
from governance.decisions import Refused
from governance.models import Meeting, Membership
from governance.viewer import Viewer

VIEW = "view_situation"


@transaction.atomic
def seek(
    viewer: Viewer, situation: Situation, membership: Membership, *, knows_person: bool = False
) -> Participation:
    """Ask a partner to take part; they see the anonymous situation at once, and may decline.

    They are also invited to the séances to come where it is on the agenda.

    Somebody who left may be asked again. Refused for anyone but the coordination, for who is not
    a partner of the council today, and for who already takes part.
    """
    situation = locked(situation)
    policies.can_steer(viewer, situation).enforce()
    partner = Membership.objects.active().filter(
        pk=membership.pk, council=situation.council_id, role="partner"
    )
    if not partner.exists():
        raise Refused("Seul un partenaire du conseil peut participer.")
    if situation.participations.filter(
        membership=membership, state__in=Participation.ACTIVE
    ).exists():
        raise Refused("Cette personne participe déjà.")
    participation = join(
        viewer, situation, membership, state=Participation.State.SOUGHT, knows_person=knows_person
    )
    for hearing in situation.hearings.filter(
        state=Hearing.State.SCHEDULED, meeting__status=Meeting.Status.PLANNED
    ).select_related("meeting__council"):
        hearings.invite(viewer, hearing.meeting, [membership])
    mail.send(
        "participation_sought",
        membership.user.email,
        subject=f"{situation.code} : votre participation est sollicitée",
        context={
            "code": situation.code,
            "council": situation.council,
            "path": situation.get_absolute_url(),
        },
    )
    return participation


def join(
    viewer: Viewer,
    situation: Situation,
    membership: Membership,
    *,
    state: str,
    knows_person: bool,
) -> Participation:
    """The membership's active part in the situation, with its permission; for services only.

    Who already takes part keeps the date since when.
    """
    participation, _ = Participation.objects.get_or_create(
        situation=situation, membership=membership
    )
    if not participation.is_active:
        participation.since = timezone.localdate()
    participation.state = state
    sought = state == Participation.State.SOUGHT
    today = timezone.localdate()
    participation.answered_on = None if sought else participation.answered_on or today
    participation.knows_person = knows_person
    participation.reason = ""
    participation.until = None
    participation.save()
    touch(situation)
    grants.grant(
        membership.user,
        VIEW,
        situation,
        council=situation.council,
        last_activity=situation.last_activity,
    )
    journal.record(viewer.user, "grant", participation, council=situation.council)
    return participation


@transaction.atomic
def accept(viewer: Viewer, participation: Participation) -> None:
    """The partner accepts to take part; only they can say so. Refused for anyone else,
    IllegalTransition when they have answered already."""
    participation = _own(viewer, participation)
    participation.state = PARTICIPATION.target("accept", participation.state)
    participation.answered_on = timezone.localdate()
    participation.save()
    touch(participation.situation)


@transaction.atomic
def decline(viewer: Viewer, participation: Participation, *, reason: str) -> None:
    """The partner declines, with a reason for the coordination; the situation closes to them."""
    _leave(viewer, _own(viewer, participation), "decline", reason)


@transaction.atomic
def finish(viewer: Viewer, participation: Participation, *, reason: str = "") -> None:
    """The partner has done their part, which closes the situation to them; the situation goes on.

    Refused for anyone else, and while they still carry a lead or have to tell the person.
    """
    participation = _own(viewer, participation)
    carried = participation.membership.leads.filter(
        situation=participation.situation, status__in=ActionLead.CARRIED
    )
    to_tell = Feedback.objects.filter(
        hearing__situation=participation.situation,
        given_by=participation.membership,
        given_on__isnull=True,
        closed_on__isnull=True,
    )
    if carried.exists() or to_tell.exists():
        raise Refused(
            "Vous portez encore une piste d’action ou une restitution : notez d’abord ce qu’elle "
            "est devenue, ou demandez à la coordination de la confier à quelqu’un d’autre."
        )
    _leave(viewer, participation, "finish", reason)


@transaction.atomic
def end(viewer: Viewer, participation: Participation, *, reason: str) -> None:
    """The coordination ends a participation; the situation closes to the partner."""
    policies.can_steer(viewer, participation.situation).enforce()
    participation = _locked(participation)
    if not participation.is_active:
        raise Refused("Cette participation est déjà terminée.")
    _leave(viewer, participation, "end", reason)


def _locked(participation: Participation) -> Participation:
    return (
        Participation.objects.select_for_update(of=("self",))
        .select_related("situation__council", "membership__user")
        .get(pk=participation.pk)
    )


def _own(viewer: Viewer, participation: Participation) -> Participation:
    participation = _locked(participation)
    own = participation.membership_id in viewer.membership_keys
    if not own or not participation.is_active:
        raise Refused("Seul le partenaire sollicité peut répondre.")
    return participation


def _leave(viewer: Viewer, participation: Participation, act: str, reason: str) -> None:
    if participation.state == Participation.State.SOUGHT and act == "decline":
        participation.answered_on = timezone.localdate()
    participation.state = PARTICIPATION.target(act, participation.state)
    participation.reason = reason
    participation.until = timezone.localdate()
    participation.full_clean()
    participation.save()
    situation, user = participation.situation, participation.membership.user
    still_in = Participation.objects.filter(
        situation=situation, membership__user=user, state__in=Participation.ACTIVE
    )
    if not still_in.exists():
        grants.revoke(user, VIEW, situation)
    touch(situation)
    journal.record(viewer.user, "revoke", participation, council=situation.council, reason=reason)
