"""A register is imported whole or not at all, from a command or from the coordinator's pages."""

import csv
import datetime
import io
import json
import struct
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cases.models import RegisterUpload, Situation
from cases.services import register
from clsm.demo_seed import REGISTER as LILLE
from governance import worksheet
from governance.models import AccessRecord, ListEntry, Town
from governance.services.councils import next_number, take_numbers
from governance.table_file import MOST_BYTES
from tests import factories

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parent.parent / "data"
BAD = DATA / "bad_register.csv"
HEADINGS = [column.code for column in register.COLUMNS]


def rows_of(count: int, **cells: str) -> list[dict[str, str]]:
    """So many good rows, received on 5 January 2021, with the given cells."""
    return [
        {"reference": f"2021-{n:03d}", "received_on": "2021-01-05"} | cells
        for n in range(1, count + 1)
    ]


def as_csv(rows, headings=HEADINGS, delimiter=",", encoding="utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, headings, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def check(rows, council) -> register.Preview:
    return register.check(register.read(as_csv(rows), "registre.csv"), council)


def import_file(path, **options) -> str:
    out = io.StringIO()
    call_command("import_register", str(path), council="LIL", stdout=out, **options)
    return out.getvalue()


# --- the whole register -------------------------------------------------------------------------


def test_the_lille_register_gives_the_published_totals(council):
    said = import_file(LILLE)
    expected = json.loads((DATA / "lille_expected.json").read_text("utf-8"))
    situations = list(Situation.objects.select_related("psychiatric_sector", "town"))
    assert len(situations) == expected["situations"] == 241
    assert Counter(str(s.received_on.year) for s in situations) == expected["per_year"]
    for column in ("channel", "age_band", "sex", "closure_reason", "venue", "consent_state"):
        counted = Counter(getattr(s, column) or "unknown" for s in situations)
        assert counted == expected["tables"][column], column
    sectors = Counter(
        s.psychiatric_sector.code if s.psychiatric_sector else "unknown" for s in situations
    )
    assert sectors == expected["tables"]["psychiatric_sector"]
    assert sum(bool(s.addiction) for s in situations) == expected["with_addiction"]
    links = Counter(link for s in situations for link in s.psychiatry_link or ("unknown",))
    assert links == expected["tables"]["psychiatry_link"]
    assert "241 situations importées" in said
    assert "de LIL-2016-001 à LIL-2019-075" in said


def test_situations_are_numbered_by_year_in_order_of_reception(council):
    rows = rows_of(3)
    rows[0]["received_on"], rows[2]["received_on"] = "2021-03-01", "2020-12-31"
    register.store(check(rows, council), council, by=None)
    codes = Situation.objects.values_list("register_reference", "code")
    assert dict(codes) == {
        "2021-001": "LIL-2021-002",
        "2021-002": "LIL-2021-001",
        "2021-003": "LIL-2020-001",
    }
    assert next_number(council, "situation", 2021) == 3
    assert next_number(council, "situation", 2020) == 2


def test_numbers_are_taken_together_and_never_twice(council):
    assert list(take_numbers(council, "situation", 2026, 3)) == [1, 2, 3]
    assert list(take_numbers(council, "situation", 2026, 2)) == [4, 5]
    assert next_number(council, "situation", 2026) == 6
    assert next_number(council, "alert", 2026) == 1


@pytest.mark.parametrize(
    ("cells", "status", "moved_on"),
    [
        ({}, "under_review", datetime.date(2021, 1, 5)),
        ({"hearings": "0"}, "under_review", datetime.date(2021, 1, 5)),
        ({"hearings": "2"}, "follow_up", datetime.date(2021, 1, 5)),
        (
            {"hearings": "2", "closed_on": "2021-07-01", "closure_reason": "moved"},
            "closed",
            datetime.date(2021, 7, 1),
        ),
    ],
)
def test_the_state_and_the_last_move_follow_from_the_row(council, cells, status, moved_on):
    register.store(check(rows_of(1, **cells), council), council, by=None)
    situation = Situation.objects.get()
    assert situation.status == status
    noon = datetime.datetime.combine(moved_on, datetime.time(12))
    assert timezone.localtime(situation.last_activity).replace(tzinfo=None) == noon
    assert situation.prior_hearings == int(cells.get("hearings", 0))


def test_each_situation_has_its_history_and_the_journal_one_line(cast):
    preview = check(rows_of(2), cast.council)
    register.store(preview, cast.council, by=cast.coordinator.user)
    for situation in Situation.objects.all():
        history = situation.history.get()
        assert history.history_user == cast.coordinator.user
        assert history.history_type == "+"
        assert history.code == situation.code
    record = AccessRecord.objects.get(action="import_register")
    assert (record.actor, record.target_id) == (cast.coordinator.user, cast.council.pk)
    assert record.reason == "2 situations"


def test_a_command_is_journalled_without_an_actor(council):
    import_file(LILLE)
    assert AccessRecord.objects.get(action="import_register").actor is None


def test_a_register_is_stored_in_far_fewer_queries_than_rows(
    council, django_assert_max_num_queries
):
    preview = register.check(register.read(LILLE.read_bytes(), LILLE.name), council)
    with django_assert_max_num_queries(80):
        register.store(preview, council, by=None)


# --- bad cells ----------------------------------------------------------------------------------


def test_each_bad_cell_is_named_with_its_line_column_value_and_what_is_allowed(council):
    preview = register.check(register.read(BAD.read_bytes(), BAD.name), council)
    found = {(p.line, p.column, p.value): p for p in preview.problems}
    reasons = {key: problem.reason for key, problem in found.items()}
    assert reasons == {
        (3, "reference", ""): "cette cellule est obligatoire",
        (4, "received_on", ""): "cette cellule est obligatoire",
        (5, "received_on", "6 janvier 2020"): "n’est pas une date",
        (6, "received_on", "2020-02-30"): "n’existe pas au calendrier",
        (7, "received_on", "2999-01-01"): "est dans l’avenir",
        (8, "age_band", "quarantaine"): "n’est pas une réponse de la liste",
        (9, "town", "Roubaix"): "n’est pas une commune du conseil",
        (10, "psychiatric_sector", "38G01"): "n’est pas une réponse de la liste",
        (11, "addiction", "alcohol|chocolat"): "n’est pas une réponse de la liste",
        (12, "hearings", "-1"): "n’est pas un nombre entier de 0 à 999",
        (13, "closed_on", "2020-01-11"): "précède la réception",
        (14, "closure_reason", ""): "une situation clôturée a un motif de clôture",
        (15, "closed_on", ""): ("une situation qui a un motif de clôture a une date de clôture"),
        (16, "reference", "2020-001"): "est déjà à la ligne 2",
        (17, "reference", "Madame Durand"): (
            "n’est pas une référence\u00a0: un numéro comme 2016-001, jamais un nom"
        ),
        (18, "", ""): "la ligne compte 4 cellules au lieu de 24",
        (19, "received_on", "0216-01-18"): "est antérieur à 1980",
    }
    ages = found[8, "age_band", "quarantaine"]
    assert ages.allowed == ("lt20", "a20_30", "a31_40", "a41_50", "a51_60", "ge61")
    assert found[9, "town", "Roubaix"].allowed == ("Hellemmes", "Lille")
    assert "59G22" in found[10, "psychiatric_sector", "38G01"].allowed
    assert str(ages) == (
        "ligne 8, colonne age_band\u00a0: «\u00a0quarantaine\u00a0» n’est pas une réponse de la "
        "liste (admis\u00a0: lt20, a20_30, a31_40, a41_50, a51_60, ge61)"
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (column.code, "réponse inventée")
        for column in register.COLUMNS
        if column.kind in ("choice", "choices", "town", "sector")
    ],
)
def test_every_closed_column_refuses_an_answer_outside_its_list(council, column, value):
    rows = rows_of(1, **{column: value})
    if column == "closure_reason":
        rows[0]["closed_on"] = "2021-02-01"
    (problem,) = check(rows, council).problems
    assert (problem.column, problem.value) == (column, value)
    assert problem.allowed


