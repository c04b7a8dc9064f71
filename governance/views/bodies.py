"""The council's bodies: steering committee, plenary, working groups, watch cell; who sits there."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance import body_selectors, nomenclatures, paper_policies, policies, selectors
from governance.benchmarks import EXPECTED_BODIES, REFERENCES
from governance.composition import compose
from governance.forms.bodies import BodyForm
from governance.models import Body, Council
from governance.services import directory
from governance.services.agreements import pressing
from governance.viewer import ViewerRequest
from governance.views.once import once

LAST_MEETINGS = 10


@require_safe
def bodies(request: ViewerRequest, council: str) -> HttpResponse:
    """The bodies, the inactive ones last, and those that every council is asked to have."""
    opened = selectors.open_council_of_bodies(request.viewer, council)
    listed = list(body_selectors.list_bodies(opened, timezone.localdate()))
    active = {body.kind for body in listed if body.active}
    read = paper_policies.bodies_in_scope(request.viewer, opened.bodies.all())
    keys = set(read.values_list("pk", flat=True))
    manages = policies.can_manage(request.viewer, opened)
    context = {
        "bodies": [(body, body.pk in keys) for body in listed if manages or body.pk in keys],
        "missing": [
            nomenclatures.label("body_kind", kind) for kind in EXPECTED_BODIES if kind not in active
        ],
        "reads": paper_policies.can_read_papers(request.viewer, opened),
        "manages": manages,
        "term": pressing(opened, timezone.localdate()),
    }
    return render(request, "governance/bodies/bodies.html", context)


@require_safe
def body(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Who sits in a body, beside who is expected to; its meetings."""
    opened = selectors.open_council_of_papers(request.viewer, council)
    found = body_selectors.open_read_body(request.viewer, opened, key)
    now = timezone.now()
    meetings = body_selectors.list_body_meetings(request.viewer, found)
    context = {
        "body": found,
        "composition": compose(
            found, list(body_selectors.list_seats(found)), timezone.localdate(now)
        ),
        "coming": meetings.filter(ends_at__gte=now).order_by("starts_at"),
        "past": meetings.filter(ends_at__lt=now).order_by("-starts_at")[:LAST_MEETINGS],
        "references": REFERENCES,
        "coordinates": policies.can_coordinate(request.viewer, opened),
        "manages": policies.can_manage(request.viewer, opened),
    }
    return render(request, "governance/bodies/body.html", context)


@require_http_methods(["GET", "POST"])
@once
def body_new(request: ViewerRequest, council: str) -> HttpResponse:
    """Write down a body."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    return _edit(request, opened, Body(), "Inscrire une instance")


@require_http_methods(["GET", "POST"])
def body_edit(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Change a body."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    found = selectors.open_body(opened, key)
    return _edit(request, opened, found, found.name)


def _edit(request: ViewerRequest, opened: Council, body: Body, heading: str) -> HttpResponse:
    form = BodyForm(request.POST or None, instance=body, council=opened)
    if form.is_valid():
        directory.inscribe(request.viewer, form.instance, form.cleaned_data)
        messages.success(request, f"« {body.name} » est enregistrée.")
        return redirect("bodies", opened.code)
    context = {"form": form, "heading": heading}
    return render(request, "governance/bodies/body_edit.html", context)
