"""The charter: read and signed, published, who signed it."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from governance import policies, selectors
from governance.forms.charter import CharterForm, CharterSignatureForm
from governance.models import CharterSignature, CharterVersion, Council
from governance.roles import ROLES_UNDER_CHARTER
from governance.services import charter as services
from governance.services import people
from governance.viewer import ViewerRequest


@require_http_methods(["GET", "POST"])
def charter(request: ViewerRequest, council: str) -> HttpResponse:
    """The charter in force, for every member; signed opened by those who act under it."""
    opened = selectors.open_council(request.viewer, council)
    version = _current(opened)
    context: dict[str, Any] = {
        "version": version,
        "form": None,
        "signature": version.signatures.filter(user=request.user).first(),
        "may_publish": policies.can_coordinate(request.viewer, opened),
        "may_manage": policies.can_manage(request.viewer, opened),
    }
    if request.viewer.charter_to_sign(opened) is None:
        return render(request, "governance/charter/charter.html", context)
    form = context["form"] = CharterSignatureForm(request.POST or None)
    if request.method == "POST" and _came_out_since(request, "version", version):
        return redirect(request.get_full_path())
    if form.is_valid():
        people.sign_charter(request.user, version)
        messages.success(request, "Merci, votre signature est enregistrée.")
        return redirect(_next_page(request, opened))
    return render(request, "governance/charter/charter.html", context)


@require_http_methods(["GET", "POST"])
def charter_edit(request: ViewerRequest, council: str) -> HttpResponse:
    """Write the next version, read it over, publish it."""
    opened = selectors.open_council_as_coordinator(request.viewer, council)
    current = _current(opened)
    context = {"current": current, "next_number": current.number + 1}
    if request.method != "POST" or _came_out_since(request, "after", current):
        text = request.POST.get("text", current.text)
        form = CharterForm(initial={"text": text}, current=current)
    else:
        form = CharterForm(request.POST, current=current)
        if form.is_valid() and "publish" in request.POST:
            services.publish(opened, form.cleaned_data["text"], by=request.viewer)
            messages.success(
                request, "La nouvelle version est publiée. Chacun la signe avant son prochain acte."
            )
            return redirect("charter", opened.code)
        if form.is_valid() and "edit" not in request.POST:
            context["text"] = form.cleaned_data["text"]
            return render(request, "governance/charter/charter_preview.html", context)
    context["form"] = form
    return render(request, "governance/charter/charter_edit.html", context)


@require_safe
def charter_signatories(request: ViewerRequest, council: str) -> HttpResponse:
    """Who has not signed the version in force, and who signed which version when."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    current = _current(opened)
    signatures = selectors.last_signatures(opened)
    members = selectors.list_members(opened, *ROLES_UNDER_CHARTER)
    last = {member: signatures.get(member.user_id) for member in members}
    context = {
        "current": current,
        "missing": [
            (member, signature)
            for member, signature in last.items()
            if signature is None or signature.version_id != current.pk
        ],
        "versions": opened.charter_versions.prefetch_related(
            Prefetch("signatures", CharterSignature.objects.select_related("user").order_by("user"))
        ),
    }
    return render(request, "governance/charter/charter_signatories.html", context)


def _current(opened: Council) -> CharterVersion:
    version = selectors.current_charter(opened)
    if version is None:
        raise Http404
    return version


def _came_out_since(request: ViewerRequest, field: str, current: CharterVersion) -> bool:
    """Whether another version was published since the form of this POST was shown; says so."""
    if request.POST.get(field) == str(current.number):
        return False
    messages.warning(
        request,
        f"La version {current.number} de la charte vient d’être publiée : relisez-la d’abord.",
    )
    return True


def _next_page(request: ViewerRequest, opened: Council) -> str:
    """Where the charter stopped them on their way (`?suite=`, of this site), else the council."""
    address = request.GET.get("suite", "")
    if url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return address
    return opened.get_absolute_url()
