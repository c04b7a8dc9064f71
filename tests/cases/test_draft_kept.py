"""What is typed is kept as it is typed, and two tabs never overwrite each other silently."""

import pytest
from django.urls import reverse

from cases.models import Alert, AlertDraft
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


def keep(client, draft, page, *, mark="m1", known="", **typed):
    """What static/js/autosave.js sends."""
    return client.post(f"{draft}{page}/brouillon/", {"mark": mark, "known": known, **typed})


def test_half_an_answer_is_kept_and_the_page_learns_when(partner, draft):
    answer = keep(partner, draft, "observations", facts="Depuis m")
    assert answer.status_code == 200
    assert answer.json()["saved"].startswith("Brouillon enregistré à")
    assert fiche.saved(draft).answers["observations"]["facts"] == "Depuis m"
    assert "Depuis m" in partner.get(f"{draft}observations/").text


def test_another_step_of_the_draft_stays_as_it_was(partner, draft, council):
    partner.post(f"{draft}vous/", fiche.typed(council)["vous"])
    keep(partner, draft, "attentes", expectations="Un regard")
    saved = fiche.saved(draft).answers
    assert saved["vous"]["requester_role"] == "Chargé de tranquillité"
    assert saved["attentes"]["expectations"] == "Un regard"


def test_a_second_tab_is_told_and_overwrites_nothing(partner, draft):
    keep(partner, draft, "attentes", mark="first", expectations="Premier onglet")
    refused = keep(partner, draft, "attentes", mark="second", expectations="Second onglet")
    assert refused.status_code == 409
    assert fiche.saved(draft).answers["attentes"]["expectations"] == "Premier onglet"


def test_a_save_whose_answer_was_lost_is_sent_again_without_a_conflict(partner, draft):
    keep(partner, draft, "attentes", mark="a", expectations="Un")
    assert keep(partner, draft, "attentes", mark="b", known="a b", expectations="Deux").json()
    assert keep(partner, draft, "attentes", mark="c", known="a b c", expectations="Trois").json()
    assert fiche.saved(draft).answers["attentes"]["expectations"] == "Trois"


def test_a_button_pressed_in_an_old_tab_shows_both_versions_then_keeps_the_chosen_one(
    partner, draft
):
    keep(partner, draft, "attentes", mark="elsewhere", expectations="Écrit ailleurs")
    stale = {"expectations": "Écrit ici", "known": "", "go": "next"}
    page = partner.post(f"{draft}attentes/", stale)
    assert page.status_code == 200
    assert "modifiée entre-temps" in page.text
    assert "Écrit ailleurs" in page.text
    assert "Écrit ici" in page.text
    assert fiche.saved(draft).answers["attentes"]["expectations"] == "Écrit ailleurs"
    assert 'name="known" value="elsewhere"' in page.text
    chosen = partner.post(f"{draft}attentes/", {**stale, "known": "elsewhere"})
    assert chosen.status_code == 302
    assert fiche.saved(draft).answers["attentes"]["expectations"] == "Écrit ici"


def test_two_tabs_on_two_steps_are_no_conflict(partner, draft):
    keep(partner, draft, "attentes", mark="a", expectations="Un")
    assert keep(partner, draft, "observations", mark="b", facts="Deux").status_code == 200


def test_an_identity_being_typed_goes_as_soon_as_the_agreement_is_not_named(partner, draft):
    keep(partner, draft, "accord", mark="a", consent_state="named")
    keep(partner, draft, "personne", last_name=CANARY)
    assert CANARY in str(fiche.saved(draft).answers)
    assert "Vous avez déjà écrit l’identité" in partner.get(f"{draft}accord/").text
    keep(partner, draft, "accord", mark="b", known="a", consent_state="anonymous")
    assert CANARY not in str(fiche.saved(draft).answers)


def test_the_answer_to_a_save_repeats_nothing_of_what_was_typed(partner, draft):
    keep(partner, draft, "accord", consent_state="named")
    assert CANARY not in keep(partner, draft, "personne", last_name=CANARY).text


def test_nobody_else_saves_into_a_draft(cast, client_of, draft):
    for member in cast:
        if member != cast.landlord:
            assert keep(client_of(member), draft, "attentes", expectations="x").status_code == 404


def test_a_draft_that_was_sent_or_discarded_does_not_come_back(partner, council):
    for act in ("recapitulatif", "supprimer"):
        address = fiche.write(partner, council)
        partner.post(f"{address}{act}/")
        assert keep(partner, address, "attentes", expectations="x").status_code == 404
    assert not AlertDraft.objects.exists()


def test_a_page_that_does_not_exist_is_not_kept(partner, draft):
    for page in ("inconnue", "saisie"):
        assert keep(partner, draft, page).status_code == 404


def test_saving_is_a_post(partner, draft):
    assert partner.get(f"{draft}vous/brouillon/").status_code == 405


# --- the start page -----------------------------------------------------------------------------


def test_the_question_of_danger_comes_first_and_alone_opens_the_form(partner):
    page = partner.get(reverse("alert_new", args=["LIL"])).text
    assert page.index("quelqu’un est-il en danger") < page.index("À avoir sous la main")
    assert not AlertDraft.objects.exists()
    assert partner.post(reverse("alert_new", args=["LIL"])).status_code == 200
    assert not AlertDraft.objects.exists()


def test_a_danger_calls_for_help_on_every_step_and_blocks_nothing(partner, council):
    new = reverse("alert_new", args=["LIL"])
    begun = partner.post(new, {"immediate_danger": "yes"})
    assert "Appelez d’abord les secours" in partner.get(begun["Location"]).text
    address = fiche.write(partner, council, danger={"immediate_danger": "yes"})
    assert partner.post(f"{address}recapitulatif/").status_code == 302
    assert Alert.objects.get().immediate_danger


def test_a_first_alert_does_not_offer_to_withdraw_an_agreement(partner, draft):
    assert 'value="withdrawn"' not in partner.get(f"{draft}accord/").text
    assert 'value="refused"' in partner.get(f"{draft}accord/").text
