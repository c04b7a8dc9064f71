"""The alert in the browser: what each of its five steps asks, refuses and keeps."""

import datetime
import re

import pytest
from django.utils import timezone

from cases import vault
from cases.forms.alerts import STEPS
from cases.models import Alert
from governance import nomenclatures
from governance.models import District
from tests.cases import fiche

pytestmark = pytest.mark.django_db
CANARY = "Zyzzyva"


@pytest.fixture
def partner(cast, client_of):
    return client_of(cast.landlord)


@pytest.fixture
def draft(partner, council):
    """The address of a draft of the landlord's, nothing written yet."""
    return fiche.start(partner, council)


@pytest.fixture
def written(partner, council):
    """The address of a draft that is ready to be sent."""
    return fiche.write(partner, council)


# --- the fields ---------------------------------------------------------------------------------


def test_the_steps_ask_every_field_of_the_declaration_once():
    asked = [code for step in STEPS for code in step.codes]
    declared = [spec.code for section in nomenclatures.alert_form() for spec in section.fields]
    assert len(declared) == 57
    assert sorted(asked) == sorted(declared)


def test_the_coordination_finds_every_field_on_the_pages(cast, client_of, council):
    District.objects.create(town=council.towns.get(name="Lille"), name="Wazemmes")
    coordinator = client_of(cast.coordinator)
    address = fiche.write(coordinator, council)
    shown = set()
    for step in ("danger", *fiche.STEPS):
        page = coordinator.get(f"{address}{step}/").content.decode()
        shown |= set(re.findall(r'name="([^"]+)"', page))
    declared = {spec.code for section in nomenclatures.alert_form() for spec in section.fields}
    assert declared - shown == {"steps"}  # a formset: its columns follow
    assert {"tried-0-step", "tried-0-done_on", "tried-0-result", "tried-0-comment"} <= shown


def test_the_browser_fills_in_who_writes_and_nobody_else(partner, draft, cast, client_of, council):
    def hints(client, address):
        page = client.get(f"{address}vous/").text
        names = ("requester_name", "requester_role", "requester_contact")
        fields = (re.search(f'<input[^>]*name="{name}"[^>]*>', page)[0] for name in names)
        return [re.search('autocomplete="([^"]*)"', field)[1] for field in fields]

    assert hints(partner, draft) == ["name", "organization-title", "email"]
    coordinator = client_of(cast.coordinator)
    assert hints(coordinator, fiche.write(coordinator, council)) == ["off"] * 3


def test_a_partner_is_known_by_their_account(partner, draft):
    page = partner.get(f"{draft}vous/").content.decode()
    assert 'value="Louis Bailleur"' in page
    assert "louis.bailleur@demo.example" in page
    assert "Habitat du Nord" in page
    assert "Bailleur social" in page
    assert 'name="origin"' not in page
    assert 'name="alert_channel"' not in page


def test_a_partner_cannot_pass_for_another_organisation(partner, written, cast):
    partner.post(
        f"{written}vous/",
        {**fiche.typed(cast.council)["vous"], "origin": "ccas", "alert_channel": "phone"},
    )
    partner.post(f"{written}recapitulatif/")
    alert = Alert.objects.get()
    assert alert.origin == "social_landlord"
    assert alert.organisation == cast.landlord.organisation
    assert alert.alert_channel == "online_form"
    assert alert.charter_signed


def test_the_coordination_writes_what_somebody_else_told(cast, client_of, council):
    coordinator = client_of(cast.coordinator)
    address = fiche.start(coordinator, council)
    page = coordinator.get(f"{address}vous/").content.decode()
    assert "Camille" not in re.sub(r"(?s)<header.*?</header>", "", page)
    refused = coordinator.post(f"{address}vous/", {"go": "next"})
    assert fiche.errors(refused) == {
        "requester_name", "requester_contact", "origin", "alert_channel",
    }  # fmt: skip
    for step, answers in fiche.typed(
        council,
        vous={"origin": "relative", "alert_channel": "phone", "requester_role": ""},
        observations={"psychiatric_sector": "59G23"},
    ).items():
        coordinator.post(f"{address}{step}/", answers)
    assert coordinator.post(f"{address}recapitulatif/").status_code == 302
    alert = Alert.objects.get()
    assert (alert.origin, alert.alert_channel) == ("relative", "phone")
    assert alert.organisation is None
    assert alert.psychiatric_sector.code == "59G23"
    assert not alert.charter_signed


