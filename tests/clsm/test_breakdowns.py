"""The database is away, busy or full: 503, with what was being sent, and nothing else broken."""

import html

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

FACTS = "Depuis mai, elle crie la nuit ; « laissez-moi ! » <b>dit-elle</b>."


class Away:
    """Around each query: the database fails from the first one that holds `word`."""

    def __init__(self, word: str = "", error: type[Exception] = OperationalError) -> None:
        self.word, self.error = word, error

    def __call__(self, execute, sql, params, many, context):
        if self.word in sql:
            raise self.error("server closed the connection unexpectedly")
        return execute(sql, params, many, context)


@pytest.fixture
def partner(cast, client_of):
    client = client_of(cast.landlord)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("word", ["", "django_session", "governance_council"])
def test_what_was_typed_comes_back_ready_to_be_sent_again(partner, word, error):
    address = reverse(
        "alert_draft", args=["LIL", "0" * 8 + "-0000-4000-8000-" + "0" * 12, "attentes"]
    )
    with connection.execute_wrapper(Away(word, error)):
        answer = partner.post(f"{address}?suite=1", {"expectations": FACTS, "people": ["a", "b"]})
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert f'<form method="post" action="{address}?suite=1">' in answer.text
    assert f'name="expectations" value="{html.escape(FACTS)}"' in answer.text
    assert answer.text.count('name="people"') == 2
    assert answer.text.count(html.escape(FACTS)) == 2, "once to send, once to read"
    assert "<b>" not in answer.text
    assert answer["Cache-Control"] == "no-store, private"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_session_that_cannot_be_written_is_no_bad_request(partner):
    session = partner.session
    session["seen_at"] = 0  # it is to be written again
    session.save()
    with connection.execute_wrapper(Away('UPDATE "django_session"')):
        answer = partner.get("/aide/")
    assert answer.status_code == 503
    assert "Essayer de nouveau" in answer.text


@pytest.mark.parametrize("path", ["/comptes/login/", "/comptes/password/reset/"])
def test_no_secret_of_a_sign_in_is_written_back(path):
    client = Client(raise_request_exception=False)
    secret = "une phrase de passe bien longue"
    with connection.execute_wrapper(Away()):
        answer = client.post(
            path, {"login": "a@demo.example", "email": "a@demo.example", "password": secret}
        )
    assert answer.status_code == 503
    assert secret not in answer.text
    assert "a@demo.example" not in answer.text
    assert "Revenez à la page précédente" in answer.text


def test_a_page_that_was_only_read_is_asked_again(partner):
    with connection.execute_wrapper(Away()):
        answer = partner.get("/clsm/LIL/?page=2")
    assert answer.status_code == 503
    assert 'href="/clsm/LIL/?page=2"' in answer.text
    assert "n’est pas confirmé" not in answer.text


def test_a_body_that_cannot_be_read_again_is_no_second_breakdown(partner):
    broken = b"--x\r\nContent-Disposition: form-data"
    with connection.execute_wrapper(Away()):
        answer = partner.post("/clsm/LIL/", broken, content_type="multipart/form-data; boundary=")
    assert answer.status_code in (400, 503)


def test_other_errors_keep_their_page(settings, client):
    settings.ROOT_URLCONF = "tests.hostile_urls"
    client.raise_request_exception = False
    answer = client.post("/panne/", {"facts": FACTS})
    assert answer.status_code == 500
    assert "Le service est en panne" in answer.text
