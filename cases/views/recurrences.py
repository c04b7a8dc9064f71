"""What the coordination answers when an alert is about a person who seems already known."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cases import seen_before
from cases.services import recurrences
from governance.selectors import open_council_as_coordinator
from governance.viewer import ViewerRequest
from governance.views import refusals


@require_POST
def recurrence_attach(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """The same person: attach the alert to their situation, and go there."""
    found = _opened(request, council, key)
    with refusals.as_message(request, "L’alerte est rattachée à la situation déjà connue."):
        return redirect(recurrences.attach(request.viewer, found))
    return redirect(found.alert)


@require_POST
def recurrence_set_aside(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Somebody else: it is not proposed again."""
    found = _opened(request, council, key)
    with refusals.as_message(request, "C’est noté : ce n’est pas la même personne."):
        recurrences.set_aside(request.viewer, found)
    return redirect(found.alert)


def _opened(request: ViewerRequest, council: str, key: UUID) -> Any:
    opened = open_council_as_coordinator(request.viewer, council)
    return seen_before.open_recurrence(request.viewer, opened, key)
