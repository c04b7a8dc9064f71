"""A register is imported whole or not at all."""

import csv
import datetime
import json
from collections import Counter

import pytest
from django.core.management import CommandError
from django.utils import timezone

from cases.models import Situation
from cases.services import register
from clsm.demo_seed import REGISTER as LILLE
from governance.models import AccessRecord
from governance.services.councils import next_number, take_numbers
from tests import factories
from tests.cases.registers import BAD, DATA, HEADINGS, as_csv, check, import_file, rows_of

pytestmark = pytest.mark.django_db


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
