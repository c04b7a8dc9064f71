"""Authors without an account: an address that answered a code, or a voice on the telephone."""

from django.db import transaction
from django.utils import timezone

from cases import policies
from cases.models import Alert, OccasionalAuthor
from cases.occasional import email_digest
from governance import journal
from governance.decisions import Refused
from governance.models import Council
from governance.viewer import Viewer


def verified(council: Council, email: str) -> OccasionalAuthor:
    """The author of that address, which has just answered a code."""
    author, _ = OccasionalAuthor.objects.get_or_create(
        council=council, email_digest=email_digest(email), defaults={"email": email}
    )
    author.verified_at = timezone.now()
    author.save()
    return author


def introduce(
    author: OccasionalAuthor, *, organisation: str, function: str, charter_version: int
) -> None:
    """What the author says of themselves, and the version of the charter they accept.

    What the coordination had checked is to be checked again when they say something else.
    """
    said = (organisation, function)
    if said != (author.organisation, author.function):
        author.identity_checked_at = author.identity_checked_by = None
    author.organisation, author.function = said
    author.charter_version = charter_version
    author.save()


def reached_by_coordination(
    council: Council, *, email: str, organisation: str, function: str
) -> OccasionalAuthor:
    """The outside professional for whom the coordination writes; "" for no address."""
    said = {"email": email, "organisation": organisation, "function": function}
    if not email:
        return OccasionalAuthor.objects.create(council=council, **said)
    author, _ = OccasionalAuthor.objects.get_or_create(
        council=council, email_digest=email_digest(email), defaults=said
    )
    return author


@transaction.atomic
def confirm(viewer: Viewer, alert: Alert) -> OccasionalAuthor:
    """The coordination has called the author back: they are who they say. Journalled.

    Refused for anyone else, and for an author with an account.
    """
    policies.can_triage(viewer, alert).enforce()
    author = alert.occasional_author
    if author is None:
        raise Refused("L’auteur de cette alerte a un compte.")
    author.identity_checked_at, author.identity_checked_by = timezone.now(), viewer.user
    author.save()
    journal.record(viewer.user, "check_author", alert, council=alert.council)
    return author
