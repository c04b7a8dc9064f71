"""The lists of the coordination: filtered, searched and sorted by the address, found again."""

import datetime
import uuid

import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases import morning
from cases.forms.filters import AlertListFilters, SituationListFilters
from cases.models import Alert, SavedView, Situation
from cases.selectors import list_alerts, list_situations
from cases.services import follow_up, participations, triage
from governance import search
from governance.models import Membership, Organisation
from tests import factories
from tests.cases.sittings import sitting, viewer
from tests.world import CANARY, submit

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def alerts(cast, query):
    return [each.code for each in filtered(AlertListFilters, list_alerts, cast, query)]


def situations(cast, query):
    return [each.code for each in filtered(SituationListFilters, list_situations, cast, query)]


def filtered(filters, rows, cast, query):
    who = viewer(cast.coordinator)
    return filters(
        QueryDict(query), rows(who, cast.council), viewer=who, councils=(cast.council,)
    ).qs


@pytest.fixture
def two(cast):
    """Two alerts that nothing brings together."""
    council = cast.council
    first = submit(
        viewer(cast.landlord), council, agreement="named",
        organisation=cast.landlord.organisation, origin="social_landlord",
        psychiatric_sector=council.sectors.get(code="59G23"), town=council.towns.get(name="Lille"),
        requester_role="Chargée de clientèle",
    )  # fmt: skip
    second = submit(
        viewer(cast.hygiene), council, agreement="refused",
        organisation=cast.hygiene.organisation, origin="city_hygiene",
        alert_subject=("unsanitary_hoarding", "care_breakdown"),
        situation_type="addiction_psychiatry",
        town=council.towns.get(name="Hellemmes"), requester_role="Inspecteur de salubrité",
    )  # fmt: skip
    Alert.objects.filter(pk=second.pk).update(
        received_at=timezone.now() - datetime.timedelta(days=40)
    )
    return first, second


def test_each_filter_narrows_the_alerts(two, cast):
    first, second = two
    a_month_ago = TODAY() - datetime.timedelta(days=30)
    triage.review(viewer(cast.coordinator), second)
    assert alerts(cast, "") == [first.code, second.code]
    for query, found in (
        ("status=in_review", second),
        ("agreement=named", first),
        ("sector=59G23", first),
        ("subject=care_breakdown", second),
        (f"partner={cast.hygiene.organisation.pk}", second),
        (f"since={a_month_ago}", first),
        (f"until={a_month_ago:%d/%m/%Y}", second),
    ):
        assert alerts(cast, query) == [found.code], query
    assert alerts(cast, "sector=59G23&agreement=refused") == []


def test_mine_are_those_that_i_wrote_changed_or_carry(two, cast, client_of):
    first, second = two
    client = client_of(cast.coordinator)
    assert alerts(cast, "mine=on") == []
    client.post(reverse("alert_review", args=["LIL", second.code]))
    assert alerts(cast, "mine=on") == [second.code]

    client.post(reverse("alert_accept", args=["LIL", second.code]))
    other = triage.accept(viewer(cast.coordinator), first)
    taken = Situation.objects.get(alerts=second)
    assert situations(cast, "mine=on") == [taken.code]
    follow_up.propose_lead(viewer(cast.coordinator), other, kind="gp", owner=cast.coordinator)
    assert set(situations(cast, "mine=on")) == {taken.code, other.code}


def test_each_filter_narrows_the_situations(two, cast):
    coordinator = viewer(cast.coordinator)
    first, second = (triage.accept(coordinator, alert) for alert in two)
    participations.seek(coordinator, second, cast.police)
    for query, found in (
        ("agreement=refused", second),
        ("sector=59G23", first),
        ("subject=unsanitary_hoarding", second),
        ("type=addiction_psychiatry", second),
        (f"partner={cast.police.organisation.pk}", second),
        (f"until={TODAY() - datetime.timedelta(days=30)}", second),
    ):
        assert situations(cast, query) == [found.code], query
    assert set(situations(cast, "status=under_review")) == {first.code, second.code}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("A001", 0),
        ("trouble VOISINAGE", 0),
        ("accumulation diogene", 1),
        ("59g23", 0),
        ("hellemmes", 1),
        ("hygiene", 1),
        ("bailleur", 0),
        ("habitat nord", 0),
        ("salubrite", 1),
        ("salubrité hellemmes", 1),
    ],
)
def test_the_search_knows_codes_closed_answers_places_and_services_without_accents(
    two, cast, query, found
):
    assert alerts(cast, f"q={query}") == [two[found].code]


