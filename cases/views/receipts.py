"""Papers around an alert: the receipt of the one that was sent, the blank form to fill in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases import alert_options, blank_form, receipt, selectors
from governance import throttling
from governance.selectors import open_council
from governance.throttling import throttled
from governance.viewer import ViewerRequest


@require_safe
def alert_receipt(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """The number, what happens next and when: where sending leads, as often as it is asked."""
    opened = open_council(request.viewer, council)
    alert = selectors.open_alert(request.viewer, opened, code)
    context = {
        "alert": alert,
        "following": receipt.what_follows(alert),
        "follow_url": alert.get_absolute_url(),
        "receipt_url": reverse("alert_receipt_pdf", args=[opened.code, alert.code]),
    }
    return render(request, "cases/alerts/receipt.html", context)


@require_safe
@throttled(throttling.DOCUMENTS)
def alert_receipt_pdf(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """The same on paper."""
    opened = open_council(request.viewer, council)
    alert = selectors.open_alert(request.viewer, opened, code)
    return download(receipt.as_pdf(alert), f"recepisse-{alert.code}.pdf")


@require_safe
@throttled(throttling.DOCUMENTS)
def blank_alert_form(request: ViewerRequest, council: str) -> HttpResponse:
    """The alert form on paper."""
    opened = alert_options.open_intake(request.viewer, council)
    return download(blank_form.as_pdf(opened), f"fiche-alerte-{opened.code}.pdf")


def download(document: bytes, name: str) -> HttpResponse:
    """A PDF to keep under that name."""
    return HttpResponse(
        document,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
