"""Members: the role, and guardian's rows that follow it in the same transaction; invitations."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from governance import grants, journal, mail, policies
from governance.decisions import YES, Decision, Refused, no
from governance.letters import day
from governance.models import (
    CharterSignature,
    CharterVersion,
    Council,
    Invitation,
    Membership,
    Role,
    User,
)
from governance.models.people import Standing, token_digest
from governance.roles import ROLE_PERMISSIONS, TAKE_PART
from governance.services.sessions import end_sessions
from governance.viewer import Viewer


@transaction.atomic
def add_member(
    user: User, council: Council, role: str, *, by: User | None, **standing: Any
) -> Membership:
    """`user` holds `role` in `council` from today (or `start`); the council permissions follow.

    `standing`: the fields of governance.models.people.Standing, and `start`, `end`.
    ValidationError (French) when the role is already held or an organisation is missing.
    """
    membership = Membership(user=user, council=council, role=role, **standing)
    membership.full_clean()
    membership.save()
    for permission in ROLE_PERMISSIONS[role]:
        grants.grant(user, permission, council)
    journal.record(by or user, "grant", membership, council=council)
    return membership


def change_standing(membership: Membership, *, by: Viewer, **standing: Any) -> None:
    """The member's function, organisation or regime of secrecy changes: so does what they may read.

    Refused to whoever could not invite them in that role. ValidationError (French) for a partner
    without an organisation.
    """
    policies.can_invite(by, membership.council, membership.role).enforce()
    for name, value in standing.items():
        setattr(membership, name, value)
    membership.full_clean()
    membership.save()


def can_end(membership: Membership, by: User) -> Decision:
    """Whether `by` may end the membership: not their own when nobody else coordinates."""
    if membership.role != Role.COORDINATOR or membership.user_id != by.pk:
        return YES
    others = Membership.objects.active().filter(
        council=membership.council_id, role=Role.COORDINATOR
    )
    if others.exclude(user=by).exists():
        return YES
    return no(
        "Vous êtes la seule personne à coordonner ce conseil : invitez d’abord quelqu’un à la "
        "coordination."
    )


@transaction.atomic
def end_membership(membership: Membership, *, by: User, reason: str = "") -> None:
    """The membership ends today; what it alone opened is taken back.

    Permissions that another active membership of the same person still gives are kept. The
    person's open sessions end. Refused for one's own, when nobody else coordinates the council.
    """
    can_end(membership, by).enforce()
    membership.end = max(timezone.localdate(), membership.start)
    membership.full_clean()
    membership.save()
    user, council = membership.user, membership.council
    kept: set[str] = set()
    for other in Membership.objects.active().filter(user=user, council=council):
        kept |= ROLE_PERMISSIONS[other.role]
    for permission in ROLE_PERMISSIONS[membership.role] - kept:
        grants.revoke(user, permission, council)
    if TAKE_PART not in kept:
        # Somebody who comes back, perhaps for another service, finds none of it open again.
        grants.revoke_within(user, council)
    journal.record(by, "revoke", membership, council=council, reason=reason)
    end_sessions(user)


def choose_mail_rhythm(user: User, rhythm: str) -> None:
    """When news and reminders reach `user` from now on."""
    user.mail_rhythm = rhythm
    user.save(update_fields=["mail_rhythm"])


def sign_charter(user: User, version: CharterVersion) -> CharterSignature:
    """`user` signs that version; signing twice changes nothing."""
    signature, _ = CharterSignature.objects.get_or_create(user=user, version=version)
    return signature


@transaction.atomic
def invite(council: Council, *, by: Viewer, email: str, role: str, **standing: Any) -> Invitation:
    """Invite the address to hold `role`; the mail leaves on commit, and it alone holds the link.

    `standing`: the fields of governance.models.people.Standing. Refused where the viewer may not
    invite in that role; ValidationError (French) for a partner without an organisation.
    """
    policies.can_invite(by, council, role).enforce()
    invitation = Invitation(
        council=council,
        email=email.lower(),
        role=role,
        # Nobody knows this token: the one that opens is made when the mail leaves.
        token_digest=token_digest(secrets.token_urlsafe(32)),
        invited_by=by.user,
        **standing,
    )
    invitation.full_clean()
    invitation.save()
    journal.record(by.user, "invite", invitation, council=council)
    mail.send(
        "invitation",
        invitation.email,
        subject=f"{council.code} : répondre à l’invitation",
        context={
            "council": council,
            "role": invitation.get_role_display(),
            "until": day(timezone.localdate(invitation.expires_at)),
            "invitation": invitation,
        },
    )
    return invitation


@transaction.atomic
def invite_all(
    council: Council, invited: Iterable[Mapping[str, Any]], *, by: Viewer
) -> list[Invitation]:
    """Invite each of them, with what `invite` takes, or nobody when one is refused."""
    return [invite(council, by=by, **one) for one in invited]


@transaction.atomic
def cancel_invitation(invitation: Invitation, *, by: Viewer) -> None:
    """The invitation's link opens nothing any more. Refused to whoever does not manage members."""
    policies.can_manage(by, invitation.council).enforce()
    journal.record(by.user, "revoke", invitation, council=invitation.council)
    invitation.delete()


