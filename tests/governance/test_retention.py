"""Accounts, invitations and the journal of accesses run out; the calendar that counts it."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from governance import grants, journal, terms
from governance.models import AccessRecord, Invitation, User
from governance.roles import MANAGE
from governance.services import retention
from governance.viewer import Viewer
from tests import factories

NOW = timezone.now()


def signed_in(membership, *, days_ago: int, warned_days_ago: int | None = 40) -> User:
    """The member signed in so long ago, and was warned since."""
    warned = warned_days_ago and today() - datetime.timedelta(days=warned_days_ago)
    User.objects.filter(pk=membership.user_id).update(
        last_login=NOW - datetime.timedelta(days=days_ago), disabling_announced_on=warned
    )
    return User.objects.get(pk=membership.user_id)


def today() -> datetime.date:
    return timezone.localdate()


# --- the calendar -------------------------------------------------------------------------------


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)), st.integers(1, 30))
def test_a_day_is_due_on_the_first_day_whose_months_before_reach_it(day, months):
    due = terms.months_after(day, months)
    assert terms.months_before(due, months) >= day
    assert terms.months_before(due - datetime.timedelta(days=1), months) < day


def test_the_last_of_a_month_counts_as_such():
    assert terms.months_before(datetime.date(2026, 8, 31), 6) == datetime.date(2026, 2, 28)
    assert terms.months_after(datetime.date(2024, 2, 29), 24) == datetime.date(2026, 3, 1)


# --- accounts -----------------------------------------------------------------------------------


def test_an_account_unused_for_six_months_is_disabled_and_opens_nothing(cast, client_of):
    client = client_of(cast.nurse)
    user = signed_in(cast.nurse, days_ago=200)
    signed_in(cast.landlord, days_ago=150)
    assert list(retention.accounts_to_disable(today())) == [user]
    retention.disable(user, today())
    assert client.get(cast.council.get_absolute_url()).status_code == 302
    assert not Viewer(User.objects.get(pk=user.pk)).memberships
    assert AccessRecord.objects.filter(action="disable", target_id=user.pk).count() == 1
    assert not retention.accounts_to_disable(today()).exists()


def test_an_account_never_used_counts_from_its_creation(cast):
    User.objects.filter(pk=cast.nurse.user_id).update(
        date_joined=NOW - datetime.timedelta(days=200),
        disabling_announced_on=today() - datetime.timedelta(days=30),
    )
    assert [u.pk for u in retention.accounts_to_disable(today())] == [cast.nurse.user_id]


def test_the_last_coordination_of_a_council_keeps_its_account(cast):
    signed_in(cast.coordinator, days_ago=400)
    assert not retention.accounts_to_disable(today()).exists()


def test_of_two_unused_coordinations_the_longest_unused_is_disabled_and_the_other_stays(cast):
    second = factories.member(cast.council, "claire.coordination@demo.example", "coordinator")
    signed_in(second, days_ago=300)
    oldest = signed_in(cast.coordinator, days_ago=400)
    assert list(retention.accounts_to_disable(today())) == [oldest]
    retention.disable(oldest, today())
    assert not retention.accounts_to_disable(today()).exists()


@pytest.mark.parametrize(("days_ago", "warned"), [(145, False), (160, True), (400, True)])
def test_a_mail_warns_once_30_days_before_an_account_is_disabled(
    cast, days_ago, warned, django_capture_on_commit_callbacks
):
    user = signed_in(cast.nurse, days_ago=days_ago, warned_days_ago=None)
    for expected in (1, 0):
        due = list(retention.accounts_to_warn(today()))
        assert due == ([user] if warned and expected else [])
        with django_capture_on_commit_callbacks(execute=True):
            for each in due:
                retention.warn(each, today())
    assert len(outbox.outbox) == warned
    for message in outbox.outbox:
        assert message.to == [user.email]
        end = today() + datetime.timedelta(days=30)
        assert f"{end:%d/%m/%Y}" in message.body
        assert f"{end:%d/%m/%Y}" in message.alternatives[0][0]
        assert user.last_name not in message.body + message.alternatives[0][0]


@pytest.mark.parametrize(("warned_days_ago", "goes"), [(None, False), (29, False), (30, True)])
def test_nobody_is_disabled_without_30_days_of_warning(cast, warned_days_ago, goes):
    signed_in(cast.nurse, days_ago=300, warned_days_ago=warned_days_ago)
    assert retention.accounts_to_disable(today()).exists() is goes


def test_a_warning_from_before_the_last_sign_in_counts_no_more(cast):
    user = signed_in(cast.nurse, days_ago=200, warned_days_ago=300)
    assert not retention.accounts_to_disable(today()).exists()
    assert list(retention.accounts_to_warn(today())) == [user]


def test_whoever_signs_in_after_the_warning_keeps_their_account(cast):
    signed_in(cast.nurse, days_ago=3)
    assert not retention.accounts_to_disable(today()).exists()
    assert not retention.accounts_to_warn(today()).exists()


def test_an_account_unused_for_two_years_loses_its_name_and_keeps_its_row(cast):
    user = signed_in(cast.nurse, days_ago=800)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Invitation.objects.create(
        council=cast.council, email=user.email, role="copil", invited_by=cast.coordinator.user
    )
    cast.nurse.profession = "Infirmière au CMP"
    cast.nurse.save()
    journal.record(user, "export", cast.council, council=cast.council)
    assert not retention.accounts_to_anonymise(today()).exists(), "disabled first"
    retention.disable(user, today())
    assert list(retention.accounts_to_anonymise(today())) == [user]
    retention.anonymise(user, today())
    user.refresh_from_db()
    assert str(user) == "Compte effacé"
    assert user.email == f"{user.pk}@compte-efface.invalid"
    assert not user.has_usable_password()
    assert not user.is_active
    assert not User.history.filter(id=user.pk).exists()
    assert not EmailAddress.objects.exists()
    assert not Invitation.objects.exists()
    assert not Invitation.history.exists()
    membership = user.memberships.get()
    assert (membership.profession, membership.end) == ("", today())
    assert not type(membership).history.filter(profession__gt="").exists()
    assert cast.council.pk not in grants.council_permissions(user)
    assert AccessRecord.objects.filter(actor=user, action="export").exists()
    assert journal.broken_link() is None
    assert not retention.accounts_to_anonymise(today()).exists()


# --- invitations and journal --------------------------------------------------------------------


@pytest.mark.parametrize(("days_ago", "goes"), [(29, False), (32, True)])
def test_an_invitation_goes_30_days_after_its_link_expired(cast, days_ago, goes):
    invitation = Invitation.objects.create(
        council=cast.council,
        email="nouvelle@demo.example",
        role="copil",
        invited_by=cast.coordinator.user,
        expires_at=NOW - datetime.timedelta(days=days_ago),
    )
    assert retention.expired_invitations(today()).exists() == goes
    if goes:
        retention.delete_invitation(invitation, today())
        assert not Invitation.objects.exists()
        assert not Invitation.history.exists()


def test_an_accepted_invitation_stays(cast):
    long_ago = NOW - datetime.timedelta(days=300)
    Invitation.objects.create(
        council=cast.council, email="a@demo.example", role="copil", expires_at=long_ago,
        invited_by=cast.coordinator.user, accepted_at=long_ago,
    )  # fmt: skip
    assert not retention.expired_invitations(today()).exists()


def test_the_journal_loses_what_is_older_than_twelve_months_and_its_chain_holds(db):
    for days in (800, 400, 380, 300, 10):
        factories.access_line(at=NOW - datetime.timedelta(days=days))
    retention.old_accesses(today()).delete()
    assert AccessRecord.objects.count() == 2
    assert journal.broken_link() is None
    journal.record(None, "export", factories.lille(), council=None)
    assert journal.broken_link() is None


def test_a_day_to_come_never_takes_a_line_that_the_database_refuses_to_lose(db):
    factories.access_line(at=NOW - datetime.timedelta(days=300))
    retention.old_accesses(today() + datetime.timedelta(days=900)).delete()
    assert AccessRecord.objects.count() == 1


def test_an_old_line_after_a_young_one_waits_so_that_the_chain_keeps_its_links(db):
    factories.access_line(at=NOW - datetime.timedelta(days=10))
    factories.access_line(at=NOW - datetime.timedelta(days=500))
    retention.old_accesses(today()).delete()
    assert AccessRecord.objects.count() == 2


def test_sessions_that_ran_out_go(cast, client_of):
    from django.contrib.sessions.models import Session

    client_of(cast.nurse)
    Session.objects.update(expire_date=NOW - datetime.timedelta(hours=1))
    client_of(cast.landlord)
    retention.clear_sessions()
    assert Session.objects.count() == 1


# --- the setting --------------------------------------------------------------------------------


@pytest.mark.parametrize(("months", "accepted"), [(6, True), (24, True), (25, False), (5, False)])
def test_a_council_shortens_but_never_lengthens_the_term_of_its_situations(
    cast, client_of, months, accepted
):
    client = client_of(cast.coordinator)
    address = f"{cast.council.get_absolute_url()}reglages/conseil/"
    form = client.get(address).context["form"]
    answers = {name: form[name].value() for name in form.fields}
    answers = {name: "" if value is None else value for name, value in answers.items()}
    response = client.post(address, {**answers, "retention_months": months})
    cast.council.refresh_from_db()
    assert (response.status_code == 302) == accepted
    assert cast.council.retention_months == (months if accepted else 24)


def test_the_technical_manager_knows_nothing_of_what_goes(cast, client_of):
    assert MANAGE in grants.council_permissions(cast.manager.user)[cast.council.pk]
    settings = client_of(cast.manager).get(f"{cast.council.get_absolute_url()}reglages/")
    assert "conservation" not in settings.content.decode()
