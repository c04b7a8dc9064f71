"""An alert being written: its steps kept as they are typed, its recap, its sending.

Who writes and under which addresses is a `Desk`: the pages are the same with an account
(cases/views/writing.py) and without (cases/views/occasional.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from cases import alert_options, selectors, sheets
from cases.alert_options import AlertOptions
from cases.forms.alerts import STEPS, bound_steps, one_page, submission
from cases.forms.steps import StepForm, different
from cases.forms.steps_what import ObservationsForm, StepsTriedForm
from cases.forms.steps_who import SOMEBODY_ELSE, DangerForm, PersonForm
from cases.services import intake, rereading
from governance.decisions import Refused
from governance.forms import guarded
from governance.models import Council
from governance.viewer import Viewer, ViewerRequest
from governance.views.refusals import as_message

ONE_PAGE = "saisie"  # the page where the coordination writes the whole alert
_STEP_LABELS = ("Vous", "La personne", *(step.title for step in STEPS if step.number > 2))
_BY_SLUG = {step.slug: step for step in STEPS}
_KNOWN_MARKS = 20


@dataclass(frozen=True)
class Desk:
    """Where an alert is written: in which council, by whom, and how its addresses are named."""

    viewer: Viewer
    council: Council
    options: AlertOptions
    prefix: str

    def url(self, page: str, *args: Any) -> str:
        """The address of a page: `new`, or one of a draft, given its key (and its step)."""
        return reverse(f"{self.prefix}_{page}", args=[self.council.code, *args])

    @property
    def home_url(self) -> str:
        """Where one goes who finishes later."""
        return self.url("new") if self.options.occasional else self.council.get_absolute_url()

    @property
    def sheet_url(self) -> str:
        """The information sheet for the person, to print."""
        if self.options.occasional:
            return self.url("sheet")
        return reverse("blank_information_sheet", args=[self.council.code])

    @property
    def rereading_url(self) -> str:
        """Where the guard re-reads a text being written."""
        if self.options.occasional:
            return self.url("reread")
        return reverse("text_reread", args=[self.council.code])

    def resumed_at(self, draft: Any) -> str:
        """Where the draft goes on: the first step not yet seen, or the recap; the one page, where
        it was begun there."""
        if ONE_PAGE in draft.marks:
            return self.url("one_page", draft.pk)
        slug = next((step.slug for step in STEPS if step.slug not in draft.answers), None)
        return self.url("draft", draft.pk, slug) if slug else self.url("recap", draft.pk)

    def edited_at(self, draft: Any, slug: str) -> str:
        """Where one step of the draft is changed."""
        if ONE_PAGE in draft.marks:
            return f"{self.url('one_page', draft.pk)}#{slug}"
        return self.url("draft", draft.pk, slug)


def desk_of(viewer: Viewer, council: Council, prefix: str = "alert") -> Desk:
    """The desk of that viewer in that council."""
    return Desk(viewer, council, alert_options.alert_options(viewer, council), prefix)


def resumable(desk: Desk) -> list[dict[str, Any]]:
    """One's drafts, each with where it resumes and where it is deleted."""
    return [
        {
            "draft": draft,
            "url": desk.resumed_at(draft),
            "discard_url": desk.url("discard", draft.pk),
        }
        for draft in selectors.list_drafts(desk.viewer, desk.council)
    ]


def begin(desk: Desk, danger: DangerForm) -> Any:
    """A draft that holds the answer to the question of danger. Refused for who may not send."""
    draft = intake.start_draft(desk.viewer, desk.council)
    return intake.save_step(draft, danger.slug, danger.typed())


