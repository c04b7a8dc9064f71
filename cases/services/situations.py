"""The life of a situation outside meetings: its profile, notes, watch, closure, reopening."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases import message_policies, policies
from cases.models import Alert, InternalNote, Situation
from cases.services import follow_up
from cases.services.activity import locked, note_contact, open_again, touch
from cases.workflow import SITUATION
from governance.decisions import Refused
from governance.versions import EditConflict
from governance.viewer import Viewer


@transaction.atomic
def revise(
    viewer: Viewer, situation: Situation, changes: Mapping[str, Any], *, version: int
) -> Situation:
    """Change profile fields or texts; `version` is the one the form was opened on.

    EditConflict when it is no longer the current one. Refused for anyone but the coordination.
    """
    situation = _locked(viewer, situation)
    if situation.version != version:
        opened_on = situation.history.filter(version=version).first()
        raise EditConflict(situation, opened_on.instance if opened_on else None)
    for field, value in changes.items():
        setattr(situation, field, value)
    situation.version += 1
    return _save(situation)


@transaction.atomic
def review_texts(
    viewer: Viewer, situation: Situation, texts: Mapping[str, str], *, version: int
) -> Situation:
    """The coordination has re-read the texts: participants may read them from now on."""
    return revise(
        viewer, situation, {**texts, "facts_reviewed_at": timezone.now()}, version=version
    )


@transaction.atomic
def add_note(
    viewer: Viewer, situation: Situation, *, text: str, contact_on: datetime.date | None = None
) -> InternalNote:
    """A note that only the coordination reads; `contact_on`: the day of the contact with the
    person that it reports (see services/activity.py). Refused for a day to come."""
    situation = _locked(viewer, situation)
    if not text.strip():
        raise Refused("Écrivez votre note.")
    if contact_on is not None:
        if contact_on > timezone.localdate():
            raise Refused("Un contact ne peut être daté du futur.")
        note_contact(situation, contact_on)
    return InternalNote.objects.create(
        situation=situation, author=viewer.user, text=text, contact_on=contact_on
    )


@transaction.atomic
def note_alert(viewer: Viewer, alert: Alert, *, text: str) -> InternalNote:
    """The same on an alert: its assessment; it follows the alert into its situation."""
    alert = Alert.objects.select_for_update(of=("self",)).select_related("council").get(pk=alert.pk)
    message_policies.can_note(viewer, alert).enforce()
    if not text.strip():
        raise Refused("Écrivez votre note.")
    return InternalNote.objects.create(alert=alert, author=viewer.user, text=text)


@transaction.atomic
def follow(viewer: Viewer, situation: Situation) -> Situation:
    """Put the situation in follow-up."""
    return _move(viewer, situation, "follow")


@transaction.atomic
def watch(viewer: Viewer, situation: Situation) -> Situation:
    """Put the situation under watch (*veille médico-sociale*)."""
    return _move(viewer, situation, "watch")


@transaction.atomic
def close(viewer: Viewer, situation: Situation, *, reason: str, on: datetime.date) -> Situation:
    """Close with a reason of the list `closure_reason`; leads still open are dropped.

    ValidationError for a date before the reception or in the future.
    """
    situation = _locked(viewer, situation)
    situation.status = SITUATION.target("close", situation.status)
    situation.closure_reason, situation.closed_on = reason, on
    if on > timezone.localdate():
        raise Refused("La clôture ne peut être datée du futur.")
    follow_up.drop_open_leads(situation)
    return _save(situation)


@transaction.atomic
def reopen(viewer: Viewer, situation: Situation, *, reason: str) -> Situation:
    """Reopen a closed situation; the reason is kept as an internal note."""
    situation = _locked(viewer, situation)
    open_again(situation)
    add_note(viewer, situation, text=f"Réouverture : {reason}")
    return _save(situation)


def _locked(viewer: Viewer, situation: Situation) -> Situation:
    """The situation as it is now, if the viewer steers it: an erased one is refused, even to who
    opened it before."""
    situation = locked(situation)
    policies.can_steer(viewer, situation).enforce()
    return situation


def _move(viewer: Viewer, situation: Situation, act: str) -> Situation:
    situation = _locked(viewer, situation)
    situation.status = SITUATION.target(act, situation.status)
    return _save(situation)


def _save(situation: Situation) -> Situation:
    touch(situation)
    situation.full_clean()
    situation.save()
    return situation
