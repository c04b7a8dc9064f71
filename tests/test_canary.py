"""A canary identity, sealed with an alert, appears nowhere but in the answer to a reveal."""

import logging
import unicodedata

import pytest
from django.core import mail
from django.db import connection

from cases import vault
from tests import world as worlds

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("papers_as_words")]


def folded(text: str) -> str:
    """Without accents nor capitals: a canary in disguise is still a canary."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def holds_canary(content: str | bytes) -> bool:
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    return worlds.CANARY_ROOT in folded(text)


@pytest.mark.parametrize("relation", worlds.RELATIONS)
def test_no_page_nor_header_holds_the_canary_whoever_asks(world, relation, caplog):
    client = world.client(relation)
    leaks = []
    with caplog.at_level(logging.DEBUG):
        for name, route in worlds.named_urls().items():
            if name.startswith(worlds.ACCOUNT_PAGES) and "<" in route:
                continue  # a link of a mail about one's own account, one's own key
            response = client.get(worlds.address(world, name, route))
            headers = " ".join(f"{k}: {v}" for k, v in response.items())
            body = b"".join(response) if response.streaming else response.content
            if holds_canary(body) or holds_canary(headers):
                leaks.append(name)
    assert leaks == []
    assert not holds_canary(caplog.text)


@pytest.mark.parametrize("relation", ["author", "coordinator"])
def test_a_reveal_shows_it_once_to_who_may_and_keeps_it_nowhere(world, relation):
    client = world.client(relation)
    address = worlds.address(world, "alert_reveal", worlds.named_urls()["alert_reveal"])
    shown = client.post(address, {"reason": "Vérifier l’adresse avant la visite"})
    assert holds_canary(shown.content)
    assert "no-store" in shown["Cache-Control"]
    assert not holds_canary(client.get(world.alert.get_absolute_url()).content)
    assert not holds_canary(str(dict(client.session)))


@pytest.mark.parametrize(
    "relation", sorted(set(worlds.RELATIONS) - {"author", "coordinator", "knows_person"})
)
def test_a_reveal_by_anyone_else_shows_nothing(world, relation):
    client = world.client(relation)
    address = worlds.address(world, "alert_reveal", worlds.named_urls()["alert_reveal"])
    refused = client.post(address, {"reason": "Vérifier l’adresse avant la visite"})
    assert not holds_canary(refused.content)


@pytest.mark.django_db
def test_no_mail_holds_the_canary(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        worlds.build()
    assert mail.outbox
    for message in mail.outbox:
        assert not holds_canary(message.message().as_string())
        assert not holds_canary(message.body)


def test_no_table_of_the_database_holds_the_canary_in_clear(world):
    leaks = []
    # Without the vault's own opening PostgreSQL would show no identity, and prove nothing.
    with vault.opened(world.alert.pk), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        cursor.execute("SELECT count(*) FROM cases_sealedidentity")
        assert cursor.fetchone() == (1,)
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names from the database
            for row in cursor.fetchall():
                cells = (bytes(c) if isinstance(c, memoryview) else c for c in row)
                if any(holds_canary(c if isinstance(c, bytes) else str(c)) for c in cells):
                    leaks.append(table)
    assert leaks == []


def test_a_derogation_shows_it_once_to_its_recipient_and_keeps_it_nowhere(world):
    client = world.client("recipient")
    name = "derogation_reveal"
    address = worlds.address(world, name, worlds.named_urls()[name])
    shown = client.post(address, {"reason": "Vérifier l’adresse avant le signalement"})
    assert holds_canary(shown.content)
    assert "no-store" in shown["Cache-Control"]
    assert not holds_canary(client.get(address).content)
    assert not holds_canary(str(dict(client.session)))
