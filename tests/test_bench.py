"""`make bench` on a tiny database, so that it cannot rot; how the long lists are read."""

import pytest
from django.db import connection

from cases.selectors import list_own_situations
from governance.viewer import Viewer
from tests.bench import meters, report, scale
from tests.bench.meters import Measure
from tests.bench.population import found

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the bench fills a PostgreSQL"),
]


def test_the_bench_measures_a_small_database(monkeypatch):
    monkeypatch.setattr(meters, "RUNS", 1)
    monkeypatch.setattr(scale, "PAGE_RUNS", 1)
    measures = list(scale.measure([100]))
    counts = [each for each in measures if each.unit == "queries" and report.goal(each)]
    assert [report.line(each) for each in counts if not each.is_kept] == []
    assert len(counts) == 5
    assert all(each.value > 0 for each in measures)


def test_a_partners_list_is_one_index_read_in_its_order():
    population = found()
    population.grow(100)
    page = list_own_situations(Viewer(population.partner.user), population.council)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")  # of so few rows: it would be kept if needed
        plan = page[:25].explain()
    assert "Index Only Scan using situation_permission_list" in plan
    assert "Sort" not in plan


def test_a_missed_goal_is_told():
    assert Measure("a list", 1.3, "× buffers", most=1.3).is_kept
    missed = Measure("a list", 1.31, "× buffers", most=1.3, size=10_000)
    assert report.line(missed).split() == [
        "10,000", "a", "list", "1.31", "×", "buffers", "≤", "1.3", "MISSED",
    ]  # fmt: skip
    assert not Measure("a search", 0.9, "× time", least=1).is_kept
