"""The one door to outgoing mail."""

import pytest
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from governance import mail

pytestmark = pytest.mark.django_db

ADDRESS = "nora.cmp@demo.example"


class BrokenServer(BaseEmailBackend):
    """A mail server that refuses, and says to whom."""

    def send_messages(self, messages):
        raise OSError(f"550 {messages[0].to[0]} refused")


def send(council, **changes):
    mail.send(
        "invitation",
        ADDRESS,
        **{
            "subject": "LIL : répondre à l’invitation",
            "context": {
                "council": council,
                "role_label": "Partenaire",
                "expires_at": council.created_at,
                "path": "/invitation/abc/",
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


def test_what_is_rolled_back_is_not_announced(council, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        send(council)
        transaction.set_rollback(True)
    assert outbox.outbox == []


def test_a_message_has_a_text_and_an_html_part_with_the_same_full_address(
    council, settings, django_capture_on_commit_callbacks
):
    settings.SITE_URL = "https://clsm.example/"
    with django_capture_on_commit_callbacks(execute=True):
        send(council)
    (message,) = outbox.outbox
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert "https://clsm.example/invitation/abc/" in message.body
    assert html.count('href="https://clsm.example/invitation/abc/"') == 1
    assert html.count("<a ") == 1
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_message_is_signed_by_the_service_of_the_council(
    council, django_capture_on_commit_callbacks
):
    council.name = "CLSM d'Aubois & Cie"
    council.contact_phone = "03 20 00 00 00"
    with django_capture_on_commit_callbacks(execute=True):
        send(council)
    (message,) = outbox.outbox
    assert "CLSM d'Aubois & Cie" in message.body
    assert "Téléphone\u00a0: 03 20 00 00 00" in message.body
    assert "3114" in message.body
    assert "CLSM d&#x27;Aubois &amp; Cie" in message.alternatives[0][0]


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
    assert "invitation" in caplog.text
    assert "OSError" in caplog.text
    assert ADDRESS not in caplog.text


def test_a_message_without_a_way_to_the_site_is_refused(council):
    with pytest.raises(KeyError):
        send(council, context={"council": council})


def test_every_message_has_both_parts_on_the_common_base(settings):
    folder = settings.BASE_DIR / "templates" / "emails"
    names = {path.stem for path in folder.iterdir()} - {"base"}
    assert names
    for name in names:
        for kind in ("txt", "html"):
            source = (folder / f"{name}.{kind}").read_text("utf-8")
            assert source.startswith(f'{{% extends "emails/base.{kind}" %}}'), name
            assert "{% block action %}" in source, name
