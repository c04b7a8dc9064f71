"""The council's organisations."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.models import Organisation
from governance.services import people
from tests import factories


def list_page(**filters):
    return reverse("organisations", args=["LIL"], query=filters)


def edit_page(organisation):
    return reverse("organisation_edit", args=["LIL", organisation.pk])


def names(answer):
    return [organisation.name for organisation in answer.context["page_obj"]]


def form(**changes):
    return {
        "name": "Maison des aidants",
        "kind": "other",
        "phone": "",
        "email": "",
        "missions": "",
        "active": "on",
        **changes,
    }


@pytest.mark.parametrize("name", ["coordinator", "manager"])
def test_the_coordination_and_the_technical_manager_see_the_organisations(cast, client_of, name):
    answer = client_of(getattr(cast, name)).get(list_page())
    assert names(answer) == [
        "CCAS", "CLSPD", "CMP du 59G23", "Habitat du Nord", "Service hygiène et santé",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["nurse", "elected"])
def test_partners_and_the_copil_do_not_know_these_pages(cast, client_of, name):
    client = client_of(getattr(cast, name))
    for address in (
        list_page(),
        reverse("organisation_new", args=["LIL"]),
        edit_page(cast.nurse.organisation),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, form()).status_code in (404, 405)
    assert Organisation.objects.count() == 5


def test_an_organisation_of_another_council_is_unknown(cast, client_of):
    elsewhere = factories.organisation(factories.aissmc(), "Ailleurs", "ccas")
    client = client_of(cast.coordinator)
    assert client.get(edit_page(elsewhere)).status_code == 404
    assert "Ailleurs" not in names(client.get(list_page()))


def test_organisations_are_found_by_name_and_type(cast, client_of):
    client = client_of(cast.coordinator)
    assert names(client.get(list_page(q="cmp"))) == ["CMP du 59G23"]
    assert names(client.get(list_page(kind="ccas"))) == ["CCAS"]
    assert names(client.get(list_page(q="cmp", kind="ccas"))) == []
    assert len(names(client.get(list_page(kind="nonsense")))) == 5


def test_members_of_today_are_counted(cast, client_of):
    former = factories.member(
        cast.council, "fanny.partie@demo.example", "partner", organisation=cast.nurse.organisation
    )
    people.end_membership(former, by=cast.coordinator.user)
    (found,) = client_of(cast.coordinator).get(list_page(q="cmp")).context["page_obj"]
    assert found.member_count == 1


def test_an_organisation_is_written_down_in_the_council_of_the_address(cast, client_of):
    answer = client_of(cast.coordinator).post(
        reverse("organisation_new", args=["LIL"]), form(missions="Écoute. Pas de domicile.")
    )
    assert answer["Location"] == list_page()
    written = Organisation.objects.get(name="Maison des aidants")
    assert (written.council, written.missions) == (cast.council, "Écoute. Pas de domicile.")


def test_a_name_is_written_down_once(cast, client_of):
    answer = client_of(cast.coordinator).post(
        reverse("organisation_new", args=["LIL"]), form(name="ccas")
    )
    assert "déjà inscrit" in answer.context["form"].errors["name"][0]
    assert Organisation.objects.count() == 5


def test_an_organisation_that_closes_is_no_longer_proposed(cast, client_of):
    client = client_of(cast.manager)
    closing = cast.police.organisation
    client.post(edit_page(closing), form(name=closing.name, kind=closing.kind, active=""))
    assert names(client.get(list_page()))[-1] == "CLSPD"
    invitation = client_of(cast.coordinator).get(reverse("member_invite", args=["LIL"]))
    assert closing not in invitation.context["form"].fields["organisation"].queryset


def test_the_list_takes_as_many_queries_for_thirty_organisations_as_for_five(cast, client_of):
    def queries():
        client = client_of(cast.coordinator)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(list_page()).status_code == 200
        return len(captured)

    few = queries()
    for number in range(25):
        factories.organisation(cast.council, f"Association {number}", "other")
    assert queries() == few


def test_a_long_list_has_pages_that_keep_the_filters(cast, client_of):
    for number in range(51):
        factories.organisation(cast.council, f"Association {number}", "other")
    answer = client_of(cast.coordinator).get(list_page(q="association", page="2"))
    assert len(names(answer)) == 1
    assert "q=association&amp;page=1" in answer.text
