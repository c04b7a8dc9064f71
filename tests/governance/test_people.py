"""Members: who sees them, who changes them, what ends with a membership."""

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from governance import grants
from governance.decisions import Refused
from governance.models import AccessRecord, Meeting, Membership
from governance.services import people
from tests import factories

REASON = {"reason": "Départ du service"}


def members_page():
    return reverse("members", args=["LIL"])


def end_page(membership):
    return reverse("member_end", args=["LIL", membership.pk])


def edit_page(membership):
    return reverse("member_edit", args=["LIL", membership.pk])


def standing_of(membership, **changes):
    return {
        "organisation": str(membership.organisation_id or ""),
        "profession": membership.profession,
        "profession_category": membership.profession_category,
        "secrecy_status": membership.secrecy_status,
        "college": membership.college,
        **changes,
    }


# --- who sees the members -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["coordinator", "manager"])
def test_the_coordination_and_the_technical_manager_see_the_members(cast, client_of, name):
    page = client_of(getattr(cast, name)).get(members_page()).text
    assert "Nora Cmp" in page
    assert "CMP du 59G23" in page
    assert "Charte signée" in page


@pytest.mark.parametrize("name", ["nurse", "landlord", "elected", "users_representative"])
@pytest.mark.parametrize("page", ["members", "member_invite"])
def test_partners_and_the_copil_do_not_know_the_members_pages(cast, client_of, name, page):
    client = client_of(getattr(cast, name))
    assert client.get(reverse(page, args=["LIL"])).status_code == 404


@pytest.mark.parametrize("name", ["nurse", "elected"])
@pytest.mark.parametrize("page", [edit_page, end_page])
def test_partners_and_the_copil_neither_change_nor_end_a_membership(cast, client_of, name, page):
    client = client_of(getattr(cast, name))
    assert client.get(page(cast.hygiene)).status_code == 404
    assert client.post(page(cast.hygiene), REASON).status_code == 404
    cast.hygiene.refresh_from_db()
    assert cast.hygiene.end is None


def test_the_coordination_of_another_council_does_not_know_these_members(cast, client_of):
    stranger = factories.member(factories.aissmc(), "noe.voisin@demo.example", "coordinator")
    client = client_of(stranger)
    assert client.get(members_page()).status_code == 404
    # Not even through the address of their own council.
    own = reverse("member_end", args=["AIS", cast.nurse.pk])
    assert client.post(own, REASON).status_code == 404


def test_a_passer_by_is_sent_to_the_sign_in_page(cast):
    assert reverse("account_login") in Client().get(members_page())["Location"]


def test_the_members_page_says_who_must_sign_the_new_charter(cast, client_of, viewer_of):
    cast.council.charter_versions.create(number=2, text="Autre texte")
    people.sign_charter(cast.coordinator.user, cast.council.charter_versions.get(number=2))
    page = client_of(cast.coordinator).get(members_page()).text
    assert page.count("Nouvelle charte à signer") == 5
    assert page.count("Charte signée le") == 1


def test_former_members_are_shown_apart(cast, client_of):
    people.end_membership(cast.nurse, by=cast.coordinator.user)
    answer = client_of(cast.coordinator).get(members_page())
    assert list(answer.context["former_members"]) == [cast.nurse]
    assert cast.nurse not in [
        row["membership"] for _, rows in answer.context["groups"] for row in rows
    ]


def test_the_members_page_takes_as_many_queries_for_thirty_members_as_for_five(
    council, client_of, viewer_of
):
    coordinator = factories.member(council, "camille.coordination@demo.example", "coordinator")
    service = factories.organisation(council, "CCAS", "ccas")

    def add(numbers):
        for number in numbers:
            factories.member(council, f"a.p{number}@demo.example", "partner", organisation=service)
            people.invite(
                council, by=viewer_of(coordinator), email=f"i{number}@demo.example",
                role="partner", organisation=service,
            )  # fmt: skip
            gone = factories.member(
                council, f"a.g{number}@demo.example", "partner", organisation=service
            )
            people.end_membership(gone, by=coordinator.user)

    def queries():
        client = client_of(coordinator)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(members_page()).status_code == 200
        return len(captured)

    add(range(5))
    few = queries()
    add(range(5, 30))
    assert queries() == few


# --- what binds a member ------------------------------------------------------------------------


