"""Messages of the account leave at once; a dead mail server is said plainly, to all alike."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from governance.models import OutgoingMessage

pytestmark = pytest.mark.django_db

ADDRESSES = ("nora.cmp@demo.example", "inconnue@demo.example")


def ask(address):
    return Client().post(reverse("account_reset_password"), {"email": address})


def test_a_new_password_is_mailed_at_once_without_the_queue(cast):
    assert ask(ADDRESSES[0]).status_code == 302
    assert [message.to for message in mail.outbox] == [[ADDRESSES[0]]]
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize("address", ADDRESSES)
def test_when_the_mail_server_is_down_the_page_says_so_whoever_asks(
    cast, settings, caplog, address
):
    settings.EMAIL_BACKEND = "tests.governance.test_mail.BrokenServer"
    answer = ask(address)
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "Le message n’est pas parti" in page
    assert reverse("account_reset_password") in page
    assert address not in page
    assert address not in caplog.text
    assert "OSError" in caplog.text
