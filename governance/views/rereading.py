"""The guard beside the text of a paper: when its form is sent, and while one writes."""

import re

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from governance import paper_policies, rereading, throttling
from governance.anonymity.review import Knowledge, replace, review
from governance.forms.guarded import kept, prepare, pressed, reasons_for
from governance.models import Council
from governance.selectors import open_council
from governance.throttling import throttled
from governance.viewer import ViewerRequest

_LONGEST_TEXT = 20_000
_FIELD_NAME = re.compile(r"[\w-]{1,80}\Z")


def reread(request: ViewerRequest, council: Council, form: forms.BaseForm) -> bool:
    """`form.is_valid()`, its free texts re-read by the guard; the reasons given are then kept."""
    if not form.is_bound:
        return False
    prepare(form, rereading.knowledge(council))
    if not form.is_valid():
        return False
    rereading.note_kept(request.viewer, council, kept(form))
    return True


@require_POST
@throttled(throttling.REREADINGS)
def paper_reread(request: ViewerRequest, council: str) -> HttpResponse:
    """The guard beside a paper being written, for those who write some; 404 for anyone else."""
    opened = open_council(request.viewer, council)
    if not paper_policies.can_write_some_paper(request.viewer, opened):
        raise Http404
    return fragment(request, rereading.knowledge(opened))


def fragment(request: ViewerRequest, knowledge: Knowledge) -> HttpResponse:
    """What is underlined in the text that was sent, what may replace it; empty for any other.

    Nothing is kept.
    """
    name, text = request.POST.get("field", ""), request.POST.get("text", "")
    if not _FIELD_NAME.match(name) or len(text) > _LONGEST_TEXT:
        return HttpResponse()  # no page of ours sends that
    better, button = None, pressed(request.POST)
    if button is not None and button.field == name:
        text = better = replace(text, button.key, button.choice, knowledge)
    context = {
        "review": review(text, reasons_for(name, request.POST), knowledge),
        "name": name,
        "better": better,
    }
    return render(request, "governance/rereading/fragment.html", context)
