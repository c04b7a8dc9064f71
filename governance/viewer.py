"""Who asks: a user and the memberships that hold today. Policies take a Viewer, not a request."""

from collections.abc import Iterable
from functools import cached_property
from uuid import UUID

from django.http import HttpRequest

from governance import grants
from governance.models import CharterSignature, CharterVersion, Council, Membership, Seat, User
from governance.roles import ROLE_PERMISSIONS, UNDER_CHARTER


class Viewer:
    """A signed-in user and what they may do today, council by council.

    A permission counts only if guardian holds its row **and** an active membership's role gives
    it: a membership that ran out closes everything at the next request, whatever rows remain.
    Four queries, made once, when first asked.
    """

    # What the journal adds to a line whose actor has no account (cases/occasional.py).
    journal_reason = ""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def memberships(self) -> tuple[Membership, ...]:
        """The memberships that hold today, councils and organisations loaded."""
        active = (
            Membership.objects.active()
            .filter(user=self.user)
            .select_related("council", "organisation", "user")
        )
        return tuple(active.order_by("council__name", "start"))

    @cached_property
    def membership_keys(self) -> frozenset[UUID]:
        """The keys of those memberships: what the viewer owns, owes or takes part in by."""
        return frozenset(membership.pk for membership in self.memberships)

    @cached_property
    def councils(self) -> tuple[Council, ...]:
        """The councils of those memberships, by name, each once."""
        return tuple({m.council_id: m.council for m in self.memberships}.values())

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """The seats that the viewer holds today in bodies of those councils, bodies loaded."""
        councils = [council.pk for council in self.councils]
        held = Seat.objects.holding().filter(holder=self.user, body__council__in=councils)
        return tuple(held.select_related("body"))

    @cached_property
    def bodies_kept(self) -> frozenset[UUID]:
        """The keys of the bodies whose secretary the viewer is."""
        return frozenset(seat.body_id for seat in self.seats if seat.secretary)

    def sits_in(self, council: Council) -> bool:
        """Whether the viewer holds a seat in some body of `council`."""
        return any(seat.body.council_id == council.pk for seat in self.seats)

    def council(self, code: str) -> Council | None:
        """The viewer's council of that code, or None: a stranger's council is unknown to them."""
        return next((c for c in self.councils if c.code == code), None)

    def membership(self, council: Council, *roles: str) -> Membership | None:
        """The viewer's membership in `council`, of one of `roles` if given, or None."""
        return next(
            (
                m
                for m in self.memberships
                if m.council_id == council.pk and (not roles or m.role in roles)
            ),
            None,
        )

    @cached_property
    def _permissions(self) -> dict[UUID, frozenset[str]]:
        held = grants.council_permissions(self.user)
        by_role: dict[UUID, set[str]] = {}
        for membership in self.memberships:
            by_role.setdefault(membership.council_id, set()).update(
                ROLE_PERMISSIONS[membership.role]
            )
        return {
            council_id: frozenset(permissions) & held.get(council_id, frozenset())
            for council_id, permissions in by_role.items()
        }

    @cached_property
    def charters_to_sign(self) -> tuple[CharterVersion, ...]:
        """The current charters of councils where the viewer acts under charter, not yet signed."""
        councils = [
            council_id for council_id, held in self._permissions.items() if held & UNDER_CHARTER
        ]
        signed = CharterSignature.objects.filter(user=self.user).values("version")
        current: dict[UUID, CharterVersion] = {}
        for version in CharterVersion.objects.filter(council__in=councils).order_by("number"):
            current[version.council_id] = version
        if not current:
            return ()
        unsigned = set(
            CharterVersion.objects.filter(pk__in=[v.pk for v in current.values()])
            .exclude(pk__in=signed)
            .values_list("pk", flat=True)
        )
        return tuple(v for v in current.values() if v.pk in unsigned)

    def charter_to_sign(self, council: Council) -> CharterVersion | None:
        """The charter of `council` that the viewer must sign before their next act, if any."""
        return next((v for v in self.charters_to_sign if v.council_id == council.pk), None)

    def may(self, permission: str, council: Council) -> bool:
        """Whether the viewer holds `permission` on `council` today, its charter signed."""
        return council.pk in self.councils_where(permission)

    def councils_where(self, permission: str) -> frozenset[UUID]:
        """The keys of the councils where the viewer holds `permission`, charters signed."""
        unsigned: Iterable[UUID] = ()
        if permission in UNDER_CHARTER:
            unsigned = {version.council_id for version in self.charters_to_sign}
        return frozenset(
            council_id
            for council_id, held in self._permissions.items()
            if permission in held and council_id not in unsigned
        )


class ViewerRequest(HttpRequest):
    """A request after clsm.middleware.viewer: it knows who asks."""

    user: User  # type: ignore[assignment]
    viewer: Viewer
