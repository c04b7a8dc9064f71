"""What a register may be written in: encodings, delimiters, workbooks; what is refused unopened."""

import csv
import datetime
import io
import struct
import zipfile

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from cases.models import RegisterUpload
from cases.services import register
from clsm.demo_seed import REGISTER as LILLE
from governance import worksheet
from governance.models import ListEntry, Town
from governance.table_file import MOST_BYTES
from tests.cases.registers import DATA, HEADINGS, as_csv, check, rows_of, upload

pytestmark = pytest.mark.django_db


# --- what people write --------------------------------------------------------------------------


def test_labels_are_read_as_well_as_codes_whatever_case_and_accents(council):
    ListEntry.objects.create(
        council=council, list_code="origin", code="ccas", label="Action sociale", position=6
    )
    rows = rows_of(
        1,
        origin="ACTION SOCIALE",
        situation_type="Gerontologie et psychiatrie",
        sex="FEMALE",
        age_band="-20 ans",
        town="lille",
        housing_status="Non renseigné",
        addiction="Alcool | illicit|alcohol",
        psychiatric_sector="59g23",
        alert_subject="Incurie, accumulation (type Diogène)",
    )
    (row,) = check(rows, council).rows
    assert row["origin"] == "ccas"
    assert row["situation_type"] == "geriatrics_psychiatry"
    assert row["sex"] == "female"
    assert row["age_band"] == "lt20"
    assert row["town"] == Town.objects.get(name="Lille")
    assert "housing_status" not in row
    assert row["addiction"] == ("alcohol", "illicit")
    assert row["psychiatric_sector"].code == "59G23"
    assert row["alert_subject"] == ("unsanitary_hoarding",)


def test_an_answer_no_longer_proposed_is_still_read(council):
    ListEntry.objects.create(
        council=council, list_code="sex", code="other", label="Autre", position=2, active=False
    )
    (row,) = check(rows_of(1, sex="other"), council).rows
    assert row["sex"] == "other"


@pytest.mark.parametrize("written", ["2016-01-09", "09/01/2016", "9/1/2016"])
def test_both_ways_of_writing_a_date_are_read(council, written):
    (row,) = check(rows_of(1, received_on=written), council).rows
    assert row["received_on"] == datetime.date(2016, 1, 9)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_csv_is_read_whatever_its_encoding_and_delimiter(council, encoding, delimiter):
    labels = {column.code: column.label for column in register.COLUMNS}
    rows = [
        {labels[code]: text for code, text in rows_of(1, income="Pension d'invalidité")[0].items()}
    ]
    content = as_csv(rows, list(labels.values()), delimiter, encoding)
    preview = register.check(register.read(content, "Registre.CSV"), council)
    assert preview.problems == ()
    assert preview.rows[0]["income"] == ("disability_pension",)


def test_the_lines_keep_the_numbers_that_the_file_shows(council):
    content = as_csv([{"reference": "1", "received_on": "a\nb"}, {}, {"reference": "x"}])
    preview = register.check(register.read(content, "registre.csv"), council)
    assert [problem.line for problem in preview.problems] == [2, 5, 5]


# --- workbooks ----------------------------------------------------------------------------------


def as_xlsx(rows) -> bytes:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"default_date_format": "dd/mm/yyyy"})
    sheet = workbook.add_worksheet()
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.write(number, column, cell)
    workbook.close()
    return out.getvalue()


def as_ods(rows) -> bytes:
    def cell(value) -> str:
        if isinstance(value, datetime.date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
        if isinstance(value, int):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return (
            f'<table:table-cell office:value-type="string"><text:p>{value}</text:p>'
            "</table:table-cell>"
        )

    table = "".join(
        f"<table:table-row>{''.join(map(cell, cells))}</table:table-row>" for cells in rows
    )
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as ods:
        ods.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        ods.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest "
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
            "</manifest:manifest>",
        )
        ods.writestr(
            "content.xml",
            f'<office:document-content{names} office:version="1.2"><office:body>'
            f'<office:spreadsheet><table:table table:name="Registre">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def lille_cells() -> list[list[object]]:
    """The register as a spreadsheet keeps it: real dates and numbers."""
    with LILLE.open(encoding="utf-8", newline="") as register_file:
        headings, *rows = csv.reader(register_file)
    dates = [headings.index("received_on"), headings.index("closed_on")]
    for row in rows:
        for column in dates:
            row[column] = datetime.date.fromisoformat(row[column]) if row[column] else ""
        row[headings.index("hearings")] = int(row[headings.index("hearings")] or 0)
    return [headings, *rows]


@pytest.mark.parametrize(("name", "build"), [("r.xlsx", as_xlsx), ("r.ODS", as_ods)])
def test_a_workbook_gives_the_same_situations_as_the_csv(council, name, build):
    from_workbook = register.check(register.read(build(lille_cells()), name), council)
    from_csv = register.check(register.read(LILLE.read_bytes(), LILLE.name), council)
    assert from_workbook.problems == ()
    assert [{"prior_hearings": 0} | row for row in from_csv.rows] == list(from_workbook.rows)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (2.0, "2"),
        (2.5, "2.5"),
        (datetime.date(2016, 1, 9), "2016-01-09"),
        (datetime.datetime(2016, 1, 9, 10, 3), "2016-01-09"),  # noqa: DTZ001 - a cell has no zone
        ("  Lille ", "Lille"),
    ],
)
def test_a_cell_of_a_workbook_is_read_as_it_shows(cell, shown):
    assert worksheet.text(cell) == shown


