"""The council's logo and colour: chosen by those who settle it, seen by its members."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from governance import selectors
from governance.forms.looks import LookForm
from governance.services import looks as services
from governance.viewer import ViewerRequest


@require_http_methods(["GET", "HEAD", "POST"])
def council_look(request: ViewerRequest, council: str) -> HttpResponse:
    """Choose the colour and the logo of the reports, or take the logo off."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    look = services.look_of(opened)
    form = LookForm(request.POST or None, request.FILES or None, look=look)
    if form.is_valid():
        try:
            services.change_look(opened, **form.cleaned_data, by=request.user)
        except ValidationError as error:  # somebody chose at the same moment
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Le logo et la couleur sont enregistrés.")
            return redirect("council_settings", opened.code)
    context = {"form": form, "look": look}
    return render(request, "governance/councils/council_look.html", context)


@require_safe
def council_logo(request: ViewerRequest, council: str) -> HttpResponse:
    """The logo, as the program drew it again; 404 where there is none."""
    opened = selectors.open_council(request.viewer, council)
    logo = services.look_of(opened).logo
    if logo is None:
        raise Http404
    return HttpResponse(
        bytes(logo),
        content_type="image/png",
        headers={"Content-Disposition": f'attachment; filename="{opened.code}-logo.png"'},
    )
