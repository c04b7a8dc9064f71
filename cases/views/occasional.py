"""The alert of a professional without an account: an address proven by a code, then the same form.

Nothing here depends on whether an address, a number or a person is known: the answers are the same,
and a code is mailed to whatever address is given.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import blank_form, information_sheet, mailed_code, progress, receipt, selectors
from cases.forms.alerts import STEPS
from cases.forms.occasional import CodeForm, EmailForm, FollowForm, IntroduceForm
from cases.forms.steps_who import DangerForm
from cases.occasional import email_digest
from cases.services import authors
from cases.views import drafts, rereading
from cases.views.receipts import download
from governance import throttling
from governance.models import Council
from governance.selectors import current_charter, open_public_council
from governance.viewer import ViewerRequest

P = ParamSpec("P")
View = Callable[Concatenate[ViewerRequest, str, P], HttpResponse]
Verified = Callable[Concatenate[ViewerRequest, drafts.Desk, P], HttpResponse]


def verified(view: Verified[P]) -> View[P]:
    """A view for who has proven an address in this session; the others are led to the start."""

    @login_not_required
    @wraps(view)
    def handle(
        request: ViewerRequest, council: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        opened = open_public_council(council)
        viewer = mailed_code.viewer_of(request, opened)
        if viewer is None:
            return redirect("occasional_start", opened.code)
        return view(request, drafts.desk_of(viewer, opened, "occasional"), *args, **kwargs)

    return handle


# --- the address --------------------------------------------------------------------------------


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: ViewerRequest, council: str) -> HttpResponse:
    """What an alert is, who may send one here; the address that a code will prove."""
    opened = open_public_council(council)
    if not opened.accepts_occasional_authors:
        return render(request, "cases/occasional/closed.html", {"council": opened})
    form = EmailForm(request.POST if request.method == "POST" else None)
    return _ask_code(request, opened, form) or render(
        request, "cases/occasional/start.html", {"council": opened, "form": form}
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: ViewerRequest, council: str) -> HttpResponse:
    """The number of an alert and the address that sent it, to know what became of it."""
    opened = open_public_council(council)
    initial = {"number": request.GET.get("numero", "")}
    form = FollowForm(request.POST if request.method == "POST" else None, initial=initial)
    return _ask_code(request, opened, form) or render(
        request, "cases/occasional/follow.html", {"council": opened, "form": form}
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: ViewerRequest, council: str) -> HttpResponse:
    """The code that was mailed; then the form, or the alert to follow."""
    opened = open_public_council(council)
    if not mailed_code.is_awaited(request, opened):
        return redirect("occasional_start", opened.code)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        refusal = throttling.refused(
            request, (throttling.GUESSES, throttling.origin(request)), council=opened
        )
        if refusal is not None:
            return refusal
        number = mailed_code.prove(request, opened, form.cleaned_data["code"])
        if number is None:
            form.add_error("code", "Ce code n’est pas le bon, ou n’est plus valable.")
        elif number:
            return redirect("occasional_alert", opened.code, number)
        else:
            return redirect("occasional_new", opened.code)
    context = {"council": opened, "form": form, "minutes": mailed_code.MINUTES}
    return render(request, "cases/occasional/code.html", context)


@login_not_required
@require_POST
def leave(request: ViewerRequest, council: str) -> HttpResponse:
    """Forget the address that was proven in this browser."""
    opened = open_public_council(council)
    mailed_code.forget(request)
    messages.success(request, "Vous avez quitté le formulaire. Vos brouillons sont gardés 7 jours.")
    return redirect("occasional_start", opened.code)


def _ask_code(request: ViewerRequest, council: Council, form: EmailForm) -> HttpResponse | None:
    """Mail a code to the address of a valid form, whoever it belongs to; None for another form."""
    if not form.is_valid():
        return None
    email = form.cleaned_data["email"]
    refusal = throttling.refused(
        request,
        (throttling.CODES, f"{council.pk}:{email_digest(email)}"),
        (throttling.CODES_FROM, throttling.origin(request)),
        (throttling.CODES_OF, str(council.pk)),
        council=council,
    )
    if refusal is not None:
        return refusal
    mailed_code.send(request, council, email, number=form.cleaned_data.get("number", ""))
    return redirect("occasional_code", council.code)


# --- writing ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@verified
def new(request: ViewerRequest, desk: drafts.Desk) -> HttpResponse:
    """Who writes, the charter for this alert, whether anybody is in danger; then a draft."""
    if request.method == "POST" and not desk.council.accepts_occasional_authors:
        return redirect(desk.url("start"))
    author, charter = _author(desk), current_charter(desk.council)
    sent = request.POST if request.method == "POST" else None
    danger = DangerForm(desk.options, {}, sent)
    said = {"organisation": author.organisation, "function": author.function}
    form = IntroduceForm(sent, initial=said)
    # Both are checked, so that the page says everything at once.
    if all([danger.is_valid(), form.is_valid()]) and charter is not None:
        refusal = _refused(request, desk, throttling.DRAFTS)
        if refusal is not None:
            return refusal
        authors.introduce(
            author,
            organisation=form.cleaned_data["organisation"],
            function=form.cleaned_data["function"],
            charter_version=charter.number,
        )
        draft = drafts.begin(desk, danger)
        return redirect(desk.url("draft", draft.pk, STEPS[1].slug))
    context = {
        "desk": desk,
        "council": desk.council,
        "danger_form": danger,
        "form": form,
        "in_error": [each for each in (danger, form) if each.errors],
        "charter": charter,
        "drafts": drafts.resumable(desk),
    }
    return render(request, "cases/occasional/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@verified
def draft(request: ViewerRequest, desk: drafts.Desk, key: UUID, step: str) -> HttpResponse:
    """One step of the draft."""
    return drafts.write_step(request, desk, key, step)


@require_POST
@verified
def autosave(request: ViewerRequest, desk: drafts.Desk, key: UUID, page: str) -> HttpResponse:
    """Keep what is being typed."""
    return drafts.autosave(request, desk, key, page)


@require_POST
@verified
def reread(request: ViewerRequest, desk: drafts.Desk) -> HttpResponse:
    """The guard beside a text being written."""
    limit = (throttling.REREADINGS, throttling.origin(request))
    refusal = throttling.refused(request, limit, council=desk.council)
    return refusal or rereading.fragment(request, desk.viewer, desk.council)


@require_http_methods(["GET", "HEAD", "POST"])
@verified
def recap(request: ViewerRequest, desk: drafts.Desk, key: UUID) -> HttpResponse:
    """Everything that was typed and what is missing; then send it, once."""
    if request.method == "POST":
        refusal = _refused(request, desk, throttling.ALERTS)
        if refusal is not None:
            return refusal
    return drafts.recap(request, desk, key)


@require_POST
@verified
def discard(request: ViewerRequest, desk: drafts.Desk, key: UUID) -> HttpResponse:
    """Delete a draft and all that was typed."""
    return drafts.discard(request, desk, key)


# --- papers and follow-up -----------------------------------------------------------------------


@login_not_required
@require_safe
def paper(request: ViewerRequest, council: str) -> HttpResponse:
    """The blank alert form, to fill in by hand."""
    opened = open_public_council(council)
    return _document(request, opened) or download(
        blank_form.as_pdf(opened), f"fiche-alerte-{opened.code}.pdf"
    )


@login_not_required
@require_safe
def sheet(request: ViewerRequest, council: str) -> HttpResponse:
    """The sheet that explains the meeting to the person."""
    opened = open_public_council(council)
    return _document(request, opened) or download(
        information_sheet.as_pdf(opened), f"feuille-information-{opened.code}.pdf"
    )


@require_safe
@verified
def receipt_page(request: ViewerRequest, desk: drafts.Desk, code: str) -> HttpResponse:
    """The number, what happens next and when."""
    alert = selectors.open_alert(desk.viewer, desk.council, code)
    context = {
        "council": desk.council,
        "alert": alert,
        "following": receipt.what_follows(alert),
        "follow_url": desk.url("alert", alert.code),
        "receipt_url": desk.url("receipt_pdf", alert.code),
    }
    return render(request, "cases/alerts/receipt.html", context)


@require_safe
@verified
def receipt_pdf(request: ViewerRequest, desk: drafts.Desk, code: str) -> HttpResponse:
    """The same on paper."""
    alert = selectors.open_alert(desk.viewer, desk.council, code)
    return _document(request, desk.council) or download(
        receipt.as_pdf(alert), f"recepisse-{alert.code}.pdf"
    )


@require_safe
@verified
def alert(request: ViewerRequest, desk: drafts.Desk, code: str) -> HttpResponse:
    """How far one's alert has come; nothing of what it says, which only an account shows again."""
    try:
        found = selectors.open_alert(desk.viewer, desk.council, code)
    except Http404:
        messages.error(request, "Aucune alerte de ce numéro n’est liée à votre adresse.")
        return redirect("occasional_follow", desk.council.code)
    stages = progress.stages(found, None)
    context = {
        "council": desk.council,
        "desk": desk,
        "alert": found,
        "stages": stages,
        "stage": 1 + [stage.state for stage in stages].index("now"),
        "receipt_url": desk.url("receipt_pdf", found.code),
    }
    return render(request, "cases/occasional/alert.html", context)


def _author(desk: drafts.Desk) -> Any:
    return desk.options.occasional


def _refused(
    request: ViewerRequest, desk: drafts.Desk, limit: throttling.Limit
) -> HttpResponse | None:
    counted = (limit, f"occasional:{_author(desk).pk}")
    return throttling.refused(request, counted, council=desk.council)


def _document(request: ViewerRequest, council: Council) -> HttpResponse | None:
    counted = (throttling.DOCUMENTS, throttling.origin(request))
    return throttling.refused(request, counted, council=council)
