"""The roadmap: axes, objectives, action sheets, and the synthesis of a year for the COPIL."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance import paper_policies, paper_selectors, pdf, policies, throttling
from governance.forms.roadmap import ActionForm, AxisForm, BalanceForm, ObjectiveForm
from governance.models import ActionSheet, Axis, Balance, Council, Objective
from governance.selectors import open_council_as_coordinator, open_council_of_papers
from governance.services import roadmap as services
from governance.throttling import throttled
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.editing import Editing, write
from governance.views.once import once

SIGNS = {"planned": "neutral", "in_progress": "known", "done": "done", "dropped": "refused"}
_FIRST_YEAR = 2000


@require_safe
def roadmap(request: ViewerRequest, council: str) -> HttpResponse:
    """The whole roadmap, on one page."""
    opened = open_council_of_papers(request.viewer, council)
    this_year = timezone.localdate().year
    context = {
        "axes": [
            {
                "axis": axis,
                "objectives": [
                    (objective, [_line(action) for action in objective.actions.all()])
                    for objective in axis.objectives.all()
                ],
            }
            for axis in paper_selectors.list_axes(opened)
        ],
        "years": sorted({this_year, *paper_selectors.years_of_balances(opened)}, reverse=True),
        "coordinates": policies.can_coordinate(request.viewer, opened),
    }
    return render(request, "governance/papers/roadmap.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def roadmap_axis_new(request: ViewerRequest, council: str) -> HttpResponse:
    """Write down an axis."""
    opened = open_council_as_coordinator(request.viewer, council)
    axis = Axis(council=opened, position=opened.axes.count() + 1)
    return _level(request, opened, AxisForm, axis, "Ajouter un axe")


@require_http_methods(["GET", "HEAD", "POST"])
def roadmap_axis(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Change an axis."""
    opened = open_council_as_coordinator(request.viewer, council)
    axis = paper_selectors.open_axis(opened, key)
    return _level(request, opened, AxisForm, axis, "Modifier l’axe")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def roadmap_objective_new(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Write down an objective of an axis."""
    opened = open_council_as_coordinator(request.viewer, council)
    axis = paper_selectors.open_axis(opened, key)
    objective = Objective(axis=axis, position=axis.objectives.count() + 1)
    return _level(request, opened, ObjectiveForm, objective, "Ajouter un objectif")


@require_http_methods(["GET", "HEAD", "POST"])
def objective(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Change an objective."""
    opened = open_council_as_coordinator(request.viewer, council)
    found = paper_selectors.open_objective(opened, key)
    return _level(request, opened, ObjectiveForm, found, "Modifier l’objectif")


@require_POST
def roadmap_axis_strike(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Strike out an axis that holds no action."""
    opened = open_council_as_coordinator(request.viewer, council)
    return _strike(request, opened, paper_selectors.open_axis(opened, key))


@require_POST
def objective_strike(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Strike out an objective that holds no action."""
    opened = open_council_as_coordinator(request.viewer, council)
    return _strike(request, opened, paper_selectors.open_objective(opened, key))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def objective_action_new(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Write a new action sheet."""
    opened = open_council_as_coordinator(request.viewer, council)
    found = paper_selectors.open_objective(opened, key)
    return _write_action(request, opened, ActionSheet(objective=found), "Nouvelle fiche action")


@require_safe
def action(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """An action sheet, and its balances."""
    opened = open_council_of_papers(request.viewer, council)
    found = paper_selectors.open_action(opened, key)
    today = timezone.localdate()
    context = {
        "action": found,
        "chip": {"kind": SIGNS[found.state], "label": found.get_state_display()},
        "facts": [
            {"label": "Axe", "value": found.objective.axis},
            {"label": "Objectif", "value": found.objective},
            {"label": "Portée par", "value": found.body or "La coordination"},
            {"label": "Pilote", "value": found.lead},
            {"label": "Partenaires", "value": found.partners},
            {"label": "Moyens nécessaires", "value": found.resources},
            {"label": "Calendrier", "value": _term(found)},
            {"label": "Indicateurs de résultat", "value": found.indicators},
        ],
        "balances": found.balances.all(),
        "writes": paper_policies.can_write_action(request.viewer, found),
        "years": [today.year, today.year - 1],
    }
    return render(request, "governance/papers/action.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def action_edit(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Change an action sheet."""
    opened = open_council_of_papers(request.viewer, council)
    found = paper_selectors.open_written_action(request.viewer, opened, key)
    return _write_action(request, opened, found, "Modifier la fiche action")


@require_http_methods(["GET", "HEAD", "POST"])
def action_balance(request: ViewerRequest, council: str, key: UUID, year: int) -> HttpResponse:
    """Write the balance of a year, this one or an earlier one."""
    opened = open_council_of_papers(request.viewer, council)
    found = paper_selectors.open_written_action(request.viewer, opened, key)
    _require_past(year)
    record = found.balances.filter(year=year).first() or Balance(action=found, version=0)

    def save(form: BalanceForm) -> ActionSheet:
        version = form.cleaned_data["version"]
        services.write_balance(request.viewer, found, year, form.changes(), version=version)
        return found

    editing = Editing(opened, record, BalanceForm, save, f"Le bilan {year} est enregistré.")
    context = {"action": found, "year": year}
    return write(request, editing, "governance/papers/balance_edit.html", context)


@require_safe
def roadmap_synthesis(request: ViewerRequest, council: str, year: int) -> HttpResponse:
    """The balances of a year, action by action."""
    opened = open_council_of_papers(request.viewer, council)
    return render(request, "governance/papers/synthesis.html", _synthesis(opened, year))


@require_safe
@throttled(throttling.DOCUMENTS)
def roadmap_synthesis_pdf(request: ViewerRequest, council: str, year: int) -> HttpResponse:
    """The same on paper, for the COPIL."""
    opened = open_council_of_papers(request.viewer, council)
    context = {**_synthesis(opened, year), "council": opened, "made_at": timezone.now()}
    return HttpResponse(
        pdf.render("pdf/synthesis.html", context),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{opened.code}-actions-{year}.pdf"'},
    )


def _require_past(year: int) -> None:
    if not _FIRST_YEAR <= year <= timezone.localdate().year:
        raise Http404


def _synthesis(council: Council, year: int) -> dict[str, Any]:
    _require_past(year)
    lines = paper_selectors.synthesis(council, year)
    states = ActionSheet.State
    counts = {state: sum(line.action.state == state for line in lines) for state in states}
    written = sum(line.balance is not None for line in lines)
    return {
        "year": year,
        "lines": [(line, _line(line.action)) for line in lines],
        "figures": [
            _figure(len(lines), "action dans l’année", "actions dans l’année"),
            _figure(written, "bilan écrit", "bilans écrits"),
            _figure(counts[states.IN_PROGRESS], "en cours aujourd’hui", "en cours aujourd’hui"),
            _figure(counts[states.DONE], "terminée", "terminées"),
        ],
    }


def _figure(count: int, one: str, several: str) -> dict[str, Any]:
    return {"value": count, "label": one if count < 2 else several, "note": ""}


def _line(action: ActionSheet) -> dict[str, Any]:
    """What a list says of an action."""
    facts = (str(action.body or "La coordination"), action.lead, _term(action))
    return {
        "action": action,
        "facts": [fact for fact in facts if fact],
        "chip": {"kind": SIGNS[action.state], "label": action.get_state_display()},
    }


def _term(action: ActionSheet) -> str:
    start, end = action.starts_on, action.ends_on
    if start and end:
        return f"du {start:%d/%m/%Y} au {end:%d/%m/%Y}"
    if start:
        return f"depuis le {start:%d/%m/%Y}"
    return f"jusqu’au {end:%d/%m/%Y}" if end else ""


def _level(
    request: ViewerRequest, council: Council, form_class: Any, level: Any, heading: str
) -> HttpResponse:
    form = form_class(request.POST or None, instance=level)
    if form.is_valid():
        with refusals.as_form_error(form):
            services.write_level(request.viewer, level)
            messages.success(request, f"« {level} » est enregistré.")
            return redirect("roadmap", council.code)
    strike = ""
    if not level._state.adding:
        strike = "roadmap_axis_strike" if isinstance(level, Axis) else "objective_strike"
    context = {"form": form, "heading": heading, "level": level, "strike": strike}
    return render(request, "governance/papers/level_edit.html", context)


def _strike(request: ViewerRequest, council: Council, level: Axis | Objective) -> HttpResponse:
    with refusals.as_message(request, f"« {level} » est retiré de la feuille de route."):
        services.strike_level(request.viewer, level)
    return redirect("roadmap", council.code)


def _write_action(
    request: ViewerRequest, council: Council, record: ActionSheet, heading: str
) -> HttpResponse:
    def save(form: ActionForm) -> ActionSheet:
        version = form.cleaned_data["version"]
        return services.write_action(request.viewer, record, form.changes(), version=version)

    editing = Editing(
        council,
        record,
        partial(ActionForm, council=council),
        save,
        "La fiche action est enregistrée.",
    )
    context = {"heading": heading, "action": None if record._state.adding else record}
    return write(request, editing, "governance/papers/action_edit.html", context)
