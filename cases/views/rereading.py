"""The guard beside a text: when a form is sent, while one writes, and the council's own words."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cases import rereading
from cases.forms.rereading import AllowedWordsForm
from cases.services import rereading as services
from governance import throttling
from governance.forms.guarded import kept, prepare
from governance.models import Council
from governance.selectors import open_council, open_council_as_coordinator
from governance.services.councils import change_settings
from governance.throttling import throttled
from governance.viewer import Viewer, ViewerRequest
from governance.views import rereading as papers
from governance.words import changes_of_words


def reread(
    request: ViewerRequest, council: Council, form: forms.BaseForm, *, about: Iterable[Any] = ()
) -> bool:
    """`form.is_valid()`, its free texts re-read by the guard; the reasons given are then kept.

    `about`: the alerts it speaks of (cases.services.rereading.knowledge).
    """
    if not passes(request, council, form, about=about):
        return False
    note_reasons(request, council, form)
    return True


def passes(
    request: ViewerRequest, council: Council, form: forms.BaseForm, *, about: Iterable[Any] = ()
) -> bool:
    """The same, for a page of several forms: its view calls `note_reasons` once all are valid."""
    if not form.is_bound:
        return False
    prepare(form, services.knowledge(request.viewer, council, about=about))
    return form.is_valid()


def note_reasons(request: ViewerRequest, council: Council, form: forms.BaseForm) -> None:
    """Keep the reasons given in a valid form."""
    services.note_kept(request.viewer, council, kept(form))


@require_POST
@throttled(throttling.REREADINGS)
def text_reread(request: ViewerRequest, council: str) -> HttpResponse:
    """The guard beside a text being written by a member of the council."""
    return fragment(request, request.viewer, open_council(request.viewer, council))


def fragment(request: ViewerRequest, viewer: Viewer, council: Council) -> HttpResponse:
    """What is underlined in the text that was sent, what may replace it; empty for any other.

    Nothing of the vault is compared here, whoever asks.
    """
    return papers.fragment(request, services.knowledge(viewer, council))


@require_http_methods(["GET", "HEAD", "POST"])
def allowed_words(request: ViewerRequest, council: str) -> HttpResponse:
    """The council's words that name nobody, their changes, and what writers kept lately."""
    opened = open_council_as_coordinator(request.viewer, council)
    form = AllowedWordsForm(request.POST or None, initial={"words": opened.allowed_words})
    if form.is_valid():
        change_settings(opened, {"allowed_words": form.cleaned_data["words"]}, by=request.user)
        messages.success(request, "La liste est enregistrée.")
        return redirect("allowed_words", opened.code)
    context = {
        "form": form,
        "changes": changes_of_words(opened),
        "kept": rereading.kept_lately(opened),
    }
    return render(request, "cases/rereading/allowed_words.html", context)
