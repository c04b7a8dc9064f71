"""The journal of accesses as the coordination and the technical manager read it."""

import datetime
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance import journal
from tests import factories


def page(**filters):
    return reverse("access_journal", args=["LIL"], query=filters)


@pytest.fixture
def situation_opened(cast):
    """The nurse opened a situation: the floor below knows its kind and key, nothing else."""
    return factories.access_line(
        actor=cast.nurse.user,
        action="reveal_identity",
        council=cast.council,
        target_type="Situation",
        target_id=uuid.UUID("3f2a1b9c-0000-4000-8000-000000000000"),
        reason="Appel du médecin traitant",
    )


def lines(answer):
    return [
        (str(line["actor"]), line["action"], line["target"]) for line in answer.context["lines"]
    ]


@pytest.mark.parametrize("name", ["coordinator", "manager"])
def test_the_journal_tells_who_did_what_and_when_without_content(
    cast, client_of, situation_opened, name
):
    answer = client_of(getattr(cast, name)).get(page())
    assert lines(answer)[0] == ("Nora Cmp", "Identité affichée", "Situation 3f2a1b9c")
    assert "3f2a1b9c-0000" not in answer.text


def test_reasons_are_read_by_the_coordination_alone(cast, client_of, situation_opened):
    assert "Appel du médecin" in client_of(cast.coordinator).get(page()).text
    assert "Appel du médecin" not in client_of(cast.manager).get(page()).text


@pytest.mark.parametrize("name", ["nurse", "elected"])
def test_partners_and_the_copil_do_not_know_the_journal(cast, client_of, name):
    assert client_of(getattr(cast, name)).get(page()).status_code == 404


def test_the_journal_of_another_council_stays_there(cast, client_of):
    stranger = factories.member(factories.aissmc(), "noe.voisin@demo.example", "coordinator")
    assert client_of(stranger).get(page()).status_code == 404
    answer = client_of(stranger).get(reverse("access_journal", args=["AIS"]))
    assert {str(line["actor"]) for line in answer.context["lines"]} == {"Noe Voisin"}


def test_the_journal_is_filtered_by_person_and_act(cast, client_of, situation_opened):
    client = client_of(cast.manager)
    assert lines(client.get(page(person=cast.nurse.user_id, action="reveal_identity"))) == [
        ("Nora Cmp", "Identité affichée", "Situation 3f2a1b9c")
    ]
    assert lines(client.get(page(person=cast.elected.user_id, action="reveal_identity"))) == []


def test_the_journal_is_filtered_by_days_both_included(cast, client_of):
    for day in (1, 2, 3):
        with time_machine.travel(datetime.datetime(2026, 3, day, 22, 30, tzinfo=datetime.UTC)):
            journal.record(cast.nurse.user, "export", cast.nurse, council=cast.council)
    client = client_of(cast.coordinator)
    found = client.get(page(start="2026-03-02", end="03/03/2026", action="export"))
    assert [line["at"].date().isoformat() for line in found.context["lines"]] == [
        "2026-03-03", "2026-03-02",
    ]  # fmt: skip


def test_filters_that_mean_nothing_filter_nothing(cast, client_of, situation_opened):
    client = client_of(cast.coordinator)
    everything = lines(client.get(page()))
    assert lines(client.get(page(person="nobody", action="nothing", start="someday"))) == everything


def test_a_person_of_another_council_is_not_among_the_filters(cast, client_of):
    stranger = factories.member(factories.aissmc(), "noe.voisin@demo.example", "coordinator")
    form = client_of(cast.coordinator).get(page()).context["form"]
    assert stranger.user not in form.fields["person"].queryset
    assert cast.nurse.user in form.fields["person"].queryset


def test_an_act_without_anybody_is_the_programs(cast, client_of, situation_opened):
    factories.access_line(
        actor=None, action="export", council=cast.council, target_type="Council",
        target_id=cast.council.pk,
    )  # fmt: skip
    assert lines(client_of(cast.manager).get(page()))[0][0] == "Programme"


def test_the_journal_is_paged_in_a_constant_number_of_queries(cast, client_of):
    def queries():
        client = client_of(cast.coordinator)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(page(action="export"))
        return len(captured), len(answer.context["lines"])

    for _ in range(5):
        journal.record(cast.nurse.user, "export", cast.nurse, council=cast.council)
    few, shown = queries()
    assert shown == 5
    for membership in (cast.nurse, cast.hygiene) * 30:
        journal.record(membership.user, "export", membership, council=cast.council)
    assert queries() == (few, 50)