def test_the_search_of_situations_knows_their_services_too(two, cast):
    coordinator = viewer(cast.coordinator)
    first, second = (triage.accept(coordinator, alert) for alert in two)
    participations.seek(coordinator, first, cast.nurse)
    assert situations(cast, "q=habitat") == [first.code]
    assert situations(cast, "q=cmp") == [first.code]
    assert situations(cast, "q=diogène+hygiène") == [second.code]
    assert situations(cast, "q=absent") == []


def test_a_label_that_the_council_rewords_is_found_by_its_new_words(two, cast):
    cast.council.list_entries.create(
        list_code="alert_subject", code="unsanitary_hoarding", label="Logement encombré", position=7
    )
    fresh = type(cast.council).objects.get(pk=cast.council.pk)
    who = viewer(cast.coordinator)
    found = AlertListFilters(
        QueryDict("q=encombre"), list_alerts(who, fresh), viewer=who, councils=(fresh,)
    )
    assert [each.code for each in found.qs] == [two[1].code]


def test_no_word_of_an_identity_nor_of_a_text_finds_anything(two, cast):
    for words in (CANARY, "demandeur fictif", "crie", "mai"):
        assert alerts(cast, f"q={words}") == [], words


def test_the_order_of_the_address_is_followed_both_ways_and_an_unknown_one_ignored(two, cast):
    first, second = (alert.code for alert in two)
    for order in ("reception", "-numero", "demandeur"):
        assert alerts(cast, f"tri={order}") in ([first, second], [second, first])
    assert alerts(cast, "tri=numero") == [first, second]
    assert alerts(cast, "tri=-numero") == [second, first]
    assert alerts(cast, "tri=reception") == [second, first]
    assert alerts(cast, "tri=-reception") == [first, second]
    assert alerts(cast, "tri=secteur") == [first, second]  # without a sector comes last
    assert alerts(cast, "tri=-secteur") == [first, second]
    assert alerts(cast, "tri=password") == [first, second]


def test_what_an_address_does_not_understand_is_ignored(two, cast):
    both = [alert.code for alert in two]
    for query in ("status=nonsense", "partner=1", "since=hier", "q=\0", "agreement=", "q=***"):
        assert alerts(cast, query) == both, query


# --- the page -----------------------------------------------------------------------------------


def test_a_sort_link_turns_the_order_round_and_keeps_the_filters(two, cast, client_of):
    page = client_of(cast.coordinator).get(
        reverse("alerts", args=["LIL"]), {"status": "received", "tri": "numero", "page": "1"}
    )
    by_number = next(o for o in page.context["orders"] if o["label"] == "numéro")
    assert QueryDict(by_number["url"][1:]).dict() == {"status": "received", "tri": "-numero"}
    assert by_number["way"] == "ascending"


def test_an_alert_and_a_situation_lead_back_to_the_list_that_one_came_from(two, cast, client_of):
    client, (alert, other) = client_of(cast.coordinator), two
    situation = triage.accept(viewer(cast.coordinator), other)
    here = f"{reverse('alerts', args=['LIL'])}?agreement=named&tri=numero"
    client.get(here)
    for page in (alert, situation):
        back = client.get(page.get_absolute_url()).context["back"]
        assert back == {"url": here, "label": "Alertes"}
    client.get(f"{reverse('council_home', args=['LIL'])}?onglet=accords")
    back = client.get(situation.get_absolute_url()).context["back"]
    assert back == {
        "url": f"{reverse('council_home', args=['LIL'])}?onglet=accords",
        "label": "Aujourd’hui",
    }


def test_the_filters_are_said_in_words_for_the_page_and_for_paper(two, cast, client_of):
    page = client_of(cast.coordinator).get(
        reverse("alerts", args=["LIL"]),
        {"agreement": "named", "mine": "on", "since": "2026-01-02", "q": "voisinage"},
    )
    assert page.context["in_words"] == [
        "Chercher : voisinage",
        "Accord : Accepte, situation nominative",
        "Reçue depuis le 02/01/2026",
        "Que j’ai traitées",
    ]


# --- one's own views ----------------------------------------------------------------------------


def keep(client, *, page="alerts", council="LIL", name="Refus", query="agreement=refused", **more):
    return client.post(
        reverse("saved_view_new"),
        {"page": page, "council": council, "name": name, "query": query, **more},
        follow=True,
    )


