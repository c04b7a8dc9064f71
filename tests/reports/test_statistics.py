"""The figures: those of Lille's register, and what must hold of any register."""

import re
from collections import Counter
from itertools import groupby, product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.counted import SITUATION_COLUMNS, counted_situations
from governance import nomenclatures
from governance.models import ListEntry
from reports.contract import as_contract
from reports.statistics import count_internal
from reports.tables import TABLES
from tests.factories import aissmc

TABLE_CODES = [
    "channel", "origin", "situation_type", "complexity", "alert_subject", "sex", "age_band",
    "household", "income", "protection_measure", "housing_status", "psychiatry_link",
    "psychiatric_sector", "addiction", "suicidal_concern", "information_state", "consent_state",
    "venue", "closure_reason",
]  # fmt: skip


@pytest.fixture
def figures(lille_register):
    return count_internal(lille_register, 2016, 2019)


def counts(table):
    return {code: row.value for row in table.rows for code in row.codes if row.value}


@pytest.mark.parametrize("code", TABLE_CODES)
def test_each_table_of_lilles_register_counts_what_was_published(figures, expected, code):
    table = next(table for table in figures.tables if table.code == code)
    assert counts(table) == expected["tables"][code]


def test_lilles_years_and_highlights_are_the_published_ones(figures, expected):
    assert figures.situations == expected["situations"]
    assert {str(year): n for year, n in figures.per_year.items()} == expected["per_year"]
    highlights = {highlight.code: highlight.value for highlight in figures.highlights}
    for code in ("addiction", "suicidal_concern", "protection_measure"):
        assert highlights[code] == expected[f"with_{code}"]


def test_every_table_has_its_chapter_together_and_a_name_that_a_sheet_can_bear(figures):
    chapters = [table.chapter for table in figures.tables]
    assert len(list(groupby(chapters))) == len(set(chapters))
    labels = [table.label for table in figures.tables]
    assert len(set(labels)) == len(labels)
    assert all(len(label) <= 31 and not set(label) & set("[]:*?/\\") for label in labels)
    assert set(TABLE_CODES) < {table.code for table in figures.tables}


def test_a_table_counts_several_answers_when_its_field_holds_several():
    several = {
        spec.code
        for section in nomenclatures.alert_form()
        for spec in section.fields
        if spec.type == "multichoice"
    }
    by_code = {spec.code: spec.multiple for spec in TABLES}
    assert {code for code in TABLE_CODES if by_code[code]} == several & set(TABLE_CODES)


def test_the_situations_are_read_in_one_query_and_each_kind_of_act_in_another(lille_register):
    council = type(lille_register).objects.get()
    with CaptureQueriesContext(connection) as queries:
        count_internal(council, 2016, 2019)
    over = Counter(re.search(r'FROM "(\w+)"(?! U\d)', query["sql"])[1] for query in queries)
    assert over == {
        "cases_situation": 2,  # and how many in the years before
        "cases_alert": 1, "cases_hearing": 1, "cases_participation": 1, "cases_actionlead": 1,
        "cases_recurrence": 1, "cases_timespent": 1, "cases_conclusions": 1,
        "governance_meeting": 1, "governance_attendance": 1, "governance_body": 1,
        "governance_seat": 1, "governance_seatattendance": 1,
        "governance_resolution": 1, "governance_actionsheet": 1,
        "governance_listentry": 1, "governance_sector": 1,
    }  # fmt: skip


def test_the_unknowns_close_every_table_even_when_there_are_none(figures):
    for table in figures.tables:
        assert table.rows[-1].codes == ("unknown",)
        assert table.rows[-1].label == "Non renseigné"
    assert next(table for table in figures.tables if table.code == "channel").unknown == 0


def test_each_cross_table_counts_the_situations_with_both_answers(lille_register, figures):
    rows = [
        dict(zip(SITUATION_COLUMNS, row, strict=True))
        for row in counted_situations(lille_register, 2016, 2019)
    ]

    def answers(row, code):
        answer = row[code] or "unknown"
        return (answer,) if isinstance(answer, str) else answer

    assert len(figures.cross_tables) == 9
    for cross in figures.cross_tables:
        one, _, other = cross.code.partition("*")
        expected = Counter(
            pair for row in rows for pair in product(answers(row, one), answers(row, other))
        )
        counted = {
            (row.codes[0], column.codes[0]): cell
            for row, line in zip(cross.rows.rows, cross.cells, strict=True)
            for column, cell in zip(cross.columns.rows, line, strict=True)
            if cell
        }
        assert counted == expected, cross.code


def test_the_rows_have_the_councils_words_and_order_and_what_it_no_longer_offers(lille_register):
    def word(code, label, position, active=True):
        ListEntry.objects.create(
            council=lille_register, list_code="sex", code=code, label=label,
            position=position, active=active,
        )  # fmt: skip

    word("male", "Hommes", 0)
    word("female", "Femmes", 1)
    word("other", "Autres", 2, active=False)
    council = type(lille_register).objects.get()
    sex = next(t for t in count_internal(council, 2016, 2019).tables if t.code == "sex")
    assert [(row.label, row.value) for row in sex.rows] == [
        ("Hommes", 138), ("Femmes", 100), ("Autres", 1), ("Non renseigné", 2),
    ]  # fmt: skip


def test_a_period_without_a_situation_is_counted_as_zero(council):
    figures = count_internal(council, 2020, 2021)
    assert figures.situations == 0
    assert figures.per_year == {2020: 0, 2021: 0}
    assert all(table.base == table.unknown == table.answers == 0 for table in figures.tables)


def test_another_councils_situations_are_not_counted(lille_register):
    assert count_internal(aissmc(), 2016, 2019).situations == 0


@pytest.mark.parametrize("years", [(2019, 2016), (0, 2016), (2016, 99999), (1999, 1999)])
def test_years_that_make_no_period_are_refused(council, years):
    with pytest.raises(ValueError, match="année"):
        count_internal(council, *years)


def test_the_contract_has_the_names_that_its_readers_expect(figures):
    contract = as_contract(figures)
    assert contract["council"] == "LIL"
    assert (contract["from"], contract["to"]) == (2016, 2019)
    assert contract["edition"] == "internal"
    assert contract["situations"] == 241
    assert contract["per_year"] == {"2016": 53, "2017": 51, "2018": 62, "2019": 75}
    sex = next(table for table in contract["tables"] if table["code"] == "sex")
    assert sex["label"] == "Sexe"
    assert sex["base"] == 241
    assert sex["multiple"] is False
    assert {"codes": ["male"], "label": "Homme", "value": 138} in sex["rows"]
    cross = contract["cross_tables"][0]
    assert cross["code"] == "situation_type*sex"
    place = cross["row_codes"].index(["addiction_psychiatry"])
    column = cross["column_codes"].index(["male"])
    assert cross["cells"][place][column] == {"value": 16}
