"""Decisions, opinions and proposals: numbered, published with their minutes, then followed up."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from governance import paper_policies
from governance.decisions import Refused
from governance.models import Meeting, Resolution
from governance.services.councils import next_number
from governance.versions import save_over
from governance.viewer import Viewer
from governance.workflow import RESOLUTION


@transaction.atomic
def adopt(viewer: Viewer, meeting: Meeting, **fields: Any) -> Resolution:
    """What the meeting adopted, under the next number of its kind and year.

    Refused for a meeting that was not held; ValidationError (French) for a kind that this body does
    not adopt, a point of another agenda, votes that are not counted.
    """
    paper_policies.can_write_for(viewer, meeting.body).enforce()
    if meeting.status != Meeting.Status.HELD:
        raise Refused("Notez d’abord les présences : rien ne s’adopte avant la réunion.")
    resolution = Resolution(council=meeting.council, meeting=meeting, **fields)
    resolution.year = timezone.localdate(meeting.starts_at).year
    resolution.number = 0
    _check(resolution)
    letter = Resolution.LETTERS[Resolution.Kind(resolution.kind)]
    resolution.number = next_number(meeting.council, f"paper{letter}", resolution.year)
    resolution.full_clean()
    resolution.save()
    return resolution


@transaction.atomic
def rewrite(
    viewer: Viewer, resolution: Resolution, changes: Mapping[str, Any], *, version: int
) -> Resolution:
    """Change the text of one that is not published yet; its kind and number stay.

    EditConflict when somebody saved since; Refused once it is published.
    """
    resolution = _locked(viewer, resolution)
    if resolution.is_published:
        raise Refused("Ce texte est publié avec le compte rendu : il ne change plus.")
    save_over(resolution, changes, version)
    return resolution


@transaction.atomic
def follow(
    viewer: Viewer,
    resolution: Resolution,
    changes: Mapping[str, Any],
    *,
    act: str = "",
    version: int,
) -> Resolution:
    """Note who carries it, by when, where it stands (`owner`, `due_on`, `note`), and its next state
    by an act of workflow.RESOLUTION if one is given.

    EditConflict when somebody saved since; IllegalTransition; Refused when it is abandoned without
    a word of why.
    """
    resolution = _locked(viewer, resolution)
    changes = dict(changes)
    if act:
        changes["state"] = RESOLUTION.target(act, resolution.state)
    if act == "drop" and not changes.get("note", "").strip():
        raise Refused("Dites en quelques mots pourquoi elle est abandonnée.")
    save_over(resolution, changes, version)
    return resolution


def _locked(viewer: Viewer, resolution: Resolution) -> Resolution:
    found = (
        Resolution.objects.select_for_update(of=("self",))
        .select_related("council", "meeting__body__council")
        .get(pk=resolution.pk)
    )
    paper_policies.can_write_for(viewer, found.meeting.body).enforce()
    return found


def _check(resolution: Resolution) -> None:
    body, item = resolution.meeting.body, resolution.item
    if body is None or resolution.kind not in paper_policies.kinds_of(body):
        raise ValidationError("Cette instance n’adopte pas ce genre de texte.")
    if item is not None and item.meeting_id != resolution.meeting_id:
        raise ValidationError("Ce point n’est pas à l’ordre du jour de cette réunion.")
