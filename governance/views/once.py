"""What a form adds is added once, however often it is sent: a double click, a reload, the button
of the page of breakdowns (clsm/breakdowns.py).

Each page bears a token of its own, masked anew whenever it is made (Django's against CSRF), and
every form of the site sends it. The same token, the same address and the same answers are the same
submission; a text changed, or the page opened again, is another.
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from governance.models import Submission
from governance.viewer import ViewerRequest

P = ParamSpec("P")
View = Callable[Concatenate[ViewerRequest, P], HttpResponse]

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (the name of a field)
# What autosave.js writes into a page that stays the same.
_MOVING = ("mark", "known")


def once(view: View[P]) -> View[P]:
    """A view that does the act of one submission once; the next ones lead where the first one did.

    The submission is noted in the transaction of the act, first: of two at the same instant, one
    waits for the other. It is not noted where nothing was done: a form shown again, a refusal.
    Innermost of the decorators: what they count must not wait in that transaction.
    """

    @wraps(view)
    def handle(request: ViewerRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST" or TOKEN not in request.POST:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            sent, is_new = Submission.objects.get_or_create(key=_key(request))
            if is_new:
                response = view(request, *args, **kwargs)
                if _acted(request, response):
                    sent.location = response["Location"]
                    sent.save()
                else:
                    sent.delete()
                return response
        messages.info(request, "C’est déjà enregistré : rien n’a été ajouté une seconde fois.")
        return redirect(sent.location)

    handle.once = True  # type: ignore[attr-defined]
    return handle


def _key(request: ViewerRequest) -> str:
    """The digest of who sends what, where, from which page."""
    answers = {name: texts for name, texts in request.POST.lists() if name not in _MOVING}
    files = [
        (name, file.name, _digest_of(file))
        for name, several in request.FILES.lists()
        for file in several
    ]
    said = [str(request.user.pk), request.path, sorted(answers.items()), files]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _digest_of(file: Any) -> str:
    content = file.read()
    file.seek(0)  # the form reads it too
    return hashlib.sha256(content).hexdigest()


def _acted(request: ViewerRequest, response: HttpResponse) -> bool:
    """Whether the view did what was asked: it leads elsewhere, and said no error."""
    said: Any = messages.get_messages(request)
    errors = (message for message in said._queued_messages if message.level >= messages.ERROR)
    return response.status_code == 302 and not any(errors)
