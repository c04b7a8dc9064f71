"""From a draft to an alert that was sent, once, and acknowledged."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from cases import policies, receipt, vault
from cases.models import Alert, AlertDraft, AlertStep
from cases.occasional import OccasionalViewer, authorship, wrote
from cases.services import authors, rereading
from cases.workflow import ALERT
from governance import grants, journal, mail
from governance.anonymity.review import Passage
from governance.decisions import Refused
from governance.letters import day, moment
from governance.models import Council, Organisation
from governance.services.councils import next_number
from governance.viewer import Viewer


class DraftConflict(Exception):
    """The page was saved from elsewhere since it was opened; nothing was overwritten.

    `current` is the draft as it stands, for the page to show the difference.
    """

    def __init__(self, current: AlertDraft) -> None:
        super().__init__("Cette page a été modifiée dans un autre onglet.")
        self.current = current


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
    `receipt_to`, `outside_organisation`: the address and the organisation of an outside
    professional for whom the coordination writes. `kept`: the passages that the guard showed and
    the writer keeps, by the field that holds them.
    """

    draft_key: UUID
    fields: Mapping[str, Any]
    steps: Sequence[TriedStep] = ()
    involved_partners: Sequence[Organisation] = ()
    suggested_invitees: Sequence[Organisation] = ()
    identity: Mapping[str, str] = field(default_factory=dict)
    receipt_to: str = ""
    outside_organisation: str = ""
    kept: Sequence[tuple[str, Passage]] = ()


def start_draft(viewer: Viewer, council: Council) -> AlertDraft:
    """The viewer's draft where nothing is written yet but the question of danger, or a new one.

    Refused for who may not send an alert there.
    """
    policies.can_submit(viewer, council).enforce()
    own = policies.drafts_in_scope(viewer, AlertDraft.objects.filter(council=council))
    blank = next((draft for draft in own if set(draft.answers) <= {"danger"}), None)
    return blank or AlertDraft.objects.create(council=council, **authorship(viewer))


def save_step(draft: AlertDraft, step: str, answers: Mapping[str, Any], **marks: Any) -> AlertDraft:
    """Keep what was typed at one step: `save_page` for a page of that step alone."""
    return save_page(draft, step, {step: answers}, **marks)


@transaction.atomic
def save_page(
    draft: AlertDraft,
    page: str,
    answers: Mapping[str, Mapping[str, Any]],
    *,
    mark: str = "",
    known: Collection[str] | None = None,
) -> AlertDraft:
    """Keep what was typed on `page` (step -> field -> text or list), valid or not; the draft saved.

    `mark` names this save, `known` the saves of the page that the writer has seen or made: when
    the last one is none of them, another tab wrote in between and DraftConflict says so. None
    does not ask. An identity goes as soon as the agreement is no longer *named*: its fields are
    closed then, and closed means not stored. Refused when the draft was sent or discarded in the
    meantime: it does not come back.
    """
    saved = AlertDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if saved is None:
        raise Refused("Ce brouillon n’existe plus : il a été transmis ou supprimé.")
    if known is not None and saved.marks.get(page, "") not in ("", *known):
        raise DraftConflict(saved)
    typed = {step: dict(fields) for step, fields in answers.items()}
    saved.answers = _closed_to_identity({**saved.answers, **typed})
    saved.marks = {**saved.marks, page: mark or uuid4().hex}
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
    sent = Alert.objects.filter(draft_key=submission.draft_key)
    own = wrote(viewer)
    if viewer.user is not None:
        own |= Q(recorded_by=viewer.user)
    return sent.filter(own).first()


def _store(viewer: Viewer, council: Council, submission: Submission) -> Alert:
    now = timezone.now()
    year = timezone.localdate(now).year
    alert = Alert(
        council=council,
        **_author(viewer, council, submission),
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
    if alert.author is not None:
        grants.grant(alert.author, "view_alert", alert)
    journal.record(
        viewer.user,
        "grant",
        alert,
        council=council,
        reason="" if viewer.user else journal.NO_ACCOUNT,
    )
    rereading.note_kept(viewer, council, submission.kept)
    AlertDraft.objects.filter(wrote(viewer), pk=submission.draft_key).delete()
    if alert.author_email:
        _acknowledge(alert, "alert_received_outside" if alert.recorded_by else "alert_received")
    return alert


def _author(viewer: Viewer, council: Council, submission: Submission) -> dict[str, Any]:
    """Whose the alert is: the viewer's; that of the outside professional for whom the
    coordination writes."""
    if isinstance(viewer, OccasionalViewer) or not policies.coordinates(viewer, council):
        return authorship(viewer)
    outside = authors.reached_by_coordination(
        council,
        email=submission.receipt_to,
        organisation=submission.outside_organisation,
        function=str(submission.fields.get("requester_role", "")),
    )
    return {"occasional_author": outside, "recorded_by": viewer.user}


def _acknowledge(alert: Alert, template: str) -> None:
    mail.send(
        template,
        alert.author_email,
        subject=f"{alert.code} : alerte bien reçue",
        context={
            "code": alert.code,
            "received": moment(alert.received_at),
            "due": day(receipt.answer_due(alert)),
            "council": alert.council,
            "path": alert.author_path,
        },
    )
