"""What a council already keeps in a spreadsheet, taken line by line through the usual forms."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from governance.table_file import MOST_BYTES, FileRefused, TableFile, fold, read_table

MOST_LINES = 200


class TableForm(forms.Form):
    """One CSV, XLSX or ODS of at most 200 lines; `cleaned_data["table"]` is what was read of it."""

    file = forms.FileField(
        label="Fichier",
        help_text=f"CSV, XLSX ou ODS, {MOST_LINES} lignes au plus. Tout est inscrit, ou rien : si "
        "une cellule ne convient pas, la page dit laquelle et pourquoi.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.ods"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            table = read_table(file.read(MOST_BYTES + 1), file.name or "")
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        if not table.lines:
            raise forms.ValidationError("Le fichier ne contient aucune ligne.")
        if len(table.lines) > MOST_LINES:
            raise forms.ValidationError(
                f"Le fichier dépasse {MOST_LINES} lignes : déposez-le en plusieurs fois."
            )
        self.cleaned_data["table"] = table
        return file


@dataclass(frozen=True)
class LineProblem:
    """Why a cell cannot be taken, in French, with what may be written there."""

    line: int
    column: str
    value: str
    reason: str
    allowed: tuple[str, ...] = ()


def lines_as_forms(
    table: TableFile, columns: Sequence[str], form_of: Callable[[Mapping[str, str]], forms.Form]
) -> Iterator[tuple[int, forms.Form, list[LineProblem]]]:
    """(line number, bound form, its problems) for each line of the table.

    `columns`: the name of the form's field that each cell fills. A choice is written by its code
    or its label, several between commas; an empty cell leaves what the form proposes.
    """
    for line in table.lines:
        cells = dict(zip(columns, line.cells, strict=False))
        form = form_of({})
        typed = {}
        for name in form.fields:
            cell = cells.get(name, "")
            if not cell:
                cell = form.get_initial_for_field(form.fields[name], name)
            typed[name] = _answer(form.fields[name], str(cell or ""))
        form = form_of(typed)
        problems = [
            LineProblem(
                line.number,
                "" if name == forms.forms.NON_FIELD_ERRORS else name,
                cells.get(name, ""),
                str(message),
                tuple(labels(form.fields[name]).values()) if name in form.fields else (),
            )
            for name, said in form.errors.items()
            for message in said
        ]
        yield line.number, form, problems


def labels(field: forms.Field) -> dict[str, str]:
    """The value of each answer that the field offers -> its label; empty for a free text."""
    return {str(value): str(label) for value, label in getattr(field, "choices", ()) if value}


def _answer(field: forms.Field, cell: str) -> Any:
    if isinstance(field, forms.BooleanField):
        return fold(cell) in ("oui", "x", "vrai", "true", "1", "on")
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [_choice(field, part.strip()) for part in cell.split(",") if part.strip()]
    return _choice(field, cell)


def _choice(field: forms.Field, cell: str) -> str:
    written = fold(cell)
    for value, label in labels(field).items():
        if written in (fold(value), fold(label)):
            return value
    return cell
