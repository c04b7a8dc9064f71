"""Editions that leave: what annual_report shows, freezes and publishes; what the database keeps."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from governance.models import AccessRecord
from reports import editions
from reports.models import AnnualReport
from reports.published import Rounded, from_json, to_json
from reports.selectors import list_reports
from reports.statistics import count_internal
from tests import factories
from tests.attack.attacker import attack


def annual_report(*arguments):
    call_command("annual_report", "--council", "LIL", *map(str, arguments))


def test_what_would_be_published_is_shown_and_nothing_is_frozen(lille_register, tmp_path, capsys):
    output = tmp_path / "bilan.json"
    annual_report("--from", 2019, "--to", 2019, "--edition", "copil", "--output", output)
    shown = json.loads(output.read_text("utf-8"))
    true = count_internal(lille_register, 2019, 2019)
    assert shown["situations"] == true.situations == 75
    values = {table.code: {r.codes[0]: r.value for r in table.rows} for table in true.tables}
    for table in shown["tables"]:
        assert sorted(code for row in table["rows"] for code in row["codes"]) == sorted(
            code for code, value in values[table["code"]].items() if value
        )
        for row in table["rows"]:
            count = sum(values[table["code"]][code] for code in row["codes"])
            if "value" in row:
                assert row["rounded"] == 5
                assert abs(row["value"] - count) <= 2
                assert count >= 5
            else:
                assert row.get("withheld") or count < row["below"] == 5
    assert from_json(shown) == editions.preview(lille_register, 2019, 2019, "copil")
    assert not AnnualReport.objects.exists()
    said = capsys.readouterr().out
    assert "rien n’est arrêté" in said
    assert "Regroupé" in said


def test_published_editions_are_numbered_journalled_and_audited_together(
    cast, lille_register, viewer_of, capsys
):
    council = lille_register
    for edition in ("copil", "public", "copil"):
        annual_report("--from", 2019, "--to", 2019, "--edition", edition, "--publish")
    reports = council.annual_reports.order_by("frozen_at")
    assert [(report.edition, report.number) for report in reports] == [
        ("copil", 1), ("public", 1), ("copil", 2)
    ]  # fmt: skip
    assert list(list_reports(viewer_of(cast.elected), council)) == list(
        council.annual_reports.all()
    )
    assert reports[0].digest in capsys.readouterr().out
    actions = AccessRecord.objects.filter(target_type="AnnualReport").order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["freeze_report", "publish_report"] * 3
    assert reports[0].history.count() == 2
    figures = [editions.read(report) for report in reports]
    assert [from_json(to_json(one)) for one in figures] == figures
    assert [one.threshold for one in figures] == [5, 11, 5]
    for known in (figures, figures[1:2]):
        assert min(attack([to_json(one) for one in known]).values(), default=4) == 4


def test_the_database_keeps_a_frozen_edition_and_reading_checks_its_digest(lille_register, cast):
    by = cast.coordinator.user
    report = editions.freeze(lille_register, 2018, 2018, "copil", by=by)
    assert report.frozen_by == by
    assert report.published_at is None
    for act in (
        lambda: AnnualReport.objects.update(figures={}),
        lambda: AnnualReport.objects.update(digest="0" * 64),
        lambda: AnnualReport.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic():
            act()
    editions.publish(report, by=by)
    published_at = report.published_at
    editions.publish(report, by=by)
    assert AnnualReport.objects.get().published_at == published_at
    report.figures["situations"] += 1
    with pytest.raises(editions.Altered, match="empreinte"):
        editions.read(report)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--publish", "--output", "x"), "ne se publie pas"),
        ((), "--output"),
        (("--edition", "copil", "--format", "pdf"), "JSON"),
        (("--edition", "public", "--from", 2019, "--to", 2016), "première année"),
        (("--edition", "tous"), "edition"),
    ],
)
def test_what_cannot_be_published_is_said(council, arguments, said):
    with pytest.raises(CommandError, match=said):
        annual_report(*arguments)
    assert not AnnualReport.objects.exists()


def test_a_council_without_situations_publishes_nothing_but_that(council):
    figures = editions.preview(council, 2019, 2019, "copil")
    assert figures.situations == 0
    assert (figures.tables, figures.cross_tables, figures.time) == ((), (), None)
    assert not any(isinstance(one.cell, Rounded) for one in figures.highlights)


def test_published_editions_of_councils_are_summed_without_reading_a_situation(
    lille_register, tmp_path, capsys, django_assert_max_num_queries
):
    output = tmp_path / "national.json"

    def national_report():
        call_command("national_report", "--from", "2019", "--to", "2019", "--output", str(output))

    factories.aissmc()
    editions.freeze(lille_register, 2019, 2019, "public", by=None)
    with pytest.raises(CommandError, match="Aucune édition"):
        national_report()
    annual_report("--from", 2019, "--to", 2019, "--edition", "public", "--publish")
    with django_assert_max_num_queries(9):  # councils, editions, the line of the journal
        national_report()
    summed = from_json(json.loads(output.read_text("utf-8")))
    assert (summed.situations, summed.threshold) == (75, 11)
    assert "Sans édition publiée de cette période : AIS" in capsys.readouterr().out
