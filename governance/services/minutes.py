"""Minutes written, validated, published; a published version is never changed, it is replaced."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from governance import minutes, paper_policies
from governance.decisions import YES, Decision, Refused, no
from governance.models import Meeting, Minutes, Resolution
from governance.services import assemblies, convocations
from governance.versions import save_over
from governance.viewer import Viewer
from governance.workflow import MINUTES


@transaction.atomic
def write(viewer: Viewer, meeting: Meeting, changes: Mapping[str, Any], *, version: int) -> Minutes:
    """Write the draft of the minutes: `opening`, `texts`, `correction`. `version` 0 begins it.

    The meeting was held, then. EditConflict when somebody saved since; Refused before its day, for
    a cancelled one, and while no version is being written.
    """
    paper_policies.can_write_for(viewer, meeting.body).enforce()
    locked = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    can_write(locked).enforce()
    draft = locked.minutes.filter(state=Minutes.State.DRAFT).first()
    if draft is None:
        assemblies.hold(locked)
        draft = Minutes(meeting=locked, version=0)
    save_over(draft, changes, version)
    return draft


def can_write(meeting: Meeting) -> Decision:
    """Whether a draft may be written: from the day of the meeting, unless cancelled; not while a
    version is validated, nor over a published one, which is corrected."""
    if meeting.status == Meeting.Status.CANCELLED:
        return no("Cette réunion est annulée.")
    if assemblies.day_of(meeting) > timezone.localdate():
        return no("Le compte rendu s’écrit à partir du jour de la réunion.")
    last = meeting.minutes.order_by("-number").first()
    if last is None or last.state == Minutes.State.DRAFT:
        return YES
    if last.state == Minutes.State.VALIDATED:
        return no("Cette version est validée : reprenez d’abord la rédaction.")
    return no("Ce compte rendu est publié : écrivez une version corrigée.")


@transaction.atomic
def move(viewer: Viewer, record: Minutes, act: str) -> Minutes:
    """Validate, take up again or publish a version (workflow.MINUTES).

    Published, it keeps who came, what the meeting adopted is published with it, and the members of
    the body are told.
    IllegalTransition from another state; Refused for anyone but the coordination, and for a
    correction that does not say what it corrects.
    """
    council = record.meeting.council
    paper_policies.can_settle_minutes(viewer, council).enforce()
    record = Minutes.objects.select_for_update(of=("self",)).get(pk=record.pk)
    target = MINUTES.target(act, record.state)
    now = timezone.now()
    if act == "validate":
        if not record.opening.strip() and not any(record.texts.values()):
            raise Refused("Ce compte rendu est vide : écrivez ce qui s’est dit.")
        if record.number > 1 and not record.correction.strip():
            raise Refused("Dites en quelques mots ce qui est corrigé.")
        record.validated_at, record.validated_by = now, viewer.user
    elif act == "resume":
        record.validated_at = record.validated_by = None
    else:
        record.published_at = now
        record.quorum, colleges = minutes.attendance(record.meeting)
        record.attended = minutes.rows(colleges)
    record.state = target
    record.full_clean()
    record.save()
    if record.is_published:
        _publish_resolutions(record)
        convocations.tell_minutes_published(record)
    return record


@transaction.atomic
def correct(viewer: Viewer, record: Minutes) -> Minutes:
    """Begin the version that will replace a published one: a draft that says the same.

    Refused for anyone but the coordination, for a version that is not published or no longer the
    last one.
    """
    paper_policies.can_settle_minutes(viewer, record.meeting.council).enforce()
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=record.meeting_id)
    last = meeting.minutes.order_by("-number").first()
    if last is None or last.pk != record.pk or not record.is_published:
        raise Refused("Une autre version de ce compte rendu est en cours.")
    draft = Minutes(
        meeting=meeting, number=record.number + 1, opening=record.opening, texts=record.texts
    )
    draft.full_clean()
    draft.save()
    return draft


def _publish_resolutions(record: Minutes) -> None:
    for resolution in Resolution.objects.filter(meeting=record.meeting_id, published_in=None):
        resolution.published_in = record
        resolution.version += 1
        resolution.save()
