"""Mandates in a body: inscribed, changed, renewed, ended; never two presidents at a time."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from governance.decisions import YES, Decision, Refused, no
from governance.models import Body, Seat
from governance.policies import can_coordinate
from governance.viewer import Viewer


@transaction.atomic
def inscribe(viewer: Viewer, seat: Seat) -> Seat:
    """Write down a mandate, new or changed.

    ValidationError (French): no holder, somebody who already sits there at these dates, a second
    president, an end before the start, an organisation of another council.
    """
    can_coordinate(viewer, seat.body.council).enforce()
    # One at a time: two presidents inscribed in the same second would not see each other.
    Body.objects.select_for_update().get(pk=seat.body_id)
    seat.full_clean()
    _check(seat)
    seat.save()
    return seat


@transaction.atomic
def end(viewer: Viewer, seat: Seat, last_day: datetime.date) -> Seat:
    """The mandate ends earlier than written, on `last_day` included.

    Refused for one that has ended or is renewed; ValidationError (French) for a later end.
    """
    can_coordinate(viewer, seat.body.council).enforce()
    if seat.end is not None and seat.end < timezone.localdate():
        raise Refused("Ce mandat est déjà terminé.")
    if hasattr(seat, "renewal"):
        raise Refused("Ce mandat est renouvelé : mettez fin à celui qui le suit.")
    if seat.end is not None and last_day > seat.end:
        raise ValidationError("Un mandat ne se prolonge pas ainsi : renouvelez-le.")
    seat.end = last_day
    return inscribe(viewer, seat)


@transaction.atomic
def renew(viewer: Viewer, seat: Seat, *, start: datetime.date, end: datetime.date | None) -> Seat:
    """A mandate that follows `seat`: the same holder, college and function, with new dates.

    Refused for one without an end or already renewed; ValidationError (French) for a start that
    is not after that end.
    """
    can_coordinate(viewer, seat.body.council).enforce()
    if seat.end is None:
        raise Refused("Ce mandat n’a pas de fin : il n’est pas à renouveler.")
    if hasattr(seat, "renewal"):
        raise Refused("Ce mandat est déjà renouvelé.")
    return inscribe(
        viewer,
        Seat(
            body=seat.body,
            college=seat.college,
            holder=seat.holder,
            holder_name=seat.holder_name,
            organisation=seat.organisation,
            deputy_name=seat.deputy_name,
            function=seat.function,
            permanent=seat.permanent,
            secretary=seat.secretary,
            start=start,
            end=end,
            renews=seat,
        ),
    )


@transaction.atomic
def withdraw(viewer: Viewer, seat: Seat) -> None:
    """Strike out a mandate that has not begun; its history stays. Refused once it has begun."""
    can_coordinate(viewer, seat.body.council).enforce()
    can_withdraw(seat).enforce()
    seat.delete()


def can_withdraw(seat: Seat) -> Decision:
    """Whether the mandate may be struck out: only before it begins."""
    if seat.start > timezone.localdate():
        return YES
    return no("Ce mandat a commencé : mettez-y fin.")


def _check(seat: Seat) -> None:
    if seat.holder is None and not seat.holder_name:
        raise ValidationError("Dites qui tient ce siège : un membre du conseil, ou un nom.")
    council = seat.body.council_id
    if seat.organisation is not None and seat.organisation.council_id != council:
        raise ValidationError("Cet organisme n’est pas de ce conseil.")
    if seat.holder is not None and not seat.holder.memberships.filter(council=council).exists():
        raise ValidationError("Cette personne n’est pas membre de ce conseil.")
    if seat.renews is not None and (seat.renews.end is None or seat.start <= seat.renews.end):
        raise ValidationError("Le renouvellement commence après la fin du mandat qu’il suit.")
    others = Seat.objects.overlapping(seat)
    same = (
        others.filter(holder=seat.holder)
        if seat.holder is not None
        else others.filter(holder_name__iexact=seat.holder_name)
    )
    if same.exists():
        raise ValidationError("Cette personne siège déjà dans cette instance à ces dates.")
    if seat.function == Seat.Function.CHAIR:
        chair = others.filter(function=Seat.Function.CHAIR).select_related("holder").first()
        if chair is not None:
            raise ValidationError(
                f"{chair.holder_label} préside déjà à ces dates : mettez d’abord fin à ce mandat, "
                "ou choisissez la coprésidence."
            )
