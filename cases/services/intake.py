"""From a draft to an alert that was sent, once, and acknowledged."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from cases import policies, vault
from cases.models import Alert, AlertDraft, AlertStep
from cases.workflow import ALERT
from governance import grants, journal, mail
from governance.decisions import Refused
from governance.letters import moment
from governance.models import Council, Organisation, User
from governance.services.councils import next_number
from governance.viewer import Viewer


@dataclass(frozen=True)
class TriedStep:
    """A step already tried: codes of the lists `steps_tried` and `step_result`."""

    step: str
    done_on: datetime.date | None = None
    result: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Submission:
    """A whole alert, validated: model fields, steps, partners, identity (vault field -> answer).

    `draft_key` is the key of the draft it comes from: sending it twice gives one alert.
    """

    draft_key: UUID
    fields: Mapping[str, Any]
    steps: Sequence[TriedStep] = ()
    involved_partners: Sequence[Organisation] = ()
    suggested_invitees: Sequence[Organisation] = ()
    identity: Mapping[str, str] = field(default_factory=dict)


def start_draft(viewer: Viewer, council: Council) -> AlertDraft:
    """The viewer's draft where nothing is written yet, or a new one.

    Refused for who may not send an alert there.
    """
    policies.can_submit(viewer, council).enforce()
    own = AlertDraft.objects.filter(council=council, author=viewer.user)
    blank = next((draft for draft in own if not draft.answers), None)
    return blank or AlertDraft.objects.create(council=council, author=viewer.user)


@transaction.atomic
def save_step(draft: AlertDraft, step: str, answers: Mapping[str, str | list[str]]) -> AlertDraft:
    """Keep what was typed at `step`, valid or not, so that nothing is lost; the draft as saved.

    An identity typed at any step goes as soon as the agreement is no longer *named*: its fields
    are closed then, and closed means not stored. Refused when the draft was sent or discarded in
    the meantime: it does not come back.
    """
    saved = AlertDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if saved is None:
        raise Refused("Ce brouillon n’existe plus : il a été transmis ou supprimé.")
    saved.answers = _closed_to_identity({**saved.answers, step: dict(answers)})
    saved.save()
    return saved


def _closed_to_identity(answers: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The answers of all steps, without the identity unless the person's agreement is *named*."""
    if any(step.get("consent_state") == "named" for step in answers.values()):
        return answers
    return {
        slug: {field: v for field, v in step.items() if field not in vault.IDENTITY_FIELDS}
        for slug, step in answers.items()
    }


def discard_draft(draft: AlertDraft) -> None:
    """Delete the draft and what was typed."""
    draft.delete()


def submit(viewer: Viewer, council: Council, submission: Submission) -> Alert:
    """Store the alert, seal the identity, acknowledge it; the draft is gone in the same act.

    The same submission sent again, even at the same instant, returns the alert already stored.
    Refused for who may not send an alert there; ValueError for an identity without agreement.
    """
    policies.can_submit(viewer, council).enforce()
    sent = _already_sent(viewer, submission)
    if sent is not None:
        return sent
    try:
        with transaction.atomic():
            return _store(viewer, council, submission)
    except IntegrityError:
        sent = _already_sent(viewer, submission)
        if sent is None:
            raise
        return sent


def _already_sent(viewer: Viewer, submission: Submission) -> Alert | None:
    return Alert.objects.filter(draft_key=submission.draft_key, author=viewer.user).first()


def _store(viewer: Viewer, council: Council, submission: Submission) -> Alert:
    now = timezone.now()
    year = timezone.localdate(now).year
    alert = Alert(
        council=council,
        author=viewer.user,
        draft_key=submission.draft_key,
        status=ALERT.target("acknowledge", ALERT.target("submit", ALERT.start)),
        received_at=now,
        code=f"{council.code}-{year}-A{next_number(council, 'alert', year):03d}",
        **submission.fields,
    )
    # The database says whether the draft was sent already, and `submit` then finds the alert.
    alert.full_clean(exclude=["code", "draft_key"])
    alert.save()
    alert.involved_partners.set(submission.involved_partners)
    alert.suggested_invitees.set(submission.suggested_invitees)
    for tried in submission.steps:
        AlertStep.objects.create(
            alert=alert,
            step=tried.step,
            done_on=tried.done_on,
            result=tried.result,
            comment=tried.comment,
        )
    vault.seal(alert, submission.identity, by=viewer.user)
    grants.grant(viewer.user, "view_alert", alert)
    journal.record(viewer.user, "grant", alert, council=council)
    AlertDraft.objects.filter(pk=submission.draft_key, author=viewer.user).delete()
    _acknowledge(alert, viewer.user)
    return alert


def _acknowledge(alert: Alert, author: User) -> None:
    mail.send(
        "alert_received",
        author.email,
        subject=f"{alert.code} : alerte bien reçue",
        context={
            "code": alert.code,
            "received": moment(alert.received_at),
            "council": alert.council,
            "path": alert.get_absolute_url(),
        },
    )
