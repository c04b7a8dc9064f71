"""The roadmap and its balances; the founding agreement; the watch cell; names that are erased."""

import datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from governance import paper_selectors
from governance.decisions import Refused
from governance.models import ActionSheet, Agreement, Axis, Objective, Seat
from governance.services import agreements, retention, roadmap
from governance.terms import SEAT_NAME_MONTHS, months_before
from tests import factories
from tests.governance import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(cast, viewer_of):
    return viewer_of(cast.coordinator)


@pytest.fixture
def objective(cast, coordinator):
    axis = Axis(council=cast.council, title="Accès aux soins")
    roadmap.write_level(coordinator, axis)
    found = Objective(axis=axis, title="Réduire les délais")
    roadmap.write_level(coordinator, found)
    return found


def sheet(coordinator, objective, title="Permanence", body=None, **fields):
    changes = {"title": title, "objective": objective, "body": body, **fields}
    return roadmap.write_action(coordinator, ActionSheet(objective=objective), changes, version=0)


def test_a_group_s_secretary_writes_its_sheets_and_balances_and_no_other(
    cast, coordinator, objective, client_of, viewer_of
):
    group = papers.body(cast.council, "working_group", "Logement")
    papers.seat(coordinator, group, cast.landlord, secretary=True, college="housing")
    ours, theirs = sheet(coordinator, objective, body=group), sheet(coordinator, objective, "Autre")
    client = client_of(cast.landlord)
    edit = reverse("action_edit", args=["LIL", ours.pk])
    answers = {
        "version": 1, "title": "Permanence", "objective": str(objective.pk),
        "body": str(group.pk), "state": "in_progress", "starts_on": "2026-02-01",
    }  # fmt: skip
    assert client.post(edit, answers).status_code == 302
    assert client.post(edit, {**answers, "title": "Autre"}).status_code == 409
    wrong = client.post(edit, {**answers, "version": 2, "ends_on": "2026-01-01"})
    assert "La fin ne peut précéder le début." in wrong.text
    year = timezone.localdate().year
    balance = reverse("action_balance", args=["LIL", ours.pk, year])
    assert client.post(balance, {"version": 0, "text": "Douze matinées."}).status_code == 302
    assert "Douze matinées." in client_of(cast.elected).get(ours.get_absolute_url()).text
    for closed in (
        reverse("action_edit", args=["LIL", theirs.pk]),
        reverse("action_balance", args=["LIL", theirs.pk, year]),
        reverse("action_balance", args=["LIL", ours.pk, year + 1]),
    ):
        assert client.get(closed).status_code == 404
    changes = {"title": "x", "objective": objective, "body": None}
    with pytest.raises(Refused):
        roadmap.write_action(viewer_of(cast.landlord), ours, changes, version=2)


def test_nothing_of_another_council_enters_the_roadmap(coordinator, objective):
    other = papers.body(factories.aissmc(), "working_group", "Ailleurs")
    with pytest.raises(ValidationError, match="pas de ce conseil"):
        sheet(coordinator, objective, body=other)
    sheet(coordinator, objective)
    for level in (objective, objective.axis):
        with pytest.raises(Refused, match="porte des actions"):
            roadmap.strike_level(coordinator, level)


def test_the_synthesis_of_a_year_has_what_ran_or_was_told(coordinator, objective, cast):
    day = datetime.date
    ran = sheet(
        coordinator, objective, "A", state="done",
        starts_on=day(2024, 5, 1), ends_on=day(2025, 5, 1),
    )  # fmt: skip
    sheet(coordinator, objective, "B", state="planned", starts_on=day(2025, 1, 1))
    told = sheet(coordinator, objective, "C", state="dropped")
    roadmap.write_balance(coordinator, told, 2025, {"text": "Sans suite."}, version=0)

    def actions(year):
        return [line.action for line in paper_selectors.synthesis(cast.council, year)]

    assert set(actions(2025)) == {ran, told}
    assert actions(2024) == [ran]
    assert actions(2026) == []
    assert paper_selectors.years_of_balances(cast.council) == [2025]


def test_the_pages_take_the_same_queries_however_long_the_roadmap(
    cast, coordinator, objective, client_of
):
    year = timezone.localdate().year
    pages = [reverse("roadmap", args=["LIL"]), reverse("roadmap_synthesis", args=["LIL", year])]
    counts = []
    for rank in range(2):
        for number in range(1 + 4 * rank):
            action = sheet(coordinator, objective, f"Action {rank} {number}")
            roadmap.write_balance(coordinator, action, year, {"text": "Fait."}, version=0)
        client = client_of(cast.elected)
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


