"""The charter: read, signed, published, asked again."""

import pytest
from django.urls import reverse

from governance.decisions import Refused
from governance.models import CharterSignature, CharterVersion
from governance.services import charter as services
from tests import factories

NEW_TEXT = "Charte éthique\n\n1. Un seul article, nouveau."


def page(name="charter"):
    return reverse(name, args=["LIL"])


@pytest.fixture
def newcomer(cast):
    """A partner who has signed nothing yet."""
    return factories.member(
        cast.council, "nino.nouveau@demo.example", "partner", charter=False,
        organisation=cast.social_worker.organisation,
    )  # fmt: skip


@pytest.fixture
def publish(cast, viewer_of):
    def make(text=NEW_TEXT) -> CharterVersion:
        return services.publish(cast.council, text, by=viewer_of(cast.coordinator))

    return make


# --- reading and signing ------------------------------------------------------------------------


def test_every_member_reads_the_charter_in_paragraphs(cast, client_of):
    for membership in cast:
        text = client_of(membership).get(page()).text
        assert "<p>2. La personne d’abord." in text


def test_the_charter_of_another_council_is_unknown(cast, client_of):
    stranger = factories.member(factories.aissmc(), "noe.voisin@demo.example", "coordinator")
    assert client_of(stranger).get(page()).status_code == 404
    assert client_of(stranger).post(page(), {"agreed": "on", "version": 1}).status_code == 404


def test_a_newcomer_signs_and_goes_on(newcomer, client_of, viewer_of):
    client = client_of(newcomer)
    assert "Signer la charte" in client.get(page()).text
    assert not viewer_of(newcomer).may("take_part_council", newcomer.council)
    answer = client.post(page(), {"agreed": "on", "version": 1})
    assert answer["Location"] == reverse("council_home", args=["LIL"])
    assert viewer_of(newcomer).may("take_part_council", newcomer.council)
    text = client.get(page()).text
    assert "Signer la charte" not in text
    assert "Vous avez signé cette version" in text


def test_without_the_box_ticked_nothing_is_signed(newcomer, client_of):
    answer = client_of(newcomer).post(page(), {"version": 1})
    assert "Cochez la case" in answer.text
    assert not CharterSignature.objects.filter(user=newcomer.user).exists()


def test_signing_leads_back_to_where_the_charter_stopped_them(newcomer, client_of):
    answer = client_of(newcomer).post(
        f"{page()}?suite=/clsm/LIL/alertes/%3Fetat%3Dlue", {"agreed": "on", "version": 1}
    )
    assert answer["Location"] == "/clsm/LIL/alertes/?etat=lue"


@pytest.mark.parametrize(
    "address", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", ""]
)
def test_signing_never_leads_to_another_site(newcomer, client_of, address):
    answer = client_of(newcomer).post(f"{page()}?suite={address}", {"agreed": "on", "version": 1})
    assert answer["Location"] == reverse("council_home", args=["LIL"])


def test_nobody_signs_a_version_that_came_out_while_they_were_reading(newcomer, client_of, publish):
    publish()
    client = client_of(newcomer)
    answer = client.post(page(), {"agreed": "on", "version": 1}, follow=True)
    assert "relisez-la" in answer.text
    assert not CharterSignature.objects.filter(user=newcomer.user).exists()
    client.post(page(), {"agreed": "on", "version": 2})
    assert CharterSignature.objects.get(user=newcomer.user).version.number == 2


def test_signing_twice_changes_nothing(cast, client_of):
    before = CharterSignature.objects.get(user=cast.nurse.user).signed_at
    client_of(cast.nurse).post(page(), {"agreed": "on", "version": 1})
    assert CharterSignature.objects.get(user=cast.nurse.user).signed_at == before


def test_members_of_the_copil_read_the_charter_but_are_not_asked_to_sign(cast, client_of):
    member = factories.member(
        cast.council, "ana.elue@demo.example", "copil", college="elected", charter=False
    )
    assert "Signer la charte" not in client_of(member).get(page()).text


