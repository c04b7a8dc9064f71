"""A partner's home and the follow-up of one alert: one's own, and nobody else's business."""

import uuid

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import vault
from cases.models import Alert, Message
from cases.services import follow_up, intake, messages, participations, situations, triage
from governance import journal
from governance.models import AccessRecord
from governance.workflow import IllegalTransition
from tests.cases import fiche
from tests.cases.sittings import concluded, sitting

pytestmark = pytest.mark.django_db
CANARY = "Zyzzyva"
REASON = "Le bailleur rappelle ce matin"


def send(viewer, council, **fields) -> Alert:
    return intake.submit(
        viewer,
        council,
        intake.Submission(
            draft_key=uuid.uuid4(),
            fields={
                "requester_name": "Un demandeur",
                "situation_type": "housing_mental_health",
                "alert_subject": ["unsanitary_hoarding"],
                "facts": "Crie la nuit.",
                "consent_state": "named",
                "consent_given_by": "person",
                "consent_date": "oral",
                **fields,
            },
            identity={"last_name": CANARY, "birth_date": "1970-01-02"},
        ),
    )


@pytest.fixture
def partner(cast, client_of):
    return client_of(cast.landlord)


@pytest.fixture
def coordination(cast, viewer_of):
    return viewer_of(cast.coordinator)


@pytest.fixture
def alert(cast, viewer_of, council):
    return send(viewer_of(cast.landlord), council)


