"""Sign-ins, failures, sign-outs and refusals leave a line, by opaque keys."""

import io
import json
import logging

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from clsm import logs
from governance import security_log
from governance.decisions import Refused
from governance.models import AccessRecord
from governance.services import people
from tests import factories

EMAIL = "nora.cmp@demo.example"


@pytest.fixture
def log():
    """What production writes of the security log, as its lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logger = logging.getLogger("clsm.security")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logs.configuration("WARNING")["loggers"]["clsm.security"]["level"])
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(level)


def facts(lines: list[dict]) -> list[dict]:
    """The lines without what every line has."""
    return [
        {name: value for name, value in line.items() if name not in ("time", "level", "logger")}
        for line in lines
    ]


@pytest.fixture
def nurse(cast):
    EmailAddress.objects.create(user=cast.nurse.user, email=EMAIL, verified=True, primary=True)
    factories.second_factor(cast.nurse.user)
    return cast.nurse.user


def password(client, **changes):
    answers = {"login": EMAIL, "password": factories.PASSWORD, **changes}
    return client.post(reverse("account_login"), answers)


def test_a_sign_in_with_its_factors_is_a_line_and_a_line_of_the_journal(nurse, client, log):
    password(client)
    assert log() == []
    client.post(reverse("mfa_authenticate"), {"code": factories.totp_code()})
    assert facts(log()) == [{"message": "sign_in", "user": str(nurse.pk), "shown": "password totp"}]
    line = AccessRecord.objects.get(action="sign_in")
    assert (line.actor, line.target_id, line.council) == (nurse, nurse.pk, None)


def test_opening_ones_account_is_a_sign_in(cast, viewer_of, client, log):
    from governance.models import Invitation
    from governance.models.people import token_digest

    invitation = people.invite(
        cast.council, by=viewer_of(cast.coordinator), email="nouvelle@demo.example", role="copil",
        college="elected",
    )  # fmt: skip
    Invitation.objects.filter(pk=invitation.pk).update(token_digest=token_digest("jeton"))
    chosen = "cheval correct pile agrafe"
    answers = {"first_name": "Nina", "last_name": "Nouvelle"}
    client.post(
        reverse("invitation", args=["jeton"]),
        {**answers, "password1": chosen, "password2": chosen},
    )
    (line,) = facts(log())
    assert (line["message"], line["shown"]) == ("sign_in", "password")
    assert AccessRecord.objects.filter(action="sign_in").count() == 1


@pytest.mark.parametrize("email", [EMAIL, "inconnue@demo.example"])
def test_a_failed_sign_in_holds_a_keyed_digest_of_the_address_and_no_more(
    nurse, client, log, email, settings
):
    for typed in (email, email.upper()):
        password(client, login=typed, password="pas la bonne phrase")
    address = security_log.digest(email)
    assert facts(log()) == [{"message": "sign_in_failed", "address": address}] * 2
    settings.SECRET_KEY = "another key " * 5
    assert security_log.digest(email) != address


def test_a_wrong_code_is_a_line_with_whose_account_it_is(nurse, client, log):
    password(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert facts(log()) == [{"message": "second_factor_failed", "user": str(nurse.pk)}]


def test_a_limit_reached_at_the_sign_in_is_a_line(nurse, client, log):
    for _ in range(6):
        password(client, password="pas la bonne phrase")
    assert [line["message"] for line in log()] == ["sign_in_failed"] * 5 + ["sign_in_limited"]
    cache.clear()


def test_a_closed_account_that_signs_in_is_a_line(nurse, client, log):
    type(nurse).objects.filter(pk=nurse.pk).update(is_active=False)
    password(client)
    assert facts(log()) == [{"message": "sign_in_closed_account", "user": str(nurse.pk)}]


def test_signing_out_is_a_line_and_so_is_the_end_of_a_session(cast, client_of, log):
    user = str(cast.nurse.user.pk)
    client = client_of(cast.nurse)
    client.post(reverse("account_logout"))
    assert facts(log()) == [{"message": "sign_out", "user": user}]
    client = client_of(cast.nurse)
    session = client.session
    session["opened_at"] -= configured.SESSION_ABSOLUTE_AGE
    session.save()
    client.get(reverse("my_account"))
    assert facts(log())[1:] == [{"message": "session_over", "user": user}]


def test_whoever_asks_for_a_page_they_may_not_have_leaves_a_line(cast, client_of, log):
    client = client_of(cast.landlord)
    hidden = reverse("members", args=["LIL"])
    assert client.get(f"{hidden}?nom=Martin").status_code == 404
    assert facts(log()) == [
        {
            "message": "page_refused",
            "user": str(cast.landlord.user.pk),
            "method": "GET",
            "path": hidden,
            "status": "404",
        }
    ]


def test_whoever_is_not_signed_in_leaves_no_line_of_their_own(client, db, log):
    client.get("/nulle-part/")
    assert log() == []


def test_an_act_refused_in_a_service_leaves_a_line(cast, client_of, viewer_of, log):
    with pytest.raises(Refused):
        people.invite(cast.council, by=viewer_of(cast.nurse), email="a@demo.example", role="copil")
    assert facts(log()) == [{"message": "act_refused"}]
    own = reverse("member_end", args=["LIL", cast.coordinator.pk])
    client_of(cast.coordinator).post(own, {"reason": "Départ"})
    user = str(cast.coordinator.user.pk)
    assert {"message": "act_refused", "user": user} in facts(log())


def test_the_log_holds_neither_an_address_nor_a_name_nor_what_was_typed(nurse, client, log):
    with time_machine.travel(timezone.now(), tick=False):
        password(client, password="ma phrase secrète")
        password(client)
        client.post(reverse("mfa_authenticate"), {"code": factories.totp_code()})
        client.post(reverse("account_logout"))
    written = json.dumps(log(), ensure_ascii=False)
    for secret in (EMAIL, "nora", "Cmp", "phrase", factories.totp_code()):
        assert secret not in written
