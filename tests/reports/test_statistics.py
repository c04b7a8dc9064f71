"""The figures: those of Lille's register, and what must hold of any register."""

import datetime
from collections import Counter
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.selectors import COUNTED_COLUMNS, counted_situations
from governance import nomenclatures
from governance.models import ListEntry
from reports.contract import as_contract
from reports.statistics import count_internal, tally
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


def test_the_tables_come_in_the_order_of_the_counted_columns(figures):
    assert [table.code for table in figures.tables] == [*TABLE_CODES, "obstacles"]
    assert [column.removesuffix("__code") for column in COUNTED_COLUMNS[1:]] == TABLE_CODES


def test_a_table_counts_several_answers_when_its_field_holds_several():
    several = {
        spec.code
        for section in nomenclatures.alert_form()
        for spec in section.fields
        if spec.type == "multichoice"
    }
    assert {spec.code for spec in TABLES if spec.multiple} == several & set(TABLE_CODES)


def test_the_situations_are_read_in_one_query_the_rest_in_two_and_the_lists_in_two(
    lille_register,
):
    council = type(lille_register).objects.get()
    with CaptureQueriesContext(connection) as queries:
        count_internal(council, 2016, 2019)
    tables = ("cases_timespent", "cases_conclusions", "cases_situation", "governance_")
    over = Counter(next(name for name in tables if name in query["sql"]) for query in queries)
    assert over == {
        "cases_situation": 1, "cases_timespent": 1, "cases_conclusions": 1, "governance_": 2,
    }  # fmt: skip


def test_the_unknowns_close_every_table_even_when_there_are_none(figures):
    for table in figures.tables:
        assert table.rows[-1].codes == ("unknown",)
        assert table.rows[-1].label == "Non renseigné"
    assert next(table for table in figures.tables if table.code == "channel").unknown == 0


def test_each_cross_table_counts_the_situations_with_both_answers(lille_register, figures):
    rows = [
        dict(zip(TABLE_CODES, row[1:], strict=True))
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


def answer_of(spec):
    codes = st.sampled_from(nomenclatures.codes(spec.list_code))
    if spec.multiple:
        return st.lists(codes, max_size=4).map(tuple)
    return st.one_of(st.just(""), st.none(), codes)


REGISTERS = st.lists(
    st.tuples(
        st.dates(datetime.date(2016, 1, 1), datetime.date(2019, 12, 31)),
        *(answer_of(spec) for spec in TABLES),
    ),
    max_size=30,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=REGISTERS)
def test_any_register_adds_up(council, rows):
    figures = tally(council, 2016, 2019, rows)
    assert figures.situations == len(rows) == sum(figures.per_year.values())
    for spec, table in zip(TABLES, figures.tables[:-1], strict=True):
        assert table.base == len(rows)
        assert all(row.value for row in table.rows[:-1])
        if spec.multiple:
            assert all(row.value <= table.base for row in table.rows)
            assert table.answers >= table.base - table.unknown
        else:
            assert table.answers + table.unknown == table.base
    for cross in figures.cross_tables:
        if not cross.columns.multiple:
            sums = [sum(line) for line in cross.cells]
            assert sums == [row.value for row in cross.rows.rows]
        if not cross.rows.multiple:
            sums = [sum(column) for column in zip(*cross.cells, strict=True)]
            assert sums == [row.value for row in cross.columns.rows]
