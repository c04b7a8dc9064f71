"""The way to a council's bodies, their seats and their meetings."""

from datetime import date
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils import timezone

from governance import paper_policies, policies
from governance.models import Body, Council, Meeting, Seat
from governance.viewer import Viewer


def list_bodies(council: Council, today: date) -> QuerySet[Body]:
    """The council's bodies, the inactive ones last; `seat_count`: mandates of today,
    `ending_count`: those that end soon and are not renewed."""
    seats = Seat.objects.filter(body=OuterRef("pk"))

    def counted(mandates: QuerySet[Seat]) -> Coalesce:
        counts = mandates.order_by().values("body").values_list(Count("pk"))
        return Coalesce(Subquery(counts), 0)

    return council.bodies.annotate(
        seat_count=counted(seats.holding(today)),
        ending_count=counted(seats.ending_soon(today)),
    ).order_by("-active", "kind", "name")


def open_read_body(viewer: Viewer, council: Council, key: UUID) -> Body:
    """The council's body of that key, if its papers are in the viewer's scope, else 404."""
    scope = paper_policies.bodies_in_scope(viewer, council.bodies.all())
    return get_object_or_404(scope.select_related("council"), pk=key)


def list_seats(body: Body) -> QuerySet[Seat]:
    """Every seat of the body, past ones too, with what its line says."""
    return body.seats.select_related("holder", "organisation", "renewal").order_by("start", "pk")


def open_seat(body: Body, key: UUID) -> Seat:
    """The body's seat of that key, or 404."""
    return get_object_or_404(list_seats(body).select_related("body__council"), pk=key)


def list_body_meetings(viewer: Viewer, body: Body) -> QuerySet[Meeting]:
    """The body's meetings in the viewer's scope."""
    scope = policies.meetings_in_scope(viewer, body.meetings.all())
    return scope.select_related("body", "council")


def open_body_meeting(viewer: Viewer, body: Body, key: UUID) -> Meeting:
    """The body's meeting of that key, if in the viewer's scope, else 404.

    Not journalled: nothing of a situation is ever there.
    """
    return get_object_or_404(list_body_meetings(viewer, body), pk=key)


def list_expected_seats(meeting: Meeting) -> QuerySet[Seat]:
    """The seats of the meeting's body whose mandate holds on its day."""
    seats = Seat.objects.filter(body=meeting.body_id).holding(timezone.localdate(meeting.starts_at))
    return seats.select_related("holder", "organisation")


def seat_states(meeting: Meeting) -> dict[UUID, str]:
    """Seat key -> what was noted of it at the meeting."""
    return dict(meeting.seat_attendances.values_list("seat", "state"))
