"""The annual report in a browser: composed by the coordination, read by the COPIL, corrected."""

import pytest
from playwright.sync_api import expect

from cases.services import register
from clsm.demo_seed import REGISTER
from reports.models import AnnualReport, Commentary
from tests.browser.axe import violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("papers_as_words")]

NAMED = "M. Dupont manque souvent."
BETTER = "Le médecin traitant manque souvent."


@pytest.fixture
def counted(cast):
    """Four years of situations."""
    rows = register.read(REGISTER.read_bytes(), REGISTER.name)
    register.store(register.check(rows, cast.council), cast.council, by=None)


def freeze_and_publish(page):
    """From the preview to the readers."""
    page.get_by_role("link", name="Arrêter cette édition").click()
    page.get_by_label("J’ai lu l’aperçu en entier").check()
    page.get_by_role("button", name="Arrêter l’édition").click()
    page.get_by_role("link", name="Publier").click()
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("Le bilan est publié.")).to_be_visible()


def test_a_report_is_composed_read_and_corrected(cast, counted, page, phone, open_session):
    open_session(page, cast.coordinator.user)
    page.goto("/clsm/LIL/bilans/")
    page.get_by_label("Première année").select_option("2019")
    page.get_by_label("Dernière année").select_option("2019")
    page.get_by_role("button", name="Voir les chiffres").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2019")
    expect(page.get_by_text("Ces effectifs sont exacts")).to_be_visible()

    page.get_by_role("link", name="Composer le bilan").click()
    obstacles = page.get_by_label("Obstacles qui reviennent")
    obstacles.fill(NAMED)
    expect(page.locator(".guard-text mark")).to_have_text("Dupont")
    page.get_by_role("button", name="Enregistrer et voir l’aperçu").click()
    expect(page.get_by_text("Un passage peut faire reconnaître quelqu’un").first).to_be_visible()
    assert violations(page) == []
    assert not Commentary.objects.exists()
    obstacles.fill(BETTER)
    page.get_by_role("button", name="Enregistrer et voir l’aperçu").click()
    expect(page.get_by_role("main")).to_contain_text(BETTER)
    page.get_by_text("Vérification :").click()
    expect(page.get_by_text("réponses réunies, trop rares seules").first).to_be_visible()
    freeze_and_publish(page)
    first = AnnualReport.objects.get()

    open_session(phone, cast.elected.user)
    phone.goto(first.get_absolute_url())
    expect(phone.get_by_role("main")).to_contain_text(BETTER)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Télécharger le bilan (PDF)").click()
    assert download.value.suggested_filename == "bilan-LIL-2019-copil-1.pdf"

    page.goto("/clsm/LIL/bilans/2019-2019/composer/")
    page.get_by_label("Propositions au COPIL").fill("Une permanence commune.")
    page.get_by_role("button", name="Enregistrer et voir l’aperçu").click()
    freeze_and_publish(page)
    phone.reload()
    phone.get_by_role("link", name="Lire l’édition n° 2").click()
    expect(phone.get_by_role("main")).to_contain_text("Une permanence commune.")
    expect(phone.get_by_role("main")).to_contain_text(BETTER)
