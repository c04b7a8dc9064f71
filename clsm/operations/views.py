"""For the machines that watch this one: alive, ready, gauges. No session, no secret."""

import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from clsm.operations import health, metrics
from clsm.version import VERSION


@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Liveness: this process answers. It asks nothing of the database, whose absence no restart
    of this process would mend."""
    return HttpResponse(f"ok {VERSION}\n", content_type="text/plain")


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Readiness, as JSON: each check's state; 503 when requests should go elsewhere."""
    found = health.checks()
    good = health.ready(found)
    states = {check.name: check.state for check in found}
    answer = {"ready": good, "version": VERSION, "checks": states}
    return JsonResponse(answer, status=200 if good else 503)


@login_not_required
@require_safe
def gauges(request: HttpRequest) -> HttpResponse:
    """The gauges, for who shows CLSM_METRICS_TOKEN as a bearer; 404 for anybody else.

    The network address says nothing here: behind a proxy everybody comes from the loopback.
    """
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.CLSM_METRICS_TOKEN
    if not token or not secrets.compare_digest(shown.encode(), token.encode()):
        raise Http404
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)
