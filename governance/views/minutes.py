"""The minutes of a body's meeting: read, written, settled, taken away."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance import minutes, minutes_docx, paper_policies, paper_selectors, pdf, throttling
from governance.forms.papers import MinutesForm
from governance.models import Meeting, Minutes
from governance.services import minutes as services
from governance.throttling import throttled
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.editing import Editing, write
from governance.workflow import MINUTES

_DONE = {
    "validate": "Le compte rendu est validé.",
    "resume": "La rédaction est reprise.",
    "publish": "Le compte rendu est publié, avec ce qui a été adopté.",
}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def minutes_version(
    request: ViewerRequest, council: str, key: UUID, meeting: UUID, number: int
) -> HttpResponse:
    """One version of the minutes; for those who write them, what comes next."""
    record = _open(request, council, key, meeting, number)
    found = record.meeting
    settles = paper_policies.can_settle_minutes(request.viewer, found.council)
    versions = paper_selectors.list_minutes(request.viewer, found)
    acts = {each.name: each.label for each in MINUTES.transitions}
    context = {
        **_shown(record),
        "versions": versions,
        "writes": paper_policies.can_write_for(request.viewer, found.body)
        and record.state == Minutes.State.DRAFT,
        "acts": [(act, acts[act]) for act in MINUTES.acts(record.state)] if settles else [],
        "may_correct": settles and record.is_published and record == versions[0],
    }
    return render(request, "governance/papers/minutes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def minutes_edit(request: ViewerRequest, council: str, key: UUID, meeting: UUID) -> HttpResponse:
    """Write the draft of the minutes."""
    found = paper_selectors.open_written_meeting(request.viewer, council, key, meeting)
    allowed = services.can_write(found)
    if not allowed:
        messages.error(request, allowed.reason)
        return redirect(found)
    versions = paper_selectors.list_minutes(request.viewer, found)
    record = versions[0] if versions else Minutes(meeting=found, version=0)

    def save(form: MinutesForm) -> Minutes:
        return services.write(
            request.viewer, found, form.record(), version=form.cleaned_data["version"]
        )

    editing = Editing(
        found.council,
        record,
        partial(MinutesForm, meeting=found),
        save,
        "Le compte rendu est enregistré.",
    )
    return write(request, editing, "governance/papers/minutes_edit.html", _place(found))


@require_POST
def minutes_move(
    request: ViewerRequest, council: str, key: UUID, meeting: UUID, number: int
) -> HttpResponse:
    """Validate, take up again or publish a version."""
    record = _open_written(request, council, key, meeting, number)
    act = request.POST.get("act", "")
    with refusals.as_message(request, _DONE.get(act, "")):
        services.move(request.viewer, record, act)
    return redirect(record)


@require_POST
def minutes_correct(
    request: ViewerRequest, council: str, key: UUID, meeting: UUID, number: int
) -> HttpResponse:
    """Begin the version that will replace a published one."""
    record = _open_written(request, council, key, meeting, number)
    with refusals.as_message(request, "Une nouvelle version est ouverte : dites ce qui change."):
        services.correct(request.viewer, record)
        return redirect("minutes_edit", council, key, meeting)
    return redirect(record)


@require_safe
@throttled(throttling.DOCUMENTS)
def minutes_pdf(
    request: ViewerRequest, council: str, key: UUID, meeting: UUID, number: int
) -> HttpResponse:
    """The same on paper."""
    record = _open(request, council, key, meeting, number)
    content = pdf.render("pdf/minutes.html", {**_shown(record), "made_at": timezone.now()})
    return _file(record, content, "pdf", "application/pdf")


@require_safe
@throttled(throttling.DOCUMENTS)
def minutes_docx_file(
    request: ViewerRequest, council: str, key: UUID, meeting: UUID, number: int
) -> HttpResponse:
    """The same for a word processor."""
    record = _open(request, council, key, meeting, number)
    return _file(record, minutes_docx.document(minutes.sheet(record)), "docx", _WORD)


def _open(request: ViewerRequest, council: str, key: UUID, meeting: UUID, number: int) -> Minutes:
    found = paper_selectors.open_paper_meeting(request.viewer, council, key, meeting)
    return paper_selectors.open_minutes(request.viewer, found, number)


def _open_written(
    request: ViewerRequest, council: str, key: UUID, meeting: UUID, number: int
) -> Minutes:
    found = paper_selectors.open_written_meeting(request.viewer, council, key, meeting)
    return paper_selectors.open_minutes(request.viewer, found, number)


def _shown(record: Minutes) -> dict[str, Any]:
    return {**_place(record.meeting), "record": record, "sheet": minutes.sheet(record)}


def _place(meeting: Meeting) -> dict[str, Any]:
    return {"meeting": meeting, "body": meeting.body, "council": meeting.council}


def _file(record: Minutes, content: bytes, extension: str, kind: str) -> HttpResponse:
    day = timezone.localtime(record.meeting.starts_at)
    code = record.meeting.council.code
    name = f"{code}-compte-rendu-{day:%Y-%m-%d}-version-{record.number}.{extension}"
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
