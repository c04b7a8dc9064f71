"""« Aujourd’hui » : each tab counts what awaits the coordination, and lists it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Feedback, Hearing, Situation
from cases.services import consent, follow_up, hearings, participations, situations, triage
from cases.views import follow_up as follow_up_views
from governance.models import Council, Meeting
from tests import factories
from tests.cases.sittings import sitting, viewer
from tests.world import CANARY_ROOT, submit

pytestmark = pytest.mark.django_db
TABS = ("alertes", "attente", "accords", "seance", "echues", "suites")
TODAY = timezone.localdate
DAY = datetime.timedelta(days=1)


def board(client, council, tab="", page=""):
    response = client.get(
        reverse("council_home", args=[council.code]), {"onglet": tab, "page": page}
    )
    assert response.status_code == 200
    return response


def counts(client, council):
    tabs = board(client, council).context["tabs"]
    return dict(zip(TABS, (tab["count"] for tab in tabs), strict=True))


def codes(client, council, tab):
    return [row.code for row in board(client, council, tab).context["page_obj"]]


def retained(cast, author, agreement="anonymous"):
    alert = submit(viewer(author), cast.council, agreement=agreement)
    situation = triage.accept(viewer(cast.coordinator), alert)
    return Situation.objects.select_related("council").get(pk=situation.pk)


def heard(cast, situation):
    """The situation was heard yesterday; its conclusions are validated."""
    coordinator = viewer(cast.coordinator)
    meeting = sitting(cast.coordinator, days=1)
    hearing = hearings.schedule(coordinator, situation, meeting)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=timezone.now() - datetime.timedelta(days=1), ends_at=timezone.now()
    )
    hearing = Hearing.objects.select_related("situation__council", "meeting").get(pk=hearing.pk)
    hearings.write_conclusions(coordinator, hearing, summary="Une visite.", steps_taken="")
    return hearings.conclude(coordinator, hearing)


def test_an_empty_council_has_nothing_to_do_and_says_so_in_each_tab(cast, client_of):
    client = client_of(cast.coordinator)
    assert set(counts(client, cast.council).values()) == {0}
    said = {board(client, cast.council, tab).context["tab"].empty for tab in TABS}
    assert len(said) == len(TABS)
    page = board(client, cast.council).content.decode()
    assert "Toutes les alertes reçues sont triées." in page
    assert "Aucune séance n’est prévue." in page


def test_alerts_to_settle_are_in_the_first_tab_until_they_are_settled(cast, client_of):
    client, coordinator = client_of(cast.coordinator), viewer(cast.coordinator)
    first = submit(viewer(cast.landlord), cast.council, agreement="named")
    second = submit(viewer(cast.nurse), cast.council, agreement="refused")
    triage.review(coordinator, second)
    assert codes(client, cast.council, "alertes") == [second.code, first.code]

    triage.request_information(coordinator, first, question="Depuis quand ?")
    assert codes(client, cast.council, "alertes") == [second.code]
    assert codes(client, cast.council, "attente") == [first.code]

    triage.reject(coordinator, second, reason="Hors du territoire.")
    assert counts(client, cast.council)["alertes"] == 0


def test_an_alert_not_yet_read_is_marked(cast, client_of):
    alert = submit(viewer(cast.landlord), cast.council, agreement="named")
    client = client_of(cast.coordinator)
    assert "À lire" in board(client, cast.council).content.decode()

    triage.review(viewer(cast.coordinator), alert)

    assert "À lire" not in board(client, cast.council).content.decode()


def test_a_situation_waits_for_a_partner_until_they_answer(cast, client_of):
    client = client_of(cast.coordinator)
    situation = retained(cast, cast.landlord)
    assert codes(client, cast.council, "attente") == []
    sought = participations.seek(viewer(cast.coordinator), situation, cast.nurse)
    participations.seek(viewer(cast.coordinator), situation, cast.police)
    assert codes(client, cast.council, "attente") == [situation.code]  # once, for two partners

    participations.accept(viewer(cast.nurse), sought)
    assert codes(client, cast.council, "attente") == [situation.code]

    participations.decline(
        viewer(cast.police), situation.participations.get(membership=cast.police), reason="Non"
    )
    assert codes(client, cast.council, "attente") == []


def test_an_agreement_is_to_be_collected_or_after_a_year_reviewed_but_a_refusal_is_left_alone(
    cast, client_of
):
    client = client_of(cast.coordinator)
    missing = retained(cast, cast.nurse, "not_collected")
    named = retained(cast, cast.nurse, "named")
    refused = retained(cast, cast.nurse, "refused")
    assert codes(client, cast.council, "accords") == [missing.code]

    a_year_ago = TODAY() - datetime.timedelta(days=366)
    consent.record_agreement(
        viewer(cast.nurse), named, "named",
        given_by="person", means="Entretien", collected_on=a_year_ago,
    )  # fmt: skip
    consent.record_agreement(viewer(cast.nurse), refused, "refused", collected_on=a_year_ago)
    assert set(codes(client, cast.council, "accords")) == {missing.code, named.code}
    page = board(client, cast.council, "accords").content.decode()
    assert f"accord du {a_year_ago:%d/%m/%Y}, à revoir" in page

    consent.record_agreement(
        viewer(cast.nurse), named, "named",
        given_by="person", means="Entretien", collected_on=TODAY(),
    )  # fmt: skip
    assert codes(client, cast.council, "accords") == [missing.code]

    situations.close(viewer(cast.coordinator), missing, reason="moved", on=TODAY())
    assert codes(client, cast.council, "accords") == []


def test_the_next_séance_is_prepared_point_by_point(cast, client_of):
    client = client_of(cast.coordinator)
    later = sitting(cast.coordinator, days=20)
    sooner = sitting(cast.coordinator, days=5)
    first, second = retained(cast, cast.nurse), retained(cast, cast.landlord)
    for situation, meeting in ((first, sooner), (second, later)):
        hearings.schedule(viewer(cast.coordinator), situation, meeting)

    assert codes(client, cast.council, "seance") == [first.code]
    page = board(client, cast.council, "seance").content.decode()
    assert sooner.get_absolute_url() in page
    assert "1 situation, 1 invité." in page


def test_overdue_leads_are_listed_with_their_owner_the_oldest_first(cast, client_of):
    client = client_of(cast.coordinator)
    situation = retained(cast, cast.nurse)

    def lead(days):
        return follow_up.propose_lead(
            viewer(cast.coordinator),
            situation,
            kind="mobile_team",
            owner=cast.nurse,
            due_on=TODAY() + datetime.timedelta(days=days),
        )

    lead(0)
    lead(3)
    recent, old = lead(-1), lead(-9)

    response = board(client, cast.council, "echues")

    urls = [row.url for row in response.context["page_obj"]]
    assert urls == [
        reverse("lead_move", args=[cast.council.code, each.pk]) for each in (old, recent)
    ]
    assert str(cast.nurse.user) in response.content.decode()
    assert response.context["tabs"][4]["due"]


def test_feedback_is_given_then_a_situation_without_open_lead_is_to_be_closed(cast, client_of):
    client = client_of(cast.coordinator)
    situation = retained(cast, cast.nurse, "named")
    heard(cast, situation)
    assert codes(client, cast.council, "suites") == [situation.code]
    assert "restitution prévue" in board(client, cast.council, "suites").content.decode()

    lead = follow_up.propose_lead(
        viewer(cast.coordinator), situation, kind="mobile_team", owner=cast.nurse
    )
    feedback = Feedback.objects.get()
    # They repeat it, so that a council's are found without its neighbours'.
    assert feedback.council == lead.council == situation.council
    follow_up.give_feedback(viewer(cast.nurse), feedback, given_on=TODAY(), reaction="")
    assert codes(client, cast.council, "suites") == []  # a lead is still open

    follow_up.move_lead(viewer(cast.nurse), lead, "accept")
    follow_up.move_lead(viewer(cast.nurse), lead, "complete")
    assert codes(client, cast.council, "suites") == [situation.code]
    assert "plus aucune piste ouverte" in board(client, cast.council, "suites").content.decode()


def test_a_filter_narrows_the_leads_and_the_feedback_too(cast, client_of):
    Council.objects.update(feedback_when_anonymous=True)
    kept, left = retained(cast, cast.nurse, "named"), retained(cast, cast.nurse)
    for situation in (kept, left):
        heard(cast, situation)
        follow_up.propose_lead(
            viewer(cast.coordinator), situation, kind="gp", due_on=TODAY() - DAY, owner=cast.nurse
        )
    client = client_of(cast.coordinator)
    address = reverse("council_home", args=[cast.council.code])

    def shown(tab, **filters):
        page = client.get(address, {"onglet": tab, **filters}).context["page_obj"]
        return {row.code for row in page}

    for tab in ("echues", "suites"):
        assert shown(tab) == {kept.code, left.code}
        assert shown(tab, agreement="named") == {kept.code}


def test_much_feedback_is_paged_beside_the_leads(cast, client_of, monkeypatch):
    monkeypatch.setattr(follow_up_views, "PER_PAGE", 1)
    for _ in range(2):
        heard(cast, retained(cast, cast.nurse, "named"))
    client = client_of(cast.coordinator)

    def page(**asked):
        response = client.get(reverse("leads", args=[cast.council.code]), asked)
        return [row.url for row in response.context["feedback"]], response.text

    (first, said), (second, _) = page(), page(restitutions="2")
    assert "restitutions=2" in said
    assert len({*first, *second}) == 2


def test_an_unknown_tab_shows_the_first(cast, client_of):
    assert (
        board(client_of(cast.coordinator), cast.council, "ailleurs").context["tab"].slug
        == "alertes"
    )


def test_a_long_tab_is_paged_and_keeps_its_tab(cast, client_of):
    for _ in range(26):
        submit(viewer(cast.landlord), cast.council, agreement="anonymous")
    client = client_of(cast.coordinator)

    first = board(client, cast.council, "alertes")
    assert len(first.context["page_obj"]) == 25
    assert "onglet=alertes&amp;page=2" in first.content.decode()
    assert len(board(client, cast.council, "alertes", "2").context["page_obj"]) == 1


def test_another_council_is_not_counted(cast, client_of):
    other = factories.aissmc()
    author = factories.member(
        other, "ana.ailleurs@demo.example", "partner",
        organisation=factories.organisation(other, "GEM", "users_association"),
    )  # fmt: skip
    submit(viewer(author), other, agreement="anonymous")
    assert counts(client_of(cast.coordinator), cast.council)["alertes"] == 0


def test_each_tab_makes_as_many_queries_for_thirty_rows_as_for_three(
    cast, client_of, django_assert_max_num_queries
):
    client, coordinator = client_of(cast.coordinator), viewer(cast.coordinator)
    meeting = sitting(cast.coordinator, days=3)

    def populate(count):
        for _ in range(count):
            submit(viewer(cast.landlord), cast.council, agreement="anonymous")
            waiting = submit(viewer(cast.landlord), cast.council, agreement="anonymous")
            triage.request_information(coordinator, waiting, question="Depuis quand ?")
            situation = retained(cast, cast.nurse, "not_collected")
            follow_up.propose_lead(
                coordinator, situation, kind="gp", owner=cast.nurse,
                due_on=TODAY() - datetime.timedelta(days=2),
            )  # fmt: skip
            hearings.schedule(coordinator, situation, meeting)
            participations.seek(coordinator, retained(cast, cast.nurse), cast.police)
            situations.follow(coordinator, retained(cast, cast.landlord))

    populate(3)
    few = {}
    for tab in TABS:
        with django_assert_max_num_queries(33) as queries:
            assert len(board(client, cast.council, tab).context["page_obj"]) >= 3
        few[tab] = len(queries)
    populate(27)

    for tab in TABS:
        with django_assert_max_num_queries(few[tab]):
            assert len(board(client, cast.council, tab).context["page_obj"]) == 25


def test_the_identity_is_nowhere_on_the_board(cast, client_of):
    submit(viewer(cast.landlord), cast.council, agreement="named")
    situation = retained(cast, cast.landlord, "named")
    heard(cast, situation)
    client = client_of(cast.coordinator)
    for tab in TABS:
        assert CANARY_ROOT not in board(client, cast.council, tab).content.decode().lower()
