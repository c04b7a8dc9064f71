"""Inviting by mail, and what the link opens, once."""

import datetime
import re
from importlib import import_module

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.messages import get_messages
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django.urls import reverse

from governance.decisions import Refused
from governance.models import AccessRecord, Invitation, Membership, User
from governance.services import people
from tests import factories

PASSWORD = "violette sur un quai de gare"
ADDRESS = "nadia.nouvelle@demo.example"


def link(invitation):
    """The link of the last mail to the invited address: nothing else holds it."""
    message = next(m for m in reversed(outbox.outbox) if m.to == [invitation.email])
    return re.search(r"/invitation/[^/\s]+/", message.body)[0]


@pytest.fixture
def invite(cast, viewer_of, django_capture_on_commit_callbacks):
    """Invite an address as a partner of the CCAS, unless told otherwise; the mail leaves."""

    def make(email=ADDRESS, by=cast.coordinator, role="partner", **standing):
        if role == "partner":
            standing.setdefault("organisation", cast.social_worker.organisation)
        with django_capture_on_commit_callbacks(execute=True):
            return people.invite(by.council, by=viewer_of(by), email=email, role=role, **standing)

    return make


def form_of(membership, **changes):
    return {
        "email": ADDRESS,
        "role": "partner",
        "organisation": str(membership.organisation_id),
        "profession": "Assistante sociale",
        "profession_category": "social_worker",
        "secrecy_status": "law",
        "college": "",
        **changes,
    }


def open_account(client, invitation, **changes):
    return client.post(
        link(invitation),
        {
            "first_name": "Nadia",
            "last_name": "Nouvelle",
            "password1": PASSWORD,
            "password2": PASSWORD,
            **changes,
        },
    )


# --- the coordination invites -------------------------------------------------------------------


