"""A decision, an opinion or a proposal as a list says it."""

from typing import Any

from django.utils import timezone

from governance.models import Resolution

_SIGNS = {"to_do": "missing", "in_progress": "known", "done": "done", "dropped": "refused"}


def line(resolution: Resolution) -> dict[str, Any]:
    """Its row (components/row.html)."""
    facts = [f"{resolution.meeting}, {day(resolution)}", resolution.owner]
    if resolution.due_on:
        facts.append(f"échéance le {resolution.due_on:%d/%m/%Y}")
    return {
        "code": resolution.code,
        "title": resolution.title,
        "url": resolution.get_absolute_url(),
        "facts": list(filter(None, facts)),
        "chips": chips(resolution),
    }


def chips(resolution: Resolution) -> list[dict[str, str]]:
    """What it is, where it stands, what presses."""
    state = {"kind": _SIGNS[resolution.state], "label": resolution.get_state_display()}
    told = [{"kind": "named", "label": resolution.get_kind_display()}, state]
    is_open = resolution.state in Resolution.OPEN
    if is_open and resolution.due_on and resolution.due_on < timezone.localdate():
        told.append({"kind": "late", "label": "Échéance passée"})
    if not resolution.is_published:
        told.append({"kind": "neutral", "label": "Non publiée"})
    return told


def day(resolution: Resolution) -> str:
    """The day of its meeting."""
    return f"{timezone.localtime(resolution.meeting.starts_at):%d/%m/%Y}"
