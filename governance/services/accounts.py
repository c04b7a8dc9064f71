"""Accounts that the coordination helps back in: a lost second factor, an account disabled."""

from django.db import transaction
from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone

from governance import journal, ledger, mail, policies, second_factor
from governance.decisions import Refused
from governance.models import Erasure, Membership
from governance.services.sessions import end_sessions
from governance.viewer import Viewer


class Check(TextChoices):
    """How it was made sure who asks: never by a message, which a thief of the account reads."""

    IN_PERSON = "in_person", "En personne"
    CALLED_BACK = "called_back", "En rappelant un numéro déjà connu"
    VIDEO = "video", "En visioconférence, à l’image"


@transaction.atomic
def reset_factors(membership: Membership, *, by: Viewer, check: str, reason: str) -> None:
    """The member loses every factor and session, and sets one up again at the next sign-in.

    `check`: how they were recognised (Check), journalled with the reason; told by mail. Refused to
    whoever does not manage members, and for one's own.
    """
    policies.can_reset_factors(by, membership).enforce()
    user, council = membership.user, membership.council
    second_factor.forget(user)
    end_sessions(user)
    mail.send(
        "factors_reset",
        user.email,
        subject=f"{council.code} : votre second facteur est réinitialisé",
        context={"council": council, "path": reverse("mfa_index")},
    )
    journal.record(
        by.user,
        "reset_factors",
        membership,
        council=council,
        reason=f"{Check(check).label} : {reason}",
    )


@transaction.atomic
def reopen(membership: Membership, *, by: Viewer, reason: str) -> None:
    """The account disabled for disuse opens again, with the memberships that it had; by mail.

    Its six months start again today. Refused to whoever does not manage members, and for an
    account that was anonymised in the meantime: an invitation opens a new one.
    """
    policies.can_manage(by, membership.council).enforce()
    user, council = membership.user, membership.council
    if ledger.erased(Erasure.Kind.ACCOUNT).filter(identifier=user.pk).exists():
        raise Refused("Ce compte est effacé : envoyez une invitation.")
    user.is_active, user.reopened_at = True, timezone.now()
    user.save(update_fields=["is_active", "reopened_at"])
    mail.send(
        "account_reopened",
        user.email,
        subject=f"{council.code} : votre compte est rouvert",
        context={"council": council, "path": reverse("account_login")},
    )
    journal.record(by.user, "reopen_account", membership, council=council, reason=reason)
