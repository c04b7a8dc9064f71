"""Nobody learns what exists by asking: hidden and absent, known and unknown, answer alike."""

import uuid

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.urls import resolve, reverse

from tests import factories
from tests import world as worlds
from tests.test_access_matrix import without_token

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("papers_as_words")]

# What an argument of an address may be replaced by, so that it names nothing.
ABSENT = {
    "council": "ABS",
    "code": "LIL-2026-999",
    "key": uuid.UUID(int=7),
    "hearing": uuid.UUID(int=8),
    "attendance": uuid.UUID(int=9),
    "token": "absent",
    "list_code": "absent",
    "kind": "absent",
}


def addresses(world, *, knows_council=False):
    """(name, the address of what exists, that of what does not) for each argument that counts.

    Its members know that their council exists: the menu of their pages says so.
    """
    for name, route in worlds.named_urls().items():
        if name.startswith(worlds.ACCOUNT_PAGES):
            continue
        hidden = worlds.address(world, name, route)
        values = resolve(hidden).kwargs
        for argument in set(values) & set(ABSENT) - ({"council"} if knows_council else set()):
            yield name, hidden, reverse(name, kwargs=values | {argument: ABSENT[argument]})


@pytest.mark.parametrize("relation", ["stranger", "declined", "former", "copil", "outsider"])
def test_what_is_hidden_and_what_does_not_exist_answer_with_the_same_bytes(world, relation):
    client = world.client(relation)
    compared, told = 0, []
    knows_council = relation not in ("former", "outsider")
    for _, hidden, absent in addresses(world, knows_council=knows_council):
        for ask in (client.get, client.post):
            shut = ask(hidden)
            if shut.status_code != 404:
                continue
            compared += 1
            nothing = ask(absent)
            if nothing.status_code != 404 or without_token(shut) != without_token(nothing):
                told.append(f"{ask.__name__.upper()} {absent}: {nothing.status_code}")
    assert told == []
    assert compared > 30


def test_who_is_not_signed_in_learns_nothing_at_all(world, client):
    told = []
    for name, hidden, absent in addresses(world):
        if name in ("invitation", "calendar_feed"):
            continue
        public = name.startswith("occasional_")
        if public and f"/{ABSENT['council']}/" in absent:
            continue  # everybody may know which councils hear professionals without an account
        answers = [client.get(address) for address in (hidden, absent)]
        paths = {answer.get("Location", "").partition("?")[0] for answer in answers}
        statuses = {answer.status_code for answer in answers}
        if len(paths) > 1 or len(statuses) > 1 or not (public or statuses == {302}):
            told.append(f"{name}: {statuses}, {paths}")
    assert told == []


# --- who has an account ---------------------------------------------------------------------------


class CountingHasher(MD5PasswordHasher):
    """Counts the passwords that were hashed: the work an answer took."""

    worked = 0

    def encode(self, password, salt):
        type(self).worked += 1
        return super().encode(password, salt)


def sign_in(client, email):
    before = CountingHasher.worked
    answer = client.post(reverse("account_login"), {"login": email, "password": "pas la bonne"})
    return answer, CountingHasher.worked - before


def test_a_wrong_password_and_an_unknown_address_answer_alike_after_the_same_work(
    cast, client, settings
):
    settings.PASSWORD_HASHERS = ["tests.test_enumeration.CountingHasher"]
    cast.nurse.user.set_password(factories.PASSWORD)
    cast.nurse.user.save()
    known, work = sign_in(client, cast.nurse.user.email)
    unknown, same_work = sign_in(client, "inconnue@demo.example")
    assert known.status_code == unknown.status_code == 200
    assert work == same_work == 1
    page = without_token(known).replace(cast.nurse.user.email, "…")
    assert page == without_token(unknown).replace("inconnue@demo.example", "…")


def test_asking_for_a_new_password_answers_alike_whoever_asks(cast, client):
    nurse = cast.nurse.user
    EmailAddress.objects.create(user=nurse, email=nurse.email, verified=True, primary=True)
    address = reverse("account_reset_password")
    answers = [
        client.post(address, {"email": email}, follow=True)
        for email in (nurse.email, "inconnue@demo.example")
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert without_token(answers[0]) == without_token(answers[1])
    # each address gets one message: neither the page nor its time tells which of the two it was
    assert [message.to for message in mail.outbox] == [[nurse.email], ["inconnue@demo.example"]]


def test_nobody_opens_an_account_by_the_sign_up_form(cast, client):
    for email in (cast.nurse.user.email, "inconnue@demo.example"):
        answer = client.post(
            reverse("account_signup"), {"email": email, "password1": factories.PASSWORD}
        )
        assert answer.status_code == 200
        assert "csrfmiddlewaretoken" not in answer.text
    assert mail.outbox == []