def write_step(request: ViewerRequest, desk: Desk, key: UUID, step: str) -> HttpResponse:
    """One step of the draft: shown, kept whatever was typed, left when it is valid."""
    sent = _sent(desk, key)
    if sent is not None:
        return sent
    draft = selectors.open_draft(desk.viewer, desk.council, key)
    if step not in _BY_SLUG:
        raise Http404
    if request.method != "POST":
        return _step_page(request, desk, draft, _BY_SLUG[step](desk.options, draft.answers))
    form = _BY_SLUG[step](desk.options, draft.answers, request.POST)
    _prepare(desk, draft, [form])
    go = request.POST.get("go", "next")
    typed = form.typed()
    if go == "row" and isinstance(form, StepsTriedForm):
        typed = form.typed_with_another_row()
    try:
        draft = intake.save_page(draft, step, {step: typed}, **_marks(request.POST))
    except intake.DraftConflict as conflict:
        saved = [_BY_SLUG[step](desk.options, conflict.current.answers)]
        return _step_page(
            request, desk, conflict.current, form, differences=different(saved, [form])
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(desk.url("new"))
    if go != "next" or form.is_valid():
        return redirect(_after(request, desk, draft, form, go))
    return _step_page(request, desk, draft, form)


def write_page(request: ViewerRequest, desk: Desk, key: UUID) -> HttpResponse:
    """The whole alert on one page."""
    sent = _sent(desk, key)
    if sent is not None:
        return sent
    draft = selectors.open_draft(desk.viewer, desk.council, key)
    if request.method != "POST":
        return _one_page(request, desk, draft, one_page(desk.options, draft.answers))
    steps = one_page(desk.options, draft.answers, request.POST)
    _prepare(desk, draft, steps)
    go = request.POST.get("go", "next")
    typed = {step.slug: step.typed() for step in steps}
    if go == "row":
        typed.update(
            {s.slug: s.typed_with_another_row() for s in steps if isinstance(s, StepsTriedForm)}
        )
    try:
        draft = intake.save_page(draft, ONE_PAGE, typed, **_marks(request.POST))
    except intake.DraftConflict as conflict:
        saved = one_page(desk.options, conflict.current.answers)
        return _one_page(
            request, desk, conflict.current, steps, differences=different(saved, steps)
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(desk.url("new"))
    if go == "row":
        return redirect(f"{desk.url('one_page', draft.pk)}#demarches")
    if go == "later":
        return _left(request, desk)
    if all(step.is_valid() for step in steps):
        return redirect(desk.url("recap", draft.pk))
    return _one_page(request, desk, draft, steps)


def autosave(request: ViewerRequest, desk: Desk, key: UUID, page: str) -> HttpResponse:
    """Keep what is being typed on `page`, without checking it; when it was, in words.

    409 when another tab wrote in between, 404 when the draft is gone; nothing is overwritten.
    """
    draft = selectors.open_draft(desk.viewer, desk.council, key)
    if page == ONE_PAGE and desk.options.by_coordinator:
        steps = one_page(desk.options, draft.answers, request.POST)
    elif page in _BY_SLUG:
        steps = [_BY_SLUG[page](desk.options, draft.answers, request.POST)]
    else:
        raise Http404
    typed = {step.slug: step.typed() for step in steps}
    try:
        saved = intake.save_page(draft, page, typed, **_marks(request.POST))
    except intake.DraftConflict:
        return JsonResponse({}, status=409)
    except Refused:
        return JsonResponse({}, status=404)
    at = date_format(timezone.localtime(saved.updated_at), "G\\ \\h\\ i")
    return JsonResponse({"saved": f"Brouillon enregistré à {at}."})


def recap(request: ViewerRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Each step with its answers, what is missing, what deserves a warning; then sent, once."""
    sent = _sent(desk, key)
    if sent is not None:
        return sent
    draft = selectors.open_draft(desk.viewer, desk.council, key)
    steps = bound_steps(desk.options, draft.answers)
    _prepare(desk, draft, steps)
    if request.method == "POST" and all(step.is_valid() for step in steps):
        with as_message(request):
            alert = intake.submit(desk.viewer, desk.council, submission(key, steps))
            return redirect(desk.url("receipt", alert.code))
    parts = [_recap_part(desk, draft, step) for step in steps]
    observations = next(step for step in steps if isinstance(step, ObservationsForm))
    context = {
        "desk": desk,
        "council": desk.council,
        "draft": draft,
        "parts": parts,
        "missing": [line for part in parts for line in part["missing"]],
        "asked_to_send": request.method == "POST",
        "missing_criteria": observations.missing_criteria(),
        "criteria_url": desk.edited_at(draft, observations.slug),
        "danger": _danger(draft),
        "refused": observations.agreement == "refused",
        "last_url": desk.edited_at(draft, STEPS[-1].slug),
    }
    return render(request, "cases/alerts/recap.html", context)


def discard(request: ViewerRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Delete a draft and all that was typed."""
    intake.discard_draft(selectors.open_draft(desk.viewer, desk.council, key))
    messages.success(request, "Le brouillon est supprimé.")
    return redirect(desk.url("new"))


# --- pieces -------------------------------------------------------------------------------------


def _sent(desk: Desk, key: UUID) -> HttpResponse | None:
    """Where a draft that was sent leads, however often it is asked: its receipt."""
    alert = selectors.sent_from_draft(desk.viewer, desk.council, key)
    return redirect(desk.url("receipt", alert.code)) if alert is not None else None


def _prepare(desk: Desk, draft: Any, steps: list[StepForm]) -> None:
    """Have the guard re-read the steps; the identity typed in the draft is its author's own."""
    typed = draft.answers.get(PersonForm.slug, {})
    known = rereading.knowledge(desk.viewer, desk.council, typed=typed)
    for step in steps:
        guarded.prepare(step, known)


def _marks(sent: QueryDict) -> dict[str, Any]:
    """The name of this save and of those that the page knows of (see `intake.save_page`)."""
    known = str(sent["known"]).split()[-_KNOWN_MARKS:] if "known" in sent else None
    return {"mark": sent.get("mark", "")[:40], "known": known}


def _step_page(
    request: ViewerRequest, desk: Desk, draft: Any, form: StepForm, **shown: Any
) -> HttpResponse:
    context = {
        **_page(desk, draft, form.slug, [form]),
        "form": form,
        "stages": _stages(desk, draft, form),
        "complete": all(each.slug in draft.answers for each in STEPS),
        "holds_identity": "last_name" in draft.answers.get("personne", {}),
        **shown,
    }
    templates = [f"cases/alerts/step_{form.slug}.html", "cases/alerts/step.html"]
    return render(request, templates, context)


def _one_page(
    request: ViewerRequest, desk: Desk, draft: Any, steps: list[StepForm], **shown: Any
) -> HttpResponse:
    context = {**_page(desk, draft, ONE_PAGE, steps), **{s.slug: s for s in steps}, **shown}
    return render(request, "cases/alerts/one_page.html", {**context, "steps": steps})


def _page(desk: Desk, draft: Any, page: str, steps: list[StepForm]) -> dict[str, Any]:
    """What every page that keeps its answers shows."""
    parts = [part for step in steps for part in step.parts]
    return {
        "desk": desk,
        "council": desk.council,
        "draft": draft,
        "autosave_url": desk.url("autosave", draft.pk, page),
        "known": draft.marks.get(page, ""),
        "parts_in_error": [part for part in parts if part.is_bound and part.errors],
        "danger": _danger(draft),
        "refused": steps[-1].agreement == "refused",
        "differences": (),
    }


def _danger(draft: Any) -> bool:
    answers: Mapping[str, Any] = draft.answers.get(DangerForm.slug, {})
    return bool(answers.get("immediate_danger") == "yes")


def _after(request: ViewerRequest, desk: Desk, draft: Any, form: StepForm, go: str) -> str:
    """Where the button `go` leads from the step of `form`."""
    rank = [step.slug for step in STEPS].index(form.slug)
    match go:
        case "later":
            return _left(request, desk).url
        case "previous":
            return desk.url("draft", draft.pk, STEPS[max(rank - 1, 0)].slug)
        case "row" if isinstance(form, StepsTriedForm):
            return f"{desk.url('draft', draft.pk, form.slug)}#id_tried-{len(form.rows)}-step"
        case "next" if rank + 1 < len(STEPS):
            return desk.url("draft", draft.pk, STEPS[rank + 1].slug)
        case _:
            return desk.url("recap", draft.pk)


def _left(request: ViewerRequest, desk: Desk) -> Any:
    messages.success(request, "Votre brouillon est enregistré. Il est gardé 7 jours.")
    return redirect(desk.home_url)


def _stages(desk: Desk, draft: Any, current: StepForm) -> list[sheets.Stage]:
    """The five steps: where one is, and the way back to those already seen."""
    labels = list(_STEP_LABELS)
    if current.options.by_coordinator:
        labels[0] = SOMEBODY_ELSE
    stages = []
    for number, label in enumerate(labels, start=1):
        slug = next(step.slug for step in STEPS if step.number == number)
        seen = slug in draft.answers
        state = "now" if number == current.number else "past" if seen else "next"
        stages.append(sheets.Stage(label, state, desk.url("draft", draft.pk, slug) if seen else ""))
    return stages


def _recap_part(desk: Desk, draft: Any, step: StepForm) -> dict[str, Any]:
    """One step on the recap: its answers, what is missing, the way back to it."""
    url = desk.edited_at(draft, step.slug)
    if step.is_valid():
        missing = []
    elif step.slug in draft.answers:
        missing = [
            {
                "label": bound.label,
                "error": error,
                "url": f"{url.partition('#')[0]}#{bound.id_for_label or bound.auto_id}",
            }
            for part in step.parts
            for bound in part
            for error in bound.errors
        ]
    else:
        missing = [{"label": step.title, "error": "Étape à remplir.", "url": url}]
    return {"step": step, "url": url, "lines": step.lines(), "missing": missing}
