"""The way to councils, members, lists and meetings: found for this viewer, or 404."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from governance import nomenclatures, paper_policies, policies, search
from governance.decisions import Decision
from governance.models import (
    AccessRecord,
    Attendance,
    Body,
    CharterSignature,
    CharterVersion,
    Council,
    District,
    Invitation,
    ListEntry,
    Meeting,
    Membership,
    Organisation,
    OutgoingMessage,
    PreparedReply,
    Resource,
    Role,
    Sector,
    Town,
)
from governance.models.people import token_digest
from governance.nomenclatures import Entry
from governance.viewer import Viewer

SECTOR_LIST = "psychiatric_sector"
MOST_ANSWERS = 20

Place = Town | District | Sector


def _or_404(decision: Decision) -> None:
    if not decision:
        raise Http404


def open_council(viewer: Viewer, code: str) -> Council:
    """The viewer's council of that code; 404 where they are not a member today."""
    council = viewer.council(code)
    if council is None:
        raise Http404
    return council


def open_public_council(code: str) -> Council:
    """The council of that code, for anybody: what is public of it; 404 for an unknown code."""
    council = Council.objects.filter(code=code).first()
    if council is None:
        raise Http404
    return council


def open_council_as_coordinator(viewer: Viewer, code: str) -> Council:
    """The same, for the coordination only; 404 for anyone else."""
    council = open_council(viewer, code)
    _or_404(policies.can_coordinate(viewer, council))
    return council


def open_coordinated_councils(viewer: Viewer) -> tuple[Council, ...]:
    """All the councils that the viewer coordinates today, by name; 404 for who coordinates none."""
    councils = tuple(c for c in viewer.councils if policies.can_coordinate(viewer, c))
    if not councils:
        raise Http404
    return councils


def open_council_as_partner(viewer: Viewer, code: str) -> Council:
    """The same, for partners; 404 for anyone else."""
    council = open_council(viewer, code)
    _or_404(policies.can_take_part(viewer, council))
    return council


def open_council_as_manager(viewer: Viewer, code: str) -> Council:
    """The same, for the coordination and the technical manager; 404 for anyone else."""
    council = open_council(viewer, code)
    _or_404(policies.can_manage(viewer, council))
    return council


def open_council_as_reader(viewer: Viewer, code: str) -> Council:
    """The same, for those who read published reports; 404 for anyone else."""
    council = open_council(viewer, code)
    _or_404(policies.can_read_reports(viewer, council))
    return council


def open_council_of_bodies(viewer: Viewer, code: str) -> Council:
    """The same, for those who know its bodies; 404 for anyone else."""
    council = open_council(viewer, code)
    _or_404(policies.can_list_bodies(viewer, council))
    return council


def open_council_of_papers(viewer: Viewer, code: str) -> Council:
    """The same, for those who read papers of its bodies; 404 for anyone else."""
    council = open_council(viewer, code)
    _or_404(paper_policies.can_read_papers(viewer, council))
    return council


def council_list(council: Council, list_code: str) -> tuple[Entry, ...]:
    """The answers of a closed list as this council words and orders them, the active ones.

    Codes are the repository's; an answer the council never touched keeps its place and label.
    The sectors are the council's own. One query a council for all lists (kept on the object).
    """
    return tuple(e for e in council_entries(council, list_code) if e.extra.get("active", True))


def council_entries(council: Council, list_code: str) -> tuple[Entry, ...]:
    """The same with the answers no longer proposed (`extra["active"]` is then False)."""
    if list_code == SECTOR_LIST:
        return _sectors(council)
    changed = _changed_entries(council).get(list_code, {})
    merged = []
    for rank, entry in enumerate(nomenclatures.entries(list_code)):
        own = changed.get(entry.code)
        if own is None:
            merged.append((rank, entry))
        else:
            extra = {**entry.extra, "active": own.active}
            merged.append((own.position, Entry(entry.code, own.label, extra)))
    return tuple(entry for _, entry in sorted(merged, key=lambda pair: pair[0]))


def council_label(council: Council, list_code: str, code: str) -> str:
    """The council's label for `code`, active or not; "Non renseigné" for an empty one."""
    if code in ("", nomenclatures.UNKNOWN):
        return nomenclatures.UNKNOWN_LABEL
    return next((e.label for e in council_entries(council, list_code) if e.code == code), code)