def test_the_sector_is_asked_of_the_coordination_alone(cast, client_of, partner, written, council):
    assert partner.post(f"{written}recapitulatif/").status_code == 302
    coordinator = client_of(cast.coordinator)
    address = fiche.start(coordinator, council)
    answers = fiche.typed(council)["observations"]
    refused = coordinator.post(f"{address}observations/", answers)
    assert fiche.errors(refused) == {"psychiatric_sector"}
    unknown = {**answers, "psychiatric_sector": "unknown"}
    assert coordinator.post(f"{address}observations/", unknown).status_code == 302


def test_the_choices_are_worded_by_the_council(partner, draft, council):
    council.list_entries.create(
        list_code="household", code="alone", label="Habite seul-e", position=0
    )
    council.list_entries.create(
        list_code="household", code="couple", label="Couple", position=1, active=False
    )
    page = partner.get(f"{draft}personne/").content.decode()
    assert "Habite seul-e" in page
    assert 'name="household" value="couple"' not in page


def test_optional_fields_are_marked_and_offer_not_to_know(partner, draft):
    page = partner.get(f"{draft}personne/").content.decode()
    household = page[page.index("Situation familiale") : page.index("Enfants mineurs")]
    assert "(facultatif)" in household
    assert "Ne sait pas / Non renseigné" in household
    sex = page[page.index(">Sexe") : page.index("Tranche d’âge")]
    assert "(facultatif)" not in sex
    assert "Ne sait pas" in sex


def test_not_to_know_is_an_answer_and_is_stored_as_none(partner, council):
    address = fiche.write(
        partner, council, personne={"sex": "unknown", "minor_children": "unknown"}
    )
    partner.post(f"{address}recapitulatif/")
    alert = Alert.objects.get()
    assert alert.sex == ""
    assert alert.minor_children is None


@pytest.mark.parametrize(
    ("step", "wrong", "field"),
    [
        ("personne", {"move_in_year": "1850"}, "move_in_year"),
        ("personne", {"birth_date": "2999-01-01"}, "birth_date"),
        ("personne", {"income": ["none", "aah"]}, "income"),
        ("personne", {"town": "00000000-0000-0000-0000-000000000000"}, "town"),
        ("observations", {"psychiatry_link": ["none_known", "cmp_current"]}, "psychiatry_link"),
        ("observations", {"alert_subject": ["invented"]}, "alert_subject"),
        ("observations", {"facts": "a\x00b"}, "facts"),
        ("demarches", {"tried-0-done_on": "2999-01-01"}, "done_on"),
        ("demarches", {"tried-0-step": ""}, "step"),
        ("attentes", {"expectations": "x" * 10_001}, "expectations"),
    ],
)
def test_a_wrong_answer_is_said_and_kept(partner, draft, council, step, wrong, field):
    answers = fiche.typed(council)
    partner.post(f"{draft}accord/", answers["accord"])
    response = partner.post(f"{draft}{step}/", {**answers[step], **wrong, "go": "next"})
    assert response.status_code == 200
    assert fiche.errors(response) == {field}
    assert "Il y a un problème" in response.content.decode()
    name, typed = next(iter(wrong.items()))
    assert fiche.saved(draft).answers[step][name] == typed


def test_the_quarter_belongs_to_the_town(partner, draft, council):
    elsewhere = District.objects.create(town=council.towns.get(name="Hellemmes"), name="Centre")
    answers = {**fiche.typed(council)["personne"], "district": str(elsewhere.pk)}
    response = partner.post(f"{draft}personne/", answers)
    assert fiche.errors(response) == {"district"}


# --- information and agreement ------------------------------------------------------------------


