"""What the bodies adopted and where the roadmap stands: recounted naively, frozen, told alike."""

import datetime
import json
import re
from io import BytesIO

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from governance.models import ActionSheet, Axis, Balance, Objective, Resolution
from governance.viewer import Viewer
from reports import alongside, edition_sheets, editions, legible, papers
from reports.contract import as_contract
from reports.governance_figures import adopted, by_axis
from reports.models import AnnualReport
from reports.published import Below, Rounded
from reports.statistics import count_internal
from tests.governance import papers as bodies
from tests.reports.test_pages import text

YEAR = 2019
KEYS = ["one", "two", "three"]


def day(year):
    return datetime.date(year, 6, 1)


def action(axis, title, state, starts, ends, *balances):
    objective, _ = Objective.objects.get_or_create(axis=axis, title="Objectif")
    sheet = ActionSheet.objects.create(
        objective=objective, title=title, state=state, starts_on=starts, ends_on=ends
    )
    for year in balances:
        Balance.objects.create(action=sheet, year=year, text="Bilan")


@pytest.fixture
def governed(cast, lille_register):
    """A COPIL of June 2019 whose papers are published, a proposal that is not; a roadmap."""
    viewer = Viewer(cast.coordinator.user)
    copil = bodies.body(lille_register)
    days = (day(YEAR) - timezone.localdate()).days
    meeting = bodies.met(viewer, copil, days=days)
    type(meeting).objects.filter(pk=meeting.pk).update(status="held")
    for title in ("Un calendrier", "Une permanence"):
        bodies.decide(viewer, meeting, title)
    meeting.refresh_from_db()
    bodies.publish(viewer, bodies.draft(viewer, meeting))
    bodies.decide(viewer, meeting, "Non publiée", kind="proposal")
    Resolution.objects.filter(title="Un calendrier").update(state="done")
    care = Axis.objects.create(council=lille_register, position=1, title="Accès aux soins")
    home = Axis.objects.create(council=lille_register, position=2, title="Logement")
    action(home, "Touche l’année", "in_progress", day(2018), None, 2018, YEAR)
    action(home, "Finit cette année-là", "done", day(2016), day(YEAR))
    action(care, "Sans date, avec un bilan", "planned", None, None, YEAR)
    for title, starts, ends, years in (
        ("Trop tard", day(2020), None, ()),
        ("Trop tôt", day(2016), day(2018), (2018,)),
        ("Sans date ni bilan", None, None, ()),
    ):
        action(care, title, "done", starts, ends, *years)
    return lille_register


@given(rows=st.lists(st.tuples(
    st.sampled_from(Resolution.Kind.values), st.sampled_from(Resolution.State.values)
)), actions=st.lists(st.tuples(
    st.sampled_from(KEYS), st.sampled_from(ActionSheet.State.values), st.booleans()
)))  # fmt: skip
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_texts_and_actions_are_what_a_naive_recount_finds(rows, actions):
    for kind in adopted(rows):
        assert kind.states == {
            state: sum(row == (kind.kind, state) for row in rows) for state in kind.states
        }
        assert kind.total == sum(row[0] == kind.kind for row in rows)
    counted = by_axis((key, key.title(), state, balanced) for key, state, balanced in actions)
    assert [axis.axis for axis in counted] == list(
        dict.fromkeys(key.title() for key, *_ in actions)
    )
    for axis in counted:
        own = [each for each in actions if each[0].title() == axis.axis]
        assert axis.total == len(own)
        assert axis.balances == sum(balanced for *_, balanced in own)
        assert axis.states == {
            state: sum(each[1] == state for each in own) for state in ActionSheet.State.values
        }


