"""The council's bodies: steering committee, plenary, working groups, watch cell."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from governance import selectors
from governance.forms.bodies import BodyForm
from governance.models import Body, Council
from governance.viewer import ViewerRequest


@require_safe
def bodies(request: ViewerRequest, council: str) -> HttpResponse:
    """The bodies, the inactive ones last."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    context = {"bodies": opened.bodies.order_by("-active", "kind", "name")}
    return render(request, "governance/bodies/bodies.html", context)


@require_http_methods(["GET", "POST"])
def body_new(request: ViewerRequest, council: str) -> HttpResponse:
    """Write down a body."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    return _edit(request, opened, Body(), "Inscrire une instance")


@require_http_methods(["GET", "POST"])
def body_edit(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Change a body."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    body = selectors.open_body(opened, key)
    return _edit(request, opened, body, body.name)


def _edit(request: ViewerRequest, opened: Council, body: Body, heading: str) -> HttpResponse:
    form = BodyForm(request.POST or None, instance=body, council=opened)
    if form.is_valid():
        form.save()
        messages.success(request, f"« {body.name} » est enregistrée.")
        return redirect("bodies", opened.code)
    context = {"form": form, "heading": heading}
    return render(request, "governance/bodies/body_edit.html", context)
