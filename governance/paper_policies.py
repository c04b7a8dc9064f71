"""Who reads and writes the papers of the bodies: minutes, decisions, roadmap, agreement.

Whoever reads the reports reads the papers of every body; whoever sits in a body, those of that
body; drafts are the coordination's and the body's secretary's. Nothing here opens a situation.
"""

from django.db.models import Q, QuerySet

from governance.decisions import YES, Decision, no
from governance.models import ActionSheet, Body, Council, Meeting, Minutes, Resolution
from governance.policies import can_coordinate
from governance.roles import COORDINATE, READ_REPORTS
from governance.viewer import Viewer

_Kind = Resolution.Kind
# The plenary gives its opinion, the COPIL decides, anybody proposes (domain: Metz, Lille).
KINDS_OF_BODY: dict[str, tuple[Resolution.Kind, ...]] = {
    "steering_committee": (_Kind.DECISION, _Kind.PROPOSAL),
    "board": (_Kind.DECISION, _Kind.PROPOSAL),
    "plenary": (_Kind.OPINION, _Kind.PROPOSAL),
    "general_meeting": (_Kind.OPINION, _Kind.PROPOSAL),
}


def kinds_of(body: Body) -> tuple[Resolution.Kind, ...]:
    """What the body may adopt."""
    return KINDS_OF_BODY.get(body.kind, (_Kind.PROPOSAL,))


def bodies_in_scope(viewer: Viewer, bodies: QuerySet[Body]) -> QuerySet[Body]:
    """The bodies whose papers the viewer reads."""
    return bodies.filter(
        Q(council__in=viewer.councils_where(READ_REPORTS))
        | Q(pk__in=[seat.body_id for seat in viewer.seats])
    )


def can_read_papers(viewer: Viewer, council: Council) -> Decision:
    """Whether the viewer reads papers of the council: its roadmap, its agreement, some bodies'."""
    if viewer.may(READ_REPORTS, council) or viewer.sits_in(council):
        return YES
    return no("Cette page est réservée aux membres des instances.")


def can_write_for(viewer: Viewer, body: Body | None) -> Decision:
    """Whether the viewer writes the papers of the body: the coordination, or its secretary.

    Never those of a séance, which has no body: cases/policies.py has its rules.
    """
    if body and (viewer.may(COORDINATE, body.council) or body.pk in viewer.bodies_kept):
        return YES
    return no("Ces papiers s’écrivent par la coordination et le secrétariat de l’instance.")


def can_write_some_paper(viewer: Viewer, council: Council) -> bool:
    """Whether the viewer writes the papers of some body of the council."""
    return viewer.may(COORDINATE, council) or any(
        seat.secretary and seat.body.council_id == council.pk for seat in viewer.seats
    )


def can_settle_minutes(viewer: Viewer, council: Council) -> Decision:
    """Whether the viewer validates, publishes and corrects minutes: the coordination."""
    return can_coordinate(viewer, council)


def can_write_action(viewer: Viewer, action: ActionSheet) -> Decision:
    """Whether the viewer writes the sheet and its balance: the coordination, or the secretary of
    the body that holds it."""
    if viewer.may(COORDINATE, action.objective.axis.council) or (
        action.body_id is not None and action.body_id in viewer.bodies_kept
    ):
        return YES
    return no("Cette fiche s’écrit par la coordination et le secrétariat de son groupe.")


def minutes_in_scope(viewer: Viewer, meeting: Meeting) -> QuerySet[Minutes]:
    """The versions of the minutes that the viewer reads; the caller has found the meeting."""
    versions = meeting.minutes.all()
    if can_write_for(viewer, meeting.body):
        return versions
    return versions.filter(state=Minutes.State.PUBLISHED)


def resolutions_in_scope(viewer: Viewer, resolutions: QuerySet[Resolution]) -> QuerySet[Resolution]:
    """The published ones of the bodies in scope; the others for those who write them."""
    bodies = bodies_in_scope(viewer, Body.objects.all())
    return resolutions.filter(
        Q(published_in__isnull=False)
        | Q(council__in=viewer.councils_where(COORDINATE))
        | Q(meeting__body__in=viewer.bodies_kept),
        meeting__body__in=bodies.values("pk"),
    )
