"""A lost second factor, an account disabled for disuse: who helps back in, and what it leaves."""

import datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.sessions.models import Session
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from governance import ledger, policies
from governance.decisions import Refused
from governance.models import AccessRecord, Membership, User
from governance.services import accounts, retention
from tests import factories

REASON = "Téléphone perdu"


def factors_of(membership: Membership) -> str:
    return reverse("member_factors", args=[membership.council.code, membership.pk])


def reopening_of(membership: Membership) -> str:
    return reverse("dormant_reopen", args=[membership.council.code, membership.pk])


def lose(membership: Membership) -> None:
    """The member has an application for codes and recovery codes."""
    factories.second_factor(membership.user)
    RecoveryCodes.activate(membership.user)


# --- a lost second factor -----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["coordinator", "manager"])
def test_a_member_recognised_by_another_channel_loses_every_factor_and_session(
    cast, client_of, role, django_capture_on_commit_callbacks
):
    client = client_of(getattr(cast, role))
    theirs = client_of(cast.nurse)
    lose(cast.nurse)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(factors_of(cast.nurse), {"check": "in_person", "reason": REASON})
    assert answer["Location"] == reverse("members", args=["LIL"])
    assert not Authenticator.objects.filter(user=cast.nurse.user).exists()
    assert "/comptes/login/" in theirs.get(cast.council.get_absolute_url())["Location"]
    line = AccessRecord.objects.get(action="reset_factors")
    assert (line.actor, line.target_id) == (getattr(cast, role).user, cast.nurse.pk)
    assert line.reason.replace(" ", " ") == f"En personne : {REASON}"
    (message,) = outbox.outbox
    assert message.to == [cast.nurse.user.email]
    whole = message.subject + message.body + message.alternatives[0][0]
    assert "Second facteur réinitialisé" in whole
    for name in (cast.nurse.user.last_name, getattr(cast, role).user.last_name, REASON):
        assert name not in whole


