"""The time that the coordination spends on a situation: noted, taken back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cases import selectors
from cases.forms.time_spent import TimeForm
from cases.services import time_spent
from cases.time_spent import in_hours
from cases.views.situations import situation_page
from governance.selectors import open_council_as_coordinator
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.once import once


@require_POST
@once
def situation_time(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Note minutes of work on the situation."""
    opened = open_council_as_coordinator(request.viewer, council)
    situation = selectors.open_situation(request.viewer, opened, code)
    form = TimeForm(request.POST, council=opened)
    if form.is_valid():
        answers = form.cleaned_data
        with refusals.as_form_error(form):
            time_spent.note(
                request.viewer,
                situation,
                minutes=answers["minutes"],
                kind=answers["kind"],
                on=answers["done_on"],
            )
            messages.success(request, f"C’est noté : {in_hours(answers['minutes'])}.")
            return redirect(situation)
    return situation_page(request, opened, situation, time_form=form)


@require_POST
@once
def situation_time_undo(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Take back one's own last entry."""
    opened = open_council_as_coordinator(request.viewer, council)
    situation = selectors.open_situation(request.viewer, opened, code)
    with refusals.as_message(request, "Votre dernière saisie est annulée."):
        time_spent.undo(request.viewer, situation)
    return redirect(situation)