def test_what_is_counted_is_frozen_and_every_reader_is_told_the_same(governed, cast, client_of):
    figures = count_internal(governed, YEAR, YEAR)
    decisions, opinions, proposals = figures.meetings.adopted
    assert (decisions.total, decisions.states["done"], decisions.states["to_do"]) == (2, 1, 1)
    assert (opinions.total, proposals.total) == (0, 0)
    care, home = figures.meetings.roadmap
    assert (care.axis, care.total, care.states["planned"], care.balances) == (
        "Accès aux soins", 1, 1, 1,
    )  # fmt: skip
    assert (home.total, home.states["in_progress"], home.states["done"], home.balances) == (
        2, 1, 1, 1,
    )  # fmt: skip
    contract = json.loads(json.dumps(as_contract(figures)))["governance"]
    assert contract["roadmap"][1] == {"axis": "Logement", "states": home.states, "balances": 1}
    beside = alongside.gather(figures, {})
    report = editions.freeze(
        governed, YEAR, YEAR, "copil", by=None, beside=alongside.to_json(beside)
    )
    editions.publish(report, by=None)
    Resolution.objects.update(state="dropped")  # what follows changes no edition
    report = AnnualReport.objects.get(pk=report.pk)
    assert alongside.from_json(report.figures) == beside
    sorted_keys = json.loads(json.dumps(report.figures, sort_keys=True))  # PostgreSQL reorders too
    shown = legible.papers_of_bodies(alongside.from_json(sorted_keys))
    assert [panel.grid.rows[0] for panel in shown] == [
        ("Décisions", "2", "1", "0", "1", "0"),
        ("Accès aux soins", "1", "1", "0", "0", "0", "1"),
    ]
    said = (
        "2 textes adoptés (2 décisions) : 1 à faire, 1 fait.",
        "Feuille de route : 3 actions (1 prévue, 1 en cours, 1 terminée) ; 2 bilans d’action.",
    )
    page = text(client_of(cast.elected).get(report.get_absolute_url()))
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    assert all(sentence in page for sentence in said)
    internal = text(client_of(cast.coordinator).get(f"/clsm/LIL/bilans/{YEAR}-{YEAR}/"))
    assert "Logement 2 0 1 1 0 1" in re.sub(r"\s+", " ", internal)
    book = CalamineWorkbook.from_filelike(BytesIO(edition_sheets.as_spreadsheet(report)))
    lines = book.get_sheet_by_name("Instances").to_python()
    assert ["Décisions", 2, 1, 0, 1, 0] in [line[:6] for line in lines]
    assert ["Logement", 2, 0, 1, 1, 0, 1] in [line[:7] for line in lines]
    assert "Feuille de route" in dict(
        line[:2] for line in book.get_sheet_by_name("Définitions").to_python()
    )


def test_an_edition_of_before_they_were_counted_is_read_without_them(governed, cast, client_of):
    beside = alongside.to_json(alongside.gather(count_internal(governed, YEAR, YEAR), {}))
    for new in ("adopted", "roadmap"):
        del beside[alongside.KEY][new]
    report = editions.freeze(governed, YEAR, YEAR, "copil", by=None, beside=beside)
    editions.publish(report, by=None)
    assert alongside.from_json(report.figures).roadmap == ()
    page = text(client_of(cast.elected).get(report.get_absolute_url()))
    assert "Séances tenues" not in page
    assert "textes adoptés" not in page


def test_the_year_before_stands_beside_as_it_was_published_and_never_as_it_was(
    governed, cast, client_of
):
    def frozen(year, edition="copil", published=True):
        report = editions.freeze(
            governed, year, year, edition, by=None,
            beside={alongside.KEY: {"texts": {}, "sittings": year - 2010, "bodies": []}},
        )  # fmt: skip
        if published:
            editions.publish(report, by=None)
        return report

    frozen(YEAR - 1, "public")
    earlier = frozen(YEAR - 1)
    late = governed.situations.filter(received_on__year=YEAR - 1).first()
    type(late).objects.filter(pk=late.pk).update(received_on=day(YEAR - 2))
    frozen(YEAR - 1, published=False)  # it counts one less, and nobody reads it yet
    report = frozen(YEAR)
    context = papers.context(report)
    notes = {figure.label: figure.note for figure in context["key_figures"]}
    assert notes["situations reçues"] == "62 en 2018"
    assert notes["séances tenues"] == "8 en 2018"
    published = {f"avec {each.label}": each.cell for each in editions.read(earlier).highlights}
    beside = [(published[label], note) for label, note in notes.items() if label in published]
    assert beside
    for cell, note in beside:
        if isinstance(cell, Rounded):
            assert note.endswith(f"≈\N{NO-BREAK SPACE}{cell.value} en 2018")
        else:
            assert ("2018" in note) is isinstance(cell, Below)
    assert context["published_then"] == "L’édition de 2018 avait publié 62 pour cette année-là."
    page = text(client_of(cast.elected).get(report.get_absolute_url()))
    assert context["published_then"] in page
    AnnualReport.objects.create(  # the newest one, which is no longer what was frozen
        council=governed, first_year=YEAR - 1, last_year=YEAR - 1, edition="copil", number=9,
        figures={}, digest="0" * 64, published_at=timezone.now(),
    )  # fmt: skip
    alone = {figure.label: figure.note for figure in papers.context(report)["key_figures"]}
    assert alone["séances tenues"] == ""