# --- a new version ------------------------------------------------------------------------------


def test_a_new_version_is_asked_of_everyone_again(cast, client_of, viewer_of, publish):
    assert viewer_of(cast.nurse).may("take_part_council", cast.council)
    version = publish()
    assert version.number == 2
    assert not viewer_of(cast.nurse).may("take_part_council", cast.council)
    assert not viewer_of(cast.coordinator).may("coordinate_council", cast.council)
    client = client_of(cast.nurse)
    assert "Un seul article, nouveau." in client.get(page()).text
    client.post(page(), {"agreed": "on", "version": 2})
    assert viewer_of(cast.nurse).may("take_part_council", cast.council)


def test_the_coordination_reads_the_new_version_over_before_publishing(cast, client_of):
    client = client_of(cast.coordinator)
    assert "2. La personne d’abord." in client.get(page("charter_edit")).text
    written = {"after": 1, "text": NEW_TEXT.replace("\n", "\r\n")}
    preview = client.post(page("charter_edit"), written).text
    assert "<p>1. Un seul article, nouveau.</p>" in preview
    assert CharterVersion.objects.count() == 1
    again = client.post(page("charter_edit"), {**written, "edit": ""}).text
    assert "<textarea" in again
    assert "Un seul article, nouveau." in again
    answer = client.post(page("charter_edit"), {**written, "publish": ""})
    assert answer["Location"] == page()
    assert CharterVersion.objects.get(number=2).text == NEW_TEXT


def test_the_same_text_is_not_a_new_version(cast, client_of):
    text = cast.council.charter_versions.get().text
    answer = client_of(cast.coordinator).post(
        page("charter_edit"), {"after": 1, "text": text, "publish": ""}
    )
    assert "Le texte n’a pas changé." in answer.text
    assert CharterVersion.objects.count() == 1


def test_two_coordinators_do_not_overwrite_each_other(cast, client_of, publish):
    publish()
    colleague = factories.member(cast.council, "carole.relais@demo.example", "coordinator")
    answer = client_of(colleague).post(
        page("charter_edit"), {"after": 1, "text": "Mon texte à moi", "publish": ""}
    )
    assert "La version 2 de la charte vient d’être publiée" in answer.text
    assert "Mon texte à moi" in answer.text
    assert CharterVersion.objects.count() == 2


@pytest.mark.parametrize("name", ["nurse", "elected", "manager"])
def test_only_the_coordination_publishes(cast, client_of, viewer_of, name):
    membership = getattr(cast, name)
    written = {"after": 1, "text": NEW_TEXT, "publish": ""}
    client = client_of(membership)
    assert client.get(page("charter_edit")).status_code == 404
    assert client.post(page("charter_edit"), written).status_code == 404
    assert page("charter_edit") not in client.get(page()).text
    with pytest.raises(Refused):
        services.publish(cast.council, NEW_TEXT, by=viewer_of(membership))
    assert CharterVersion.objects.count() == 1


# --- who signed ---------------------------------------------------------------------------------


def test_the_signatories_page_tells_who_signed_what_and_who_has_not(
    cast, newcomer, client_of, publish
):
    publish()
    client_of(cast.nurse).post(page(), {"agreed": "on", "version": 2})
    answer = client_of(cast.manager).get(page("charter_signatories"))
    missing = {member.user: signature for member, signature in answer.context["missing"]}
    assert missing.keys() == {
        m.user
        for m in (cast.coordinator, cast.landlord, cast.hygiene, cast.social_worker, cast.police,
                  newcomer)
    }  # fmt: skip
    assert missing[newcomer.user] is None
    assert missing[cast.landlord.user].version.number == 1
    assert "n’a signé aucune version" in answer.text
    assert [version.number for version in answer.context["versions"]] == [2, 1]


@pytest.mark.parametrize("name", ["nurse", "elected"])
def test_partners_and_the_copil_do_not_know_the_signatories(cast, client_of, name):
    assert client_of(getattr(cast, name)).get(page("charter_signatories")).status_code == 404
