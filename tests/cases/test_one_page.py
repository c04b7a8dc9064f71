"""The coordination's quick entry: one page for what came by telephone or on paper."""

import pytest
from django.core import mail
from django.urls import reverse

from cases import vault
from cases.models import Alert
from tests.cases import fiche

pytestmark = pytest.mark.django_db
CANARY = "Zyzzyva"


@pytest.fixture
def coordinator(cast, client_of):
    return client_of(cast.coordinator)


@pytest.fixture
def draft(coordinator):
    """The address of a draft begun on one page."""
    begun = coordinator.post(reverse("alert_new", args=["LIL"]), {"immediate_danger": "no"})
    assert begun["Location"].endswith("/saisie/")
    return begun["Location"].removesuffix("saisie/")


def told(council, **changes):
    """Everything that the caller said, as the one page sends it."""
    answers = {}
    for step, typed in fiche.typed(council).items():
        if step != "danger":
            answers.update(typed)
    return {
        **answers,
        "requester_role": "Infirmière libérale",
        "origin": "gp_private_care",
        "alert_channel": "phone",
        "psychiatric_sector": "59G23",
        "receipt_to": "cabinet@demo.example",
        **changes,
    }


def test_one_page_then_the_recap_then_triage_as_any_alert(
    coordinator, draft, council, django_capture_on_commit_callbacks
):
    checked = coordinator.post(f"{draft}saisie/", told(council))
    assert checked["Location"] == f"{draft}recapitulatif/"
    with django_capture_on_commit_callbacks(execute=True):
        coordinator.post(f"{draft}recapitulatif/")
    alert = Alert.objects.get()
    assert (alert.status, alert.alert_channel) == ("received", "phone")
    assert alert.requester_role == "Infirmière libérale"
    assert vault.holds_identity(alert)
    to_outside = [m for m in mail.outbox if m.to == ["cabinet@demo.example"]]
    (receipt,) = to_outside
    assert alert.code in receipt.body
    assert alert.get_absolute_url() not in receipt.body  # they have no account
    for unsaid in (CANARY, "Crie la nuit", "Infirmière"):
        assert unsaid not in receipt.body + receipt.alternatives[0].content


def test_what_is_missing_is_said_on_the_page_and_everything_is_kept(coordinator, draft, council):
    answer = coordinator.post(f"{draft}saisie/", told(council, facts="", expectations="Un avis"))
    assert answer.status_code == 200
    assert "Il y a un problème" in answer.text
    assert 'href="#id_facts"' in answer.text
    assert "Un avis" in coordinator.get(f"{draft}saisie/").text


@pytest.mark.parametrize("state", ["anonymous", "refused", "not_collected", "unable"])
def test_no_identity_is_kept_without_a_named_agreement(coordinator, draft, council, state):
    coordinator.post(f"{draft}saisie/", told(council, consent_state=state))
    assert CANARY not in str(fiche.saved(draft).answers)
    coordinator.post(f"{draft}recapitulatif/")
    assert not vault.holds_identity(Alert.objects.get())


def test_a_named_agreement_asks_for_the_name(coordinator, draft, council):
    nameless = told(council, last_name="", first_name="")
    page = coordinator.post(f"{draft}saisie/", nameless).text
    assert 'href="#id_last_name"' in page


def test_the_page_resumes_where_it_was_and_the_recap_leads_back_to_it(coordinator, draft, council):
    coordinator.post(f"{draft}saisie/", told(council))
    assert f'href="{draft}saisie/"' in coordinator.get(reverse("alert_new", args=["LIL"])).text
    assert f'href="{draft}saisie/#observations"' in coordinator.get(f"{draft}recapitulatif/").text


def test_it_is_kept_as_it_is_typed(coordinator, draft):
    coordinator.post(f"{draft}saisie/brouillon/", {"facts": "Au téléphone", "mark": "a"})
    assert "Au téléphone" in coordinator.get(f"{draft}saisie/").text


def test_another_row_is_added_without_losing_anything(coordinator, draft, council):
    answer = coordinator.post(f"{draft}saisie/", {**told(council), "go": "row"})
    assert answer["Location"] == f"{draft}saisie/#demarches"
    page = coordinator.get(f"{draft}saisie/").text
    assert 'name="tried-1-step"' in page
    assert "Crie la nuit" in page


def test_a_partner_has_no_such_page(cast, client_of, council):
    partner = client_of(cast.landlord)
    draft = fiche.start(partner, council)
    assert partner.get(f"{draft}saisie/").status_code == 404