def in_days(days: int) -> str:
    return (timezone.localdate() + datetime.timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({}, {"information_state", "consent_state"}),
        (
            {"information_state": "informed", "consent_state": "refused"},
            {"information_date", "presence_wish"},
        ),
        (
            {"information_state": "not_informed", "consent_state": "not_collected"},
            {"not_informed_reason"},
        ),
        (
            {"information_state": "unreachable", "consent_state": "unable"},
            {"not_informed_reason"},
        ),
        (
            {"information_state": "not_yet", "consent_state": "not_collected"},
            {"information_date"},
        ),
        (
            {
                "information_state": "not_yet",
                "information_date": in_days(31),
                "consent_state": "not_collected",
            },
            {"information_date"},
        ),
        (
            {
                "information_state": "not_yet",
                "information_date": in_days(30),
                "consent_state": "not_collected",
            },
            set(),
        ),
        (
            {
                "information_state": "informed",
                "information_date": in_days(1),
                "consent_state": "refused",
                "presence_wish": "unknown",
            },
            {"information_date"},
        ),
        (
            {
                "information_state": "informed",
                "information_date": in_days(-1),
                "presence_wish": "present",
                "consent_state": "anonymous",
            },
            {"consent_given_by", "consent_date"},
        ),
        (
            {
                "information_state": "not_informed",
                "not_informed_reason": "Jamais rencontrée",
                "consent_state": "named",
                "consent_given_by": "person",
                "consent_date": "hier",
            },
            {"consent_state"},
        ),
        (
            {
                "information_state": "not_informed",
                "not_informed_reason": "Sous tutelle, hospitalisée",
                "consent_state": "named",
                "consent_given_by": "legal_representative",
                "consent_date": "hier, par écrit",
            },
            set(),
        ),
    ],
)
def test_what_is_asked_follows_what_the_person_knows_and_says(partner, draft, answers, wrong):
    response = partner.post(f"{draft}accord/", {**answers, "go": "next"})
    assert (fiche.errors(response) if response.status_code == 200 else set()) == wrong


def test_what_no_longer_applies_is_not_sent(partner, council):
    address = fiche.write(
        partner,
        council,
        accord={"consent_state": "refused", "not_informed_reason": "un reste"},
    )
    assert partner.post(f"{address}recapitulatif/").status_code == 302
    alert = Alert.objects.get()
    assert (alert.consent_given_by, alert.consent_date, alert.not_informed_reason) == ("", "", "")


def test_the_identity_is_asked_under_a_named_agreement_only(partner, draft, council):
    closed = partner.get(f"{draft}personne/").content.decode()
    assert "L’identité reste fermée" in closed
    for state in ("anonymous", "refused", "unable", "not_collected", "withdrawn"):
        partner.post(f"{draft}accord/", {"consent_state": state, "go": "later"})
        page = partner.get(f"{draft}personne/").content.decode()
        assert 'name="last_name"' not in page
    partner.post(f"{draft}accord/", {"consent_state": "named", "go": "later"})
    page = partner.get(f"{draft}personne/").content.decode()
    for field in vault.IDENTITY_FIELDS:
        assert f'name="{field}"' in page
    assert "L’identité reste fermée" not in page


def test_the_named_identity_needs_a_name(partner, draft, council):
    answers = fiche.typed(council)
    partner.post(f"{draft}accord/", answers["accord"])
    nameless = {**answers["personne"], "last_name": "", "first_name": ""}
    response = partner.post(f"{draft}personne/", nameless)
    assert fiche.errors(response) == {"last_name", "first_name"}


def test_an_agreement_slipped_into_another_step_opens_nothing(partner, draft, council):
    answers = {**fiche.typed(council)["personne"], "consent_state": "named"}
    partner.post(f"{draft}personne/", answers)
    assert CANARY not in str(fiche.saved(draft).answers)


def test_an_agreement_taken_back_erases_the_identity_typed(partner, written, council):
    assert CANARY in str(fiche.saved(written).answers)
    accord = {**fiche.typed(council)["accord"], "consent_state": "anonymous"}
    partner.post(f"{written}accord/", {**accord, "go": "later"})
    assert CANARY not in str(fiche.saved(written).answers)
    partner.post(f"{written}accord/", {**accord, "consent_state": "named", "go": "later"})
    assert CANARY not in partner.get(f"{written}personne/").content.decode()