def page_of(client, alert) -> str:
    response = client.get(alert.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def stage_of(client, alert) -> tuple[str, int]:
    """The stage reached, and how many there are."""
    stages = client.get(alert.get_absolute_url()).context["stages"]
    return next(stage.label for stage in stages if stage.state == "now"), len(stages)


# --- the home page ------------------------------------------------------------------------------


def test_the_home_page_lists_ones_own_alerts_by_code_and_subject(
    partner, alert, cast, viewer_of, council
):
    others = send(viewer_of(cast.nurse), council, alert_subject=["prison_release"])
    page = partner.get("/clsm/LIL/").content.decode()
    assert alert.code in page
    assert alert.get_absolute_url() in page
    assert "Incurie, accumulation" in page
    assert others.code not in page
    assert "Sortie de prison" not in page
    assert CANARY not in page
    assert "Nouvelle alerte" in page


def test_an_open_question_is_seen_on_the_home_page(partner, alert, coordination):
    assert "Une question vous est posée" not in partner.get("/clsm/LIL/").content.decode()
    triage.request_information(coordination, alert, question="Depuis quand ?")
    assert "Une question vous est posée" in partner.get("/clsm/LIL/").content.decode()


def test_nothing_yet_says_what_an_alert_is_for(partner):
    assert "Aucune alerte transmise" in partner.get("/clsm/LIL/").content.decode()


def test_a_long_list_has_pages(partner, cast, viewer_of, council):
    codes = [send(viewer_of(cast.landlord), council).code for _ in range(26)]
    first = partner.get("/clsm/LIL/").content.decode()
    second = partner.get("/clsm/LIL/?page=2").content.decode()
    assert codes[0] not in first
    assert codes[0] in second
    assert codes[-1] in first


def test_the_home_page_makes_as_many_queries_for_ten_alerts_as_for_one(
    partner, alert, cast, viewer_of, council
):
    fiche.start(partner, council)
    with CaptureQueriesContext(connection) as few:
        partner.get("/clsm/LIL/")
    for _ in range(9):
        send(viewer_of(cast.landlord), council)
        fiche.write(partner, council)
    with CaptureQueriesContext(connection) as many:
        partner.get("/clsm/LIL/")
    assert len(many) == len(few)


# --- the follow-up ------------------------------------------------------------------------------


def test_the_page_holds_the_number_and_all_that_was_sent_but_the_identity(partner, alert):
    page = page_of(partner, alert)
    for said in (alert.code, "Un demandeur", "Crie la nuit.", "Habitat et santé mentale"):
        assert said in page
    assert "accusé de réception" in page
    assert CANARY not in page


def test_an_alert_exists_for_its_author_and_the_coordination_alone(alert, cast, client_of):
    for member in cast:
        client = client_of(member)
        mine = member in (cast.landlord, cast.coordinator)
        assert (client.get(alert.get_absolute_url()).status_code == 200) is mine
        if mine:
            continue
        for act, answers in (
            ("reponse", {"text": "Je sais"}),
            ("retrait", {"reason": "Pour voir"}),
            ("identite", {"reason": REASON}),
        ):
            response = client.post(f"{alert.get_absolute_url()}{act}/", answers)
            assert response.status_code == 404
            assert CANARY not in response.content.decode()
    alert.refresh_from_db()
    assert alert.status == "received"


def test_acts_are_posts(partner, alert):
    for act in ("reponse", "retrait", "identite"):
        assert partner.get(f"{alert.get_absolute_url()}{act}/").status_code == 405


def test_a_membership_that_ends_closes_the_alert(partner, alert, cast):
    cast.landlord.end = cast.landlord.start
    cast.landlord.save()
    assert partner.get(alert.get_absolute_url()).status_code == 404


def test_the_progress_follows_the_alert_then_the_situation(partner, alert, coordination):
    assert stage_of(partner, alert) == ("Reçue", 5)
    triage.review(coordination, alert)
    assert stage_of(partner, alert) == ("Étudiée", 5)
    situation = triage.accept(coordination, alert)
    assert stage_of(partner, alert) == ("Étudiée", 5)
    situations.follow(coordination, situation)
    assert stage_of(partner, alert) == ("Conclusions", 5)
    situations.close(coordination, situation, reason="improved", on=timezone.localdate())
    assert stage_of(partner, alert) == ("Clôture", 5)


def test_each_stage_reached_has_its_day_and_its_meaning_and_the_present_one_is_said(
    partner, alert, coordination
):
    triage.review(coordination, alert)
    stages = partner.get(alert.get_absolute_url()).context["stages"]
    today = timezone.localdate()
    assert [stage.on for stage in stages] == [today, today, None, None, None]
    page = page_of(partner, alert)
    assert all(stage.meaning in page for stage in stages)
    assert "Étape 2 sur 5" in page
    assert page.count('aria-current="step"') == 1


def test_the_author_cannot_tell_whether_the_person_was_known(
    partner, alert, coordination, cast, viewer_of, council, django_capture_on_commit_callbacks
):
    """The words of an alert attached to a situation heard long ago are those of a new one."""
    known = triage.accept(coordination, send(viewer_of(cast.nurse), council))
    past = sitting(cast.coordinator, days=-30)
    concluded(cast.coordinator, known, past)
    with django_capture_on_commit_callbacks(execute=True):
        triage.link(coordination, alert, known)

    page = page_of(partner, alert)
    assert "Votre alerte est retenue." in page
    assert stage_of(partner, alert) == ("Étudiée", 5)
    assert f"{past.starts_at:%d/%m/%Y}" not in page
    home = partner.get("/clsm/LIL/").content.decode()
    message = mail.outbox[-1]
    for said in (page, home, message.subject, message.body):
        assert "connue" not in said.lower().replace("aucune connue", "")
        assert "rattach" not in said.lower()


def test_one_line_says_what_is_expected_of_the_author_now(
    partner, alert, coordination, cast, viewer_of
):
    def expected():
        found = partner.get(alert.get_absolute_url()).context["expectation"]
        return found.text, found.action

    assert expected() == (
        "Rien pour l’instant : un courriel vous préviendra, sans aucun nom.", "",
    )  # fmt: skip
    messages.write_about(coordination, alert, text="Merci")
    assert expected()[1] == "Lire le message"
    assert expected()[1] == ""  # the page was read
    triage.request_information(coordination, alert, question="Depuis quand ?")
    assert expected()[1] == "Répondre à la question"
    triage.answer(viewer_of(cast.landlord), alert, text="Depuis mai")
    situation = triage.accept(coordination, alert)
    lead = follow_up.propose_lead(
        coordination, situation, kind="joint_home_visit", owner=cast.landlord
    )
    assert expected()[1] == "Faire avancer la piste"
    follow_up.move_lead(viewer_of(cast.landlord), lead, "drop", outcome="Porte close")
    assert expected()[1] == ""


def test_an_alert_set_aside_ends_with_the_answer_and_whom_to_ask(
    partner, alert, coordination, cast
):
    triage.redirect(
        coordination,
        alert,
        reason="Le CCAS peut ouvrir ses droits.",
        to=cast.social_worker.organisation,
    )
    assert stage_of(partner, alert) == ("Réponse", 3)
    page = page_of(partner, alert)
    assert "Le CCAS peut ouvrir ses droits." in page
    assert "CCAS</strong>" in page


def test_the_author_reads_of_the_situation_what_they_may_open_and_no_more(
    partner, alert, coordination, cast
):
    situation = triage.accept(coordination, alert)
    participations.seek(coordination, situation, cast.nurse)
    page = page_of(partner, alert)
    assert situation.code in page
    assert "Nora" not in page
    assert "CMP du 59G23" not in page
    own = situation.participations.get(membership=cast.landlord)
    participations.end(coordination, own, reason="Changement de poste")
    page = page_of(partner, alert)
    assert situation.code not in page
    situations.follow(coordination, situation)
    assert stage_of(partner, alert) == ("Étudiée", 5)


def test_a_question_is_answered_on_the_page(partner, alert, coordination):
    triage.request_information(coordination, alert, question="Depuis quand ?")
    page = page_of(partner, alert)
    assert "Depuis quand ?" in page
    assert "La coordination" in page
    response = partner.post(f"{alert.get_absolute_url()}reponse/", {"text": "Depuis mai."})
    assert response["Location"] == alert.get_absolute_url()
    alert.refresh_from_db()
    assert alert.status == "in_review"
    assert "Depuis mai." in page_of(partner, alert)


@pytest.mark.parametrize(
    ("act", "subject"),
    [
        (
            lambda by, alert: triage.request_information(by, alert, question="Et sa dette ?"),
            "une question vous est posée",
        ),
        (triage.accept, "votre alerte est retenue"),
        (
            lambda by, alert: triage.reject(by, alert, reason="Hors du territoire : sa dette"),
            "une réponse vous attend",
        ),
    ],
)
def test_each_decision_is_announced_by_a_code_and_a_link_alone(
    alert, coordination, act, subject, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        act(coordination, alert)
    (message,) = mail.outbox
    assert message.to == ["louis.bailleur@demo.example"]
    assert message.subject == f"{alert.code} : {subject}"
    for body in (message.body, message.alternatives[0].content):
        assert alert.get_absolute_url() in body
        assert alert.code in body
        for secret in (CANARY, "Crie la nuit", "dette"):
            assert secret not in body


def test_an_empty_answer_is_refused_on_the_same_page(partner, alert, coordination):
    triage.request_information(coordination, alert, question="Depuis quand ?")
    response = partner.post(f"{alert.get_absolute_url()}reponse/", {"text": "  "})
    assert response.status_code == 200
    assert "Il y a un problème" in response.content.decode()
    alert.refresh_from_db()
    assert alert.status == "info_requested"


def test_an_answer_adds_to_the_facts_and_changes_none(partner, alert, coordination):
    triage.request_information(coordination, alert, question="Depuis quand ?")
    asked = Alert.objects.get(pk=alert.pk)
    assert asked.information_asked_at is not None
    assert asked.information_given_at is None

    partner.post(
        f"{alert.get_absolute_url()}reponse/",
        {"text": "Depuis mai.", "facts": "Les cris ont cessé en juin."},
    )

    answered = Alert.objects.get(pk=alert.pk)
    assert answered.facts == "Crie la nuit."
    assert answered.information_given_at > answered.information_asked_at
    assert "Faits observés, ajout du" in page_of(partner, alert)
    situation = triage.accept(coordination, alert)
    assert situation.facts.startswith("Crie la nuit.\n\nAjouté le")
    assert situation.facts.endswith("Les cris ont cessé en juin.")


def test_a_second_question_starts_a_second_wait(partner, alert, coordination, cast, viewer_of):
    triage.request_information(coordination, alert, question="Depuis quand ?")
    triage.answer(viewer_of(cast.landlord), alert, text="Depuis mai.")
    triage.request_information(coordination, alert, question="Qui l’a vue ?")

    waiting = Alert.objects.get(pk=alert.pk)
    assert waiting.status == "info_requested"
    assert waiting.information_given_at is None
    page = page_of(partner, alert)
    assert "Qui l’a vue ?" in page
    assert "Répondez d’abord" in page  # one box: the answer's
    assert Message.objects.filter(kind="question").count() == 2


def test_an_answer_come_too_late_is_still_on_the_page(partner, alert, coordination):
    triage.request_information(coordination, alert, question="Depuis quand ?")
    triage.reject(coordination, alert, reason="Hors du territoire.")
    response = partner.post(f"{alert.get_absolute_url()}reponse/", {"text": "Depuis mai."})
    assert "n’est plus possible" in response.content.decode()
    assert "Depuis mai." in response.content.decode()


def test_an_answer_that_nobody_asked_for_is_a_message_not_an_error(partner, alert):
    response = partner.post(
        f"{alert.get_absolute_url()}reponse/", {"text": "Au fait…"}, follow=True
    )
    assert response.status_code == 200
    assert "n’est plus possible" in response.content.decode()
    assert not Message.objects.exists()


def test_the_coordination_does_not_answer_for_the_author(alert, coordination, client_of, cast):
    triage.request_information(coordination, alert, question="Depuis quand ?")
    client_of(cast.coordinator).post(f"{alert.get_absolute_url()}reponse/", {"text": "Mai"})
    alert.refresh_from_db()
    assert alert.status == "info_requested"


def test_an_alert_is_withdrawn_with_a_reason_until_it_is_settled(partner, alert, coordination):
    nothing = partner.post(f"{alert.get_absolute_url()}retrait/", {"reason": ""})
    assert "Il y a un problème" in nothing.content.decode()
    partner.post(f"{alert.get_absolute_url()}retrait/", {"reason": "Réglé entre-temps"})
    alert.refresh_from_db()
    assert alert.status == "withdrawn"
    page = page_of(partner, alert)
    assert "Réglé entre-temps" in page
    assert "Retirer cette alerte" not in page
    with pytest.raises(IllegalTransition):
        triage.accept(coordination, alert)


def test_a_settled_alert_cannot_be_withdrawn(partner, alert, coordination):
    triage.accept(coordination, alert)
    assert "Retirer cette alerte" not in page_of(partner, alert)
    response = partner.post(
        f"{alert.get_absolute_url()}retrait/", {"reason": "Trop tard"}, follow=True
    )
    assert "n’est plus possible" in response.content.decode()
    alert.refresh_from_db()
    assert alert.status == "accepted"


# --- who opened it, and the identity ------------------------------------------------------------


def test_the_author_sees_who_else_opened_the_alert_and_not_their_own_visits(
    partner, alert, cast, client_of, viewer_of
):
    assert "Personne d’autre que vous." in page_of(partner, alert)
    for _ in range(3):
        client_of(cast.coordinator).get(alert.get_absolute_url())
    accesses = partner.get(alert.get_absolute_url()).context["accesses"]
    assert [(access.who, access.action) for access in accesses] == [
        ("Camille Coordination (Coordination)", "Alerte ouverte")
    ]


def test_the_identity_is_shown_once_for_a_reason_and_labelled(partner, alert):
    address = f"{alert.get_absolute_url()}identite/"
    response = partner.post(address, {"reason": REASON})
    page = response.content.decode()
    assert response.status_code == 200
    assert CANARY in page
    assert "02/01/1970" in page
    assert "<dt>Date de naissance</dt>" in page
    assert response["Cache-Control"] == "no-store, private"
    assert CANARY not in str(dict(partner.session))
    assert CANARY not in page_of(partner, alert)
    line = AccessRecord.objects.filter(action="reveal_identity").get()
    assert line.reason == REASON


@pytest.mark.parametrize("reason", ["", "voir", "         a         "])
def test_without_a_reason_the_identity_stays_closed(partner, alert, reason):
    response = partner.post(f"{alert.get_absolute_url()}identite/", {"reason": reason})
    page = response.content.decode()
    assert "Il y a un problème" in page
    assert CANARY not in page
    assert not journal.accesses(alert).filter(action="reveal_identity").exists()


def test_the_coordination_reveals_on_its_own_page(alert, cast, client_of):
    coordinator = client_of(cast.coordinator)
    response = coordinator.post(f"{alert.get_absolute_url()}identite/", {"reason": REASON})
    assert CANARY in response.content.decode()
    assert response["Cache-Control"] == "no-store, private"


def test_a_withdrawn_agreement_closes_the_identity_on_the_page_too(partner, alert, coordination):
    triage.accept(coordination, alert)
    alert.situation = Alert.objects.get().situation
    alert.situation.consent_state = "withdrawn"
    alert.situation.save()
    response = partner.post(f"{alert.get_absolute_url()}identite/", {"reason": REASON}, follow=True)
    assert CANARY not in response.content.decode()
    assert "Sans accord nominatif" in response.content.decode()


def test_an_erased_identity_is_said_not_to_be_there(partner, alert):
    vault.erase(alert)
    response = partner.post(f"{alert.get_absolute_url()}identite/", {"reason": REASON}, follow=True)
    assert "Aucune identité n’est conservée" in response.content.decode()


def test_the_follow_up_makes_a_constant_number_of_queries(
    partner, alert, coordination, cast, client_of
):
    page_of(partner, alert)
    with CaptureQueriesContext(connection) as few:
        page_of(partner, alert)
    triage.request_information(coordination, alert, question="Depuis quand ?")
    for _ in range(20):
        Message.objects.create(
            alert=alert, author=cast.coordinator.user, from_coordination=True, text="Encore"
        )
        client_of(cast.coordinator).get(alert.get_absolute_url())
    with CaptureQueriesContext(connection) as many:
        page_of(partner, alert)
    # one for the authors of the messages, one for the roles of those who opened the alert
    assert len(many) <= len(few) + 2
