"""Disclosure control against an attacker written apart: a sample; `make bench` attacks in full."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.counted import counted_situations
from governance.nomenclatures import UNKNOWN
from reports.disclosure import protect, sum_of_editions
from reports.disclosure.audit import audit
from reports.disclosure.drafts import draft, grouped
from reports.figures import Row, Table
from reports.published import Below, PublishedFigures, Rounded, Withheld, from_json, to_json
from reports.statistics import Records, count_internal, tally
from tests.attack.__main__ import Measures, attack_sequence, attack_year, report
from tests.attack.attacker import attack
from tests.attack.years import count, year

pytestmark = pytest.mark.once


def test_synthetic_years_and_sequences_give_nothing_away():
    measures = Measures()
    for seed in range(8):
        attack_year(seed, measures)
    for seed in (10_000, 10_002, 10_003):
        attack_sequence(seed, measures)
    met, said = report(measures)
    assert met, said


def given_away(editions):
    """The hidden cells that the audit finds narrow. What no edition prints is not one: a zero that
    is not listed, a part of a group (docs/disclosure.md, what is not protected)."""
    return [narrow for narrow in audit(editions) if narrow.target.printed is not None]


def test_a_year_published_after_its_period_gives_nothing_away():
    chance = random.Random(9)
    years = {number: year(chance) for number in (2018, 2019)}
    period = protect(count(years), 5)
    after = protect(count({2019: years[2019]}), 5, [period])
    assert audit([period, draft(count({2019: years[2019]}), 5, "copil")])
    assert given_away([period, after]) == []
    assert len(after.cross_tables) >= 6


def test_the_attacker_breaks_what_only_hides_small_numbers():
    """It finds nothing above because nothing is there, not because it cannot."""
    figures = count({2019: year(random.Random(3))})
    unaudited = to_json(draft(figures, 5, "copil"))
    assert min(attack([unaudited]).values()) < 4
    for cross in unaudited["cross_tables"]:
        true = next(one for one in figures.cross_tables if one.code == cross["code"])
        for i, rows in enumerate(cross["row_codes"]):
            for j, columns in enumerate(cross["column_codes"]):
                exact = sum(
                    true.cells[down][across]
                    for down, row in enumerate(true.rows.rows)
                    for across, column in enumerate(true.columns.rows)
                    if row.codes[0] in rows and column.codes[0] in columns
                )
                if exact >= 5:
                    cross["cells"][i][j] = {"value": exact, "rounded": 1}
    assert 1 in attack([unaudited]).values()


def test_the_audit_itself_sees_what_a_draft_gives_away():
    figures = count({2019: year(random.Random(3))})
    assert audit([draft(figures, 5, "copil")])
    assert audit([protect(figures, 5)]) == []


def test_the_same_figures_make_the_same_edition_which_survives_its_json():
    figures = count({2019: year(random.Random(4))})
    first, second = protect(figures, 5), protect(figures, 5)
    assert first == second
    assert first.digest == second.digest
    assert from_json(to_json(first)) == first


def test_lille_from_the_four_years_to_the_correction(lille_register):
    """Each year for the COPIL, the four together, 2018 for the public, 2017 corrected."""
    years: dict[int, PublishedFigures] = {}
    for number in range(2016, 2020):
        known = list(years.values())
        years[number] = protect(count_internal(lille_register, number, number), 5, known)
    published = list(years.values())
    period = protect(count_internal(lille_register, 2016, 2019), 5, published)
    assert period.situations == 241
    assert len(period.tables) >= 10
    assert len(period.cross_tables) >= 3
    assert given_away([*published, period]) == []
    public = count_internal(lille_register, 2018, 2018)
    public = protect(public, 11, published, edition="public")
    fewer = list(counted_situations(lille_register, 2017, 2017))[1:]
    fewer = tally(lille_register, 2017, 2017, Records(fewer))
    assert fewer.situations == years[2017].situations - 1
    corrected = protect(fewer, 5, [*published, public])
    assert given_away([*published, public, corrected]) == []
    for held in ([years[2018], public], [public]):
        assert min(attack([to_json(one) for one in held]).values()) == 4


@given(
    counts=st.lists(st.integers(0, 40), min_size=1, max_size=12), threshold=st.sampled_from((5, 11))
)
@settings(max_examples=60, deadline=None)
def test_groups_hold_every_answer_once_and_reach_the_threshold(counts, threshold):
    rows = tuple(Row((f"code{n}",), f"Réponse {n}", value) for n, value in enumerate(counts))
    rows = (*rows, Row((UNKNOWN,), "Non renseigné", 0))
    groups = grouped(Table("t", "T", "", "", sum(counts), False, rows), threshold)
    totals = [sum(row.value for row in group) for group in groups]
    assert all(value >= threshold for value in totals)
    listed = [row for group in groups for row in group]
    assert len(listed) == len(set(listed))
    assert not groups or sum(totals) == sum(counts)
    assert sum(len(group) > 1 for group in groups) <= 1
    if not groups:
        assert min((value for value in counts if value), default=0) < threshold


def test_a_sum_of_councils_holds_the_truth_and_costs_what_the_editions_cost():
    chance = random.Random(8)
    years = [count({2019: year(chance)}) for _ in range(8)]
    editions = [
        replace(protect(figures, 5), council_code=f"C{number}")
        for number, figures in enumerate(years)
    ]
    national = sum_of_editions(editions)
    assert national.situations == sum(figures.situations for figures in years)
    assert from_json(to_json(national)) == national
    true = {}
    for figures in years:
        for table in figures.tables:
            for row in table.rows:
                key = (table.code, row.codes[0])
                true[key] = true.get(key, 0) + row.value
    seen = 0
    for table in national.tables:
        for row in table.rows:
            value = sum(true[table.code, code] for code in row.group.codes)
            match row.cell:
                case Rounded(shown, base):
                    assert abs(shown - value) <= base // 2
                    seen += 1
                case Below(threshold):
                    assert value < threshold
                case Withheld():
                    pass
    assert seen > 30
    with pytest.raises(ValueError, match="chaque conseil"):
        sum_of_editions([editions[0], editions[0]])
    with pytest.raises(ValueError, match="mêmes années"):
        sum_of_editions([editions[0], replace(editions[1], first_year=2018)])
    with pytest.raises(ValueError, match="même sorte"):
        sum_of_editions([editions[0], replace(editions[1], edition="public")])