def test_nothing_is_stored_while_one_row_is_refused(council):
    with pytest.raises(CommandError) as refusal:
        import_file(BAD)
    assert "Rien n’est importé\u00a0: 17 problème(s)." in str(refusal.value)
    assert "ligne 8, colonne age_band" in str(refusal.value)
    assert not Situation.objects.exists()
    assert next_number(council, "situation", 2020) == 1
    assert not AccessRecord.objects.filter(action="import_register").exists()


def test_a_preview_with_problems_cannot_be_stored(council):
    preview = check(rows_of(2, sex="x"), council)
    with pytest.raises(register.RegisterRefused):
        register.store(preview, council, by=None)
    assert not Situation.objects.exists()


def test_at_most_200_problems_are_listed_and_the_rest_is_counted(council):
    import_file(LILLE)
    with pytest.raises(CommandError) as refusal:
        import_file(LILLE)
    lines = str(refusal.value).splitlines()
    assert len(lines) == 202
    assert "est déjà importée" in lines[1]
    assert lines[-1] == "… et 41 autres."
    assert Situation.objects.count() == 241


def test_two_councils_may_use_the_same_references(council):
    other = factories.aissmc()
    register.store(check(rows_of(2), council), council, by=None)
    register.store(check(rows_of(2), other), other, by=None)
    assert set(other.situations.values_list("code", flat=True)) == {"AIS-2021-001", "AIS-2021-002"}


