"""The alert in the browser: the way through a draft, its recap, one alert at the end."""

import datetime

import pytest
from django.core import mail

from cases import vault
from cases.models import Alert, AlertDraft
from governance.models import District
from tests import factories
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


# --- going through ------------------------------------------------------------------------------


def test_each_step_leads_to_the_next_and_the_last_to_the_recap(partner, draft, council):
    for here, there in zip(fiche.STEPS, [*fiche.STEPS[1:], "recapitulatif"], strict=True):
        answers = fiche.typed(council)[here]
        response = partner.post(f"{draft}{here}/", {**answers, "go": "next"})
        assert response["Location"] == f"{draft}{there}/"


@pytest.mark.parametrize(
    ("go", "destination"), [("previous", "{draft}accord/"), ("later", "/clsm/LIL/")]
)
def test_leaving_a_step_keeps_what_was_typed_even_if_it_is_wrong(partner, draft, go, destination):
    response = partner.post(f"{draft}personne/", {"move_in_year": "mille", "go": go})
    assert response["Location"] == destination.format(draft=draft)
    assert 'value="mille"' in partner.get(f"{draft}personne/").content.decode()


def test_a_step_already_seen_is_a_link_away(partner, draft, council):
    partner.post(f"{draft}vous/", fiche.typed(council)["vous"])
    page = partner.get(f"{draft}accord/").content.decode()
    assert f'href="{draft}vous/"' in page
    assert f'href="{draft}observations/"' not in page


def test_another_row_is_added_without_losing_anything(partner, draft, council):
    answers = fiche.typed(council)["demarches"]
    response = partner.post(f"{draft}demarches/", {**answers, "go": "row"})
    assert response["Location"] == f"{draft}demarches/#id_tried-1-step"
    page = partner.get(f"{draft}demarches/").content.decode()
    assert 'value="Porte close"' in page
    assert 'name="tried-1-step"' in page
    assert 'name="tried-2-step"' not in page


def test_rows_stop_at_twenty(partner, draft):
    rows = {f"tried-{rank}-step": "letter" for rank in range(40)}
    partner.post(f"{draft}demarches/", {**rows, "go": "row"})
    page = partner.get(f"{draft}demarches/").content.decode()
    assert 'name="tried-19-step"' in page
    assert 'name="tried-20-step"' not in page
    assert "Ajouter une démarche" not in page


def test_a_row_without_its_step_and_no_row_at_all_are_refused(partner, draft, council):
    answers = fiche.typed(council)["demarches"]
    nothing = {"tried-0-step": "", "tried-0-comment": "", "adhesion": "refuses"}
    assert fiche.errors(partner.post(f"{draft}demarches/", nothing)) == {"step"}
    half = {**answers, "tried-1-step": "", "tried-1-comment": "Appel du 3 mai"}
    assert fiche.errors(partner.post(f"{draft}demarches/", half)) == {"step"}
    empty_second = {**answers, "tried-1-step": "", "tried-1-comment": ""}
    assert partner.post(f"{draft}demarches/", empty_second).status_code == 302


def test_a_draft_resumes_where_it_was_left(partner, draft, council):
    partner.post(f"{draft}vous/", fiche.typed(council)["vous"])
    for page in ("/clsm/LIL/alertes/nouvelle/", "/clsm/LIL/"):
        assert f'href="{draft}accord/"' in partner.get(page).content.decode()


def test_starting_again_takes_up_the_draft_where_nothing_is_written(partner, draft, council):
    assert fiche.start(partner, council) == draft
    partner.post(f"{draft}vous/", {"requester_name": "Moi", "go": "later"})
    assert fiche.start(partner, council) != draft


def test_a_draft_is_deleted_by_its_author(partner, written):
    partner.post(f"{written}supprimer/")
    assert not AlertDraft.objects.exists()
    assert partner.get(f"{written}vous/").status_code == 404


def test_a_draft_exists_for_its_author_alone(partner, written, cast, client_of):
    pages = [f"{written}{slug}/" for slug in (*fiche.STEPS, "recapitulatif")]
    for member in cast:
        if member == cast.landlord:
            continue
        stranger = client_of(member)
        for page in pages:
            assert stranger.get(page).status_code == 404
            assert stranger.post(page, {"go": "next"}).status_code == 404
        assert stranger.post(f"{written}supprimer/").status_code == 404
    assert CANARY in str(fiche.saved(written).answers)


def test_the_form_does_not_exist_for_who_may_not_send(cast, client_of):
    for member in (cast.elected, cast.users_representative, cast.manager):
        stranger = client_of(member)
        assert stranger.get("/clsm/LIL/alertes/nouvelle/").status_code == 404
        assert stranger.post("/clsm/LIL/alertes/nouvelle/").status_code == 404


def test_an_unknown_step_does_not_exist(partner, draft):
    assert partner.get(f"{draft}inconnue/").status_code == 404


def test_reading_a_page_of_the_form_writes_nothing(partner, written):
    before = AlertDraft.objects.values().get()
    for slug in (*fiche.STEPS, "recapitulatif"):
        assert partner.get(f"{written}{slug}/").status_code == 200
    assert AlertDraft.objects.values().get() == before
    assert not Alert.objects.exists()


# --- sending ------------------------------------------------------------------------------------


