"""Who may act on councils, members and meetings. Who sees situations is in cases/policies.py."""

from django.db.models import Q, QuerySet

from governance import grants
from governance.decisions import YES, Decision, no
from governance.models import Council, Meeting, Membership, Role
from governance.roles import (
    COORDINATE,
    MANAGE,
    READ_REPORTS,
    ROLE_PERMISSIONS,
    TAKE_PART,
    UNDER_SECOND_FACTOR,
)
from governance.viewer import Viewer


def can_coordinate(viewer: Viewer, council: Council) -> Decision:
    """Whether the viewer coordinates the council's situations."""
    if viewer.may(COORDINATE, council):
        return YES
    return no("Cette page est réservée à la coordination du conseil.")


def can_take_part(viewer: Viewer, council: Council) -> Decision:
    """Whether the viewer sends alerts and takes part in situations of the council."""
    if viewer.may(TAKE_PART, council):
        return YES
    return no("Cette page est réservée aux partenaires qui ont signé la charte.")


def can_read_reports(viewer: Viewer, council: Council) -> Decision:
    """Whether the viewer reads the council's published reports."""
    if viewer.may(READ_REPORTS, council):
        return YES
    return no("Cette page est réservée aux membres du COPIL.")


def can_list_bodies(viewer: Viewer, council: Council) -> Decision:
    """Whether the viewer knows which bodies the council has: their readers, who inscribe them, who
    sits in one."""
    if can_read_reports(viewer, council) or can_manage(viewer, council) or viewer.sits_in(council):
        return YES
    return no("Cette page est réservée aux membres des instances.")


def can_manage(viewer: Viewer, council: Council) -> Decision:
    """Whether the viewer manages members, organisations and settings of the council."""
    if viewer.may(MANAGE, council) or viewer.may(COORDINATE, council):
        return YES
    return no("Cette page est réservée à la coordination et à l’administration du conseil.")


def can_invite(viewer: Viewer, council: Council, role: str) -> Decision:
    """Whether the viewer may invite somebody in that role.

    A technical manager opens the coordinator's account but no door to situations: partners are
    invited by the coordination, who knows them.
    """
    decision = can_manage(viewer, council)
    if decision and role == Role.PARTNER:
        return can_coordinate(viewer, council)
    return decision


def can_reset_factors(viewer: Viewer, membership: Membership) -> Decision:
    """Whether the viewer may take back the second factor of that member, who has lost it.

    Never one's own: whoever found a session open would keep the account.
    """
    if membership.user_id == viewer.user.pk:
        return no(
            "Une autre personne de la coordination ou de l’administration réinitialise votre "
            "second facteur."
        )
    return can_manage(viewer, membership.council)


def can_create_council(viewer: Viewer) -> Decision:
    """Whether the viewer may set up a new council: technical managers of an existing one."""
    if viewer.councils_where(MANAGE):
        return YES
    return no("Un conseil est créé par l’administration technique.")


def needs_second_factor(viewer: Viewer) -> bool:
    """Whether a password is not enough for the viewer, by any membership of today.

    So for coordinators, for partners (they write alerts, some know the person) and for technical
    managers (they open the others' accounts). COPIL members may choose.
    """
    return any(ROLE_PERMISSIONS[m.role] & UNDER_SECOND_FACTOR for m in viewer.memberships)


def meetings_in_scope(viewer: Viewer, meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """The meetings that the viewer may know of.

    A coordinator's: all of the council. A partner's: those they are invited to, by guardian's row,
    while they are still a member. A COPIL member's: those of the bodies, never the séances. Who
    sits in a body: that body's.
    """
    invited = grants.granted(viewer.user, "view_meeting", Meeting)
    return meetings.filter(
        Q(council__in=viewer.councils_where(COORDINATE))
        | Q(council__in=viewer.councils_where(TAKE_PART), pk__in=invited.values("content_object"))
        | Q(council__in=viewer.councils_where(READ_REPORTS), body__isnull=False)
        | Q(body__in=[seat.body_id for seat in viewer.seats])
    )