def test_a_register_stored_meanwhile_is_refused_whole(council):
    first, second = check(rows_of(2), council), check(rows_of(3), council)
    register.store(first, council, by=None)
    with pytest.raises(register.RegisterRefused, match="vient d’être importé"):
        register.store(second, council, by=None)
    assert Situation.objects.count() == 2


# --- skipping the bad rows ----------------------------------------------------------------------


def test_with_skip_bad_the_good_rows_are_stored_and_the_others_written_with_their_reason(
    council, tmp_path
):
    refused = tmp_path / "refus.csv"
    said = import_file(BAD, skip_bad=str(refused))
    assert Situation.objects.get().register_reference == "2020-001"
    assert "17 ligne(s) refusée(s)" in said
    with refused.open(encoding="utf-8", newline="") as written:
        rows = list(csv.DictReader(written))
    assert len(rows) == 17
    assert list(rows[0]) == [*HEADINGS, "motif"]
    age = next(row for row in rows if row["reference"] == "2020-007")
    assert age["age_band"] == "quarantaine"
    assert age["motif"].startswith("colonne age_band\u00a0: «\u00a0quarantaine\u00a0»")


def test_with_skip_bad_and_no_bad_row_the_file_holds_the_headings_alone(council, tmp_path):
    refused = tmp_path / "refus.csv"
    import_file(LILLE, skip_bad=str(refused))
    assert refused.read_text("utf-8") == ",".join([*HEADINGS, "motif"]) + "\n"
    assert Situation.objects.count() == 241


def test_the_refused_rows_once_corrected_are_imported_as_they_are(council, tmp_path):
    refused = tmp_path / "refus.csv"
    (tmp_path / "registre.csv").write_bytes(as_csv([*rows_of(1), *rows_of(2, sex="homm")][1:]))
    with pytest.raises(CommandError):
        import_file(tmp_path / "registre.csv", skip_bad=str(refused))
    corrected = tmp_path / "corrige.csv"
    corrected.write_text(refused.read_text("utf-8").replace("homm,", "homme,"), "utf-8")
    import_file(corrected)
    assert set(Situation.objects.values_list("sex", flat=True)) == {"male"}
    assert Situation.objects.count() == 2


def test_the_refused_rows_never_replace_the_register_itself(council, tmp_path):
    path = tmp_path / "registre.csv"
    path.write_bytes(BAD.read_bytes())
    with pytest.raises(CommandError, match="ne peuvent remplacer"):
        import_file(path, skip_bad=str(path))
    assert path.read_bytes() == BAD.read_bytes()


def test_nothing_is_stored_when_the_refused_rows_cannot_be_written(council, tmp_path):
    with pytest.raises(CommandError, match="Impossible d’ouvrir"):
        import_file(LILLE, skip_bad=str(tmp_path / "absent" / "refus.csv"))
    assert not Situation.objects.exists()


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


# --- in the browser -----------------------------------------------------------------------------


def upload(client, council, content: bytes, name="registre.csv"):
    address = reverse("register_import", args=[council.code])
    return client.post(address, {"file": SimpleUploadedFile(name, content)})


def test_the_coordinator_sees_the_whole_import_before_anything_is_stored(cast, client_of):
    client = client_of(cast.coordinator)
    answer = upload(client, cast.council, LILLE.read_bytes())
    page = client.get(answer.url)
    assert page.context["row_count"] == 241
    years = {year["label"]: year["value"] for year in page.context["years"]}
    assert years == {"2016": 53, "2017": 51, "2018": 62, "2019": 75}
    assert "2016-001" in page.content.decode()
    assert "Importer 241 situations" in page.content.decode()
    assert not Situation.objects.exists()


def test_the_confirmation_stores_all_of_it_in_the_coordinators_name(cast, client_of):
    client = client_of(cast.coordinator)
    address = upload(client, cast.council, LILLE.read_bytes()).url
    answer = client.post(address)
    assert answer.url == reverse("situations", args=["LIL"])
    assert Situation.objects.count() == 241
    assert Situation.objects.first().history.get().history_user == cast.coordinator.user
    assert AccessRecord.objects.get(action="import_register").actor == cast.coordinator.user
    assert not RegisterUpload.objects.exists()
    assert client.post(address).status_code == 404
    assert Situation.objects.count() == 241


