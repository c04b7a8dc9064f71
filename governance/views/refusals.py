"""What a service refuses becomes words on the page that asked, never an error page."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form, ModelForm

from governance.decisions import Refused
from governance.viewer import ViewerRequest
from governance.workflow import IllegalTransition

_REFUSALS = (Refused, IllegalTransition, ValidationError)


@contextmanager
def as_form_error(form: Form | ModelForm) -> Iterator[None]:
    """In this block, a refusal ends the block and becomes an error of the form."""
    try:
        yield
    except _REFUSALS as refusal:
        form.add_error(None, _words(refusal))


@contextmanager
def as_message(request: ViewerRequest, done: str = "") -> Iterator[None]:
    """In this block, a refusal ends the block and becomes a message; without one, `done` does."""
    try:
        yield
    except _REFUSALS as refusal:
        messages.error(request, _words(refusal))
    else:
        if done:
            messages.success(request, done)


def _words(refusal: Exception) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
