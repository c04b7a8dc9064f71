"""The demonstration's people: who they are, and their way in without a password."""

from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from governance.models import Membership, Role, User

# Reserved by RFC 2606: no real person can have such an address.
DOMAIN = "@demo.example"


@dataclass(frozen=True)
class CastMember:
    """One invented person, in one council."""

    email: str
    first_name: str
    last_name: str
    council_code: str
    council_name: str
    roles: tuple[str, ...]
    organisation: str
    profession: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def role_label(self) -> str:
        return ", ".join(self.roles)


def cast_members() -> list[CastMember]:
    """The demonstration's people of today, each once a council, by council and role; one query."""
    memberships = (
        Membership.objects.active()
        .filter(user__email__endswith=DOMAIN)
        .select_related("user", "council", "organisation")
        .order_by("council__name", "user__last_name", "user__first_name")
    )
    held: dict[tuple[str, str], list[Membership]] = {}
    for membership in sorted(memberships, key=_place):
        held.setdefault((membership.council.code, membership.user.email), []).append(membership)
    return [_cast_member(*each) for each in held.values()]


def demo_cast() -> list[tuple[str, list[CastMember]]]:
    """(council's name, its people), for the sign-in page."""
    return [
        (name, list(people)) for name, people in groupby(cast_members(), lambda m: m.council_name)
    ]


@login_not_required
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demonstration's people (POST `email`); 404 in any other case."""
    email = request.POST.get("email", "")
    if not settings.DEMO_MODE or request.method != "POST" or not email.endswith(DOMAIN):
        raise Http404
    user = get_object_or_404(User, email=email, is_active=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("home")


def _place(membership: Membership) -> tuple[str, int]:
    return membership.council.name, Role.values.index(membership.role)


def _cast_member(*held: Membership) -> CastMember:
    user, council = held[0].user, held[0].council
    return CastMember(
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        council_code=council.code,
        council_name=council.name,
        roles=tuple(m.get_role_display() for m in held),
        organisation=", ".join(m.organisation.name for m in held if m.organisation),
        profession=", ".join(m.profession for m in held if m.profession),
    )
