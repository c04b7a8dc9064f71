"""The coordination and the technical manager help a member back into their account."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from governance import policies, second_factor, selectors
from governance.forms.people import FactorResetForm, ReopenForm
from governance.services import accounts
from governance.viewer import ViewerRequest


@require_http_methods(["GET", "HEAD", "POST"])
def member_factors(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Take back the factors of a member who lost theirs, once recognised by another channel.

    The acting person has shown their own factor a short while ago.
    """
    opened = selectors.open_council_as_manager(request.viewer, council)
    member = selectors.open_member(opened, key)
    decision = policies.can_reset_factors(request.viewer, member)
    if decision and not second_factor.confirmed_recently(request):
        return second_factor.ask_again(request, back=request.path)
    form = FactorResetForm(request.POST or None)
    if decision and form.is_valid():
        accounts.reset_factors(member, by=request.viewer, **form.cleaned_data)
        messages.success(
            request,
            f"Le second facteur de {member.user} est réinitialisé : cette personne en configurera "
            "un autre à sa prochaine connexion.",
        )
        return redirect("members", opened.code)
    context = {"form": form, "member": member, "decision": decision}
    return render(request, "governance/people/member_factors.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dormant_reopen(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Open again the account of a member, disabled because nobody used it."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    member = selectors.open_dormant_member(opened, key)
    form = ReopenForm(request.POST or None)
    if form.is_valid():
        accounts.reopen(member, by=request.viewer, reason=form.cleaned_data["reason"])
        messages.success(request, f"Le compte de {member.user} est rouvert.")
        return redirect("members", opened.code)
    context = {"form": form, "member": member}
    return render(request, "governance/people/dormant_reopen.html", context)
