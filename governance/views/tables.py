"""Organisations and colleagues inscribed together, from the spreadsheet where they are kept."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from governance import selectors, throttling
from governance.forms.organisations import OrganisationForm
from governance.forms.people import InvitationForm
from governance.forms.resources import ResourceForm
from governance.forms.tables import LineProblem, TableForm, labels, lines_as_forms
from governance.models import Council, Organisation, Resource
from governance.services import directory, people
from governance.table_file import FileRefused, columns_named, fold
from governance.throttling import throttled
from governance.viewer import Viewer, ViewerRequest
from governance.views.once import once

ORGANISATIONS = {
    "name": "Nom",
    "kind": "Type",
    "phone": "Téléphone",
    "email": "Courriel",
    "missions": "Missions et limites",
}
RESOURCES = {
    "name": "Nom",
    "organisation": "Organisme du conseil",
    "purpose": "Ce qu’elle fait",
    "audience": "Pour qui",
    "limits": "Limites",
    "towns": "Communes",
    "sectors": "Secteurs de psychiatrie",
    "places": "Quartiers et rues",
    "phone": "Téléphone",
    "address": "Adresse",
    "hours": "Horaires",
    "link": "Site",
    "checked_on": "Vérifiée le",
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEMBERS = {
    "email": "Adresse électronique",
    "role": "Rôle",
    "organisation": "Organisme",
    "profession": "Fonction",
    "profession_category": "Catégorie professionnelle",
    "secrecy_status": "Régime de secret",
    "college": "Collège",
}


@require_http_methods(["GET", "POST"])
@once
def organisations_import(request: ViewerRequest, council: str) -> HttpResponse:
    """Inscribe the organisations of a spreadsheet; those already there stay as they are."""
    opened = selectors.open_council_as_manager(request.viewer, council)

    def form_of(cells: Mapping[str, Any]) -> OrganisationForm:
        return OrganisationForm({**cells, "active": "on"}, instance=Organisation(), council=opened)

    known = opened.organisations.values_list("name", flat=True)
    optional = ("phone", "email", "missions")
    return _inscribe(
        request, opened, "organisations", known, ORGANISATIONS, optional, form_of, "organisme"
    )


@require_http_methods(["GET", "POST"])
@once
def resources_import(request: ViewerRequest, council: str) -> HttpResponse:
    """Inscribe the resources of a spreadsheet; those already there stay as they are."""
    opened = selectors.open_council_as_coordinator(request.viewer, council)

    def form_of(cells: Mapping[str, Any]) -> ResourceForm:
        return ResourceForm({**cells, "active": "on"}, instance=Resource(), council=opened)

    known = opened.resources.values_list("name", flat=True)
    optional = tuple(column for column in RESOURCES if column not in ("name", "purpose"))
    return _inscribe(request, opened, "resources", known, RESOURCES, optional, form_of, "ressource")


@require_safe
@throttled(throttling.DOCUMENTS)
def resources_file(request: ViewerRequest, council: str) -> HttpResponse:
    """The directory as a spreadsheet, with the columns that `resources_import` takes."""
    opened = selectors.open_council(request.viewer, council)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Annuaire")
        sheet.write_row(0, 0, RESOURCES.values())
        for number, resource in enumerate(selectors.list_resources(opened), start=1):
            sheet.write_row(number, 0, [_cell(resource, column) for column in RESOURCES])
    response = HttpResponse(content.getvalue(), content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="annuaire-{opened.code}.xlsx"'
    return response


def _cell(resource: Resource, column: str) -> str:
    value = getattr(resource, column)
    if column in ("towns", "sectors"):
        return ", ".join(str(place) for place in value.all())
    return "" if value is None else str(value)


def _inscribe(
    request: ViewerRequest,
    opened: Council,
    subject: str,
    names: Iterable[str],
    columns: Mapping[str, str],
    optional: tuple[str, ...],
    form_of: Any,
    word: str,
) -> HttpResponse:
    """Each line whose name is not among `names` becomes a row; all of them, or none."""
    known = {fold(name) for name in names}
    form = TableForm(request.POST or None, request.FILES or None)
    problems: list[LineProblem] = []
    if form.is_valid():
        new: list[Any] = []
        read = _read(form, columns, optional, form_of)
        for _line, row, said in read:
            name = fold(str(row.data["name"]))
            if name and name in known:
                continue
            known.add(name)
            problems += said
            new.append(row)
        if not form.errors and not problems:
            directory.inscribe_all(
                request.viewer, [(row.instance, row.cleaned_data) for row in new]
            )
            there = len(read) - len(new)
            messages.success(request, _inscribed(len(new), there, word))
            return redirect(subject, opened.code)
    return _page(request, form, problems, subject, columns, form_of)


@require_http_methods(["GET", "POST"])
@throttled(throttling.INVITATIONS)
@once
def members_import(request: ViewerRequest, council: str) -> HttpResponse:
    """Invite the colleagues of a spreadsheet, each by a mail of their own."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    viewer: Viewer = request.viewer

    def form_of(cells: Mapping[str, Any]) -> InvitationForm:
        return InvitationForm(cells, council=opened, viewer=viewer)

    form = TableForm(request.POST or None, request.FILES or None)
    problems: list[LineProblem] = []
    if form.is_valid():
        read = _read(
            form,
            MEMBERS,
            ("organisation", "profession", "profession_category", "secrecy_status", "college"),
            form_of,
        )
        seen: set[tuple[str, str]] = set()
        for line, row, said in read:
            problems += said
            key = (str(row.data["email"]).lower(), str(row.data["role"]))
            if key in seen:
                problems.append(
                    LineProblem(line, "email", key[0], "Cette adresse est écrite deux fois.")
                )
            seen.add(key)
        if not form.errors and not problems:
            people.invite_all(opened, [row.cleaned_data for _, row, _ in read], by=viewer)
            many = len(read) > 1
            messages.success(
                request,
                f"{len(read)} invitations partent." if many else "Une invitation part.",
            )
            return redirect("members", opened.code)
    return _page(request, form, problems, "members", MEMBERS, form_of)


