"""The exchange of the coordination with one partner: written, told by a code, marked as read."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases import message_policies
from cases.models import Alert, Message, Participation
from cases.services.activity import locked
from governance import mail
from governance.decisions import Refused
from governance.models import Council, Role
from governance.selectors import list_members
from governance.viewer import Viewer


@transaction.atomic
def write_about(viewer: Viewer, alert: Alert, *, text: str) -> Message:
    """A message about the alert: from its author to the coordination, or the other way.

    A mail tells the other side, by the alert's code, unless an earlier one still waits to be read.
    Refused for anyone else, for an exchange that is closed, and for an empty text.
    """
    alert = (
        Alert.objects.select_for_update(of=("self",))
        .select_related("council", "author", "situation__council")
        .get(pk=alert.pk)
    )
    message_policies.can_write_about(viewer, alert).enforce()
    from_coordination = alert.author_id != viewer.user.pk
    waiting = _waiting(alert.messages, from_coordination)
    message = post(alert=alert, author=viewer.user, from_coordination=from_coordination, text=text)
    if not waiting:
        path = f"{alert.get_absolute_url()}#messages"
        if from_coordination and alert.author is not None:
            _tell(alert.author.email, alert.council, alert.code, path)
        else:
            tell_coordination(alert.council, alert.code, path)
    return message


@transaction.atomic
def write_to(viewer: Viewer, participation: Participation, *, text: str) -> Message:
    """A message in the exchange of that participation, likewise.

    No contact with the person (services/activity.py), and no other participant's list tells of it.
    """
    situation = locked(participation.situation)
    participation = Participation.objects.select_related("membership__user").get(
        pk=participation.pk
    )
    participation.situation = situation
    message_policies.can_write_to(viewer, participation).enforce()
    from_coordination = participation.membership_id not in viewer.membership_keys
    waiting = _waiting(participation.messages, from_coordination)
    message = post(
        participation=participation,
        author=viewer.user,
        from_coordination=from_coordination,
        text=text,
    )
    if not waiting:
        path = reverse(
            "participation_exchange",
            args=[situation.council.code, situation.code, participation.pk],
        )
        if from_coordination:
            partner = participation.membership.user
            _tell(partner.email, situation.council, situation.code, path)
        else:
            tell_coordination(situation.council, situation.code, path)
    return message


def mark_read(viewer: Viewer, messages: Iterable[Message], *, by_coordination: bool) -> None:
    """Those that the other side wrote, and that were shown to `viewer`, are read from now on;
    the first reader stays."""
    shown = [
        message.pk
        for message in messages
        if message.read_at is None and message.from_coordination != by_coordination
    ]
    if shown:
        Message.objects.filter(pk__in=shown, read_at__isnull=True).update(
            read_at=timezone.now(), read_by=viewer.user
        )


def post(*, text: str, **columns: Any) -> Message:
    """The message, stored; for services, which have checked who writes. Refused when empty."""
    if not text.strip():
        raise Refused("Écrivez votre message.")
    return Message.objects.create(text=text.strip(), **columns)


def tell_coordination(council: Council, code: str, path: str) -> None:
    """Each coordinator of the council learns by mail that something waits, by its code."""
    for membership in list_members(council, Role.COORDINATOR):
        _tell(membership.user.email, council, code, path)


def _waiting(messages: Any, from_coordination: bool) -> bool:
    """Whether one of this side's messages is still to be read: its mail has been sent."""
    return bool(messages.filter(from_coordination=from_coordination, read_at__isnull=True).exists())


def _tell(email: str, council: Council, code: str, path: str) -> None:
    mail.send(
        "message_received",
        email,
        subject=f"{code} : un message vous attend",
        context={"code": code, "council": council, "path": path},
    )
