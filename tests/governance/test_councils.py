"""A council is created, settled, given a territory and its own words for the closed lists."""

import datetime
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from cases.models import Situation
from governance import nomenclatures, selectors
from governance.closed_lists import CLOSED_LISTS
from governance.models import Council, District, ListEntry, Membership, Role, Sector, Town
from governance.roles import MANAGE
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


def create(*arguments: str) -> str:
    out = io.StringIO()
    call_command("create_council", *arguments, stdout=out)
    return out.getvalue()


def situation_in(council, **fields) -> Situation:
    return Situation.objects.create(
        council=council,
        code="LIL-2026-001",
        status="under_review",
        received_on=datetime.date(2026, 1, 5),
        last_activity="2026-01-05T12:00:00Z",
        **fields,
    )


# --- the command --------------------------------------------------------------------------------


def test_the_command_takes_several_values_and_repeated_options():
    said = create(
        "BRU", "--name", "CLSM de Brumeville", "--profile", "aissmc",
        "--town", "Brumeville", "Clairval", "--town", "Dormont",
        "--sector", "59G22", "--sector", "59I04", "59I05",
    )  # fmt: skip
    council = Council.objects.get(code="BRU")
    assert [town.name for town in council.towns.all()] == ["Brumeville", "Clairval", "Dormont"]
    codes = [sector.code for sector in council.sectors.all()]
    assert codes == ["59G22", "59I04", "59I05", "outside"]
    assert council.meeting_label == nomenclatures.profiles()["aissmc"]["meeting_label_fr"]
    assert council.charter_versions.get().number == 1
    assert "CLSM de Brumeville (BRU) est créé" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["LIL", "--name", "Autre", "--profile", "lille"], "Le conseil LIL existe déjà."),
        (["BRU", "--profile", "lille"], "Donnez le nom du conseil"),
        (["BRU", "--name", "Autre"], "Profils\u00a0: lille, aissmc"),
        (["BRU", "--name", "Autre", "--profile", "metz"], "Profil inconnu\u00a0: «\u00a0metz"),
        (["bru", "--name", "Autre", "--profile", "lille"], "code\u00a0: De 2 à 8 lettres"),
        (["BRU", "--name", "CLSM de Lille", "--profile", "lille"], "nom\u00a0: "),
        (
            ["BRU", "--name", "Autre", "--profile", "lille", "--town", "Ici", "Ici"],
            "«\u00a0Ici\u00a0»\u00a0: Cette commune est déjà inscrite.",
        ),
        (
            ["BRU", "--name", "Autre", "--profile", "lille", "--sector", "outside"],
            "Ce secteur est déjà inscrit.",
        ),
    ],
)
def test_the_command_refuses_in_french_and_makes_nothing_by_half(council, arguments, said):
    with pytest.raises(CommandError) as refusal:
        create(*arguments)
    assert said in str(refusal.value)
    assert refusal.value.returncode == 1
    assert Council.objects.get() == council
    assert Town.objects.count() == 2


# --- in the browser: a new council --------------------------------------------------------------


def post_council(client, **changes):
    answers = {
        "name": "CLSM de Brumeville",
        "code": "BRU",
        "profile": "lille",
        "towns": "Brumeville\n\n  Clairval \nbrumeville",
        "sectors": "59G40\n",
    }
    return client.post(reverse("council_new"), answers | changes)


def test_a_technical_manager_creates_a_council_and_manages_it(cast, client_of, viewer_of):
    client = client_of(cast.manager)
    answer = post_council(client)
    council = Council.objects.get(code="BRU")
    assert answer.url == reverse("council_setup", args=["BRU"])
    assert {town.name for town in council.towns.all()} == {"brumeville", "Clairval"}
    assert {sector.code for sector in council.sectors.all()} == {"59G40", "outside"}
    membership = Membership.objects.get(council=council)
    assert (membership.user, membership.role) == (cast.manager.user, Role.MANAGER)
    assert viewer_of(cast.manager).may(MANAGE, council)
    page = client.get(answer.url).content.decode()
    assert "La personne qui recevra les alertes" in page
    assert reverse("member_invite", args=["BRU"]) in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "LIL"}, "code"),
        ({"code": "bru"}, "code"),
        ({"name": "CLSM de Lille"}, "name"),
        ({"profile": "metz"}, "profile"),
        ({"towns": " \n"}, "towns"),
        ({"sectors": "59 G 22"}, "sectors"),
        ({"sectors": "outside"}, "__all__"),
    ],
)
def test_a_refused_council_is_explained_and_nothing_is_made(cast, client_of, changes, field):
    answer = post_council(client_of(cast.manager), **changes)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert Council.objects.count() == 1
    assert not Membership.objects.exclude(council=cast.council).exists()


