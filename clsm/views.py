"""The home page of each role, and the pages that everyone may read."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cases.views import alerts, board
from clsm import guides
from clsm.context import menu_of
from clsm.page_help import ACRONYMS
from governance import pdf
from governance.policies import can_coordinate, can_manage, can_take_part
from governance.roles import COORDINATE
from governance.selectors import open_council
from governance.throttling import DOCUMENTS, throttled
from governance.viewer import ViewerRequest


@require_safe
def home(request: ViewerRequest) -> HttpResponse:
    """The viewer's council; the morning page of all those that they coordinate, or the choice."""
    councils = request.viewer.councils
    if len(request.viewer.councils_where(COORDINATE)) > 1:
        return redirect("today")
    if len(councils) == 1:
        return redirect(councils[0])
    return render(request, "clsm/home.html")


@require_safe
def council_home(request: ViewerRequest, council: str) -> HttpResponse:
    """Where each role starts: the morning page, one's alerts, the reports, the settings."""
    opened = open_council(request.viewer, council)
    if can_coordinate(request.viewer, opened):
        return board.council_today(request, opened)
    if can_take_part(request.viewer, opened):
        return alerts.own_alerts(request, opened)
    if can_manage(request.viewer, opened):
        return redirect("council_settings", opened.code)
    return redirect("reports", opened.code)


@login_not_required
@require_safe
def accessibility(request: ViewerRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "clsm/accessibility.html")


@login_not_required
@require_safe
def personal_data(request: ViewerRequest) -> HttpResponse:
    """What is kept, why, how long, and whom to ask."""
    return render(request, "clsm/personal_data.html")


@login_not_required
@require_safe
def legal_notice(request: ViewerRequest) -> HttpResponse:
    """Who publishes and hosts the site, and the licence of the program."""
    context = {
        "hosting": settings.HOSTINGS.get(settings.CLSM_HOSTING, ""),
        "host_name": settings.CLSM_HOST_NAME,
    }
    return render(request, "clsm/legal_notice.html", context)


@login_not_required
@require_safe
def site_map(request: ViewerRequest) -> HttpResponse:
    """Every page that a menu leads to, council by council, and those that everybody may read."""
    viewer = request.viewer if request.user.is_authenticated else None
    councils = viewer.councils if viewer else ()
    context = {
        "maps": [(each, menu_of(viewer, each)) for each in councils if viewer],
        "guides": guides.readable(viewer) if viewer else (),
    }
    return render(request, "clsm/site_map.html", context)


@require_safe
def guide(request: ViewerRequest, slug: str) -> HttpResponse:
    """A guide of one of the viewer's roles, else 404."""
    if slug not in {each.slug for each in guides.readable(request.viewer)}:
        raise Http404
    title, body = guides.page(slug)
    return render(request, "clsm/guide.html", {"title": title, "body": body})


@login_not_required
@require_safe
def help_page(request: ViewerRequest) -> HttpResponse:
    """How the instrument works, in plain words, and the acronyms."""
    readable = guides.readable(request.viewer) if request.user.is_authenticated else ()
    return render(request, "clsm/help.html", {"acronyms": ACRONYMS, "guides": readable})


@require_safe
@throttled(DOCUMENTS)
def newcomer_kit(request: ViewerRequest, council: str) -> HttpResponse:
    """A few pages to print for somebody who joins the council."""
    opened = open_council(request.viewer, council)
    content = pdf.render("pdf/newcomer_kit.html", {"council": opened, "acronyms": ACRONYMS})
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="trousse-{opened.code}.pdf"'},
    )


@login_not_required
@require_safe
def involuntary_care(request: ViewerRequest) -> HttpResponse:
    """Care without consent: what each measure is, who asks and who decides (CSP L. 3212-1 ...)."""
    return render(request, "clsm/involuntary_care.html")
