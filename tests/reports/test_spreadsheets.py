"""The report as a spreadsheet: the same numbers, and texts that stay texts."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from governance.models import ListEntry
from reports.governance_figures import ADOPTED_DEFINITION, ROADMAP_DEFINITION
from reports.spreadsheets import as_spreadsheet
from reports.statistics import count_internal
from reports.tables import TIME_DEFINITION

NOUNS = {
    "situations": "situations",
    "alerts": "alertes",
    "hearings": "passages",
    "leads": "pistes",
    "meetings": "séances",
}


@pytest.fixture
def figures(lille_register):
    return count_internal(lille_register, 2016, 2019)


@pytest.fixture
def sheets(figures):
    book = CalamineWorkbook.from_filelike(BytesIO(as_spreadsheet(figures)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_there_is_one_sheet_a_table_between_the_summary_and_the_definitions(figures, sheets):
    tables = [table.label for table in figures.tables]
    others = ["Délais, en jours", "Présence aux séances", "Instances", "Temps passé"]
    last = ["Tableaux croisés", "Champs restés vides", "Définitions"]
    assert list(sheets) == ["Sommaire", *tables, *others, *last]


def test_each_sheet_holds_the_numbers_of_its_table_and_their_share(figures, sheets):
    for table in figures.tables:
        rows = sheets[table.label][4 : 4 + len(table.rows)]
        assert [(label, value) for label, value, _ in rows] == [
            (row.label, row.value) for row in table.rows
        ]
        assert [share for _, _, share in rows] == [
            pytest.approx(row.value / table.base) if table.base else "" for row in table.rows
        ]
        total, base = sheets[table.label][4 + len(table.rows) :]
        assert total[1] == (table.answers if table.multiple else table.base)
        assert base[:2] == [f"Base (nombre de {NOUNS[table.unit]})", table.base]


def test_the_summary_holds_the_key_figures_and_the_years(sheets):
    lines = [line for line in sheets["Sommaire"] if any(line)]
    assert ["Situations reçues", 241, ""] in lines
    assert ["Avec une addiction associée", 53, pytest.approx(53 / 241)] in lines
    assert lines[-4:] == [
        ["2016", 53, ""], ["2017", 51, -2], ["2018", 62, 11], ["2019", 75, 13],
    ]  # fmt: skip


def test_the_emptiest_fields_come_first_by_origin(figures, sheets):
    _, _, _, headings, bases, *lines = sheets["Champs restés vides"]
    assert headings[:2] == ["Champ", "Ensemble"]
    assert bases[1] == sum(bases[2:]) == 241
    assert [line[1] for line in lines] == sorted(line[1] for line in lines)
    sex = next(line for line in lines if line[0] == "Sexe")
    assert sex[1] == sum(sex[2:]) == 239


def test_the_cross_tables_hold_the_same_numbers(figures, sheets):
    lines = iter(sheets["Tableaux croisés"])
    for cross in figures.cross_tables:
        assert next(lines)[0] == cross.label
        assert next(lines)[1 : 1 + len(cross.columns.rows)] == [
            column.label for column in cross.columns.rows
        ]
        for row, cells in zip(cross.rows.rows, cross.cells, strict=True):
            assert next(lines)[: 1 + len(cells)] == [row.label, *cells]
        next(lines, None)


def test_every_table_is_defined(figures, sheets):
    assert dict(sheets["Définitions"][1:]) == {
        **{table.label: table.definition for table in figures.tables},
        "Temps passé": TIME_DEFINITION,
        **{f"Avec {each.label}": each.definition for each in figures.highlights},
        **{each.label.capitalize(): each.definition for each in figures.counters},
        **{each.label: each.definition for each in figures.delays},
        "Décisions, avis et propositions": ADOPTED_DEFINITION,
        "Feuille de route": ROADMAP_DEFINITION,
    }


def test_a_label_that_looks_like_a_formula_stays_a_text(lille_register):
    trap = '=HYPERLINK("https://intrus.example","Homme")'
    ListEntry.objects.create(
        council=lille_register, list_code="sex", code="male", label=trap, position=0
    )
    council = type(lille_register).objects.get()
    content = as_spreadsheet(count_internal(council, 2016, 2019))
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("Sexe")
    assert [trap, 138] in [line[:2] for line in sheet.to_python()]
    with ZipFile(BytesIO(content)) as parts:
        for name in parts.namelist():
            assert b"<f>" not in parts.read(name)
            assert b"<hyperlink " not in parts.read(name)
