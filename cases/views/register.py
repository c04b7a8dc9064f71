"""The register: uploaded, looked over, imported. Reserved to the coordination."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.forms.register import RegisterForm
from cases.selectors import open_register_upload
from cases.services import register
from governance import nomenclatures, throttling
from governance.models import Council
from governance.selectors import council_label, open_council_as_coordinator
from governance.throttling import throttled
from governance.viewer import ViewerRequest
from governance.views.once import once
from governance.views.tables import empty_table

MOST_PROBLEMS = 200
FIRST_ROWS = 10
_EXPECTED = {
    "reference": "Un numéro, unique dans le registre, comme 2016-001. Jamais un nom.",
    "date": "Une date, comme 2016-01-09 ou 09/01/2016.",
    "count": "Un nombre entier, de 0 à 999.",
    "choice": "Une réponse de la liste.",
    "choices": "Une ou plusieurs réponses de la liste, séparées par « | ».",
    "town": "Une commune du conseil.",
    "sector": "Un secteur du conseil.",
}


@require_http_methods(["GET", "POST"])
@throttled(throttling.REGISTERS)
@once
def register_import(request: ViewerRequest, council: str) -> HttpResponse:
    """Say what a register holds, take the file, go on to its preview."""
    opened = open_council_as_coordinator(request.viewer, council)
    form = RegisterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        key = register.keep(
            form.cleaned_data["register"],
            opened,
            file_name=form.cleaned_data["file"].name,
            by=request.user,
        )
        return redirect("register_check", opened.code, key)
    columns = [
        {
            "column": column,
            "expected": _EXPECTED[column.kind],
            "answers": register.admitted(column, opened),
        }
        for column in register.COLUMNS
    ]
    context = {"form": form, "columns": columns}
    return render(request, "cases/register/import.html", context)


@require_safe
def register_model(request: ViewerRequest, council: str) -> HttpResponse:
    """An empty register: the headings, as a CSV that French spreadsheets open."""
    open_council_as_coordinator(request.viewer, council)
    return empty_table("registre-modele.csv", (column.code for column in register.COLUMNS))


@require_http_methods(["GET", "POST"])
@once
def register_check(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """What the import would do, and what prevents it; then store all of it."""
    opened = open_council_as_coordinator(request.viewer, council)
    upload = open_register_upload(request.viewer, opened, key)
    if request.method == "POST":
        try:
            situations = register.confirm(upload, by=request.user)
        except register.RegisterRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("register_import", opened.code)
        messages.success(
            request,
            f"{len(situations)} situations sont importées, "
            f"de {situations[0].code} à {situations[-1].code}.",
        )
        return redirect("situations", opened.code)
    preview = register.check(register.kept(upload), opened)
    context = {
        "upload": upload,
        "row_count": len(preview.rows),
        "refused_count": len(preview.refused_lines),
        "years": [{"label": str(year), "value": count} for year, count in preview.per_year.items()],
        "first_rows": [_shown(opened, row) for row in preview.rows[:FIRST_ROWS]],
        "problems": preview.problems[:MOST_PROBLEMS],
        "problems_left": max(0, len(preview.problems) - MOST_PROBLEMS),
    }
    return render(request, "cases/register/check.html", context)


@require_POST
def register_cancel(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Give up an import: what was read is forgotten."""
    opened = open_council_as_coordinator(request.viewer, council)
    register.discard(open_register_upload(request.viewer, opened, key))
    messages.success(request, "L’import est abandonné : rien n’a été enregistré.")
    return redirect("register_import", opened.code)


def _shown(council: Council, row: dict[str, Any]) -> dict[str, Any]:
    """What the preview shows of one row."""
    return {
        "reference": row["register_reference"],
        "received_on": row["received_on"],
        "situation_type": council_label(council, "situation_type", row.get("situation_type", "")),
        "town": row.get("town") or nomenclatures.UNKNOWN_LABEL,
        "status": nomenclatures.label("situation_status", row["status"]),
    }
