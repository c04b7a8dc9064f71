"""A council's territory, and its own words for the closed lists."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from cases.models import Situation
from governance import nomenclatures, selectors
from governance.closed_lists import CLOSED_LISTS
from governance.models import Council, District, ListEntry, Sector, Town
from governance.services import councils, people
from governance.services.councils import Answer
from tests import factories

pytestmark = pytest.mark.django_db


# Lists that say the same in every council, and the sectors, which are on the territory's page.
COMMON = {
    "alert_status",
    "situation_status",
    "action_lead_status",
    "group_action_status",
    "secrecy_status",
    "profession_category",
    "attendance",
    "body_kind",
    "college",
    "resolution_kind",
    "psychiatric_sector",
    "derogation_ground",
}


def situation_in(council, **fields) -> Situation:
    return Situation.objects.create(
        council=council,
        code="LIL-2026-001",
        status="under_review",
        received_on=datetime.date(2026, 1, 5),
        last_activity="2026-01-05T12:00:00Z",
        **fields,
    )


# --- the territory ------------------------------------------------------------------------------


def add(client, kind: str, **answers):
    return client.post(reverse("territory_add", args=["LIL", kind]), answers)


def test_towns_districts_and_sectors_are_added(cast, client_of):
    client = client_of(cast.manager)
    add(client, "commune", name="Lomme")
    town = Town.objects.get(name="Lomme")
    add(client, "quartier", town=town.pk, name="Marais", priority_area="on")
    add(client, "secteur", code="59G25", label="Lille Ouest")
    district = District.objects.get()
    assert (district.town, district.name, district.priority_area) == (town, "Marais", True)
    codes = [sector.code for sector in cast.council.sectors.all()]
    assert codes[-2:] == ["59G25", "outside"]
    assert town.history.get().history_user == cast.manager.user
    page = client.get(reverse("territory", args=["LIL"])).content.decode()
    for text in ("Lomme", "Marais", "QPV", "Lille Ouest"):
        assert text in page


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("commune", {"name": "Lille"}),
        ("commune", {"name": ""}),
        ("quartier", {"name": "Fives"}),
        ("secteur", {"code": "59G22", "label": "Double"}),
        ("secteur", {"code": "59 G", "label": "Espace"}),
        ("secteur", {"code": "outside", "label": "Dehors"}),
    ],
)
def test_a_place_there_already_or_incomplete_is_refused(cast, client_of, kind, answers):
    before = Town.objects.count(), Sector.objects.count()
    answer = add(client_of(cast.coordinator), kind, **answers)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert (Town.objects.count(), Sector.objects.count()) == before
    assert not District.objects.exists()


def test_a_district_is_not_added_to_a_town_of_another_council(cast, client_of):
    town = factories.aissmc().towns.first()
    answer = add(client_of(cast.coordinator), "quartier", town=town.pk, name="Centre")
    assert "town" in answer.context["form"].errors
    assert not District.objects.exists()


def test_places_are_renamed_and_codes_stay(cast, client_of):
    client = client_of(cast.coordinator)
    town = Town.objects.get(name="Hellemmes")
    sector = Sector.objects.get(code="59G22", council=cast.council)
    client.post(
        reverse("territory_change", args=["LIL", "commune", town.pk]), {"name": "Lille-Hellemmes"}
    )
    client.post(
        reverse("territory_change", args=["LIL", "secteur", sector.pk]),
        {"label": "Lille Est", "code": "XXX"},
    )
    town.refresh_from_db()
    sector.refresh_from_db()
    assert town.name == "Lille-Hellemmes"
    assert (sector.code, sector.label) == ("59G22", "Lille Est")


def test_two_districts_of_a_town_never_bear_the_same_name(cast, client_of):
    town = Town.objects.get(name="Lille")
    District.objects.create(town=town, name="Fives")
    other = District.objects.create(town=town, name="Wazemmes")
    answer = client_of(cast.coordinator).post(
        reverse("territory_change", args=["LIL", "quartier", other.pk]), {"name": "Fives"}
    )
    assert "Ce quartier est déjà inscrit." in answer.content.decode()
    other.refresh_from_db()
    assert other.name == "Wazemmes"


def remove(client, kind: str, place):
    address = reverse("territory_remove", args=["LIL", kind, place.pk])
    return client.post(address, follow=True).content.decode()


def test_an_unused_place_is_removed(cast, client_of):
    client = client_of(cast.coordinator)
    town = Town.objects.get(name="Hellemmes")
    District.objects.create(town=town, name="Épine")
    page = remove(client, "commune", town)
    assert "est retiré du territoire" in page
    assert not Town.objects.filter(pk=town.pk).exists()
    assert not District.objects.exists()
    assert Town.history.filter(id=town.pk, history_type="-").get().history_user == (
        cast.coordinator.user
    )


@pytest.mark.parametrize("kind", ["commune", "quartier", "secteur"])
def test_a_place_that_a_situation_names_stays_with_a_clear_message(cast, client_of, kind):
    town = Town.objects.get(name="Lille")
    district = District.objects.create(town=town, name="Fives")
    sector = Sector.objects.get(code="59G22", council=cast.council)
    situation_in(cast.council, town=town, district=district, psychiatric_sector=sector)
    place = {"commune": town, "quartier": district, "secteur": sector}[kind]
    page = remove(client_of(cast.coordinator), kind, place)
    assert "figure dans des alertes ou des situations" in page
    assert type(place).objects.filter(pk=place.pk).exists()


def test_the_sector_outside_stays_in_every_council(cast, client_of):
    outside = cast.council.sectors.get(code=Sector.OUTSIDE)
    assert "existe dans tous les conseils" in remove(
        client_of(cast.coordinator), "secteur", outside
    )
    assert cast.council.sectors.filter(pk=outside.pk).exists()


def test_the_places_of_another_council_do_not_exist(cast, client_of):
    town = factories.aissmc().towns.first()
    client = client_of(cast.manager)
    for name in ("territory_change", "territory_remove"):
        address = reverse(name, args=["LIL", "commune", town.pk])
        assert client.post(address, {"name": "Volée"}).status_code == 404
    assert client.get(reverse("territory_add", args=["LIL", "region"])).status_code == 404
    town.refresh_from_db()
    assert town.name == "Aubois"


@pytest.mark.parametrize("name", ["nurse", "elected"])
def test_partners_and_copil_do_not_touch_the_territory_nor_the_lists(cast, client_of, name):
    client = client_of(getattr(cast, name))
    town = Town.objects.get(name="Hellemmes")
    assert add(client, "commune", name="Lomme").status_code == 404
    for page in ("territory_change", "territory_remove"):
        address = reverse(page, args=["LIL", "commune", town.pk])
        assert client.post(address, {"name": "x"}).status_code == 404
    assert client.post(reverse("closed_list", args=["LIL", "sex"]), {}).status_code == 404
    assert Town.objects.filter(name="Hellemmes").exists()


def test_the_territory_costs_the_same_for_2_towns_and_for_30(
    cast, client_of, django_assert_num_queries
):
    client = client_of(cast.coordinator)
    address = reverse("territory", args=["LIL"])
    client.get(address)
    connection.force_debug_cursor = True
    before = len(connection.queries_log)
    client.get(address)
    first = len(connection.queries_log) - before
    connection.force_debug_cursor = False
    for number in range(28):
        town = Town.objects.create(council=cast.council, name=f"Commune {number}")
        District.objects.create(town=town, name="Centre")
    with django_assert_num_queries(first):
        client.get(address)


# --- closed lists -------------------------------------------------------------------------------


def usual(list_code: str) -> list[Answer]:
    return [Answer(entry.code, entry.label) for entry in nomenclatures.entries(list_code)]


def test_every_list_is_either_the_councils_to_word_or_common_to_all():
    assert set(CLOSED_LISTS) | COMMON == set(nomenclatures.list_codes())
    assert not set(CLOSED_LISTS) & COMMON


@pytest.mark.parametrize("list_code", sorted(CLOSED_LISTS))
def test_a_list_saved_as_it_is_leaves_no_row(cast, client_of, list_code):
    client = client_of(cast.coordinator)
    address = reverse("closed_list", args=["LIL", list_code])
    form = client.get(address).context["form"]
    answers = {name: field.initial for name, field in form.fields.items() if field.initial}
    assert client.post(address, answers).url == reverse("closed_lists", args=["LIL"])
    assert not ListEntry.objects.exists()


def form_answers(list_code: str, **changes) -> dict:
    """What the page posts, less the answers set to None."""
    answers: dict = {}
    for rank, entry in enumerate(nomenclatures.entries(list_code), start=1):
        answers |= {
            f"label-{entry.code}": entry.label,
            f"position-{entry.code}": rank,
            f"active-{entry.code}": "on",
        }
    answers |= {name.replace("__", "-"): value for name, value in changes.items()}
    return {name: value for name, value in answers.items() if value is not None}


def test_label_order_and_activity_are_the_councils_and_the_codes_stay(cast, client_of):
    client = client_of(cast.coordinator)
    changes = form_answers(
        "sex", label__female="Féminin", active__other=None, position__male=1, position__female=2
    )
    client.post(reverse("closed_list", args=["LIL", "sex"]), changes)
    council = Council.objects.get()
    listed = [(e.code, e.label) for e in selectors.council_list(council, "sex")]
    assert listed == [("male", "Homme"), ("female", "Féminin")]
    assert selectors.council_label(council, "sex", "other") == "Autre"
    assert ListEntry.objects.get(code="female").history.get().history_user == (
        cast.coordinator.user
    )
    page = client.get(reverse("closed_lists", args=["LIL"])).content.decode()
    assert page.count("Modifiée par le conseil") == 1


def test_only_what_differs_from_the_repository_is_kept(cast):
    answers = usual("income")
    answers[3] = Answer(answers[3].code, "Salaire ou traitement")
    councils.change_list(cast.council, "income", answers, by=cast.manager.user)
    assert ListEntry.objects.get().code == "wage"
    councils.change_list(cast.council, "income", answers, by=cast.manager.user)
    assert ListEntry.objects.get().history.count() == 1
    councils.change_list(cast.council, "income", usual("income"), by=cast.manager.user)
    assert not ListEntry.objects.exists()


def test_the_usual_answers_are_taken_back(cast, client_of):
    client = client_of(cast.coordinator)
    address = reverse("closed_list", args=["LIL", "sex"])
    client.post(address, form_answers("sex", label__female="Féminin"))
    assert "Reprendre les réponses d’origine" in client.get(address).content.decode()
    client.post(address, {"reset": ""})
    assert not ListEntry.objects.exists()
    assert "Reprendre les réponses d’origine" not in client.get(address).content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"label__female": ""},
        {"label__female": "homme"},
        {"position__female": "0"},
        {"position__female": "x"},
        {"active__female": None, "active__male": None, "active__other": None},
    ],
)
def test_a_list_that_would_mislead_is_refused(cast, client_of, changes):
    client = client_of(cast.coordinator)
    answer = client.post(
        reverse("closed_list", args=["LIL", "sex"]), form_answers("sex", **changes)
    )
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not ListEntry.objects.exists()


def test_an_answer_that_carries_a_rule_is_always_proposed(cast, client_of):
    client = client_of(cast.coordinator)
    address = reverse("closed_list", args=["LIL", "consent_state"])
    client.post(address, form_answers("consent_state", active__refused=None))
    codes = [e.code for e in selectors.council_list(Council.objects.get(), "consent_state")]
    assert "refused" in codes
    assert "active-refused" not in client.get(address).content.decode()


@pytest.mark.parametrize("list_code", [*sorted(COMMON), "absente"])
def test_the_common_lists_have_no_page(cast, client_of, list_code):
    address = reverse("closed_list", args=["LIL", list_code])
    assert client_of(cast.coordinator).get(address).status_code == 404


def test_the_service_takes_neither_a_new_code_nor_a_missing_one(cast):
    with pytest.raises(ValueError, match="sex"):
        councils.change_list(
            cast.council, "sex", [*usual("sex"), Answer("x", "X")], by=cast.manager.user
        )
    with pytest.raises(ValueError, match="sex"):
        councils.change_list(cast.council, "sex", usual("sex")[1:], by=cast.manager.user)
    with pytest.raises(ValidationError):
        councils.change_list(
            cast.council,
            "sex",
            [Answer(a.code, a.label, active=False) for a in usual("sex")],
            by=cast.manager.user,
        )


def test_the_words_of_one_council_are_not_those_of_another(cast):
    other = factories.aissmc()
    answers = [Answer(a.code, a.label.upper()) for a in usual("sex")]
    councils.change_list(cast.council, "sex", answers, by=cast.manager.user)
    assert selectors.council_label(other, "sex", "female") == "Femme"
    assert selectors.council_label(Council.objects.get(code="LIL"), "sex", "female") == "FEMME"


def test_a_membership_that_ended_closes_the_settings(cast, client_of):
    people.end_membership(cast.manager, by=cast.coordinator.user)
    client = client_of(cast.manager)
    assert client.get(reverse("council_settings", args=["LIL"])).status_code == 404
    assert client.get(reverse("council_new")).status_code == 404
