"""A council is created and settled."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from governance import nomenclatures
from governance.models import Council, Membership, Role, Town
from governance.roles import MANAGE
from tests import factories

pytestmark = pytest.mark.django_db


def create(*arguments: str) -> str:
    out = io.StringIO()
    call_command("create_council", *arguments, stdout=out)
    return out.getvalue()


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