def test_a_view_keeps_what_the_list_understands_and_never_the_words_searched(cast, client_of):
    client = client_of(cast.coordinator)
    response = keep(
        client, query="agreement=refused&q=Dupont&tri=-numero&status=nonsense&evil=1&page=3"
    )
    view = SavedView.objects.get()
    assert QueryDict(view.query).dict() == {"agreement": "refused", "tri": "-numero"}
    assert "« Refus » est enregistrée" in response.text
    assert [shown for _, _, shown in response.context["views"]] == [True]


def test_the_same_name_replaces_the_view(cast, client_of):
    client = client_of(cast.coordinator)
    keep(client)
    keep(client, query="agreement=named")
    assert SavedView.objects.get().query == "agreement=named"


def test_nothing_to_keep_or_no_name_is_a_message(cast, client_of):
    client = client_of(cast.coordinator)
    assert "Choisissez d’abord un filtre" in keep(client, query="q=voisinage").text
    assert "Donnez un nom" in keep(client, name="").text
    assert not SavedView.objects.exists()


def test_a_list_opens_on_its_default_view_unless_told_otherwise(cast, client_of):
    client = client_of(cast.coordinator)
    address = reverse("alerts", args=["LIL"])
    keep(client, is_default="on")
    assert client.get(address)["Location"] == f"{address}?agreement=refused"
    assert client.get(address, {"tout": "1"}).status_code == 200
    assert client.get(reverse("situations", args=["LIL"])).status_code == 200

    keep(client, name="Autre", query="agreement=named", is_default="on")
    assert client.get(address)["Location"] == f"{address}?agreement=named"
    default = SavedView.objects.get(is_default=True)
    client.post(reverse("saved_view_default", args=[default.pk]))
    assert client.get(address).status_code == 200
    client.post(reverse("saved_view_delete", args=[default.pk]))
    assert SavedView.objects.count() == 1


def test_a_view_of_aujourd_hui_keeps_its_tab_for_one_council_or_for_all(cast, client_of):
    client = client_of(cast.coordinator)
    keep(client, page="today", query="onglet=suites&sector=59G23", is_default="on")
    home = reverse("council_home", args=["LIL"])
    assert client.get(home)["Location"] == f"{home}?sector=59G23&onglet=suites"
    assert client.get(reverse("today")).status_code == 200
    keep(client, page="today", council="", query="onglet=accords", is_default="on")
    assert client.get(reverse("today"))["Location"] == f"{reverse('today')}?onglet=accords"


def test_a_view_is_its_owners_alone_and_dies_with_their_coordination(cast, client_of):
    keep(client_of(cast.coordinator))
    view = SavedView.objects.get()
    colleague = factories.member(cast.council, "carole.collegue@demo.example", "coordinator")
    for member in (colleague, cast.landlord, cast.elected):
        for name in ("saved_view_default", "saved_view_delete"):
            assert client_of(member).post(reverse(name, args=[view.pk])).status_code == 404
    assert (
        client_of(cast.landlord)
        .post(reverse("saved_view_new"), {"page": "alerts", "council": "LIL", "name": "x"})
        .status_code
        == 404
    )
    page = client_of(colleague).get(reverse("alerts", args=["LIL"]))
    assert page.context["views"] == []

    Membership.objects.filter(pk=cast.coordinator.pk).update(end=TODAY())
    delete = client_of(cast.coordinator).post(reverse("saved_view_delete", args=[view.pk]))
    assert delete.status_code == 404


# --- several councils ---------------------------------------------------------------------------


@pytest.fixture
def elsewhere(cast):
    """The coordinator of the cast coordinates another council too, which has an alert."""
    other = factories.aissmc()
    factories.member(other, cast.coordinator.user.email, "coordinator")
    author = factories.member(
        other, "ana.ailleurs@demo.example", "partner",
        organisation=factories.organisation(other, "GEM", "users_association"),
    )  # fmt: skip
    return other, submit(viewer(author), other, agreement="anonymous")


