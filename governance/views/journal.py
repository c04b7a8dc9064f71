"""The journal of accesses: who opened what, when; never what it contained."""

from django.apps import apps
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance import policies, selectors
from governance.forms.journal import JournalFilters
from governance.journal import ACTIONS, actor_words
from governance.models import AccessRecord
from governance.viewer import ViewerRequest


@require_safe
def access_journal(request: ViewerRequest, council: str) -> HttpResponse:
    """The council's journal, newest first, 50 lines a page.

    The kind of object and a piece of its key, never its code: the technical manager knows of no
    situation. The written reasons may tell of one: they are for the coordination.
    """
    opened = selectors.open_council_as_manager(request.viewer, council)
    filters = JournalFilters(request.GET, selectors.list_accesses(opened), council=opened)
    page = Paginator(filters.qs, 50).get_page(request.GET.get("page"))
    with_reasons = bool(policies.can_coordinate(request.viewer, opened))
    context = {
        "form": filters.form,
        "active": len(filters.answers),
        "page_obj": page,
        "with_reasons": with_reasons,
        "lines": [_line(record, with_reasons) for record in page],
    }
    return render(request, "governance/journal/access_journal.html", context)


def _line(record: AccessRecord, with_reason: bool) -> dict[str, object]:
    return {
        "at": record.at,
        "actor": actor_words(record),
        "action": ACTIONS.get(record.action, record.action),
        "target": f"{_kind(record.target_type)} {str(record.target_id)[:8]}",
        "reason": record.reason if with_reason else "",
    }


def _kind(target_type: str) -> str:
    """The French name of a table of this project, from any floor."""
    for model in apps.get_models():
        if model.__name__ == target_type:
            return str(model._meta.verbose_name).capitalize()
    return target_type