@require_safe
def organisations_model(request: ViewerRequest, council: str) -> HttpResponse:
    """An empty table of organisations."""
    selectors.open_council_as_manager(request.viewer, council)
    return empty_table("organismes-modele.csv", ORGANISATIONS.values())


@require_safe
def resources_model(request: ViewerRequest, council: str) -> HttpResponse:
    """An empty table of resources."""
    selectors.open_council_as_coordinator(request.viewer, council)
    return empty_table("annuaire-modele.csv", RESOURCES.values())


@require_safe
def members_model(request: ViewerRequest, council: str) -> HttpResponse:
    """An empty table of colleagues."""
    selectors.open_council_as_manager(request.viewer, council)
    return empty_table("membres-modele.csv", MEMBERS.values())


def _read(
    form: TableForm, columns: Mapping[str, str], optional: tuple[str, ...], form_of: Any
) -> list[tuple[int, Form, list[LineProblem]]]:
    """The table's lines as forms; none, and an error on the file, when its columns are wrong."""
    table = form.cleaned_data["table"]
    try:
        named = columns_named(table.headings, columns, optional=optional)
    except FileRefused as refusal:
        form.add_error("file", str(refusal))
        return []
    return list(lines_as_forms(table, named, form_of))


def _inscribed(new: int, there: int, word: str) -> str:
    plural = "s" if new > 1 else ""
    said = f"{new} {word}{plural} dans la liste"
    if there:
        said += f", {there} déjà là, sans changement"
    return said + "."


def empty_table(file_name: str, headings: Iterable[str]) -> HttpResponse:
    """A table to fill in: the headings alone, as a CSV that French spreadsheets open."""
    content = f"\ufeff{';'.join(headings)}\r\n"
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _page(
    request: ViewerRequest,
    form: TableForm,
    problems: list[LineProblem],
    subject: str,
    columns: Mapping[str, str],
    form_of: Any,
) -> HttpResponse:
    fields = form_of({}).fields
    context = {
        "form": form,
        "problems": problems,
        "columns": [
            {
                "label": label,
                "required": fields[name].required and fields[name].initial is None,
                "answers": list(labels(fields[name]).values()),
            }
            for name, label in columns.items()
        ],
    }
    return render(request, f"governance/tables/{subject}_import.html", context)
