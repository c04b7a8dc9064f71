"""The way to the papers of the bodies: found for this viewer, or 404."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from governance import body_selectors, paper_policies
from governance.models import (
    ActionSheet,
    Agreement,
    Axis,
    Balance,
    Council,
    Meeting,
    Minutes,
    Objective,
    Resolution,
    Signatory,
)
from governance.selectors import open_council_of_papers
from governance.viewer import Viewer


def open_paper_meeting(viewer: Viewer, code: str, body: UUID, key: UUID) -> Meeting:
    """The meeting of that key, of a body in the viewer's scope, else 404."""
    council = open_council_of_papers(viewer, code)
    found = body_selectors.open_read_body(viewer, council, body)
    return body_selectors.open_body_meeting(viewer, found, key)


def open_written_meeting(viewer: Viewer, code: str, body: UUID, key: UUID) -> Meeting:
    """The same, for those who write the papers of the body; 404 for anyone else."""
    meeting = open_paper_meeting(viewer, code, body, key)
    if not paper_policies.can_write_for(viewer, meeting.body):
        raise Http404
    return meeting


def list_minutes(viewer: Viewer, meeting: Meeting) -> list[Minutes]:
    """The versions of its minutes that the viewer reads, the newest first."""
    versions = paper_policies.minutes_in_scope(viewer, meeting).select_related("validated_by")
    found = list(versions.order_by("-number"))
    for each in found:
        each.meeting = meeting
    return found


def open_minutes(viewer: Viewer, meeting: Meeting, number: int) -> Minutes:
    """The version of that number, in the viewer's scope, else 404."""
    found = next((each for each in list_minutes(viewer, meeting) if each.number == number), None)
    if found is None:
        raise Http404
    return found


def list_resolutions(viewer: Viewer, council: Council) -> QuerySet[Resolution]:
    """The decisions, opinions and proposals in the viewer's scope, the newest first."""
    found = paper_policies.resolutions_in_scope(viewer, council.resolutions.all())
    return found.select_related("council", "meeting__body", "meeting__council", "item")


def open_resolution(viewer: Viewer, council: Council, key: UUID) -> Resolution:
    """The one of that key, in the viewer's scope, else 404."""
    return get_object_or_404(list_resolutions(viewer, council), pk=key)


def open_written_resolution(viewer: Viewer, council: Council, key: UUID) -> Resolution:
    """The same, for those who write the papers of its body; 404 for anyone else."""
    found = open_resolution(viewer, council, key)
    if not paper_policies.can_write_for(viewer, found.meeting.body):
        raise Http404
    return found


# --- the roadmap --------------------------------------------------------------------------------


def list_axes(council: Council) -> QuerySet[Axis]:
    """The roadmap: axes, their objectives, their actions; three queries."""
    actions = ActionSheet.objects.select_related("body").order_by("starts_on", "title")
    objectives = Objective.objects.prefetch_related(Prefetch("actions", actions))
    return council.axes.prefetch_related(Prefetch("objectives", objectives))


def open_axis(council: Council, key: UUID) -> Axis:
    """The council's axis of that key, or 404."""
    return get_object_or_404(council.axes, pk=key)


def open_objective(council: Council, key: UUID) -> Objective:
    """The council's objective of that key, or 404."""
    return get_object_or_404(
        Objective.objects.filter(axis__council=council).select_related("axis"), pk=key
    )


def open_action(council: Council, key: UUID) -> ActionSheet:
    """The council's action sheet of that key, or 404."""
    sheets = ActionSheet.objects.filter(objective__axis__council=council)
    return get_object_or_404(sheets.select_related("objective__axis__council", "body"), pk=key)


def open_written_action(viewer: Viewer, council: Council, key: UUID) -> ActionSheet:
    """The same, for those who write it; 404 for anyone else."""
    found = open_action(council, key)
    if not paper_policies.can_write_action(viewer, found):
        raise Http404
    return found


@dataclass(frozen=True)
class YearLine:
    """An action in the synthesis of a year, with its balance if it has one."""

    axis: Axis
    objective: Objective
    action: ActionSheet
    balance: Balance | None


def synthesis(council: Council, year: int) -> tuple[YearLine, ...]:
    """The actions that ran in that year or have a balance of it, in the roadmap's order."""
    balances = {
        each.action_id: each
        for each in Balance.objects.filter(action__objective__axis__council=council, year=year)
    }
    return tuple(
        YearLine(axis, objective, action, balances.get(action.pk))
        for axis in list_axes(council)
        for objective in axis.objectives.all()
        for action in objective.actions.all()
        if action.pk in balances or _ran(action, year)
    )


def _ran(action: ActionSheet, year: int) -> bool:
    """Whether the action was under way in that year, going by its dates and its state."""
    if action.state in (ActionSheet.State.PLANNED, ActionSheet.State.DROPPED):
        return False
    begun = action.starts_on is not None and action.starts_on.year <= year
    return begun and (action.ends_on is None or action.ends_on.year >= year)


def years_of_balances(council: Council) -> Sequence[int]:
    """The years that have a balance, the last one first."""
    balances = Balance.objects.filter(action__objective__axis__council=council)
    return sorted(set(balances.values_list("year", flat=True)), reverse=True)


# --- the agreement ------------------------------------------------------------------------------


def list_agreements(council: Council) -> QuerySet[Agreement]:
    """The council's agreements, the newest first, signatories loaded."""
    return council.agreements.select_related("council").prefetch_related("signatories")


def open_agreement(council: Council, key: UUID) -> Agreement:
    """The council's agreement of that key, or 404."""
    return get_object_or_404(list_agreements(council), pk=key)


def open_signatory(council: Council, key: UUID) -> Signatory:
    """The signatory of that key, of an agreement of the council, or 404."""
    found = Signatory.objects.filter(agreement__council=council).select_related("agreement")
    return get_object_or_404(found, pk=key)
