"""The one door to outgoing mail, and what each letter may say."""

import datetime

import pytest
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from governance import mail
from governance.letters import ACCOUNT_CHANGES, CODE, LETTERS, NOTICE, PATH, Kind, moment
from governance.models import OutgoingMessage
from governance.models.people import MailRhythm
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "nora.cmp@demo.example"
NAME = "Zyzzyvaïque"


class BrokenServer(BaseEmailBackend):
    """A mail server that refuses, and says to whom."""

    def send_messages(self, messages):
        raise OSError(f"550 {messages[0].to[0]} refused")


def send(council, to=ADDRESS, *, once="", **changes):
    mail.send(
        "alert_settled",
        to,
        once=once,
        **{
            "subject": "LIL-2026-A001 : votre alerte est retenue",
            "context": {
                "council": council,
                "code": "LIL-2026-A001",
                "path": "/clsm/LIL/alertes/LIL-2026-A001/",
            },
            **changes,
        },
    )


def test_a_message_leaves_when_the_transaction_is_committed(
    council, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        send(council)
        assert outbox.outbox == []
    assert [message.to for message in outbox.outbox] == [[ADDRESS]]
    assert OutgoingMessage.objects.get().state == "sent"


def test_what_is_rolled_back_is_not_announced(council, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        send(council)
        transaction.set_rollback(True)
    assert outbox.outbox == []
    assert not OutgoingMessage.objects.exists()


def test_a_message_has_a_text_and_an_html_part_with_the_same_full_address(
    council, settings, django_capture_on_commit_callbacks
):
    settings.SITE_URL = "https://clsm.example/"
    with django_capture_on_commit_callbacks(execute=True):
        send(council)
    (message,) = outbox.outbox
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert "https://clsm.example/clsm/LIL/alertes/LIL-2026-A001/" in message.body
    assert html.count('href="https://clsm.example/clsm/LIL/alertes/LIL-2026-A001/"') == 1
    assert html.count("<a ") == 1
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.extra_headers["Message-ID"].endswith("@clsm.example>")


def test_a_message_says_why_it_came_and_where_to_choose(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(cast.council, cast.nurse.user.email)
    (message,) = outbox.outbox
    for part in (message.body, message.alternatives[0][0]):
        assert "Vous recevez ce message parce que vous avez transmis cette alerte." in part
        assert "/moi/#courriers" in part


def test_a_message_is_signed_by_the_service_of_the_council(
    council, django_capture_on_commit_callbacks
):
    council.name = "CLSM d'Aubois & Cie"
    council.contact_phone = "03 20 00 00 00"
    council.save()
    with django_capture_on_commit_callbacks(execute=True):
        send(council)
    (message,) = outbox.outbox
    assert "CLSM d'Aubois & Cie" in message.body
    assert "Téléphone\u00a0: 03 20 00 00 00" in message.body
    assert "3114" in message.body
    assert "CLSM d&#x27;Aubois &amp; Cie" in message.alternatives[0][0]


def test_a_receipt_leaves_at_once_with_its_date_the_service_its_address_and_telephone(
    cast, django_capture_on_commit_callbacks
):
    cast.council.contact_service = "Service santé mentale"
    cast.council.contact_address = "1 place de la Mairie"
    cast.council.contact_phone = "03 20 00 00 00"
    cast.council.save()
    cast.nurse.user.mail_rhythm = MailRhythm.DAILY
    cast.nurse.user.save()
    received = moment(datetime.datetime(2026, 11, 2, 8, 5, tzinfo=datetime.UTC))
    with django_capture_on_commit_callbacks(execute=True):
        mail.send(
            "alert_received",
            cast.nurse.user.email,
            subject="LIL-2026-A001 : alerte bien reçue",
            context={
                "council": cast.council,
                "code": "LIL-2026-A001",
                "received": received,
                "due": "16/11/2026",
                "path": "/",
            },
        )
    (message,) = outbox.outbox
    expected = ("02/11/2026 à 9\u00a0h\u00a005", "Service santé mentale", "1 place", "03 20 00")
    for part in (message.body, message.alternatives[0][0]):
        assert [words for words in expected if words not in part] == []


def test_a_subject_stays_on_one_line(council, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(council, subject="LIL : une\r\nBcc: autre@demo.example")
    assert outbox.outbox[0].subject == "LIL : une Bcc: autre@demo.example"


def test_a_failing_server_neither_undoes_the_act_nor_logs_an_address(
    council, settings, caplog, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    with django_capture_on_commit_callbacks(execute=True):
        send(council)
    assert outbox.outbox == []
    message = OutgoingMessage.objects.get()
    assert (message.state, message.attempts, message.last_error) == ("waiting", 1, "OSError")
    assert "OSError" in caplog.text
    assert ADDRESS not in caplog.text


def test_a_message_without_a_way_to_the_site_is_refused(council):
    with pytest.raises(KeyError):
        send(council, context={"council": council, "code": "LIL-2026-A001"})


@pytest.mark.parametrize(
    "changed",
    [
        {"code": NAME},
        {"code": "LIL-DUPONT"},
        {"code": 12},
        {"person": NAME},
        {"path": "//ailleurs.example/"},
        {"path": "https://ailleurs.example/"},
        {"path": "/invitation/une-clé/"},
        {"path": "/invitation/jeton/"},
    ],
)
def test_what_is_no_fact_of_the_letter_is_refused_before_it_is_stored(council, changed):
    context = {"council": council, "code": "LIL-2026-A001", "path": "/", **changed}
    with pytest.raises(ValueError, match="alerte"):
        send(council, context=context)
    assert not OutgoingMessage.objects.exists()


WORDS = st.text(min_size=1, max_size=60)


@pytest.mark.parametrize("template", sorted(LETTERS))
@given(words=WORDS)
def test_no_letter_takes_a_name_for_a_fact(template, words):
    letter = LETTERS[template]
    for name, form in letter.facts.items():
        if form is NOTICE:
            continue  # what the coordination wrote for everybody it invites
        with pytest.raises(ValueError, match="n’a pas la forme"):
            letter.require({**dict.fromkeys(letter.facts, words), name: f"{NAME} {words}"})


@given(words=WORDS)
def test_neither_a_code_nor_a_path_leads_elsewhere(words):
    assert not CODE.fullmatch(f"{NAME} {words}")
    assert not PATH.fullmatch(f"https:{words}")


SAMPLES = {
    "code": "LIL-2026-A001",
    "answer": "withdrawn",
    "off": "12/11/2026",
    "letter": "K",
    "heard_on": "12/11/2026",
    "held_on": "12/11/2026",
    "role": "Partenaire",
    "until": "12/11/2026",
    "since": "12/11/2026",
    "due": "12/11/2026",
    "late": "oui",
    "received": "12/11/2026 à 9\u00a0h\u00a005",
    "meeting": '<b>Cellule</b> "ressource"',
    "day": "lundi 2 novembre 2026",
    "hours": "de 9\u00a0h\u00a000 à 11\u00a0h\u00a000",
    "what": ACCOUNT_CHANGES["mfa/email/totp_activated"],
    "at": "12/11/2026 à 9\u00a0h\u00a005",
    "on": "12/11/2026",
    "months": "6",
    "state": "asked",
    "corrected": "oui",
    "number": "042317",
    "minutes": "15",
    "years": "2016-2019",
    "place": "<script>alert(1)</script>",
    "key": "3f0c9a52-6a0e-4d5f-9a44-6d2f7f8f5b10",
    "sequence": "2",
    "starts_at": "2026-11-02T09:00+01:00",
    "ends_at": "2026-11-02T11:00+01:00",
}


@pytest.mark.parametrize("template", sorted(set(LETTERS) - {"invitation", "digest"}))
def test_every_letter_leaves_with_its_code_its_link_its_reason_and_no_name(
    cast, template, django_capture_on_commit_callbacks
):
    letter = LETTERS[template]
    facts = {name: SAMPLES[name] for name in letter.facts}
    if template == "derogation_granted":
        facts["until"] = SAMPLES["received"]
    cast.nurse.user.last_name = NAME
    cast.nurse.user.save()
    with django_capture_on_commit_callbacks(execute=True):
        mail.send(
            template,
            cast.nurse.user.email,
            subject="LIL : un acte",
            context={**facts, "council": cast.council, "path": "/clsm/LIL/"},
        )
    (message,) = outbox.outbox
    html = message.alternatives[0][0]
    for part in (message.body, html):
        assert "http://127.0.0.1:8000/clsm/LIL/" in part
        assert letter.why in part
        assert ("code" in facts) == ("LIL-2026-A001" in part)
        assert ("/moi/#courriers" in part) == (letter.kind != Kind.COMPULSORY)
        assert "{{" not in part
        assert "zyzzyva" not in part.lower()
    assert "<script" not in html
    assert "<b>" not in html


def test_every_message_has_both_parts_on_the_common_base(settings):
    folder = settings.BASE_DIR / "templates" / "emails"
    names = {path.stem for path in folder.iterdir()} - {"base"}
    assert names == set(LETTERS)
    for name in names:
        for kind in ("txt", "html"):
            source = (folder / f"{name}.{kind}").read_text("utf-8")
            assert source.startswith(f'{{% extends "emails/base.{kind}" %}}'), name
            assert "{% block action %}" in source, name


# --- what each person chose ---------------------------------------------------------------------


@pytest.fixture
def daily(cast):
    """The nurse, who gets one message a day."""
    cast.nurse.user.mail_rhythm = MailRhythm.DAILY
    cast.nurse.user.save()
    return cast.nurse.user


def compulsory(council, to):
    mail.send(
        "agreement_lowered",
        to,
        subject="LIL-2026-001 : la personne a retiré son accord",
        context={
            "council": council,
            "code": "LIL-2026-001",
            "answer": "withdrawn",
            "off": "12/11/2026",
            "path": "/clsm/LIL/situations/LIL-2026-001/",
        },
    )


TODAY = datetime.date(2026, 11, 22)


def test_who_wants_one_message_a_day_gets_one_with_counted_lines(
    cast, daily, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        send(cast.council, daily.email)
        send(cast.council, daily.email, subject="LIL-2026-A002 : réponse")
    assert outbox.outbox == []
    with django_capture_on_commit_callbacks(execute=True):
        assert mail.send_digests(TODAY) == 1
    (message,) = outbox.outbox
    assert message.subject == "CLSM : 2 nouvelles, récapitulatif du 22/11/2026"
    for part in (message.body, message.alternatives[0][0]):
        assert "Réponse à une alerte (2)" in part
        assert "LIL-2026-A001 : votre alerte est retenue" in part
        assert part.count("/clsm/LIL/alertes/LIL-2026-A001/") == 2


def test_a_summary_leaves_once_a_day(cast, daily, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(cast.council, daily.email)
        mail.send_digests(TODAY)
        assert mail.send_digests(TODAY) == 0
        send(cast.council, daily.email)
        assert mail.send_digests(TODAY) == 0
    assert len(outbox.outbox) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert mail.send_digests(TODAY + datetime.timedelta(days=1)) == 1
    assert len(outbox.outbox) == 2
    assert outbox.outbox[1].subject.startswith("CLSM : 1 nouvelle,")


def test_what_is_compulsory_waits_for_no_summary_and_passes_every_refusal(
    cast, daily, django_capture_on_commit_callbacks
):
    cast.landlord.user.mail_rhythm = MailRhythm.NONE
    cast.landlord.user.save()
    with django_capture_on_commit_callbacks(execute=True):
        for user in (daily, cast.landlord.user):
            compulsory(cast.council, user.email)
        send(cast.council, cast.landlord.user.email)
    assert [m.to[0] for m in outbox.outbox] == [daily.email, cast.landlord.user.email]
    assert "Il est obligatoire" in outbox.outbox[0].body


def test_who_has_since_chosen_nothing_gets_no_summary(
    cast, daily, django_capture_on_commit_callbacks
):
    send(cast.council, daily.email)
    daily.mail_rhythm = MailRhythm.NONE
    daily.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert mail.send_digests(TODAY) == 0
    assert outbox.outbox == []
    assert not OutgoingMessage.objects.exists()


def test_a_message_of_the_same_key_is_sent_once(council, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(council, once="rappel:1")
        send(council, once="rappel:1")
        send(council, once="rappel:2")
    assert len(outbox.outbox) == 2


def test_a_closed_account_gets_nothing_any_more(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(cast.council, cast.nurse.user.email)
        cast.nurse.user.is_active = False
        cast.nurse.user.save()
    assert outbox.outbox == []
    assert not OutgoingMessage.objects.exists()


def test_the_choice_is_made_in_one_s_account(cast, client_of):
    client = client_of(cast.nurse)
    assert "Mes courriers" in client.get("/moi/").content.decode()
    client.post("/moi/", {"mail_rhythm": "daily"})
    cast.nurse.user.refresh_from_db()
    assert cast.nurse.user.mail_rhythm == MailRhythm.DAILY
    assert client.post("/moi/", {"mail_rhythm": "hourly"}).status_code == 200
    cast.nurse.user.refresh_from_db()
    assert cast.nurse.user.mail_rhythm == MailRhythm.DAILY


def test_nobody_chooses_for_another(cast, client_of):
    other = factories.member(cast.council, "autre.membre@demo.example", "copil", college="users")
    client_of(cast.nurse).post("/moi/", {"mail_rhythm": "none", "user": str(other.user.pk)})
    other.user.refresh_from_db()
    assert other.user.mail_rhythm == MailRhythm.IMMEDIATE