def test_at_the_next_sign_in_a_new_factor_is_set_up_before_anything_else(cast, client_of, client):
    lose(cast.nurse)
    client_of(cast.coordinator).post(
        factors_of(cast.nurse), {"check": "called_back", "reason": REASON}
    )
    client.force_login(cast.nurse.user, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(cast.council.get_absolute_url())["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("missing", ["check", "reason"])
def test_without_a_check_or_a_reason_nothing_is_reset(cast, client_of, missing):
    lose(cast.nurse)
    answers = {"check": "video", "reason": REASON, missing: ""}
    page = client_of(cast.coordinator).post(factors_of(cast.nurse), answers)
    assert page.context["form"].errors[missing]
    assert Authenticator.objects.filter(user=cast.nurse.user).count() == 2


def test_nobody_resets_their_own_factor(cast, client_of, viewer_of):
    client = client_of(cast.coordinator)
    page = client.post(factors_of(cast.coordinator), {"check": "video", "reason": REASON})
    assert "Une autre personne de la coordination" in page.text
    assert Authenticator.objects.filter(user=cast.coordinator.user).exists()
    with pytest.raises(Refused):
        accounts.reset_factors(
            cast.coordinator, by=viewer_of(cast.coordinator), check="video", reason=REASON
        )


@pytest.mark.parametrize("name", ["landlord", "elected", "nurse"])
def test_a_partner_and_a_member_of_the_copil_reset_nobodys(cast, client_of, viewer_of, name):
    lose(cast.social_worker)
    assert not policies.can_reset_factors(viewer_of(getattr(cast, name)), cast.social_worker)
    answers = {"check": "video", "reason": REASON}
    client = client_of(getattr(cast, name))
    assert client.post(factors_of(cast.social_worker), answers).status_code == 404
    assert Authenticator.objects.filter(user=cast.social_worker.user).exists()


def test_the_coordination_of_another_council_resets_nobodys(cast, client_of, viewer_of):
    lose(cast.nurse)
    other = factories.member(factories.aissmc(), "ana.ailleurs@demo.example", "coordinator")
    assert not policies.can_reset_factors(viewer_of(other), cast.nurse)
    assert client_of(other).get(factors_of(cast.nurse)).status_code == 404
    through = reverse("member_factors", args=["AIS", cast.nurse.pk])
    assert client_of(other).get(through).status_code == 404


def test_resetting_asks_for_ones_own_factor_after_fifteen_minutes(cast, client_of):
    lose(cast.nurse)
    client = client_of(cast.coordinator)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 16 * 60
    session.save()
    answer = client.post(factors_of(cast.nurse), {"check": "video", "reason": REASON})
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert Authenticator.objects.filter(user=cast.nurse.user).exists()


def test_the_page_of_a_member_offers_it_where_there_is_a_factor(cast, client_of):
    client = client_of(cast.coordinator)
    page = reverse("member_edit", args=["LIL", cast.nurse.pk])
    assert factors_of(cast.nurse) not in client.get(page).text
    lose(cast.nurse)
    assert factors_of(cast.nurse) in client.get(page).text
    own = client.get(reverse("member_edit", args=["LIL", cast.coordinator.pk])).text
    assert factors_of(cast.coordinator) not in own


# --- an account disabled for disuse -------------------------------------------------------------


@pytest.fixture
def dormant(cast) -> Membership:
    """The nurse, whose account nobody used for seven months."""
    long_ago = timezone.now() - datetime.timedelta(days=215)
    User.objects.filter(pk=cast.nurse.user_id).update(last_login=long_ago, date_joined=long_ago)
    retention.disable(User.objects.get(pk=cast.nurse.user_id), timezone.localdate())
    return Membership.objects.get(pk=cast.nurse.pk)


@pytest.mark.parametrize("role", ["coordinator", "manager"])
def test_a_disabled_account_is_listed_and_opens_again_with_what_it_had(
    cast, dormant, client_of, role, django_capture_on_commit_callbacks
):
    client = client_of(getattr(cast, role))
    members = reverse("members", args=["LIL"])
    assert reopening_of(dormant) in client.get(members).text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reopening_of(dormant), {"reason": "Retour de congé"})
    assert reopening_of(dormant) not in client.get(members).text
    assert client_of(dormant).get(cast.council.get_absolute_url()).status_code == 200
    line = AccessRecord.objects.get(action="reopen_account")
    assert (line.actor, line.reason) == (getattr(cast, role).user, "Retour de congé")
    (message,) = outbox.outbox
    assert message.to == [dormant.user.email]
    assert dormant.user.last_name not in message.body + message.alternatives[0][0]


def test_a_reopened_account_has_six_months_again(cast, dormant, viewer_of):
    accounts.reopen(dormant, by=viewer_of(cast.coordinator), reason="Retour de congé")
    today = timezone.localdate()
    for days in (0, 140):
        assert not retention.accounts_to_warn(today + datetime.timedelta(days=days)).exists()
    in_six_months = today + datetime.timedelta(days=155)
    assert retention.accounts_to_warn(in_six_months).filter(pk=dormant.user_id).exists()


def test_without_a_reason_it_stays_disabled(cast, dormant, client_of):
    page = client_of(cast.coordinator).post(reopening_of(dormant), {"reason": " "})
    assert page.context["form"].errors["reason"]
    assert not User.objects.get(pk=dormant.user_id).is_active


@pytest.mark.parametrize("name", ["landlord", "elected"])
def test_whoever_does_not_manage_members_reopens_nobody(cast, dormant, client_of, viewer_of, name):
    client = client_of(getattr(cast, name))
    assert client.post(reopening_of(dormant), {"reason": "Retour"}).status_code == 404
    with pytest.raises(Refused):
        accounts.reopen(dormant, by=viewer_of(getattr(cast, name)), reason="Retour")


def test_an_open_account_and_an_ended_membership_are_not_to_be_reopened(cast, dormant, client_of):
    client = client_of(cast.coordinator)
    assert client.get(reopening_of(cast.landlord)).status_code == 404
    Membership.objects.filter(pk=dormant.pk).update(end=timezone.localdate())
    assert client.get(reopening_of(dormant)).status_code == 404


def test_an_account_anonymised_in_the_meantime_stays_closed(cast, dormant, viewer_of):
    retention.anonymise(dormant.user, timezone.localdate())
    assert ledger.erased("account").exists()
    with pytest.raises(Refused):
        accounts.reopen(dormant, by=viewer_of(cast.coordinator), reason="Retour")


def test_a_disabled_account_has_no_session(dormant):
    assert not Session.objects.exists()
