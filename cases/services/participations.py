"""Who takes part in a situation. guardian's rows follow in the same transaction.

Invariant (tested): an active participation <=> the permission to view the situation.
"""

from django.db import transaction
from django.utils import timezone

from cases import policies
from cases.models import Participation, Situation
from cases.services.activity import touch
from governance import grants, journal, mail
from governance.decisions import Refused
from governance.models import Membership
from governance.viewer import Viewer

VIEW = "view_situation"


@transaction.atomic
def seek(
    viewer: Viewer, situation: Situation, membership: Membership, *, knows_person: bool = False
) -> Participation:
    """Ask a partner to take part; they see the anonymous situation at once, and may decline.

    Somebody who left may be asked again. Refused for anyone but the coordination, and for a
    member of another council or one who is not a partner.
    """
    policies.can_steer(viewer, situation).enforce()
    if membership.council_id != situation.council_id or membership.role != "partner":
        raise Refused("Seul un partenaire du conseil peut participer.")
    participation = join(
        viewer, situation, membership, state=Participation.State.SOUGHT, knows_person=knows_person
    )
    mail.send(
        "participation_sought",
        membership.user.email,
        subject=f"{situation.code} : votre participation est sollicitée",
        context={
            "situation": situation,
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
    """The membership's active part in the situation, with its permission; for services only."""
    participation, _ = Participation.objects.get_or_create(
        situation=situation, membership=membership
    )
    participation.state = state
    participation.knows_person = knows_person
    participation.reason = ""
    participation.since = timezone.localdate()
    participation.until = None
    participation.save()
    touch(situation)
    grants.grant(membership.user, VIEW, situation, last_activity=situation.last_activity)
    journal.record(viewer.user, "grant", participation, council=situation.council)
    return participation


@transaction.atomic
def accept(viewer: Viewer, participation: Participation) -> None:
    """The partner accepts to take part; only they can say so."""
    _require_own(viewer, participation)
    participation.state = Participation.State.ACCEPTED
    participation.save()


@transaction.atomic
def decline(viewer: Viewer, participation: Participation, *, reason: str) -> None:
    """The partner declines, with a reason for the coordination; the situation closes to them."""
    _require_own(viewer, participation)
    _leave(viewer, participation, Participation.State.DECLINED, reason)


@transaction.atomic
def end(viewer: Viewer, participation: Participation, *, reason: str) -> None:
    """The coordination ends a participation; the situation closes to the partner."""
    policies.can_steer(viewer, participation.situation).enforce()
    _leave(viewer, participation, Participation.State.ENDED, reason)


def _require_own(viewer: Viewer, participation: Participation) -> None:
    own = participation.membership_id in {m.pk for m in viewer.memberships}
    if not own or not participation.is_active:
        raise Refused("Seul le partenaire sollicité peut répondre.")


def _leave(viewer: Viewer, participation: Participation, state: str, reason: str) -> None:
    participation.state = state
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
    journal.record(viewer.user, "revoke", participation, council=situation.council, reason=reason)