def _changed_entries(council: Council) -> dict[str, dict[str, ListEntry]]:
    if not hasattr(council, "_changed_entries"):
        changed: dict[str, dict[str, ListEntry]] = {}
        for own in council.list_entries.all():
            changed.setdefault(own.list_code, {})[own.code] = own
        council._changed_entries = changed  # type: ignore[attr-defined]
    return council._changed_entries  # type: ignore[attr-defined,no-any-return]


def _sectors(council: Council) -> tuple[Entry, ...]:
    if not hasattr(council, "_sectors"):
        council._sectors = tuple(  # type: ignore[attr-defined]
            Entry(sector.code, sector.label) for sector in council.sectors.all()
        )
    return council._sectors  # type: ignore[attr-defined,no-any-return]


def list_members(council: Council, *roles: str) -> QuerySet[Membership]:
    """Memberships of the council that hold today, of `roles` if given, people loaded."""
    active = Membership.objects.active().filter(council=council)
    if roles:
        active = active.filter(role__in=roles)
    return active.select_related("user", "organisation", "council")


def open_member(council: Council, key: UUID) -> Membership:
    """The membership of today of that key in the council, else 404."""
    return get_object_or_404(list_members(council), pk=key)


def list_dormant_members(council: Council) -> QuerySet[Membership]:
    """Memberships that would hold today, had their account not been disabled for disuse."""
    holding = Membership.objects.holding().filter(council=council, user__is_active=False)
    return holding.select_related("user", "organisation", "council")


def open_dormant_member(council: Council, key: UUID) -> Membership:
    """The membership of that key among those, else 404."""
    return get_object_or_404(list_dormant_members(council), pk=key)


def list_partners(council: Council) -> QuerySet[Membership]:
    """The council's partners today."""
    return list_members(council, Role.PARTNER)


def list_organisations(council: Council) -> QuerySet[Organisation]:
    """The council's active organisations, by name."""
    return council.organisations.filter(active=True)


def open_organisation(council: Council, key: UUID) -> Organisation:
    """The organisation of that key in the council, active or not, else 404."""
    return get_object_or_404(council.organisations, pk=key)


def open_place(council: Council, kind: type[Place], key: UUID) -> Place:
    """The town, district or sector of that key in the council, else 404."""
    places: dict[type[Place], QuerySet[Any]] = {
        Town: council.towns.all(),
        District: District.objects.filter(town__council=council).select_related("town"),
        Sector: council.sectors.all(),
    }
    place: Place = get_object_or_404(places[kind], pk=key)
    return place


def list_resources(council: Council) -> QuerySet[Resource]:
    """The resources of the council's directory, by name; their towns and sectors loaded."""
    return council.resources.filter(active=True).prefetch_related("towns", "sectors")


def open_resource(council: Council, key: UUID) -> Resource:
    """The resource of that key in the council's directory, proposed or not, else 404."""
    return get_object_or_404(council.resources, pk=key)


def open_proposed_resource(council: Council, key: UUID) -> Resource:
    """The resource of that key in `list_resources`, else 404."""
    return get_object_or_404(list_resources(council), pk=key)


@dataclass(frozen=True)
class PlaceAnswer:
    """A street or quarter as a resource wrote it, the resource, and its sectors."""

    place: str
    key: UUID
    name: str
    sectors: tuple[Sector, ...]


def resources_of_place(council: Council, wanted: Sequence[str]) -> tuple[PlaceAnswer, ...]:
    """Whose resources cover the street or quarter of those words (search.words), line by line."""
    if not wanted:
        return ()
    return tuple(
        PlaceAnswer(line.strip(), found.pk, found.name, tuple(found.sectors.all()))
        for found in list_resources(council).exclude(places="")
        for line in found.places.splitlines()
        if search.holds(line, wanted)
    )[:MOST_ANSWERS]


def list_prepared_replies(council: Council) -> QuerySet[PreparedReply]:
    """The replies that the council proposes, by title."""
    return council.prepared_replies.filter(active=True)


def open_prepared_reply(council: Council, key: UUID) -> PreparedReply:
    """The reply of that key in the council, proposed or not, else 404."""
    return get_object_or_404(council.prepared_replies, pk=key)


