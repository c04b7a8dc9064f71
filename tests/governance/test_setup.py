"""A new council set up from the browser: its steps, its spreadsheets, its first bodies."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from governance.models import Body, Council, Invitation, Organisation
from governance.setup import setup_steps
from tests import factories

ORGANISATIONS = """Nom;Type;Téléphone
Maison des aidants;Autre;01 99 00 00 01
ccas;CCAS;
"""
MEMBERS = """Adresse électronique;Rôle;Organisme;Fonction;Catégorie professionnelle;Régime de secret
ida.ccas@demo.example;Partenaire;CCAS;assistante sociale;social_worker;law
theo.technique@demo.example;manager;;;;
"""


def page(name):
    return reverse(name, args=["LIL"])


def upload(client, name, text):
    file = SimpleUploadedFile("tableau.csv", text.encode())
    return client.post(page(name), {"file": file})


def done(council):
    return [step.label for step in setup_steps(council) if step.done]


def test_a_new_council_is_ready_once_its_seven_steps_are_done(cast, client_of):
    client = client_of(cast.manager)
    client.post(
        reverse("council_new"),
        {"name": "CLSM de Neuf", "code": "NEU", "profile": "lille", "towns": "Neuf", "sectors": ""},
    )
    council = Council.objects.get(code="NEU")
    assert done(council) == []
    council.sectors.create(code="59G99", label="59G99")
    assert done(council) == ["Le territoire"]
    council.contact_service, council.contact_email = "Coordination", "neuf@demo.example"
    council.save()
    factories.organisation(council, "CCAS de Neuf", "ccas")
    Body.objects.create(council=council, kind="steering_committee", name="COPIL")
    factories.member(council, "celia.coordination@demo.example", "coordinator")
    assert [step.label for step in setup_steps(council) if not step.done] == ["Les partenaires"]
    answer = client.get(reverse("council_setup", args=["NEU"]))
    assert "6 étapes faites sur 7" in answer.content.decode()


def test_the_steps_of_a_council_take_one_query(council, django_assert_num_queries):
    with django_assert_num_queries(1):
        setup_steps(council)


def test_organisations_come_from_a_spreadsheet_and_known_ones_stay_as_they_are(cast, client_of):
    answer = upload(client_of(cast.coordinator), "organisations_import", ORGANISATIONS)
    assert answer.status_code == 302
    added = Organisation.objects.get(name="Maison des aidants")
    assert (added.kind, added.phone) == ("other", "01 99 00 00 01")
    assert Organisation.objects.filter(name__iexact="ccas").count() == 1


def test_one_bad_line_inscribes_no_organisation_and_says_which(cast, client_of):
    before = Organisation.objects.count()
    text = ORGANISATIONS + "Gendarmerie;Inconnu;\n"
    answer = upload(client_of(cast.coordinator), "organisations_import", text)
    assert "Ligne 4" in answer.content.decode()
    assert Organisation.objects.count() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Nom\nMaison\n", "il manque la colonne «\u00a0kind\u00a0» (Type)"),
        ("Nom;Type;Couleur\nMaison;Autre;bleu\n", "«\u00a0Couleur\u00a0» est inconnue"),
        ("Nom;Type\n", "ne contient aucune ligne"),
        ("Nom;Type\n" + "Maison;Autre\n" * 201, "dépasse 200 lignes"),
    ],
)
def test_a_table_that_cannot_be_taken_says_why(cast, client_of, text, said):
    answer = upload(client_of(cast.coordinator), "organisations_import", text)
    assert said in answer.context["form"].errors["file"][0]


def test_colleagues_are_invited_from_a_spreadsheet_each_by_their_own_mail(
    cast, client_of, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(client_of(cast.coordinator), "members_import", MEMBERS)
    assert answer.status_code == 302
    invited = {i.email: i for i in Invitation.objects.all()}
    assert invited["ida.ccas@demo.example"].organisation == cast.social_worker.organisation
    assert invited["ida.ccas@demo.example"].secrecy_status == "law"
    assert invited["theo.technique@demo.example"].role == "manager"
    assert [m.to for m in mail.outbox] == [[email] for email in sorted(invited)]


def test_an_address_written_twice_invites_nobody(cast, client_of):
    text = MEMBERS + "IDA.ccas@demo.example;partner;CCAS;;;\n"
    answer = upload(client_of(cast.coordinator), "members_import", text)
    assert "écrite deux fois" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_technical_manager_cannot_invite_partners_by_a_spreadsheet_either(cast, client_of):
    answer = upload(client_of(cast.manager), "members_import", MEMBERS)
    assert answer.status_code == 200
    assert not Invitation.objects.exists()


def test_a_body_is_inscribed_once(cast, client_of):
    client = client_of(cast.coordinator)
    form = {"kind": "steering_committee", "name": "COPIL du conseil", "active": "on"}
    assert client.post(page("body_new"), form).status_code == 302
    again = client.post(page("body_new"), {**form, "name": "copil du CONSEIL"})
    assert again.context["form"].errors["name"] == ["Cette instance est déjà inscrite."]


@pytest.mark.parametrize("name", ["organisations_model", "members_model"])
def test_an_empty_table_can_be_downloaded_and_has_the_expected_columns(cast, client_of, name):
    model = client_of(cast.coordinator).get(page(name)).content.decode("utf-8-sig")
    answer = upload(client_of(cast.coordinator), name.replace("model", "import"), model)
    assert answer.context["form"].errors["file"] == ["Le fichier ne contient aucune ligne."]
