"""Who reads the conclusions of a hearing, and who takes a copy of them away.

The rest of the secrecy charter is in cases/policies.py.
"""

from cases import policies
from cases.models import Conclusions, Hearing
from governance.decisions import YES, Decision, no
from governance.viewer import Viewer


def can_read_conclusions(viewer: Viewer, conclusions: Conclusions) -> Decision:
    """Whether the viewer reads the conclusions: the coordination always; once validated, those
    who were invited to the meeting and still take part in the situation."""
    if not policies.can_view(viewer, conclusions.hearing.situation):
        return no("Le relevé ne vous est pas ouvert.")
    return can_read_conclusions_here(viewer, conclusions)


def can_read_conclusions_here(viewer: Viewer, conclusions: Conclusions) -> Decision:
    """The same on the page of a situation that the viewer has opened: no query more for each
    hearing when its attendances are loaded."""
    situation = conclusions.hearing.situation
    if situation.status == "purged":
        return policies.ERASED
    if policies.coordinates(viewer, situation.council):
        return YES
    if conclusions.validated_at is None:
        return no("Le relevé n’est pas encore validé.")
    if policies.sees_themes_only(viewer, situation):
        return no("Le relevé ne vous est pas ouvert.")
    invited = {a.membership_id for a in conclusions.hearing.meeting.attendances.all()}
    if invited.isdisjoint(viewer.membership_keys):
        return no("Le relevé va aux seuls invités de la séance.")
    return YES


def can_take_copy(viewer: Viewer, conclusions: Conclusions) -> Decision:
    """Whether the viewer takes a copy of the conclusions away: whoever reads them, once they are
    validated, until another version replaces them or the person takes their agreement back."""
    if policies.discussion(conclusions.hearing.situation) == Hearing.Naming.THEMES:
        return no("La personne n’a pas donné son accord : aucun exemplaire n’est remis.")
    if conclusions != conclusions.hearing.record:
        return no("Seul le relevé validé, dans sa dernière version, est remis.")
    return can_read_conclusions(viewer, conclusions)