def test_who_coordinates_several_councils_starts_with_all_of_them(two, cast, client_of, elsewhere):
    other, theirs = elsewhere
    client = client_of(cast.coordinator)
    sitting(cast.coordinator, other, days=3)
    assert client.get(reverse("home"))["Location"] == reverse("today")
    page = client.get(reverse("today"))
    codes = {row.code for row in page.context["page_obj"]}
    assert codes == {two[0].code, two[1].code, theirs.code}
    assert [each["meeting"].council for each in page.context["meetings"]] == [other]

    one = client.get(reverse("today"), {"council": "AIS"})
    assert {row.code for row in one.context["page_obj"]} == {theirs.code}
    assert client_of(cast.landlord).get(reverse("today")).status_code == 404


def test_the_page_of_all_councils_waits_for_the_second_factor(cast, elsewhere, client):
    client.force_login(cast.coordinator.user, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("today"))["Location"] == reverse("mfa_index")


# --- how much it costs --------------------------------------------------------------------------


def test_aujourd_hui_makes_as_many_queries_for_a_thousand_situations_as_for_ten(
    cast, client_of, django_assert_max_num_queries
):
    client, coordinator = client_of(cast.coordinator), viewer(cast.coordinator)
    model = triage.accept(
        coordinator, submit(viewer(cast.nurse), cast.council, agreement="not_collected")
    )
    template = submit(viewer(cast.nurse), cast.council, agreement="anonymous")

    def populate(first, count):
        numbers = range(first, first + count)
        Situation.objects.bulk_create(
            copy_of(model, code=f"LIL-2026-B{number:04}") for number in numbers
        )
        Alert.objects.bulk_create(
            copy_of(template, code=f"LIL-2026-C{number:04}", draft_key=None) for number in numbers
        )

    def ask(page):
        response = client.get(page, {"q": "voisinage", "agreement": "", "tri": "numero"})
        assert response.status_code == 200
        return response

    pages = [reverse(n, args=["LIL"]) for n in ("council_home", "alerts", "situations")]
    populate(0, 9)
    few = {}
    for page in pages:
        ask(page)
        with django_assert_max_num_queries(40) as queries:
            ask(page)
        few[page] = len(queries)
    populate(9, 1000)
    for page in pages:
        with django_assert_max_num_queries(few[page]):
            response = ask(page)
        assert len(response.context["page_obj"]) == 25
    assert response.context["page_obj"].paginator.count == 1010


def copy_of(row, **changes):
    fields = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    return type(row)(**{**fields, "id": uuid.uuid4(), **changes})


def test_postgresql_finds_words_by_their_index(cast):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no full text")
    question = search.matching(Organisation.objects.all(), ("habitat",), ("name",))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "organisation_words" in question.explain()
        alerts = search.matching(Alert.objects.order_by(), ("chargee",), ("requester_role",))
        assert "alert_words" in alerts.explain()


def test_postgresql_knows_the_endings_of_words(cast):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no full text")
    factories.organisation(cast.council, "Équipes mobiles spécialisées", "other")
    found = search.matching(
        Organisation.objects.all(), search.words("equipe MOBILE specialisee"), ("name",)
    )
    assert [each.name for each in found] == ["Équipes mobiles spécialisées"]


# --- words --------------------------------------------------------------------------------------


@given(st.text(max_size=40))
def test_a_text_holds_its_own_words_however_they_are_accented(text):
    assert search.holds(text, search.words(text))
    assert search.holds(text, search.words(search.fold(text)))
    assert search.fold(search.fold(text)) == search.fold(text)


@pytest.mark.parametrize(
    ("counts", "sittings", "said"),
    [
        ({}, [], "Rien ne vous attend ce matin."),
        ({"alertes": 1, "accords": 2}, [], "Une nouvelle alerte et deux accords à revoir."),
        ({"alertes": 1, "echues": 2}, [3],
         "Une nouvelle alerte, deux actions échues et la séance de jeudi à préparer."),
        ({"echues": 11}, [], "11 actions échues."),
        ({"attente": 1}, [0], "Une réponse attendue et la séance d’aujourd’hui à préparer."),
        ({}, [1], "La séance de demain à préparer."),
        ({}, [7], "La séance du 28 septembre à préparer."),
        ({}, [2, 3], "Deux séances à préparer, dont celle de mercredi."),
    ],
)  # fmt: skip
def test_the_morning_is_said_in_one_sentence(counts, sittings, said):
    monday = datetime.date(2026, 9, 21)
    tabs = {"alertes": 0, "attente": 0, "accords": 0, "seance": 5, "echues": 0, "suites": 0}
    days = [monday + datetime.timedelta(days=each) for each in sittings]
    assert morning.sentence(tabs | counts, days, monday) == said