def test_two_confirmations_at_once_store_the_register_once(cast, client_of):
    upload(client_of(cast.coordinator), cast.council, LILLE.read_bytes())
    waiting = RegisterUpload.objects.get()
    register.confirm(waiting, by=cast.coordinator.user)
    with pytest.raises(register.RegisterRefused, match="déjà confirmé"):
        register.confirm(waiting, by=cast.coordinator.user)
    assert Situation.objects.count() == 241


def test_the_problems_are_shown_in_a_table_and_the_import_is_not_offered(cast, client_of):
    client = client_of(cast.coordinator)
    address = upload(client, cast.council, BAD.read_bytes()).url
    page = client.get(address).content.decode()
    assert "17 lignes à corriger" in page
    assert "quarantaine" in page
    assert "lt20, a20_30, a31_40, a41_50, a51_60, ge61" in page
    assert "Importer 1 situation" not in page
    client.post(address)
    assert not Situation.objects.exists()


def test_an_unreadable_file_is_explained_at_its_field(cast, client_of):
    answer = upload(client_of(cast.coordinator), cast.council, b"nom;prenom\n1;2\n")
    assert answer.status_code == 200
    assert "il manque la colonne" in str(answer.context["form"].errors["file"])
    assert not RegisterUpload.objects.exists()


def test_what_waits_for_its_confirmation_is_encrypted_and_its_owners_alone(cast, client_of):
    client = client_of(cast.coordinator)
    address = upload(client, cast.council, LILLE.read_bytes()).url
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM cases_registerupload")
        (stored,) = cursor.fetchone()
    assert "2016-001" not in stored
    colleague = factories.member(cast.council, "claude.relais@demo.example", "coordinator")
    assert client_of(colleague).get(address).status_code == 404
    assert client_of(colleague).post(address).status_code == 404


def test_an_import_given_up_is_forgotten(cast, client_of):
    client = client_of(cast.coordinator)
    address = upload(client, cast.council, LILLE.read_bytes()).url
    client.post(address + "annuler/")
    assert not RegisterUpload.objects.exists()
    assert client.get(address).status_code == 404


def test_a_new_upload_replaces_the_last_one_and_clears_those_of_yesterday(cast, client_of):
    other = factories.aissmc()
    stale = RegisterUpload.objects.create(
        council=other, uploaded_by=cast.coordinator.user, file_name="a.csv", content={}
    )
    RegisterUpload.objects.update(uploaded_at=timezone.now() - datetime.timedelta(days=2))
    client = client_of(cast.coordinator)
    first = upload(client, cast.council, LILLE.read_bytes()).url
    second = upload(client, cast.council, BAD.read_bytes()).url
    assert not RegisterUpload.objects.filter(pk=stale.pk).exists()
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


@pytest.mark.parametrize("name", ["landlord", "nurse", "elected", "manager"])
def test_nobody_but_the_coordination_finds_the_register(cast, client_of, name):
    client = client_of(getattr(cast, name))
    for page in ("register_import", "register_model"):
        assert client.get(reverse(page, args=["LIL"])).status_code == 404
    assert upload(client, cast.council, LILLE.read_bytes()).status_code == 404
    assert not RegisterUpload.objects.exists()


def test_the_coordination_of_another_council_does_not_find_it(cast, client_of):
    other = factories.member(factories.aissmc(), "alex.ailleurs@demo.example", "coordinator")
    assert client_of(other).get(reverse("register_import", args=["LIL"])).status_code == 404


def test_the_page_tells_each_column_and_its_answers(cast, client_of):
    page = client_of(cast.coordinator).get(reverse("register_import", args=["LIL"]))
    text = page.content.decode()
    for heading in HEADINGS:
        assert f"<code>{heading}</code>" in text
    assert "Retour dans le soin" not in text
    assert "Entrée ou retour dans le soin" in text
    assert "<code>Hellemmes</code>" in text


def test_the_empty_model_is_a_register_once_filled(cast, client_of):
    answer = client_of(cast.coordinator).get(reverse("register_model", args=["LIL"]))
    row = "2021-001;05/01/2021" + ";" * (len(HEADINGS) - 2)
    filled = register.read(answer.content + row.encode(), "modele.csv")
    assert register.check(filled, cast.council).problems == ()


def test_the_preview_costs_the_same_for_3_rows_and_for_300(cast, client_of):
    client = client_of(cast.coordinator)
    counts = []
    for count in (3, 300):
        address = upload(client, cast.council, as_csv(rows_of(count, town="Lille"))).url
        client.get(address)
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        client.get(address)
        connection.force_debug_cursor = False
        counts.append(len(connection.queries_log) - before)
    assert counts[0] == counts[1] < 40
