"""The guard beside a text, while one writes."""

import re

from django.http import HttpResponse
from django.shortcuts import render

from governance.anonymity.review import Knowledge, replace, review
from governance.forms.guarded import pressed, reasons_for
from governance.viewer import ViewerRequest

_LONGEST_TEXT = 20_000
_FIELD_NAME = re.compile(r"[\w-]{1,80}\Z")


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