@transaction.atomic
def renew_invitation(invitation: Invitation, *, by: Viewer) -> Invitation:
    """The same invitation with a new link and a new term; the former link opens nothing."""
    council, email, standing = invitation.council, invitation.email, _standing(invitation)
    cancel_invitation(invitation, by=by)
    return invite(council, by=by, email=email, **standing)


def find_account(email: str) -> User | None:
    """The account to which that address (lower case) belongs, or None."""
    verified = Q(emailaddress__email=email, emailaddress__verified=True)
    return User.objects.filter(Q(email=email) | verified).first()


@transaction.atomic
def open_account(
    invitation: Invitation, *, first_name: str, last_name: str, password: str
) -> Membership:
    """A new account for the invited address, and the membership it was promised.

    The link came by mail to that address, which is therefore verified. Refused when the
    invitation was used or cancelled in the meantime.
    """
    _use(invitation)
    user = User.objects.create_user(
        invitation.email, password, first_name=first_name, last_name=last_name
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return _join(invitation, user)


@transaction.atomic
def accept_invitation(invitation: Invitation, user: User) -> Membership:
    """`user`, to whom the invited address belongs, gets the membership it was promised.

    Refused to anybody else, and when the invitation was used or cancelled in the meantime.
    ValidationError (French) when they already hold the role.
    """
    if find_account(invitation.email) != user:
        raise Refused("Cette invitation est adressée à une autre personne.")
    _use(invitation)
    return _join(invitation, user)


@transaction.atomic
def open_first_account(council: Council, email: str, *, first_name: str, last_name: str) -> User:
    """The technical manager of a council that has none: from the server, where nobody can invite.

    An account without a password, or the one that the address already has. Refused where the
    council has a manager today: they invite; ValidationError (French) for a bad address.
    """
    if Membership.objects.active().filter(council=council, role=Role.MANAGER).exists():
        raise Refused("Ce conseil a déjà une administration technique : c’est elle qui invite.")
    validate_email(email)
    user = find_account(email.lower())
    if user is None:
        user = User.objects.create_user(email, first_name=first_name, last_name=last_name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    add_member(user, council, Role.MANAGER, by=None)
    return user


def _use(invitation: Invitation) -> None:
    """Mark the invitation used; of two requests at the same time, the second is refused."""
    locked = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
    if locked is None or not locked.is_open:
        raise Refused("Cette invitation n’est plus valable.")
    locked.accepted_at = timezone.now()
    locked.save()


def _join(invitation: Invitation, user: User) -> Membership:
    return add_member(user, invitation.council, by=user, **_standing(invitation))


def _standing(invitation: Invitation) -> dict[str, Any]:
    return {field.name: getattr(invitation, field.name) for field in Standing._meta.fields}
