"""A text that two people may write at once: re-read by the guard, saved, or both versions shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from governance.forms.versioned import VersionedForm
from governance.models import Council
from governance.versions import Difference, EditConflict
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.conflicts import merged
from governance.views.rereading import reread


@dataclass(frozen=True)
class Editing:
    """What is written: `make_form(answers, record)` opens its form, `save(form)` gives what was
    saved, whose page is then shown, with the message `done`."""

    council: Council
    record: Any
    make_form: Callable[[Any, Any], Any]
    save: Callable[[Any], Any]
    done: str


def write(
    request: ViewerRequest, editing: Editing, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The page of a form and its answer: 409 with both versions when somebody saved since."""
    form: VersionedForm = editing.make_form(request.POST or None, editing.record)
    conflict, differences = False, tuple[Difference, ...]()
    if reread(request, editing.council, form):
        try:
            with refusals.as_form_error(form):
                saved = editing.save(form)
                messages.success(request, editing.done)
                return redirect(saved)
        except EditConflict as found:
            conflict = True
            form, differences = merged(form, found, editing.make_form, form.differences)
    shown = {**context, "form": form, "conflict": conflict, "differences": differences}
    return render(request, template, shown, status=409 if conflict else 200)
