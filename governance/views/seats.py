"""The mandates of a body, inscribed by the coordination."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from governance import body_selectors, selectors
from governance.forms.seats import MandateEndForm, RenewalForm, SeatForm
from governance.models import Body, Seat
from governance.services import seats
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.once import once


@require_http_methods(["GET", "HEAD", "POST"])
@once
def seat_new(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Inscribe a mandate."""
    body = _coordinated(request, council, key)
    return _edit(request, body, Seat(body=body))


@require_http_methods(["GET", "HEAD", "POST"])
def seat_edit(request: ViewerRequest, council: str, key: UUID, seat: UUID) -> HttpResponse:
    """Correct a mandate; from here it is renewed or ended."""
    body = _coordinated(request, council, key)
    return _edit(request, body, body_selectors.open_seat(body, seat))


@require_http_methods(["GET", "HEAD", "POST"])
def seat_end(request: ViewerRequest, council: str, key: UUID, seat: UUID) -> HttpResponse:
    """End a mandate before its term."""
    body = _coordinated(request, council, key)
    found = body_selectors.open_seat(body, seat)
    form = MandateEndForm(request.POST or None)
    if form.is_valid():
        with refusals.as_form_error(form):
            seats.end(request.viewer, found, form.cleaned_data["last_day"])
            messages.success(request, "La fin du mandat est enregistrée.")
            return redirect(body)
    context = {"form": form, "body": body, "seat": found}
    return render(request, "governance/bodies/seat_end.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def seat_renew(request: ViewerRequest, council: str, key: UUID, seat: UUID) -> HttpResponse:
    """Renew a mandate: another one follows it."""
    body = _coordinated(request, council, key)
    found = body_selectors.open_seat(body, seat)
    form = RenewalForm(request.POST or None, seat=found)
    if form.is_valid():
        with refusals.as_form_error(form):
            seats.renew(request.viewer, found, **form.cleaned_data)
            messages.success(request, "Le mandat est renouvelé.")
            return redirect(body)
    context = {"form": form, "body": body, "seat": found}
    return render(request, "governance/bodies/seat_renew.html", context)


@require_POST
def seat_withdraw(request: ViewerRequest, council: str, key: UUID, seat: UUID) -> HttpResponse:
    """Strike out a mandate that has not begun."""
    body = _coordinated(request, council, key)
    found = body_selectors.open_seat(body, seat)
    with refusals.as_message(request, "Le mandat à venir est retiré."):
        seats.withdraw(request.viewer, found)
    return redirect(body)


def _coordinated(request: ViewerRequest, council: str, key: UUID) -> Body:
    opened = selectors.open_council_as_coordinator(request.viewer, council)
    return selectors.open_body(opened, key)


def _edit(request: ViewerRequest, body: Body, seat: Seat) -> HttpResponse:
    form = SeatForm(request.POST or None, instance=seat, body=body)
    if form.is_valid():
        with refusals.as_form_error(form):
            seats.inscribe(request.viewer, seat)
            messages.success(request, "Le mandat est enregistré.")
            return redirect(body)
    known = None if seat._state.adding else seat
    context = {
        "form": form,
        "body": body,
        "seat": known,
        "withdrawable": known is not None and seats.can_withdraw(known),
    }
    return render(request, "governance/bodies/seat_edit.html", context)
