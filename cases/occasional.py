"""Who asks without an account: an address verified by a code, and what it may open.

An `OccasionalViewer` goes through the same policies as everybody: it holds no membership, no
permission, no row of guardian's; what it wrote is its own by `OccasionalAuthor`.
"""

from typing import Any

from django.db.models import Q
from django.utils.crypto import salted_hmac

from cases.models import OccasionalAuthor
from governance import journal
from governance.decisions import YES, Decision, no
from governance.models import Council, Membership
from governance.viewer import Viewer


class OccasionalViewer(Viewer):
    """A professional without an account, whose address was verified in this browser."""

    user = None  # type: ignore[assignment]
    memberships: tuple[Membership, ...] = ()
    councils: tuple[Council, ...] = ()
    charters_to_sign = ()
    journal_reason = journal.NO_ACCOUNT
    _permissions = {}  # type: ignore[assignment]

    def __init__(self, author: OccasionalAuthor) -> None:
        self.author = author

    def can_submit(self, council: Council) -> Decision:
        """Whether the author may send an alert to the council, its charter accepted."""
        if self.author.council_id != council.pk or not council.accepts_occasional_authors:
            return no("Ce conseil ne reçoit que les alertes de ses partenaires.")
        if self.author.charter_version is None:
            return no("Acceptez d’abord la charte éthique.")
        return YES


def email_digest(email: str) -> str:
    """What an address is found by: HMAC-SHA256 under SECRET_KEY, whatever its case."""
    return salted_hmac("cases.occasional", email.strip().casefold(), algorithm="sha256").hexdigest()


def authorship(viewer: Viewer) -> dict[str, Any]:
    """The column by which what the viewer writes is theirs, and its value."""
    if isinstance(viewer, OccasionalViewer):
        return {"occasional_author": viewer.author}
    return {"author": viewer.user}


def wrote(viewer: Viewer) -> Q:
    """The drafts and alerts that the viewer wrote."""
    return Q(**authorship(viewer))