def list_invitations(council: Council) -> QuerySet[Invitation]:
    """Invitations sent and not yet used, newest first."""
    return council.invitations.filter(accepted_at__isnull=True).select_related("organisation")


def open_invitation(council: Council, key: UUID) -> Invitation:
    """The invitation of that key among those not yet used, else 404."""
    return get_object_or_404(list_invitations(council), pk=key)


def find_invitation(token: str) -> Invitation:
    """The open invitation of that token; 404 when used, expired or unknown, alike."""
    invitation = (
        Invitation.objects.filter(token_digest=token_digest(token))
        .select_related("council", "organisation")
        .first()
    )
    if invitation is None or not invitation.is_open:
        raise Http404
    return invitation


def current_charter(council: Council) -> CharterVersion | None:
    """The council's charter in force, or None."""
    return council.charter_versions.order_by("-number").first()


def open_body(council: Council, key: UUID) -> Body:
    """The council's body of that key, or 404, for who manages bodies."""
    return get_object_or_404(council.bodies, pk=key)


def list_meetings(viewer: Viewer, council: Council) -> QuerySet[Meeting]:
    """The council's meetings in the viewer's scope, with the number of people invited."""
    return (
        policies.meetings_in_scope(viewer, council.meetings.all())
        .select_related("body", "council")
        .annotate(invited_count=count_of(Attendance.objects.all()))
    )


def count_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of `rows` are of the meeting, for an annotation: counted apart, meeting by meeting,
    so that two counts do not multiply."""
    of_meeting = rows.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    return Coalesce(Subquery(of_meeting.annotate(count=Count("pk")).values("count")), 0)


def meeting_title(council: Council, meeting: Meeting) -> str:
    """The name of a meeting in the council's words: that of the body, or of its séances."""
    if meeting.body is not None:
        return meeting.body.name
    if meeting.venue == council.venue:
        return council.meeting_label
    return council_label(council, "handling_venue", meeting.venue)


def next_meeting(viewer: Viewer, council: Council, on: date) -> Meeting | None:
    """The next planned séance from `on` in the viewer's scope, or None."""
    return (
        list_meetings(viewer, council)
        .filter(body__isnull=True, status=Meeting.Status.PLANNED, starts_at__date__gte=on)
        .order_by("starts_at")
        .first()
    )


def members_by_key(council: Council, keys: Sequence[UUID]) -> QuerySet[Membership]:
    """Among the members of today, those whose keys are given."""
    return list_members(council).filter(pk__in=keys)


def list_former_members(council: Council) -> QuerySet[Membership]:
    """Memberships of the council that have ended, last ended first."""
    ended = council.memberships.filter(end__lte=timezone.localdate())
    return ended.select_related("user", "organisation").order_by("-end", "user__last_name")


def last_signatures(council: Council) -> dict[UUID, CharterSignature]:
    """User key -> their signature of the council's highest version that they signed; one query."""
    signatures = CharterSignature.objects.filter(version__council=council)
    return {s.user_id: s for s in signatures.select_related("version").order_by("version__number")}


def list_accesses(council: Council) -> QuerySet[AccessRecord]:
    """The council's journal of accesses, newest first."""
    return AccessRecord.objects.filter(council=council).select_related("actor")


def list_outgoing(council: Council) -> QuerySet[Any]:
    """The council's messages, newest first, recipients loaded.

    `carrier_state`: the state of the message, or of the daily summary that carries it.
    """
    return (
        OutgoingMessage.objects.filter(council=council)
        .exclude(kind=OutgoingMessage.Kind.DIGEST)
        .annotate(carrier_state=Coalesce("gathered_in__state", "state"))
        .select_related("user", "gathered_in")
    )


def open_outgoing(council: Council, key: UUID) -> Any:
    """The message of that key in `list_outgoing`, else 404."""
    return get_object_or_404(list_outgoing(council), pk=key)


def count_outgoing(council: Council) -> dict[str, int]:
    """State -> how many of them are in it; one query."""
    counted = list_outgoing(council).order_by().values_list("carrier_state")
    return dict(counted.annotate(count=Count("pk")))


def count_stuck(council: Council) -> int:
    """How many of them could not leave, or perhaps left."""
    return list_outgoing(council).filter(carrier_state__in=OutgoingMessage.STUCK).count()
