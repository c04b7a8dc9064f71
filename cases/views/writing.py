"""An alert written by who has an account: a partner, or the coordination for somebody else."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cases import alert_options
from cases.forms.alerts import STEPS
from cases.forms.steps_who import DangerForm
from cases.views import drafts
from governance import throttling
from governance.throttling import throttled
from governance.viewer import ViewerRequest


@require_http_methods(["GET", "HEAD", "POST"])
@throttled(throttling.DRAFTS)
def alert_new(request: ViewerRequest, council: str) -> HttpResponse:
    """What an alert is and what it needs; whether anybody is in danger; then a draft."""
    desk = _desk(request, council)
    form = DangerForm(desk.options, {}, request.POST if request.method == "POST" else None)
    if form.is_valid():
        draft = drafts.begin(desk, form)
        if desk.options.by_coordinator and request.POST.get("go") != "steps":
            return redirect(desk.url("one_page", draft.pk))
        return redirect(desk.url("draft", draft.pk, STEPS[1].slug))
    context = {"form": form, "desk": desk, "drafts": drafts.resumable(desk)}
    return render(request, "cases/alerts/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def alert_draft(request: ViewerRequest, council: str, key: UUID, step: str) -> HttpResponse:
    """One step of the draft."""
    return drafts.write_step(request, _desk(request, council), key, step)


@require_http_methods(["GET", "HEAD", "POST"])
def alert_one_page(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """The whole alert on one page: what the coordination is told on the telephone or on paper."""
    desk = _desk(request, council)
    if not desk.options.by_coordinator:
        raise Http404
    return drafts.write_page(request, desk, key)


@require_POST
def alert_autosave(request: ViewerRequest, council: str, key: UUID, page: str) -> HttpResponse:
    """Keep what is being typed: the page's script calls (static/js/autosave.js)."""
    return drafts.autosave(request, _desk(request, council), key, page)


@require_http_methods(["GET", "HEAD", "POST"])
@throttled(throttling.ALERTS)
def alert_recap(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Everything that was typed and what is missing; then send it, once."""
    return drafts.recap(request, _desk(request, council), key)


@require_POST
def alert_discard(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Delete a draft and all that was typed."""
    return drafts.discard(request, _desk(request, council), key)


def _desk(request: ViewerRequest, code: str) -> drafts.Desk:
    return drafts.desk_of(request.viewer, alert_options.open_intake(request.viewer, code))