def test_the_recap_names_what_is_missing_with_links_and_sends_nothing(partner, council, draft):
    partner.post(f"{draft}vous/", fiche.typed(council)["vous"])
    partner.post(f"{draft}observations/", {"situation_type": "other", "go": "later"})
    for response in (partner.get(f"{draft}recapitulatif/"), partner.post(f"{draft}recapitulatif/")):
        page = response.content.decode()
        assert f'href="{draft}accord/"' in page
        assert f'href="{draft}observations/#id_facts"' in page
        assert f'href="{draft}observations/#id_alert_subject"' in page
        assert "#id_situation_type" not in page
    assert not Alert.objects.exists()


def test_missing_criteria_warn_and_do_not_prevent(partner, council):
    address = fiche.write(partner, council)
    page = partner.get(f"{address}recapitulatif/").content.decode()
    warning = page[page.index("Aucun signe coché") :][:200]
    assert "Rapport au corps" in warning
    assert "Rapport à l’habitat" not in warning
    assert partner.post(f"{address}recapitulatif/").status_code == 302


def test_a_council_may_do_without_the_criteria(partner, council):
    council.criteria_required = False
    council.save()
    address = fiche.write(partner, council)
    assert "Aucun signe coché" not in partner.get(f"{address}recapitulatif/").content.decode()


def test_a_danger_calls_for_help_first(partner, council):
    address = fiche.write(partner, council, danger={"immediate_danger": "yes"})
    assert "Appelez d’abord les secours" in partner.get(f"{address}recapitulatif/").content.decode()


def test_what_was_typed_is_what_is_stored(partner, written, cast, council):
    District.objects.create(town=council.towns.get(name="Lille"), name="Wazemmes")
    ccas, cmp = cast.social_worker.organisation, cast.nurse.organisation
    partner.post(
        f"{written}demarches/",
        {
            **fiche.typed(council)["demarches"],
            "tried-1-step": "letter",
            "involved_partners": [str(ccas.pk), str(cmp.pk)],
        },
    )
    partner.post(
        f"{written}attentes/",
        {"expectations": "Un regard croisé.", "suggested_invitees": [str(cmp.pk)]},
    )
    response = partner.post(f"{written}recapitulatif/")
    alert = Alert.objects.get()
    assert response["Location"] == f"/clsm/LIL/alertes/{alert.code}/recepisse/"
    assert alert.author == cast.landlord.user
    assert alert.status == "received"
    assert alert.facts == "Crie la nuit depuis mai."
    assert alert.alert_subject == ("neighbourhood_disturbance", "unsanitary_hoarding")
    assert alert.income == ("aah", "other")
    assert alert.criteria_met == 1
    assert alert.immediate_danger is False
    assert alert.already_known is None
    assert alert.minor_children is False
    assert str(alert.town) == "Lille"
    assert alert.information_date == datetime.date(2026, 1, 5)
    assert sorted((step.step, step.result, step.comment) for step in alert.steps.all()) == [
        ("home_visit", "refused", "Porte close"),
        ("letter", "", ""),
    ]
    assert set(alert.involved_partners.all()) == {ccas, cmp}
    assert list(alert.suggested_invitees.all()) == [cmp]
    assert not AlertDraft.objects.exists()


def test_the_identity_goes_to_the_vault_and_nowhere_else(partner, written, viewer_of, cast):
    partner.post(f"{written}recapitulatif/")
    alert = Alert.objects.get()
    assert CANARY not in str(Alert.objects.values().get())
    identity = vault.reveal(viewer_of(cast.landlord), alert, reason="Relire ce que j’ai écrit")
    assert identity == {
        "last_name": CANARY, "first_name": "Quirine", "birth_date": "1970-01-02",
    }  # fmt: skip


def test_without_a_named_agreement_no_identity_is_sealed(partner, council):
    address = fiche.write(partner, council, accord={"consent_state": "anonymous"})
    assert partner.post(f"{address}recapitulatif/").status_code == 302
    assert not vault.holds_identity(Alert.objects.get())


def test_sending_twice_gives_one_alert_and_leads_to_it(
    partner, written, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first = partner.post(f"{written}recapitulatif/")
        second = partner.post(f"{written}recapitulatif/")
    alert = Alert.objects.get()
    receipt = f"{alert.get_absolute_url()}recepisse/"
    assert first["Location"] == second["Location"] == receipt
    assert len(mail.outbox) == 1
    for page in ("recapitulatif", "attentes"):
        assert partner.get(f"{written}{page}/")["Location"] == receipt


def test_the_receipt_holds_a_code_and_a_link_and_no_name(
    partner, written, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        partner.post(f"{written}recapitulatif/")
    alert = Alert.objects.get()
    (receipt,) = mail.outbox
    assert receipt.to == ["louis.bailleur@demo.example"]
    assert receipt.subject == f"{alert.code} : alerte bien reçue"
    whole = receipt.body + receipt.alternatives[0].content
    assert whole.count(alert.get_absolute_url()) >= 2
    assert CANARY not in whole
    assert "Crie la nuit" not in whole


def test_a_partner_signs_the_charter_before_writing(council, client_of):
    membership = factories.member(
        council,
        "nouvelle.partenaire@demo.example",
        "partner",
        charter=False,
        organisation=factories.organisation(council, "GEM", "users_association"),
    )
    response = client_of(membership).get("/clsm/LIL/alertes/nouvelle/")
    assert response.status_code == 302
    assert "charte" in response["Location"]


def test_the_queries_of_a_step_do_not_grow_with_the_directory(
    partner, draft, council, django_assert_max_num_queries
):
    for rank in range(30):
        factories.organisation(council, f"Organisme {rank}", "other")
    with django_assert_max_num_queries(20):
        partner.get(f"{draft}demarches/")
    with django_assert_max_num_queries(20):
        partner.get(f"{draft}recapitulatif/")
