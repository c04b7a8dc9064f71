"""Sessions: 30 minutes idle, 10 hours in all; seen and ended by their owner; emptied on leaving."""

import datetime

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.models import User
from tests import factories

START = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)
HOME = reverse("my_account")


def after(**duration):
    return time_machine.travel(START + datetime.timedelta(**duration), tick=False)


@pytest.fixture
def user(cast) -> User:
    return cast.elected.user


@pytest.fixture
def signed_in(user):
    """A client that signed in at START."""
    with after():
        return factories.sign_in(Client(), user)


def is_in(client) -> bool:
    return client.get(HOME).status_code == 200


def test_a_session_ends_after_thirty_minutes_without_a_page(signed_in):
    with after(minutes=29):
        assert is_in(signed_in)
    with after(minutes=29 + 31):
        assert not is_in(signed_in)


def test_a_session_that_serves_goes_on(signed_in):
    for minutes in range(25, 9 * 60, 25):
        with after(minutes=minutes):
            assert is_in(signed_in)


def test_a_session_ends_ten_hours_after_the_sign_in_even_if_it_serves(signed_in):
    for minutes in range(25, 10 * 60, 25):
        with after(minutes=minutes):
            assert is_in(signed_in)
    with after(hours=10):
        refused = signed_in.get(HOME)
        assert refused["Location"].startswith(reverse("account_login"))
        assert refused["Clear-Site-Data"] == '"cache", "storage"'
        assert "votre session s’est terminée" in signed_in.get(refused["Location"]).text
        assert not is_in(signed_in)


def test_a_session_is_written_once_a_minute_at_most(signed_in):
    with after(seconds=50), CaptureQueriesContext(connection) as asked:
        signed_in.get(HOME)
    assert not any("UPDATE" in query["sql"] for query in asked)
    with after(seconds=70), CaptureQueriesContext(connection) as asked:
        signed_in.get(HOME)
    assert sum("UPDATE" in query["sql"] for query in asked) == 1


def test_signing_out_empties_what_the_browser_kept_but_its_cookies(signed_in):
    with after(minutes=1):
        left = signed_in.post(reverse("account_logout"))
        assert left["Clear-Site-Data"] == '"cache", "storage"'
        assert "Clear-Site-Data" not in signed_in.get(reverse("account_login"))


def test_a_replayed_cookie_opens_nothing_after_signing_out(signed_in):
    with after(minutes=1):
        thief = Client()
        thief.cookies = signed_in.cookies.copy()
        assert is_in(thief)
        signed_in.post(reverse("account_logout"))
        assert not is_in(thief)


def test_changing_the_password_ends_the_other_sessions(signed_in, user):
    with after(minutes=1):
        other = factories.sign_in(Client(), user)
        new = "une autre phrase encore plus longue"
        answers = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
        assert signed_in.post(reverse("account_change_password"), answers).status_code == 302
        assert is_in(signed_in)
        assert not is_in(other)


def test_one_sees_ones_own_sessions_and_no_key_of_them(signed_in, user, cast, client_of):
    with after(minutes=1):
        other = factories.sign_in(
            Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}), user
        )
        client_of(cast.nurse)
    with after(minutes=3):
        other.get(HOME)
        page = signed_in.get(reverse("my_sessions"))
        assert len(page.context["sessions"]) == 2
        assert page.context["sessions"][0].current
        assert "Firefox, Windows" in page.text
        assert other.session.session_key not in page.text


def test_one_ends_one_of_ones_sessions(signed_in, user):
    with after(minutes=1):
        others = [factories.sign_in(Client(), user) for _ in range(2)]
        page = signed_in.get(reverse("my_sessions"))
        mark = page.context["sessions"][1].mark
        signed_in.post(reverse("my_sessions"), {"mark": mark})
        assert sorted(is_in(each) for each in others) == [False, True]
        assert is_in(signed_in)


def test_one_ends_all_the_others(signed_in, user):
    with after(minutes=1):
        others = [factories.sign_in(Client(), user) for _ in range(2)]
        signed_in.post(reverse("my_sessions"))
        assert not any(is_in(each) for each in others)
        assert is_in(signed_in)


def test_nobody_ends_somebody_elses_session(signed_in, cast, client_of):
    with after(minutes=1):
        nurse = client_of(cast.nurse)
        mark = nurse.get(reverse("my_sessions")).context["sessions"][0].mark
        signed_in.post(reverse("my_sessions"), {"mark": mark})
        assert is_in(nurse)


@pytest.mark.parametrize("password", ["une phrase: 14", "739105284619305"])
def test_a_password_that_is_short_or_all_digits_is_refused(user, password):
    with pytest.raises(ValidationError):
        validate_password(password, user)


def test_a_sentence_of_fifteen_characters_is_a_password(user):
    validate_password("une phrase : 15", user)