def test_empty_columns_and_rows_around_the_table_do_not_count(council):
    rows = [[*cells, "", ""] for cells in lille_cells()[:3]]
    register_read = register.read(as_xlsx([[], *rows, [], [""]]), "registre.xlsx")
    assert [line.number for line in register_read.lines] == [3, 4]
    assert register.check(register_read, council).problems == ()
    csv_rows = as_csv(rows_of(1)).decode().replace("\r\n", ",,\r\n").encode()
    assert register.check(register.read(csv_rows, "registre.csv"), council).problems == ()


def test_a_stray_cell_in_the_last_corner_is_refused_and_the_server_lives_on():
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out)
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    sheet.write(1_048_575, 16_383, "égarée")
    workbook.close()
    with pytest.raises(register.RegisterRefused, match="démesurée"):
        register.read(out.getvalue(), "registre.xlsx")


# --- files that are not what they say, or unpack beyond measure ----------------------------------


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (lambda: as_xlsx(lille_cells()), "registre.csv"),
        (lambda: as_xlsx(lille_cells()), "registre.ods"),
        (lambda: as_ods(lille_cells()), "registre.xlsx"),
        (lambda: LILLE.read_bytes(), "registre.ods"),
        (lambda: archive(lettre=b"Bonjour"), "registre.xlsx"),
    ],
    ids=["xlsx as csv", "xlsx as ods", "ods as xlsx", "csv as ods", "zip as xlsx"],
)
def test_a_file_whose_content_is_not_what_its_name_says_is_refused(build, name):
    with pytest.raises(register.RegisterRefused, match="pas du format"):
        register.read(build(), name)


@pytest.mark.parametrize(
    "members",
    [
        {"xl__workbook.xml": b"", "xl__worksheets__sheet1.xml": bytes(101 * 1024 * 1024)},
        {"xl__workbook.xml": b"", **{f"m{n}": b"" for n in range(1000)}},
    ],
    ids=["101 MB in 100 KB", "1001 members"],
)
def test_a_workbook_that_unpacks_beyond_measure_is_refused_unopened(members):
    with pytest.raises(register.RegisterRefused, match="démesuré une fois ouvert"):
        register.read(archive(**members), "registre.xlsx")


def test_a_workbook_that_lies_about_what_it_unpacks_to_is_refused_and_the_server_lives_on():
    size = 101 * 1024 * 1024
    honest = archive(**{"xl__workbook.xml": bytes(size)})
    lying = honest.replace(struct.pack("<I", size), struct.pack("<I", 10))
    assert lying != honest
    with pytest.raises(register.RegisterRefused, match="illisible"):
        register.read(lying, "registre.xlsx")


def test_nothing_of_a_workbook_is_kept_but_its_rows(cast, client_of):
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out)
    workbook.set_properties({"author": "Zyzzyva", "comments": "Zyzzyva"})
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, ["2021-001", "2021-01-05"])
    sheet.write_comment(1, 0, "Zyzzyva")
    workbook.add_worksheet("Zyzzyva").write(0, 0, "Zyzzyva")
    workbook.close()
    page = upload(client_of(cast.coordinator), cast.council, out.getvalue(), "registre.xlsx")
    assert page.status_code == 302
    assert "Zyzzyva" not in str(vars(RegisterUpload.objects.get()))


def test_the_name_of_a_file_is_shown_without_what_prints_nothing(cast, client_of):
    client = client_of(cast.coordinator)
    name = "reg<b>\u202e\x07istre\u200b.csv"
    page = client.get(upload(client, cast.council, LILLE.read_bytes(), name).url)
    assert RegisterUpload.objects.get().file_name == "reg<b>istre.csv"
    assert "reg&lt;b&gt;istre.csv" in page.text


# --- files that are refused whole ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "registre.csv", "aucune situation"),
        (",".join(HEADINGS).encode(), "registre.csv", "aucune situation"),
        (b"reference", "registre.pdf", "un CSV, un XLSX ou un ODS"),
        (b"reference", "registre.xlsx", "pas du format"),
        (b"PK\x03\x04 et rien d'autre", "registre.xlsx", "pas du format"),
        (b"%PDF-1.7\n%\0", "registre.csv", "UTF-8"),
        (b"\xff\xfer\x00e\x00", "registre.csv", "UTF-8"),
        (b"reference\n\x81\x8d\n", "registre.csv", "UTF-8"),
        (b'reference\n"ouvert\n', "registre.csv", "à partir de la ligne 2"),
        (b"x" * (MOST_BYTES + 1), "registre.csv", "5\u00a0Mo"),
        (b"reference\n" + b"1\n" * 50_001, "registre.csv", "50\u00a0000"),
    ],
)
def test_an_unreadable_file_is_refused_with_a_reason(content, name, said):
    with pytest.raises(register.RegisterRefused, match=said):
        register.read(content, name)


def test_missing_unknown_and_doubled_columns_are_named():
    headings = [*HEADINGS, "prénom", "sex"]
    headings.remove("town")
    with pytest.raises(register.RegisterRefused) as refusal:
        register.read(as_csv([], headings) + b"1\n", "registre.csv")
    said = str(refusal.value).replace("\u00a0", " ")
    assert "la colonne « prénom » est inconnue" in said
    assert "il manque la colonne « town »" in said
    assert "la colonne « sex » est présente deux fois" in said


@pytest.mark.parametrize(
    ("file", "code", "said"),
    [
        (LILLE, "XXX", "Aucun conseil de code XXX. Conseils\u00a0: LIL."),
        (DATA / "absent.csv", "LIL", "Impossible d’ouvrir"),
    ],
)
def test_the_command_says_what_it_does_not_find(council, file, code, said):
    with pytest.raises(CommandError, match=said):
        call_command("import_register", str(file), council=code)
