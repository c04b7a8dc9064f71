"""Members of a council, invitations, one's own account."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance import policies, second_factor, selectors, throttling
from governance.forms.people import (
    AccountForm,
    InvitationForm,
    MailRhythmForm,
    MembershipEndForm,
    MembershipForm,
)
from governance.models import Invitation, Membership, Role, User
from governance.roles import ROLES_UNDER_CHARTER
from governance.services import people
from governance.throttling import throttled
from governance.viewer import Viewer, ViewerRequest
from governance.views.once import once

ROLE_HEADINGS = {
    Role.COORDINATOR: "Coordination",
    Role.PARTNER: "Partenaires",
    Role.COPIL: "Membres du COPIL",
    Role.MANAGER: "Administration technique",
}


@require_safe
def members(request: ViewerRequest, council: str) -> HttpResponse:
    """The members of today by role, the open invitations, the former members."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    current = selectors.current_charter(opened)
    signatures = selectors.last_signatures(opened)
    today: list[dict[str, Any]] = [
        {
            "membership": membership,
            "facts": _facts(membership),
            "under_charter": membership.role in ROLES_UNDER_CHARTER,
            "signature": signatures.get(membership.user_id),
        }
        for membership in selectors.list_members(opened)
    ]
    context = {
        "groups": [
            (label, [row for row in today if row["membership"].role == role])
            for role, label in ROLE_HEADINGS.items()
        ],
        "current": current,
        "invitations": selectors.list_invitations(opened),
        "dormant_members": selectors.list_dormant_members(opened),
        "former_members": selectors.list_former_members(opened),
        "invited_roles": [r for r in Role if policies.can_invite(request.viewer, opened, r)],
    }
    return render(request, "governance/people/members.html", context)


def _facts(membership: Membership) -> list[str]:
    """What distinguishes the member on one line; the secrecy that binds those who act."""
    secrecy = membership.role in ROLES_UNDER_CHARTER and membership.get_secrecy_status_display()
    facts = (
        membership.organisation and membership.organisation.name,
        membership.profession,
        membership.get_college_display(),
        secrecy,
    )
    return [str(fact) for fact in facts if fact]


@require_http_methods(["GET", "POST"])
@throttled(throttling.INVITATIONS)
@once
def member_invite(request: ViewerRequest, council: str) -> HttpResponse:
    """Invite an address to hold a role."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    form = InvitationForm(request.POST or None, council=opened, viewer=request.viewer)
    if form.is_valid():
        invitation = people.invite(opened, by=request.viewer, **form.cleaned_data)
        messages.success(request, f"L’invitation part à {invitation.email}.")
        return redirect("members", opened.code)
    return render(request, "governance/people/member_invite.html", {"form": form})


@require_POST
@throttled(throttling.INVITATIONS)
@once
def invitation_resend(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Send an invitation again, with a new link and a new term."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    invited = selectors.open_invitation(opened, key)
    renewed = people.renew_invitation(invited, by=request.viewer)
    messages.success(
        request,
        f"Une nouvelle invitation part à {renewed.email}. L’ancien lien ne fonctionne plus.",
    )
    return redirect("members", opened.code)


@require_POST
def invitation_cancel(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Cancel an invitation."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    invited = selectors.open_invitation(opened, key)
    people.cancel_invitation(invited, by=request.viewer)
    messages.success(request, f"L’invitation de {invited.email} est annulée.")
    return redirect("members", opened.code)


@require_http_methods(["GET", "POST"])
def member_edit(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """One member: what binds them, and the way to end their access."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    member = selectors.open_member(opened, key)
    form = MembershipForm(request.POST or None, instance=member, council=opened)
    if form.is_valid():
        people.change_standing(member, by=request.viewer, **form.cleaned_data)
        messages.success(request, "Les changements sont enregistrés.")
        return redirect("members", opened.code)
    context = {
        "form": form,
        "member": member,
        "may_change": policies.can_invite(request.viewer, opened, member.role),
        "has_factor": second_factor.has_second_factor(member.user),
        "may_reset": policies.can_reset_factors(request.viewer, member),
    }
    return render(request, "governance/people/member_edit.html", context)


@require_http_methods(["GET", "POST"])
def member_end(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """End a member's access, with a reason."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    member = selectors.open_member(opened, key)
    form = MembershipEndForm(request.POST or None)
    if form.is_valid():
        people.end_membership(member, by=request.user, reason=form.cleaned_data["reason"])
        if member.user == request.user:
            logout(request)
            return redirect("home")
        messages.success(request, f"L’accès de {member.user} est fermé.")
        return redirect("members", opened.code)
    context = {"form": form, "member": member, "decision": people.can_end(member, request.user)}
    return render(request, "governance/people/member_end.html", context)


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Answer an invitation: open one's account, or accept with the account one has."""
    invited = selectors.find_invitation(token)
    account = people.find_account(invited.email)
    if account is not None and request.user == account:
        return _accept(request, invited, account)
    if account is not None or request.user.is_authenticated:
        context = {"invitation": invited}
        return render(request, "governance/people/invitation_sign_in.html", context)
    return _open_account(request, invited)


def _accept(request: HttpRequest, invited: Invitation, account: User) -> HttpResponse:
    if request.method != "POST":
        context = {"invitation": invited}
        return render(request, "governance/people/invitation_accept.html", context)
    try:
        membership = people.accept_invitation(invited, account)
    except ValidationError as error:  # they got the role by another way in the meantime
        messages.error(request, " ".join(error.messages))
        return redirect("home")
    return _enter(membership)


def _open_account(request: HttpRequest, invited: Invitation) -> HttpResponse:
    form = AccountForm(request.POST or None, email=invited.email)
    if not form.is_valid():
        context = {"invitation": invited, "form": form}
        return render(request, "governance/people/invitation.html", context)
    membership = people.open_account(
        invited,
        first_name=form.cleaned_data["first_name"],
        last_name=form.cleaned_data["last_name"],
        password=form.cleaned_data["password1"],
    )
    record_authentication(request, membership.user, method="password")
    get_adapter().login(request, membership.user)
    return _enter(membership)


def _enter(membership: Membership) -> HttpResponse:
    """To the charter for those who act under it; to the council for the others."""
    if Viewer(membership.user).charter_to_sign(membership.council):
        return redirect("charter", membership.council.code)
    return redirect(membership.council)


@require_http_methods(["GET", "POST"])
def my_account(request: ViewerRequest) -> HttpResponse:
    """One's own memberships, the rhythm of one's mail, the way to one's password and address."""
    form = MailRhythmForm(request.POST or None, instance=request.user)
    if form.is_valid():
        people.choose_mail_rhythm(request.user, form.cleaned_data["mail_rhythm"])
        messages.success(request, "Votre choix est enregistré.")
        return redirect("my_account")
    to_sign = {version.council_id for version in request.viewer.charters_to_sign}
    context = {
        "form": form,
        "memberships": [(m, m.council_id in to_sign) for m in request.viewer.memberships],
    }
    return render(request, "governance/people/my_account.html", context)
