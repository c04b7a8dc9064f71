"""The whole path in a browser: from an alert on the stairs to the year's report.

A partner sends on a telephone; the coordination triages, convenes, concludes; the nurse does the
visit; the landlord tells the person; the situation is closed and the year counts it.
"""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Alert, Situation
from tests.browser.axe import violations

pytestmark = pytest.mark.django_db(transaction=True)


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name).first.click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name).first.click()


def follow_menu(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name=name).click()


def select(page: Page, label: str, text: str) -> None:
    """Choose the first option that holds the text."""
    field = page.get_by_role("main").get_by_role("combobox", name=label)
    option = field.locator("option", has_text=text).first
    field.select_option(option.get_attribute("value"))


def choose(page: Page, group: str, answer: str) -> None:
    page.get_by_role("group", name=group).get_by_label(answer, exact=True).check()


def write_alert(page: Page, agreement: str) -> None:
    """From the home page to the recap, as a landlord would."""
    follow(page, "Nouvelle alerte")
    choose(page, "Danger immédiat", "Non")
    press(page, "Commencer une alerte")
    page.get_by_label("Fonction").fill("Gardien")  # the rest comes from the account
    press(page, "Enregistrer et continuer")

    expect(page.get_by_label("Nom", exact=True)).to_have_count(0)
    choose(page, "La personne est-elle informée", "Personne informée de la démarche")
    page.get_by_label("Date de l’information").fill("2026-01-15")
    choose(page, "Accord", agreement)
    choose(page, "Accord donné par", "La personne")
    page.get_by_label("Date et mode de recueil").fill("De vive voix, à la porte")
    choose(page, "Présence à la réunion", "Ne souhaite pas être présente, souhaite un retour")
    press(page, "Enregistrer et continuer")

    if agreement == "Accepte, situation nominative":
        page.get_by_label("Nom", exact=True).fill("Personne-Fictive")
        page.get_by_label("Prénom", exact=True).fill("Une")
    choose(page, "Sexe", "Homme")
    choose(page, "Tranche d’âge", "41-50 ans")
    choose(page, "Commune", "Lille")
    choose(page, "Enfants mineurs au domicile", "Non")
    choose(page, "Logement", "Locataire du parc social")
    press(page, "Enregistrer et continuer")

    choose(page, "Type de situation", "Habitat et santé mentale")
    page.get_by_label(re.compile("Troubles de voisinage")).check()
    page.get_by_label("Faits observés").fill("Depuis mai, la personne crie la nuit.")
    choose(page, "Situation déjà signalée au CLSM", "Non")
    page.get_by_label("Crie, hurle").check()
    choose(page, "Préoccupation suicidaire", "Aucune connue")
    press(page, "Enregistrer et continuer")

    page.get_by_label("Démarche", exact=True).select_option("Visite à domicile")
    choose(page, "Adhésion à l’accompagnement", "Adhésion partielle ou fluctuante")
    press(page, "Enregistrer et continuer")

    page.get_by_label("Qu’attendez-vous du CLSM").fill("Savoir qui peut aller voir la personne.")
    press(page, "Enregistrer et continuer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Relisez avant d’envoyer")


@pytest.fixture
def as_member(open_page, open_session):
    """A page signed in as a member: `as_member(cast.nurse)`."""

    def open_one(member, **context) -> Page:
        page = open_page(viewport={"width": 1280, "height": 800}, **context)
        open_session(page, member.user)
        page.goto("/")
        return page

    return open_one


