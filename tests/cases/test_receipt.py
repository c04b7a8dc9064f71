"""What the author takes away: a number, what follows and when; nothing of what the alert says."""

import datetime
import io
import re

import pikepdf
import pytest
import time_machine
from django.urls import reverse

from cases import blank_form, receipt
from cases.forms.alerts import STEPS
from cases.models import Alert
from governance import nomenclatures
from tests.cases import fiche
from tests.pdf_words import words_of

pytestmark = pytest.mark.django_db
CANARY = "Zyzzyva"


@pytest.fixture
def partner(cast, client_of):
    return client_of(cast.landlord)


@pytest.fixture
def alert(partner, council):
    council.contact_service, council.contact_phone = "Mission santé", "03 20 00 00 01"
    council.save()
    partner.post(f"{fiche.write(partner, council)}recapitulatif/")
    return Alert.objects.get()


def test_sending_leads_to_the_number_what_follows_and_whom_to_ask(partner, alert):
    page = partner.get(f"{alert.get_absolute_url()}recepisse/").text
    assert alert.code in page
    assert "La coordination vous répond" in page
    assert "Mission santé" in page
    assert "Crie la nuit" not in page


def test_the_answer_is_promised_within_the_councils_delay(alert):
    alert.council.answer_days = 10
    with time_machine.travel(datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)):
        alert.received_at = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
        assert receipt.answer_due(alert) == datetime.date(2026, 3, 11)
    assert "Au plus tard le 11/03/2026" in [each.when for each in receipt.what_follows(alert)]


def test_the_pdf_is_tagged_and_says_nothing_of_the_alert_nor_of_anybody(partner, alert):
    answer = partner.get(f"{alert.get_absolute_url()}recepisse.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="recepisse-{alert.code}.pdf"'
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "fr"
        assert len(document.pages) == 1
        metadata = str(document.open_metadata())
    text = words_of(answer.content)
    for said in (alert.code, "Mission santé", "03 20 00 00 01", "Au plus tard le"):
        assert said in text
    for unsaid in (CANARY, "Quirine", "Crie la nuit", "Louis Bailleur", "Habitat du Nord"):
        assert unsaid not in text
        assert unsaid not in metadata


def test_the_receipt_is_the_authors_and_the_coordinations(cast, client_of, alert):
    for member in cast:
        expected = 200 if member in (cast.landlord, cast.coordinator) else 404
        for page in ("recepisse/", "recepisse.pdf"):
            answer = client_of(member).get(f"{alert.get_absolute_url()}{page}")
            assert answer.status_code == expected


# --- the blank form -----------------------------------------------------------------------------


def words(text: str) -> str:
    """Without spaces: columns wrap their labels."""
    return re.sub(r"\s+", "", text)


def test_the_blank_form_asks_every_question_of_the_steps_on_paper(council):
    text = words_of(blank_form.as_pdf(council))
    for step in STEPS:
        for code in step.codes:
            if code != "alert_channel":  # the coordination's own answer
                assert words(nomenclatures.field_spec(code).label) in words(text), code
    assert "Accord retiré" not in text
    assert "Personne informée de la démarche" in text


def test_the_identity_is_on_a_slip_of_its_own_after_the_agreement(council):
    text = words_of(blank_form.as_pdf(council))
    assert text.index("La personne est-elle informée") < text.index("Volet à détacher : l’identité")
    assert text.index("Volet à détacher : l’identité") < text.index("Date de naissance")


def test_the_blank_form_is_reached_from_the_start_page(cast, client_of):
    for member in (cast.landlord, cast.coordinator):
        client = client_of(member)
        address = reverse("blank_alert_form", args=["LIL"])
        assert address in client.get(reverse("alert_new", args=["LIL"])).text
        assert client.get(address)["Content-Type"] == "application/pdf"