# --- the agreement ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "tacit", "said"),
    [
        (None, False, ""),
        (200, False, ""),
        (180, False, "préparez la suivante"),
        (0, True, "sauf si un signataire la dénonce"),
        (-1, True, "est reconduite"),
        (-1, False, "a pris fin"),
    ],
)
def test_a_term_is_announced_six_months_before_unless_another_agreement_follows(
    cast, days, tacit, said
):
    today = datetime.date(2026, 6, 15)
    end = None if days is None else today + datetime.timedelta(days=days)
    found = Agreement(
        council=cast.council, title="Une", start=today - 900 * papers.DAY, end=end,
        tacit_renewal=tacit,
    )  # fmt: skip
    found.save()
    warned = agreements.pressing(cast.council, today)
    assert (said in warned) if said else (warned == "")
    Agreement.objects.create(council=cast.council, title="Suivante", start=today + papers.DAY)
    assert agreements.pressing(cast.council, today) == ""


def test_an_agreement_and_its_signatories_are_written_from_the_pages(cast, client_of):
    client = client_of(cast.coordinator)
    today = timezone.localdate()
    soon = today + datetime.timedelta(days=90)
    form = {"title": "Convention", "start": today - papers.DAY, "end": soon, "reference": "Cote 12"}
    wrong = client.post(reverse("agreement_new", args=["LIL"]), {**form, "end": "2001-01-01"})
    assert "précéder le début" in wrong.text
    client.post(reverse("agreement_new", args=["LIL"]), form)
    agreement = Agreement.objects.get()
    add = reverse("agreement_signatory_new", args=["LIL", agreement.pk])
    client.post(add, {"institution": "Ville", "signed_on": today})
    client.post(add, {"institution": "ARS"})
    assert "déjà inscrite" in client.post(add, {"institution": "ARS"}).text
    reader = client_of(cast.elected)
    page = reader.get(agreement.get_absolute_url()).text
    assert f"Signée le {today:%d/%m/%Y}" in page
    assert "Signature attendue" in page
    assert "Modifier" not in page
    warned = f"Elle prend fin le {soon:%d/%m/%Y}"
    for listing in ("agreements", "bodies"):
        assert warned in reader.get(reverse(listing, args=["LIL"])).text


# --- the watch cell -----------------------------------------------------------------------------


def test_no_table_of_governance_points_to_a_situation():
    related = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("governance").get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation
        if field.related_model._meta.app_label not in ("governance", "auth", "contenttypes")
    ]
    assert related == []


def test_the_watch_cell_s_pages_offer_no_way_to_a_situation(cast, coordinator, client_of):
    cell = papers.body(cast.council, "watch_cell", "Cellule de veille")
    papers.seat(coordinator, cell, cast.nurse, secretary=True, college="health")
    meeting = papers.met(coordinator, cell)
    record = papers.draft(coordinator, meeting)
    client = client_of(cast.nurse)
    pages = (
        cell.get_absolute_url(),
        meeting.get_absolute_url(),
        record.get_absolute_url(),
        reverse("minutes_edit", args=["LIL", cell.pk, meeting.pk]),
        reverse("body_resolution_new", args=["LIL", cell.pk, meeting.pk]),
    )
    for address in pages:
        main = client.get(address).text.partition("<main")[2].partition("</main>")[0]
        assert main
        assert "/situations/" not in main
        assert "/alertes/" not in main
    with pytest.raises(ValidationError):
        papers.decide(coordinator, meeting)


# --- names typed alone --------------------------------------------------------------------------


def test_a_name_without_an_account_goes_three_years_after_its_mandate(cast, coordinator, client_of):
    copil = papers.body(cast.council)
    today = timezone.localdate()
    limit = months_before(today, SEAT_NAME_MONTHS)
    start = limit - 400 * papers.DAY
    gone = papers.seat(
        coordinator, copil, start=start, end=limit - papers.DAY, deputy_name="Bob Fictif"
    )
    kept = papers.seat(coordinator, copil, college="users", start=limit, end=today - papers.DAY,
                       holder_name="Cléo Fictive")  # fmt: skip
    papers.seat(coordinator, copil, cast.elected, start=start, end=limit - papers.DAY)
    page = client_of(cast.elected).get(copil.get_absolute_url()).text
    assert "nom effacé à partir du" in page
    (due,) = retention.names_to_erase(today)
    assert due == gone
    retention.erase_names(due, today)
    assert not retention.names_to_erase(today).exists()
    assert str(Seat.objects.get(pk=gone.pk)) == "Élus locaux, Nom effacé"
    assert set(Seat.history.filter(id=gone.pk).values_list("holder_name", "deputy_name")) == {
        ("", "")
    }
    assert Seat.objects.get(pk=kept.pk).holder_name == "Cléo Fictive"