def test_the_coordination_changes_what_binds_a_member_and_what_they_may_read(cast, client_of):
    assert not cast.hygiene.may_receive_health
    answer = client_of(cast.coordinator).post(
        edit_page(cast.hygiene),
        standing_of(cast.hygiene, profession="IDE", profession_category="health_professional"),
    )
    assert answer["Location"] == members_page()
    cast.hygiene.refresh_from_db()
    assert cast.hygiene.profession == "IDE"
    assert cast.hygiene.may_receive_health
    assert cast.hygiene.history.first().history_user == cast.coordinator.user


def test_the_technical_manager_reads_a_partner_but_cannot_change_them(cast, client_of):
    client = client_of(cast.manager)
    page = client.get(edit_page(cast.hygiene)).text
    assert "Service hygiène et santé" in page
    assert "profession_category" not in page
    changes = standing_of(cast.hygiene, profession_category="health_professional")
    assert client.post(edit_page(cast.hygiene), changes).status_code == 403
    cast.hygiene.refresh_from_db()
    assert cast.hygiene.profession_category == "town_service"


def test_a_partner_keeps_an_organisation(cast, client_of):
    answer = client_of(cast.coordinator).post(
        edit_page(cast.hygiene), standing_of(cast.hygiene, organisation="")
    )
    assert "organisation" in answer.context["form"].errors


def test_a_member_of_an_organisation_that_closed_may_still_be_changed(cast, client_of):
    cast.hygiene.organisation.active = False
    cast.hygiene.organisation.save()
    client_of(cast.coordinator).post(
        edit_page(cast.hygiene), standing_of(cast.hygiene, profession="Inspecteur")
    )
    cast.hygiene.refresh_from_db()
    assert cast.hygiene.profession == "Inspecteur"


def test_the_role_is_not_changed_by_the_form(cast, client_of):
    client_of(cast.coordinator).post(
        edit_page(cast.hygiene), standing_of(cast.hygiene, role="coordinator")
    )
    cast.hygiene.refresh_from_db()
    assert cast.hygiene.role == "partner"


def test_permanent_members_exist_only_where_the_council_has_some(cast, client_of):
    assert "permanent_member" not in client_of(cast.coordinator).get(edit_page(cast.nurse)).text
    cast.council.has_permanent_members = True
    cast.council.save()
    client_of(cast.coordinator).post(
        edit_page(cast.nurse), standing_of(cast.nurse, permanent_member="on")
    )
    cast.nurse.refresh_from_db()
    assert cast.nurse.permanent_member


# --- the end of a membership --------------------------------------------------------------------


def test_the_end_of_a_membership_closes_the_site_at_the_very_next_request(cast, client_of):
    open_session = client_of(cast.nurse)
    assert open_session.get(reverse("charter", args=["LIL"])).status_code == 200
    answer = client_of(cast.coordinator).post(end_page(cast.nurse), REASON)
    assert answer["Location"] == members_page()
    # The session is gone...
    answer = open_session.get(reverse("charter", args=["LIL"]))
    assert reverse("account_login") in answer["Location"]
    # ... and a new one opens nothing of this council.
    assert client_of(cast.nurse).get(reverse("charter", args=["LIL"])).status_code == 404


def test_the_end_of_a_membership_ends_the_sessions_of_that_person_alone(cast, client_of):
    client_of(cast.nurse)
    client_of(cast.nurse)
    client_of(cast.hygiene)
    people.end_membership(cast.nurse, by=cast.coordinator.user)
    assert [s.get_decoded()["_auth_user_id"] for s in Session.objects.all()] == [
        str(cast.hygiene.user_id)
    ]


def test_the_end_of_a_membership_takes_guardians_rows_back(cast):
    meeting = Meeting.objects.create(
        council=cast.council, venue="practice_exchange", starts_at=timezone.now(),
        ends_at=timezone.now() + datetime.timedelta(hours=2),
    )  # fmt: skip
    for membership in (cast.nurse, cast.hygiene):
        grants.grant(membership.user, "view_meeting", meeting)
    people.end_membership(cast.nurse, by=cast.coordinator.user)
    assert grants.council_permissions(cast.nurse.user) == {}
    assert list(grants.holders("view_meeting", meeting)) == [cast.hygiene.user]


