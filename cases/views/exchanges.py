"""The exchange of one participant with the coordination, on a page of its own for both."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases import dossier, exchanges, policies, selectors
from cases.forms.messages import MessageForm
from cases.services.messages import mark_read, write_to
from cases.views.rereading import reread
from governance import throttling
from governance.selectors import open_council
from governance.throttling import throttled
from governance.viewer import ViewerRequest
from governance.views.once import once
from governance.views.refusals import as_form_error


@require_http_methods(["GET", "HEAD", "POST"])
@throttled(throttling.MESSAGES)
@once
def participation_exchange(
    request: ViewerRequest, council: str, code: str, key: UUID
) -> HttpResponse:
    """The messages, read from now on, and one more; 404 for every other participant."""
    opened = open_council(request.viewer, council)
    situation = selectors.open_situation(request.viewer, opened, code)
    participation = dossier.participation_of(situation, key)
    participation.situation = situation
    steers = policies.coordinates(request.viewer, opened)
    if not steers and dossier.own_participation(request.viewer, situation) != participation:
        raise Http404
    form = MessageForm(request.POST or None)
    if reread(request, opened, form, about=participation.situation.alerts.all()):
        with as_form_error(form):
            write_to(request.viewer, participation, text=form.cleaned_data["text"])
            messages.success(request, "Votre message est envoyé.")
            return redirect(request.path)
    exchange = exchanges.of_participation(request.viewer, participation)
    mark_read(request.viewer, exchange.messages, by_coordination=exchange.by_coordination)
    context = {
        "situation": situation,
        "partner": participation.membership if exchange.by_coordination else None,
        "exchange": exchange,
        "message_form": form,
        "themes_only": policies.discussion(situation) == "themes",
        "refused": situation.consent_state in policies.CLOSED_AGREEMENTS,
    }
    return render(request, "cases/messages/exchange.html", context)