def test_from_an_alert_on_a_telephone_to_the_years_report(cast, phone, open_session, as_member):
    # The landlord's agent, on the stairs.
    open_session(phone, cast.landlord.user)
    phone.goto("/")
    write_alert(phone, "Accepte, situation nominative")
    press(phone, "Envoyer l’alerte")
    alert = Alert.objects.get()
    expect(phone.get_by_role("main")).to_contain_text(alert.code)
    assert "Personne-Fictive" not in phone.content()

    # The coordination retains it, re-reads the texts, asks the CMP.
    desk = as_member(cast.coordinator)
    follow(desk, "Troubles de voisinage")
    assert "Personne-Fictive" not in desk.content()
    press(desk, "Retenir")
    situation = Situation.objects.get()
    expect(desk.get_by_role("main")).to_contain_text(situation.code)
    follow(desk, "Relire")
    press(desk, "ces textes sont relus")
    follow(desk, "Solliciter un partenaire")
    select(desk, "Partenaire", "Nora")
    press(desk, "Solliciter")

    # The nurse sees a code and facts, no name, and accepts.
    nurse = as_member(cast.nurse)
    nurse.goto(situation.get_absolute_url())
    expect(nurse.get_by_role("main")).to_contain_text("la personne crie la nuit")
    assert "Personne-Fictive" not in nurse.content()
    press(nurse, "Accepter")

    # A séance that has begun: agenda by code, conclusions, a lead with owner and date.
    now = timezone.localtime()
    follow_menu(desk, "Séances")
    follow(desk, "Convoquer une séance")
    desk.get_by_label("Date").fill(f"{now:%Y-%m-%d}")
    desk.get_by_label("Heure de début").fill("00:00")
    desk.get_by_label("Heure de fin").fill("23:59")
    desk.get_by_label("Lieu ou lien").fill("Salle du conseil")
    press(desk, "Convoquer la séance")
    select(desk, "Situation", situation.code)
    press(desk, "Inscrire à l’ordre du jour")
    follow(desk, "Troubles de voisinage")
    assert "Personne-Fictive" not in desk.content()
    desk.get_by_label("Ce qui a été dit").fill("La personne accepte une visite à deux.")
    select(desk, "Type de piste", "Visite à domicile conjointe")
    select(desk, "Porteur", "Nora")
    desk.get_by_label("Échéance").fill(f"{now + datetime.timedelta(days=10):%Y-%m-%d}")
    press(desk, "Enregistrer et ajouter la piste")
    leads = desk.get_by_role("region", name="Pistes proposées")
    expect(leads.get_by_role("listitem").filter(has_text="Visite à domicile")).to_have_count(1)
    press(desk, "Enregistrer et conclure ce point")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Conclure le point")
    press(desk, "Conclure")
    expect(desk.get_by_role("heading", level=1)).not_to_contain_text("Conclure le point")

    # The nurse accepts the lead and says it is done.
    for act in ("Accepter", "Noter la réalisation"):
        nurse.goto(situation.get_absolute_url())
        follow(nurse, "Faire avancer")
        nurse.get_by_label(act).check()
        press(nurse, "Enregistrer")

    # The landlord tells the person.
    phone.goto(situation.get_absolute_url())
    follow(phone, "Noter la restitution")
    phone.get_by_label("Restitution faite le").fill(f"{now:%Y-%m-%d}")
    press(phone, "Noter la restitution")

    # Closed, and counted.
    desk.goto(situation.get_absolute_url())
    follow(desk, "Clore la situation")
    choose(desk, "Motif de clôture", "Relais pris par le droit commun")
    press(desk, "Clore")
    situation.refresh_from_db()
    assert situation.status == "closed"
    desk.goto(f"/clsm/{cast.council.code}/bilans/{now.year}-{now.year}/")
    expect(desk.get_by_role("main")).to_contain_text("Habitat et santé mentale")
    expect(desk.get_by_role("main")).to_contain_text("Relais pris par le droit commun")
    assert violations(desk) == []

    # And opened again when it returns.
    desk.goto(situation.get_absolute_url())
    follow(desk, "Rouvrir la situation")
    desk.get_by_label("Motif").fill("Le bailleur signale de nouveaux cris.")
    press(desk, "Rouvrir")
    situation.refresh_from_db()
    assert situation.status == "reopened"


def test_an_alert_is_sent_without_javascript(cast, page_without_javascript, open_session):
    open_session(page_without_javascript, cast.landlord.user)
    page_without_javascript.goto("/")
    write_alert(page_without_javascript, "Accepte, souhaite rester anonyme")
    press(page_without_javascript, "Envoyer l’alerte")
    assert Alert.objects.get().consent_state == "anonymous"


def test_a_draft_is_found_again_with_what_was_typed(cast, as_member):
    page = as_member(cast.landlord)
    follow(page, "Nouvelle alerte")
    choose(page, "Danger immédiat", "Non")
    press(page, "Commencer une alerte")
    page.get_by_label("Fonction").fill("Gardien remplaçant")
    press(page, "Enregistrer et finir plus tard")
    page.wait_for_load_state("networkidle")  # what is typed leaves first, then the page
    page.goto("/")
    follow(page, "Reprendre")
    press(page, "Étape précédente")
    expect(page.get_by_label("Fonction")).to_have_value("Gardien remplaçant")
