"""The profile and the texts of a situation: what is written by two people is never lost."""

import pytest

from cases.models import Situation
from cases.services import situations
from governance.decisions import Refused
from governance.models import ListEntry
from governance.versions import EditConflict
from tests.cases.dossiers import address, brought, fresh, retained, reviewed
from tests.cases.sittings import viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def situation(cast):
    """A named situation that the landlord brought; the nurse and the hygiene service are sought."""
    return brought(cast)


# --- profile and texts --------------------------------------------------------------------------


def profile(client, situation, **changes):
    """What the profile page would send back, with `changes`."""
    form = client.get(address(situation, "situation_edit")).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent |= changes
    return {name: value for name, value in sent.items() if value not in (None, ())}


def test_saving_the_profile_unchanged_loses_no_answer(cast, client_of):
    town = cast.council.towns.get(name="Hellemmes")
    sector = cast.council.sectors.get(code="59G23")
    situation = fresh(
        retained(
            cast,
            cast.nurse,
            town=town,
            psychiatric_sector=sector,
            minor_children=False,
            income=("other", "aah"),
            protection_measure="curatelle_reinforced",
            criteria_home=("hoarding", "smells"),
            move_in_year=2011,
            since="y1_3",
        )
    )
    client = client_of(cast.coordinator)
    before = {f.name: getattr(situation, f.name) for f in Situation._meta.concrete_fields}

    response = client.post(address(situation, "situation_edit"), profile(client, situation))

    assert response.status_code == 302
    saved = fresh(situation)
    moved = {"version", "last_activity"}
    assert {name for name, value in before.items() if getattr(saved, name) != value} == moved


def test_the_profile_changes_from_its_page(situation, cast, client_of):
    client = client_of(cast.coordinator)
    data = profile(
        client, situation, housing_status="homeless", complexity="not_complex",
        income=["rsa"], minor_children="yes",
    )  # fmt: skip
    assert client.post(address(situation, "situation_edit"), data).status_code == 302

    saved = fresh(situation)
    assert (saved.housing_status, saved.complexity) == ("homeless", "not_complex")
    assert (saved.income, saved.minor_children) == (("rsa",), True)


def test_an_answer_that_the_council_took_off_its_list_survives_the_form(situation, cast, client_of):
    ListEntry.objects.create(
        council=cast.council, list_code="sex", code="male", label="Homme", position=1, active=False
    )
    client = client_of(cast.coordinator)
    data = profile(client, situation, housing_status="homeless")

    assert client.post(address(situation, "situation_edit"), data).status_code == 302

    assert fresh(situation).sex == "male"


def test_a_quarter_of_another_town_is_an_error_at_the_field(situation, cast, client_of):
    quarter = cast.council.towns.get(name="Hellemmes").districts.create(name="Barbusse")
    client = client_of(cast.coordinator)
    data = profile(
        client,
        situation,
        town=str(cast.council.towns.get(name="Lille").pk),
        district=str(quarter.pk),
    )
    page = client.post(address(situation, "situation_edit"), data).content.decode()
    assert "Ce quartier n’est pas dans la commune choisie." in page


def test_the_second_to_save_the_profile_sees_the_difference_and_loses_nothing(
    situation, cast, client_of
):
    client = client_of(cast.coordinator)
    late = profile(client, situation, housing_status="hosted")
    situations.revise(
        viewer(cast.coordinator), situation, {"housing_status": "homeless"}, version=1
    )

    response = client.post(address(situation, "situation_edit"), late)

    assert response.status_code == 200
    page = response.content.decode()
    assert "modifiée entre-temps" in page
    (difference,) = response.context["differences"]
    assert difference.label == "Logement"
    assert difference.saved == "Sans domicile, squat"
    assert difference.typed == "Hébergé par un tiers"
    assert fresh(situation).housing_status == "homeless"

    form = response.context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert client.post(address(situation, "situation_edit"), again).status_code == 302
    assert fresh(situation).housing_status == "hosted"


def test_the_second_to_save_the_texts_sees_both_and_loses_nothing(situation, cast, client_of):
    client = client_of(cast.coordinator)
    reviewed(situation, cast, facts="Première relecture")

    response = client.post(
        address(situation, "situation_texts"), {"version": 1, "facts": "Seconde relecture"}
    )

    page = response.content.decode()
    assert "Première relecture" in page
    assert "Seconde relecture" in page
    assert fresh(situation).facts == "Première relecture"


def test_saving_again_after_a_conflict_keeps_what_the_other_person_changed(
    situation, cast, client_of
):
    """Each changed a field of their own: both changes stay."""
    client = client_of(cast.coordinator)
    late = profile(client, situation, housing_status="hosted")
    situations.revise(
        viewer(cast.coordinator),
        situation,
        {"sex": "female", "income": ("rsa",), "minor_children": True},
        version=1,
    )

    response = client.post(address(situation, "situation_edit"), late)
    (difference,) = response.context["differences"]
    assert difference.label == "Logement"
    form = response.context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert client.post(address(situation, "situation_edit"), again).status_code == 302

    saved = fresh(situation)
    assert saved.housing_status == "hosted"
    assert (saved.sex, saved.income, saved.minor_children) == ("female", ("rsa",), True)


def test_a_text_left_alone_is_not_typed_again_whatever_its_ends_of_lines(
    situation, cast, client_of
):
    client = client_of(cast.coordinator)
    texts = {"facts": "Un\nDeux", "person_words": "Rien"}
    reviewed(situation, cast, **texts)
    situations.review_texts(
        viewer(cast.coordinator), fresh(situation), {"facts": "Trois"}, version=2
    )
    response = client.post(
        address(situation, "situation_texts"),
        {"version": 2, "facts": "Un\r\nDeux", "person_words": "Mon chien"},
    )
    form = response.context["form"]
    assert form["facts"].value() == "Trois"
    assert form["person_words"].value() == "Mon chien"


def test_the_service_refuses_a_stale_version_and_another_hand(situation, cast):
    situations.revise(viewer(cast.coordinator), situation, {"sex": "female"}, version=1)
    with pytest.raises(EditConflict) as conflict:
        situations.revise(viewer(cast.coordinator), situation, {"sex": "other"}, version=1)
    assert conflict.value.current.sex == "female"
    with pytest.raises(Refused):
        situations.revise(viewer(cast.landlord), situation, {"sex": "other"}, version=2)