def test_somebody_who_comes_back_finds_no_former_meeting_open(cast, viewer_of):
    meeting = Meeting.objects.create(
        council=cast.council, venue="practice_exchange", starts_at=timezone.now(),
        ends_at=timezone.now() + datetime.timedelta(hours=2),
    )  # fmt: skip
    grants.grant(cast.nurse.user, "view_meeting", meeting)
    people.end_membership(cast.nurse, by=cast.coordinator.user)
    back = factories.member(
        cast.council, cast.nurse.user.email, "partner", organisation=cast.landlord.organisation
    )
    assert not grants.granted(back.user, "view_meeting", Meeting).exists()


def test_what_another_role_still_gives_is_kept(cast):
    factories.member(cast.council, cast.coordinator.user.email, "manager")
    factories.member(cast.council, "carole.relais@demo.example", "coordinator")
    people.end_membership(cast.coordinator, by=cast.manager.user)
    assert grants.council_permissions(cast.coordinator.user) == {
        cast.council.pk: frozenset({"manage_council"})
    }


def test_the_reason_is_asked_and_kept_in_the_journal(cast, client_of):
    client = client_of(cast.coordinator)
    assert client.post(end_page(cast.nurse), {"reason": " "}).context["form"].errors
    cast.nurse.refresh_from_db()
    assert cast.nurse.end is None
    client.post(end_page(cast.nurse), REASON)
    record = AccessRecord.objects.get(action="revoke", target_id=cast.nurse.pk)
    assert (record.actor, record.reason) == (cast.coordinator.user, "Départ du service")


def test_a_get_ends_nothing(cast, client_of):
    client_of(cast.coordinator).get(end_page(cast.nurse))
    cast.nurse.refresh_from_db()
    assert cast.nurse.end is None


def test_the_only_coordinator_cannot_leave(cast, client_of):
    client = client_of(cast.coordinator)
    assert "la seule personne à coordonner" in client.get(end_page(cast.coordinator)).text
    assert client.post(end_page(cast.coordinator), REASON).status_code == 403
    assert Membership.objects.active().filter(pk=cast.coordinator.pk).exists()


def test_a_coordinator_leaves_when_another_one_stays(cast, client_of):
    factories.member(cast.council, "carole.relais@demo.example", "coordinator")
    client = client_of(cast.coordinator)
    answer = client.post(end_page(cast.coordinator), REASON)
    assert answer["Location"] == reverse("home")
    assert "_auth_user_id" not in client.session
    assert not Membership.objects.active().filter(pk=cast.coordinator.pk).exists()


def test_the_technical_manager_closes_the_access_of_the_only_coordinator(cast, client_of):
    client_of(cast.manager).post(end_page(cast.coordinator), REASON)
    assert not Membership.objects.active().filter(pk=cast.coordinator.pk).exists()


def test_the_service_refuses_that_the_only_coordinator_leaves(cast):
    with pytest.raises(Refused):
        people.end_membership(cast.coordinator, by=cast.coordinator.user)


def test_a_membership_that_had_not_begun_never_begins(cast):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    later = factories.member(cast.council, "tard@demo.example", "manager", start=tomorrow)
    people.end_membership(later, by=cast.coordinator.user)
    assert not Membership.objects.active(tomorrow).filter(pk=later.pk).exists()


# --- one's own account --------------------------------------------------------------------------


def test_everyone_has_a_page_of_their_own_account(cast, client_of):
    for membership in cast:
        page = client_of(membership).get(reverse("my_account")).text
        assert "CLSM de Lille" in page
        assert membership.user.email in page
        assert reverse("account_change_password") in page
        assert reverse("account_email") in page
        assert reverse("account_logout") in page


def test_the_account_page_leads_to_the_charters_to_sign(cast, client_of):
    address = reverse("charter", args=["LIL"])
    assert address not in client_of(cast.nurse).get(reverse("my_account")).text
    cast.council.charter_versions.create(number=2, text="Autre texte")
    assert address in client_of(cast.nurse).get(reverse("my_account")).text
    assert address not in client_of(cast.elected).get(reverse("my_account")).text


def test_an_account_without_a_council_says_what_to_do(cast, client_of):
    people.end_membership(cast.nurse, by=cast.coordinator.user)
    page = client_of(cast.nurse).get(reverse("my_account")).text
    assert "Demandez une invitation" in page
