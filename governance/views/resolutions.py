"""Decisions, opinions and proposals: the list, each one, what follows."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from governance import paper_policies, paper_selectors
from governance import resolution_lines as lines
from governance.forms.papers import FollowForm, ResolutionFilters, ResolutionForm
from governance.models import Resolution
from governance.selectors import open_council_of_papers
from governance.services import resolutions as services
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.editing import Editing, write
from governance.views.once import once
from governance.views.rereading import reread

PER_PAGE = 25


@require_safe
def resolutions(request: ViewerRequest, council: str) -> HttpResponse:
    """All those that the viewer reads, searched and filtered."""
    opened = open_council_of_papers(request.viewer, council)
    listed = paper_selectors.list_resolutions(request.viewer, opened)
    bodies = paper_policies.bodies_in_scope(request.viewer, opened.bodies.all())
    filters = ResolutionFilters(request.GET, listed, bodies=bodies)
    page = Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters.form,
        "active": len(filters.answers),
        "in_words": filters.in_words(),
        "list_url": reverse("resolutions", args=[opened.code]),
        "page_obj": page,
        "lines": [lines.line(each) for each in page],
    }
    return render(request, "governance/papers/resolutions.html", context)


@require_safe
def resolution(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """What was adopted, when, how, and where it stands."""
    opened = open_council_of_papers(request.viewer, council)
    found = paper_selectors.open_resolution(request.viewer, opened, key)
    context = {
        "resolution": found,
        "chips": lines.chips(found),
        "facts": [
            {"label": "Instance", "value": f"{found.meeting}, {lines.day(found)}"},
            {"label": "Point", "value": found.item},
            {"label": "Adoption", "value": found.adopted},
            {"label": "Qui la porte", "value": found.owner},
            {"label": "Échéance", "value": found.due_on and f"{found.due_on:%d/%m/%Y}"},
        ],
        "writes": paper_policies.can_write_for(request.viewer, found.meeting.body),
    }
    return render(request, "governance/papers/resolution.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def body_resolution_new(
    request: ViewerRequest, council: str, key: UUID, meeting: UUID
) -> HttpResponse:
    """Write down what a meeting adopted."""
    found = paper_selectors.open_written_meeting(request.viewer, council, key, meeting)
    form = ResolutionForm(request.POST or None, meeting=found)
    if reread(request, found.council, form):
        with refusals.as_form_error(form):
            adopted = services.adopt(request.viewer, found, **form.changes())
            messages.success(request, f"{adopted.code} est enregistrée.")
            return redirect(found)
    context = {"form": form, "meeting": found, "up_url": found.get_absolute_url()}
    return render(request, "governance/papers/resolution_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def resolution_edit(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Change the text of one that is not published yet."""
    opened = open_council_of_papers(request.viewer, council)
    found = paper_selectors.open_written_resolution(request.viewer, opened, key)
    if found.is_published:
        messages.error(request, "Ce texte est publié avec le compte rendu : il ne change plus.")
        return redirect(found)

    def save(form: ResolutionForm) -> Resolution:
        version = form.cleaned_data["version"]
        return services.rewrite(request.viewer, found, form.changes(), version=version)

    make_form = partial(ResolutionForm, meeting=found.meeting)
    editing = Editing(opened, found, make_form, save, f"{found.code} est enregistrée.")
    context = {"meeting": found.meeting, "record": found, "up_url": found.get_absolute_url()}
    return write(request, editing, "governance/papers/resolution_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def resolution_follow(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Note where it stands."""
    opened = open_council_of_papers(request.viewer, council)
    found = paper_selectors.open_written_resolution(request.viewer, opened, key)

    def save(form: FollowForm) -> Resolution:
        answers = form.cleaned_data
        return services.follow(
            request.viewer, found, form.changes(), act=answers["act"], version=answers["version"]
        )

    editing = Editing(opened, found, FollowForm, save, "La suite est notée.")
    context = {"record": found, "up_url": found.get_absolute_url()}
    return write(request, editing, "governance/papers/resolution_follow.html", context)