@pytest.mark.parametrize("name", ["coordinator", "nurse", "elected"])
def test_nobody_but_a_technical_manager_creates_councils(cast, client_of, name):
    client = client_of(getattr(cast, name))
    assert client.get(reverse("council_new")).status_code == 404
    assert post_council(client).status_code == 404
    assert Council.objects.count() == 1


# --- the hub and the settings -------------------------------------------------------------------

PAGES = ("council_settings", "council_edit", "territory", "closed_lists")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("coordinator", 200),
        ("manager", 200),
        ("nurse", 404),
        ("landlord", 404),
        ("elected", 404),
        ("users_representative", 404),
    ],
)
def test_settings_open_to_the_coordination_and_the_manager_alone(
    cast, client_of, address, name, status
):
    client = client_of(getattr(cast, name))
    assert client.get(reverse(address, args=["LIL"])).status_code == status


@pytest.mark.parametrize("address", PAGES)
def test_a_manager_does_not_settle_another_council(cast, client_of, address):
    other = factories.aissmc()
    client = client_of(cast.manager)
    assert client.get(reverse(address, args=[other.code])).status_code == 404


def test_the_hub_leads_everywhere_and_to_the_register_for_the_coordination_alone(cast, client_of):
    addresses = [
        reverse(name, args=["LIL"])
        for name in (
            "members", "organisations", "charter", "council_edit", "territory", "closed_lists",
            "access_journal", "council_look",
        )
    ]  # fmt: skip
    register = reverse("register_import", args=["LIL"])
    hub = reverse("council_settings", args=["LIL"])
    for_coordinator = client_of(cast.coordinator).get(hub).content.decode()
    for_manager = client_of(cast.manager).get(hub).content.decode()
    for address in addresses:
        assert f'href="{address}"' in for_coordinator
        assert f'href="{address}"' in for_manager
    assert f'href="{register}"' in for_coordinator
    assert f'href="{register}"' not in for_manager
    assert reverse("council_new") in for_manager
    assert reverse("council_new") not in for_coordinator
    assert "inviter la coordination" not in for_manager


def settings_of(council, **changes) -> dict:
    from governance.forms.councils import SettingsForm

    values = {name: getattr(council, name) for name in SettingsForm.Meta.fields} | changes
    return {name: value for name, value in values.items() if value is not False}


@pytest.mark.parametrize("accepted", [True, False])
def test_the_address_of_alerts_without_an_account_is_shown_where_they_are_accepted(
    cast, client_of, settings, accepted
):
    settings.SITE_URL = "https://clsm.example"
    Council.objects.update(accepts_occasional_authors=accepted)
    shown = client_of(cast.coordinator).get(reverse("council_settings", args=["LIL"])).text
    assert ("https://clsm.example/alerter/LIL/" in shown) is accepted


def test_settings_are_saved_with_their_author(cast, client_of):
    address = reverse("council_edit", args=["LIL"])
    changes = {
        "meeting_label": "Cellule d’échanges",
        "feedback_when_anonymous": True,
        "person_may_submit": False,
        "copil_threshold": 6,
        "contact_phone": "03 20 00 00 00",
    }
    answer = client_of(cast.manager).post(address, settings_of(cast.council, **changes))
    assert answer.url == reverse("council_settings", args=["LIL"])
    council = Council.objects.get()
    assert {name: getattr(council, name) for name in changes} == changes
    last = council.history.latest()
    assert (last.history_type, last.history_user) == ("~", cast.manager.user)


@pytest.mark.parametrize(
    "changes",
    [
        {"copil_threshold": 4},
        {"copil_threshold": 12, "public_threshold": 11},
        {"name": ""},
        {"venue": "ailleurs"},
        {"contact_email": "x"},
    ],
)
def test_refused_settings_change_nothing_not_even_the_header(cast, client_of, changes):
    answers = settings_of(cast.council, name="Nom provisoire") | changes
    answer = client_of(cast.coordinator).post(reverse("council_edit", args=["LIL"]), answers)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert Council.objects.get().name == "CLSM de Lille"
    assert answer.context["council"].name == "CLSM de Lille"


def test_the_code_and_the_profile_do_not_change(cast, client_of):
    answers = settings_of(cast.council, code="ZZZ", profile="aissmc")
    client_of(cast.coordinator).post(reverse("council_edit", args=["LIL"]), answers)
    council = Council.objects.get()
    assert (council.code, council.profile) == ("LIL", "lille")


def test_every_setting_is_on_the_page_once():
    from governance.forms.councils import SettingsForm

    shown = [name for _, names in SettingsForm.SECTIONS for name in names]
    assert sorted(shown) == sorted(SettingsForm.Meta.fields)


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
