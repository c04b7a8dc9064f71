"""The roadmap written: axes and objectives by the coordination, actions also by their group."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from governance.decisions import Refused
from governance.models import ActionSheet, Axis, Balance, Council, Objective
from governance.paper_policies import can_write_action
from governance.policies import can_coordinate
from governance.versions import save_over
from governance.viewer import Viewer


@transaction.atomic
def write_level(viewer: Viewer, level: Axis | Objective) -> None:
    """Write down an axis or an objective. ValidationError (French)."""
    can_coordinate(viewer, _council_of(level)).enforce()
    level.full_clean()
    level.save()


@transaction.atomic
def strike_level(viewer: Viewer, level: Axis | Objective) -> None:
    """Strike out an axis or an objective; Refused while it holds an action."""
    can_coordinate(viewer, _council_of(level)).enforce()
    of_level = {"objective__axis": level} if isinstance(level, Axis) else {"objective": level}
    if ActionSheet.objects.filter(**of_level).exists():
        raise Refused("Il porte des actions : déplacez-les ou abandonnez-les d’abord.")
    level.delete()


@transaction.atomic
def write_action(
    viewer: Viewer, action: ActionSheet, changes: Mapping[str, Any], *, version: int
) -> ActionSheet:
    """Write an action sheet, new (`version` 0) or changed.

    EditConflict when somebody saved since; Refused for who does not write it, and for a group's
    secretary who would create one or give it to another body; ValidationError (French) for an
    objective or a body of another council.
    """
    if action._state.adding:
        action.version = 0
        can_coordinate(viewer, action.objective.axis.council).enforce()
    else:
        sheets = ActionSheet.objects.select_for_update(of=("self",))
        action = sheets.select_related("objective__axis__council", "body").get(pk=action.pk)
        can_write_action(viewer, action).enforce()
    council = action.objective.axis.council
    objective, body = changes["objective"], changes["body"]
    if objective.axis.council_id != council.pk or (body and body.council_id != council.pk):
        raise ValidationError("Cet objectif ou cette instance n’est pas de ce conseil.")
    if body != action.body:
        can_coordinate(viewer, council).enforce()
    save_over(action, changes, version)
    return action


@transaction.atomic
def write_balance(
    viewer: Viewer, action: ActionSheet, year: int, changes: Mapping[str, Any], *, version: int
) -> Balance:
    """Write the balance of a year, new (`version` 0) or changed. EditConflict; ValidationError."""
    can_write_action(viewer, action).enforce()
    # One at a time: two first balances of a year would not see each other.
    ActionSheet.objects.select_for_update().get(pk=action.pk)
    balance = action.balances.filter(year=year).first()
    if balance is None:
        balance = Balance(action=action, year=year, version=0)
    save_over(balance, changes, version)
    return balance


def _council_of(level: Axis | Objective) -> Council:
    return level.council if isinstance(level, Axis) else level.axis.council
