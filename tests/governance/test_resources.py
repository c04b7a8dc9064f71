"""The directory of local resources: read by all members, kept by the coordination; the replies."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from governance import search
from governance.models import PreparedReply, Resource
from governance.prepared_replies import first_replies
from governance.selectors import resources_of_place
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(council):
    """A mobile team for one sector and one town."""
    team = Resource.objects.create(
        council=council,
        name="Équipe mobile",
        purpose="Rencontre les personnes qui ne sortent plus de chez elles.",
        audience="Adultes",
        limits="Sur rendez-vous",
        places="Wazemmes\nRue des Œillets\nPlace de la République",
        phone="01 99 00 00 30",
    )
    team.towns.add(council.towns.get(name="Lille"))
    team.sectors.add(council.sectors.get(code="59G23"))
    return team


@pytest.fixture
def listening(council):
    """A help line for the whole territory."""
    return Resource.objects.create(
        council=council, name="Écoute des aidants", purpose="Soutient l’entourage, par téléphone."
    )


def found(client, **query):
    page = client.get(reverse("resources", args=["LIL"]), query)
    assert page.status_code == 200
    return [each.name for each in page.context["page_obj"]]


def test_every_member_reads_the_directory_and_the_coordination_alone_changes_it(
    cast, team, client_of
):
    for member in cast:
        client = client_of(member)
        assert found(client) == ["Équipe mobile"]
        page = client.get(reverse("resource", args=["LIL", team.pk])).text
        assert "Sur rendez-vous" in page
        allowed = member == cast.coordinator
        assert (reverse("resource_edit", args=["LIL", team.pk]) in page) == allowed
        for name, args in (("resource_new", ["LIL"]), ("resource_edit", ["LIL", team.pk])):
            status = client.get(reverse(name, args=args)).status_code
            assert status == (200 if allowed else 404)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "EQUIPE mobile"}, ["Équipe mobile"]),
        ({"q": "telephone"}, ["Écoute des aidants"]),
        ({"q": "rendez-vous"}, ["Équipe mobile"]),
        ({"q": "oeillets"}, ["Équipe mobile"]),
        ({"q": "introuvable"}, []),
    ],
)
def test_it_is_searched_without_accents_nor_ligatures(
    cast, team, listening, client_of, query, names
):
    assert found(client_of(cast.nurse), **query) == names


def test_a_resource_without_towns_covers_them_all(cast, team, listening, client_of):
    client, towns = client_of(cast.nurse), cast.council.towns
    assert len(found(client, town=towns.get(name="Lille").pk)) == 2
    assert found(client, town=towns.get(name="Hellemmes").pk) == ["Écoute des aidants"]
    assert found(client, sector=cast.council.sectors.get(code="59G23").pk) == ["Équipe mobile"]
    assert len(found(client, town="nonsense")) == 2


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("rue des oeillets", "Rue des Œillets"),
        ("WAZEMMES", "Wazemmes"),
        ("republique", "Place de la République"),
    ],
)
def test_a_street_or_a_quarter_tells_its_sector(cast, team, client_of, typed, place):
    page = client_of(cast.landlord).get(reverse("resources", args=["LIL"]), {"lieu": typed})
    (answer,) = page.context["answers"]
    assert (answer.place, answer.name) == (place, "Équipe mobile")
    assert "Secteur 59G23" in page.text


def test_words_of_two_streets_are_no_street(cast, team, client_of):
    page = client_of(cast.landlord).get(
        reverse("resources", args=["LIL"]), {"lieu": "oeillets république"}
    )
    assert page.context["answers"] == ()
    assert "Aucune ressource ne dit couvrir ce lieu" in page.text
    assert resources_of_place(cast.council, ()) == ()


def test_the_coordination_writes_a_resource_and_takes_it_off(cast, client_of):
    client = client_of(cast.coordinator)
    data = {
        "name": "Point droits",
        "purpose": "Ouvre les droits.",
        "checked_on": "2026-09-21",
        "active": "on",
        "towns": [cast.council.towns.first().pk],
    }
    assert client.post(reverse("resource_new", args=["LIL"]), data).status_code == 302
    resource = Resource.objects.get()
    assert resource.history.first().history_user == cast.coordinator.user
    again = client.post(reverse("resource_new", args=["LIL"]), {**data, "name": "point DROITS"})
    assert "déjà inscrite" in again.text

    del data["active"]
    client.post(reverse("resource_edit", args=["LIL", resource.pk]), data)
    assert found(client_of(cast.nurse)) == []
    assert (
        client_of(cast.nurse).get(reverse("resource", args=["LIL", resource.pk])).status_code == 404
    )
    bad = client.post(
        reverse("resource_new", args=["LIL"]), {**data, "name": "X", "link": "javascript:alert(1)"}
    )
    assert bad.context["form"].errors["link"]


def test_another_councils_resources_are_unknown(cast, client_of):
    other = factories.aissmc()
    theirs = Resource.objects.create(council=other, name="Ailleurs", purpose="Rien")
    client = client_of(cast.coordinator)
    assert found(client) == []
    for name in ("resource", "resource_edit"):
        assert client.get(reverse(name, args=["LIL", theirs.pk])).status_code == 404


def test_the_directory_makes_as_many_queries_for_fifty_resources_as_for_two(
    cast, team, listening, client_of, django_assert_max_num_queries
):
    client = client_of(cast.nurse)
    address = reverse("resources", args=["LIL"])
    client.get(address, {"lieu": "rue"})
    with django_assert_max_num_queries(25) as few:
        client.get(address, {"lieu": "rue"})
    Resource.objects.bulk_create(
        Resource(council=cast.council, name=f"Service {n}", purpose="…", places="Rue Basse")
        for n in range(50)
    )
    with django_assert_max_num_queries(len(few)):
        client.get(address, {"lieu": "rue"})


def test_postgresql_reads_the_directory_by_its_index(council):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no full text")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        question = search.matching(Resource.objects.order_by(), ("mobile",), Resource.WORDS)
        assert "resource_words" in question.explain()


# --- prepared replies ---------------------------------------------------------------------------


def test_a_council_starts_with_replies_that_leave_places_and_name_nobody(council):
    replies = list(council.prepared_replies.all())
    assert len(replies) == len(first_replies()) >= 5
    for reply in replies:
        assert "[numéro]" in reply.text
        assert "[ressource]" in reply.text
        assert "==" not in reply.text


def test_a_reply_is_filled_with_the_number_and_how_to_reach_the_resource(council, team):
    reply = PreparedReply(council=council, title="x", text="[numéro] : voyez [ressource]. {0} %s")
    assert reply.filled("LIL-2026-A001", team) == (
        "LIL-2026-A001 : voyez Équipe mobile, 01 99 00 00 30. {0} %s"
    )
    assert "[ressource]" in reply.filled("LIL-2026-A001", None)


def test_the_coordination_rewords_its_replies(cast, client_of):
    client = client_of(cast.coordinator)
    assert "Hors du territoire" in client.get(reverse("prepared_replies", args=["LIL"])).text
    reply = cast.council.prepared_replies.get(title="Hors du territoire")
    client.post(
        reverse("prepared_reply_edit", args=["LIL", reply.pk]),
        {"title": "Ailleurs", "text": "Voyez [ressource]."},
    )
    reply.refresh_from_db()
    assert (reply.title, reply.active) == ("Ailleurs", False)
    again = client.post(
        reverse("prepared_reply_new", args=["LIL"]), {"title": "ailleurs", "text": "x"}
    )
    assert "Une réponse porte déjà ce titre." in again.text


# --- the spreadsheet ----------------------------------------------------------------------------


def test_the_directory_goes_to_a_spreadsheet_and_comes_back(cast, team, listening, client_of):
    client = client_of(cast.coordinator)
    team.link = "https://equipe.example/"
    team.save()
    before = list(Resource.objects.values("name", "places", "limits", "link", "checked_on"))
    file = client_of(cast.nurse).get(reverse("resources_file", args=["LIL"])).content
    Resource.objects.all().delete()

    upload = SimpleUploadedFile("annuaire.xlsx", file)
    answer = client.post(reverse("resources_import", args=["LIL"]), {"file": upload}, follow=True)

    assert "2 ressources dans la liste" in answer.text
    assert list(Resource.objects.values(*before[0])) == before
    back = Resource.objects.get(name="Équipe mobile")
    assert [town.name for town in back.towns.all()] == ["Lille"]
    assert [sector.code for sector in back.sectors.all()] == ["59G23"]

    again = client.post(
        reverse("resources_import", args=["LIL"]),
        {"file": SimpleUploadedFile("annuaire.xlsx", file)},
        follow=True,
    )
    assert "2 déjà là" in again.text


def test_a_town_that_is_not_of_the_council_is_told_with_its_line(cast, client_of):
    table = "Nom;Ce qu’elle fait;Communes\r\nPoint;Écoute;Lille, Bordeaux\r\n"
    page = client_of(cast.coordinator).post(
        reverse("resources_import", args=["LIL"]),
        {"file": SimpleUploadedFile("annuaire.csv", table.encode())},
    )
    (problem,) = page.context["problems"]
    assert (problem.line, problem.column, problem.value) == (2, "towns", "Lille, Bordeaux")
    assert not Resource.objects.exists()