def test_the_coordination_invites_a_partner_who_gets_a_mail_without_a_name(
    cast, client_of, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(cast.coordinator).post(
            reverse("member_invite", args=["LIL"]), form_of(cast.social_worker)
        )
    assert answer["Location"] == reverse("members", args=["LIL"])
    invitation = Invitation.objects.get()
    (message,) = outbox.outbox
    assert message.to == [ADDRESS]
    assert message.subject == "LIL : répondre à l’invitation"
    whole = message.subject + message.body + message.alternatives[0][0]
    assert link(invitation) in message.alternatives[0][0]
    assert "Camille" not in whole
    assert "Nadia" not in whole.replace(ADDRESS, "")


def test_an_invitation_that_is_rolled_back_sends_nothing(
    cast, viewer_of, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        people.invite(
            cast.council, by=viewer_of(cast.coordinator), email=ADDRESS, role="coordinator"
        )
        assert outbox.outbox == []
    assert len(callbacks) == 1


def test_the_journal_tells_of_the_invitation(cast, invite):
    invitation = invite()
    record = AccessRecord.objects.get(action="invite")
    assert (record.actor, record.target_id) == (cast.coordinator.user, invitation.pk)


def test_whoever_reads_the_database_opens_no_invitation(invite, client):
    invitation = invite()
    token = link(invitation).split("/")[2]
    assert client.get(link(invitation)).status_code == 200
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names from the database
            assert token not in str(cursor.fetchall()), table
    invitation.refresh_from_db()
    stolen = reverse("invitation", args=[invitation.token_digest])
    assert client.get(stolen).status_code == 404


def test_a_link_sent_before_digests_were_kept_still_opens(cast, client):
    token = "un-jeton-en-clair"
    invitation = Invitation.objects.create(
        council=cast.council,
        email=ADDRESS,
        role="copil",
        invited_by=cast.coordinator.user,
        token_digest=token,
    )
    import_module("governance.migrations.0003_invitation_digests").forward(apps, None)
    assert client.get(reverse("invitation", args=[token])).status_code == 200
    invitation.refresh_from_db()
    assert len(invitation.token_digest) == 64


def test_the_technical_manager_invites_a_coordinator_but_no_partner(cast, client_of):
    client = client_of(cast.manager)
    address = reverse("member_invite", args=["LIL"])
    client.post(address, form_of(cast.social_worker))
    assert not Invitation.objects.exists()
    client.post(address, form_of(cast.social_worker, role="coordinator", organisation=""))
    assert Invitation.objects.get().role == "coordinator"


def test_the_service_refuses_a_partner_invited_by_the_technical_manager(cast, invite):
    with pytest.raises(Refused):
        invite(by=cast.manager)


def test_a_partner_needs_an_organisation_and_a_copil_member_a_college(cast, client_of):
    client = client_of(cast.coordinator)
    address = reverse("member_invite", args=["LIL"])
    answer = client.post(address, form_of(cast.social_worker, organisation=""))
    assert "organisation" in answer.context["form"].errors
    answer = client.post(address, form_of(cast.social_worker, role="copil", organisation=""))
    assert "college" in answer.context["form"].errors
    assert not Invitation.objects.exists()


def test_an_organisation_of_another_council_cannot_be_chosen(cast, client_of):
    elsewhere = factories.organisation(factories.aissmc(), "Ailleurs", "ccas")
    answer = client_of(cast.coordinator).post(
        reverse("member_invite", args=["LIL"]),
        form_of(cast.social_worker, organisation=str(elsewhere.pk)),
    )
    assert "organisation" in answer.context["form"].errors


def test_a_member_is_not_invited_again_in_the_same_role(cast, client_of):
    answer = client_of(cast.coordinator).post(
        reverse("member_invite", args=["LIL"]),
        form_of(cast.social_worker, email="Sofia.CCAS@demo.example"),
    )
    assert "déjà ce rôle" in answer.context["form"].errors["email"][0]


def test_an_address_is_not_invited_twice_in_the_same_role(cast, client_of, invite):
    invite()
    answer = client_of(cast.coordinator).post(
        reverse("member_invite", args=["LIL"]), form_of(cast.social_worker)
    )
    assert "déjà invitée" in answer.context["form"].errors["email"][0]


def test_the_form_does_not_tell_that_an_address_has_an_account_elsewhere(cast, client_of):
    elsewhere = factories.aissmc()
    factories.member(elsewhere, ADDRESS, "copil", college="elected")
    answer = client_of(cast.coordinator).post(
        reverse("member_invite", args=["LIL"]), form_of(cast.social_worker)
    )
    assert answer.status_code == 302


def test_resending_gives_a_new_link_and_closes_the_former(
    cast, client_of, invite, client, django_capture_on_commit_callbacks
):
    former = invite()
    former_link = link(former)
    with django_capture_on_commit_callbacks(execute=True):
        client_of(cast.coordinator).post(reverse("invitation_resend", args=["LIL", former.pk]))
    renewed = Invitation.objects.get()
    assert link(renewed) != former_link
    assert client.get(former_link).status_code == 404
    assert client.get(link(renewed)).status_code == 200
    assert renewed.organisation == former.organisation


def test_a_cancelled_invitation_opens_nothing(cast, client_of, invite, client):
    invitation = invite()
    client_of(cast.manager).post(reverse("invitation_cancel", args=["LIL", invitation.pk]))
    assert client.get(link(invitation)).status_code == 404
    assert AccessRecord.objects.filter(action="revoke", target_id=invitation.pk).exists()


@pytest.mark.parametrize("name", ["invitation_resend", "invitation_cancel"])
def test_an_invitation_of_another_council_is_unknown(cast, client_of, name, viewer_of):
    elsewhere = factories.aissmc()
    other = factories.member(elsewhere, "autre@demo.example", "coordinator")
    invitation = people.invite(elsewhere, by=viewer_of(other), email=ADDRESS, role="manager")
    answer = client_of(cast.coordinator).post(reverse(name, args=["LIL", invitation.pk]))
    assert answer.status_code == 404
    assert Invitation.objects.filter(pk=invitation.pk).exists()


# --- a new person answers -----------------------------------------------------------------------


def test_a_new_person_chooses_a_name_and_a_password_and_comes_to_the_charter(client, invite):
    invitation = invite(profession="Assistante sociale", secrecy_status="law")
    page = client.get(link(invitation))
    assert ADDRESS in page.text
    assert "Partenaire" in page.text
    answer = open_account(client, invitation)
    assert answer["Location"] == reverse("charter", args=["LIL"])
    user = User.objects.get(email=ADDRESS)
    assert user.get_full_name() == "Nadia Nouvelle"
    assert user.check_password(PASSWORD)
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == (ADDRESS, True, True)
    membership = Membership.objects.get(user=user)
    assert (membership.role, membership.profession) == ("partner", "Assistante sociale")
    assert membership.secrecy_status == "law"
    assert client.get(answer["Location"]).status_code == 200


def test_a_new_member_has_the_permissions_of_the_role(client, invite, viewer_of):
    open_account(client, invite())
    membership = Membership.objects.get(user__email=ADDRESS)
    viewer = viewer_of(membership)
    assert not viewer.may("take_part_council", membership.council)
    people.sign_charter(membership.user, membership.council.charter_versions.get())
    assert viewer_of(membership).may("take_part_council", membership.council)


def test_a_new_copil_member_who_signs_no_charter_comes_to_the_council(client, invite):
    answer = open_account(client, invite(role="copil", college="elected"))
    assert answer["Location"] == reverse("council_home", args=["LIL"])


@pytest.mark.parametrize(
    "changes",
    [
        {"password1": "court", "password2": "court"},
        {"password1": "123456789012345678", "password2": "123456789012345678"},
        {"password1": "nadia.nouvelle@demo", "password2": "nadia.nouvelle@demo"},
        {"password1": "CLSM de Lille 2026", "password2": "CLSM de Lille 2026"},
        {"password2": "autre chose que le premier"},
        {"first_name": ""},
        {"last_name": ""},
    ],
    ids=[
        "short",
        "digits",
        "like the address",
        "like the council",
        "mismatch",
        "no first name",
        "no last name",
    ],
)
def test_a_bad_answer_opens_no_account_and_leaves_the_invitation_open(client, invite, changes):
    invitation = invite()
    answer = open_account(client, invitation, **changes)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not User.objects.filter(email=ADDRESS).exists()
    assert client.get(link(invitation)).status_code == 200


def test_the_address_of_the_account_is_the_invited_one_whatever_is_posted(client, invite):
    open_account(client, invite(), email="camille.coordination@demo.example")
    assert Membership.objects.filter(user__email=ADDRESS).exists()


# --- once, in time, else 404 --------------------------------------------------------------------


def test_a_used_an_expired_and_an_unknown_link_answer_alike(client, invite):
    used, expired = invite(), invite("autre@demo.example")
    open_account(Client(), used)
    Invitation.objects.filter(pk=expired.pk).update(
        expires_at=expired.created_at - datetime.timedelta(seconds=1)
    )
    answers = [
        client.get(address)
        for address in (link(used), link(expired), reverse("invitation", args=["inconnu"]))
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({answer.text for answer in answers}) == 1


def test_a_link_works_for_fourteen_days(client, invite):
    invitation = invite()
    with time_machine.travel(invitation.created_at) as clock:
        clock.shift(datetime.timedelta(days=13, hours=23))
        assert client.get(link(invitation)).status_code == 200
        clock.shift(datetime.timedelta(hours=2))
        assert client.get(link(invitation)).status_code == 404


def test_a_link_opens_one_account_only(client, invite):
    invitation = invite()
    open_account(Client(), invitation)
    assert open_account(client, invitation, first_name="Autre").status_code == 404
    assert Membership.objects.filter(user__email=ADDRESS).count() == 1


def test_of_two_answers_at_the_same_time_the_second_is_refused(cast, invite):
    first = invite()
    second = Invitation.objects.get(pk=first.pk)
    people.open_account(first, first_name="Nadia", last_name="Nouvelle", password=PASSWORD)
    with pytest.raises(Refused):
        people.open_account(second, first_name="Autre", last_name="Autre", password=PASSWORD)


def test_an_invitation_page_is_kept_by_no_cache_and_sent_to_no_other_site(client, invite):
    answer = client.get(link(invite()))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


# --- somebody who has an account ----------------------------------------------------------------


@pytest.fixture
def neighbour(db):
    """A coordinator of another council."""
    return factories.member(factories.aissmc(), "noe.voisin@demo.example", "coordinator")


def test_somebody_with_an_account_signs_in_before_accepting(client, invite, neighbour):
    invitation = invite(neighbour.user.email)
    page = client.get(link(invitation))
    assert f"{reverse('account_login')}?next={link(invitation)}" in page.text
    open_account(client, invitation)
    assert neighbour.user.memberships.count() == 1
    assert User.objects.get(pk=neighbour.user_id).check_password(factories.PASSWORD)


def test_signing_in_leads_back_to_the_invitation(client, invite, neighbour):
    EmailAddress.objects.create(
        user=neighbour.user, email=neighbour.user.email, verified=True, primary=True
    )
    invitation = invite(neighbour.user.email)
    answer = client.post(
        f"{reverse('account_login')}?next={link(invitation)}",
        {"login": neighbour.user.email, "password": factories.PASSWORD},
    )
    assert answer["Location"] == link(invitation)


def test_an_account_holder_accepts_by_a_post_only(client_of, invite, neighbour):
    invitation = invite(neighbour.user.email.upper())
    client = client_of(neighbour)
    assert client.get(link(invitation)).status_code == 200
    assert neighbour.user.memberships.count() == 1
    answer = client.post(link(invitation))
    assert answer["Location"] == reverse("charter", args=["LIL"])
    assert {m.council.code for m in neighbour.user.memberships.all()} == {"AIS", "LIL"}
    assert client.post(link(invitation)).status_code == 404


def test_an_account_is_known_by_its_second_verified_address(client, client_of, invite, neighbour):
    EmailAddress.objects.create(user=neighbour.user, email=ADDRESS, verified=True)
    invitation = invite(ADDRESS)
    assert reverse("account_login") in client.get(link(invitation)).text
    client_of(neighbour).post(link(invitation))
    assert neighbour.user.memberships.count() == 2


def test_somebody_elses_session_neither_accepts_nor_opens_an_account(
    cast, client_of, invite, neighbour
):
    client = client_of(cast.nurse)
    for invitation in (invite(neighbour.user.email), invite(ADDRESS)):
        assert "autre adresse" in client.get(link(invitation)).text
        assert "autre adresse" in open_account(client, invitation).text
        invitation.refresh_from_db()
        assert invitation.accepted_at is None
    assert not User.objects.filter(email=ADDRESS).exists()


def test_the_service_refuses_an_invitation_meant_for_somebody_else(cast, invite, neighbour):
    with pytest.raises(Refused):
        people.accept_invitation(invite(neighbour.user.email), cast.nurse.user)


def test_accepting_a_role_held_in_the_meantime_says_so(cast, client_of, invite, neighbour):
    invitation = invite(neighbour.user.email)
    people.add_member(
        neighbour.user,
        cast.council,
        "partner",
        by=cast.coordinator.user,
        organisation=cast.nurse.organisation,
    )
    answer = client_of(neighbour).post(link(invitation))
    assert [str(m) for m in get_messages(answer.wsgi_request)] == ["Cette personne a déjà ce rôle."]
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
