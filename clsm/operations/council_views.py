"""A council taken away, or deleted: from its settings, by its coordination."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cases.services import council_erasure
from clsm.operations import council_archive
from clsm.operations.forms import DeletionForm, ExportForm
from governance import second_factor
from governance.decisions import Refused
from governance.policies import can_coordinate
from governance.selectors import open_council_as_coordinator, open_council_as_manager
from governance.throttling import EXPORTS, throttled
from governance.viewer import ViewerRequest


@require_http_methods(["GET", "HEAD", "POST"])
@throttled(EXPORTS)
def council_export(request: ViewerRequest, council: str) -> HttpResponse:
    """The sealed archive of everything that the council owns, after a fresh second factor."""
    opened = open_council_as_coordinator(request.viewer, council)
    if not second_factor.confirmed_recently(request):
        return second_factor.ask_again(request, back=request.path)
    large = council_archive.is_large(opened)
    form = ExportForm(request.POST or None)
    if not large and form.is_valid():
        content = council_archive.export(
            request.viewer,
            opened,
            reason=form.cleaned_data["reason"],
            passphrase=form.cleaned_data["passphrase"],
            identities=form.cleaned_data["identities"],
        )
        name = f"{opened.code}-{timezone.localdate():%Y-%m-%d}.clsm"
        return HttpResponse(
            content,
            content_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    context = {"form": form, "large": large, "left_out": council_archive.LEFT_OUT.values()}
    return render(request, "clsm/council_export.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def council_delete(request: ViewerRequest, council: str) -> HttpResponse:
    """Ask that the council be deleted in thirty days, after a fresh second factor; or see that it
    is asked, for who may keep it."""
    opened = open_council_as_manager(request.viewer, council)
    asks = can_coordinate(request.viewer, opened) and opened.deletion_due_on is None
    if asks and not second_factor.confirmed_recently(request):
        return second_factor.ask_again(request, back=request.path)
    form = DeletionForm(request.POST or None, council=opened) if asks else None
    if form is not None and form.is_valid():
        try:
            due = council_erasure.ask(request.viewer, opened, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Le conseil sera supprimé le {due:%d/%m/%Y}.")
            return redirect("council_delete", opened.code)
    context = {"form": form, "delay": council_erasure.DELAY_DAYS}
    return render(request, "clsm/council_delete.html", context)


@require_POST
def council_keep(request: ViewerRequest, council: str) -> HttpResponse:
    """The deletion that was asked is called off."""
    opened = open_council_as_manager(request.viewer, council)
    try:
        council_erasure.keep(request.viewer, opened)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "La suppression est annulée : rien n’est effacé.")
    return redirect("council_settings", opened.code)
