"""Decisions, opinions, proposals: numbered, published with their minutes, followed up, found."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from governance.decisions import Refused
from governance.models import Resolution
from governance.services import resolutions
from governance.versions import EditConflict
from governance.workflow import IllegalTransition
from tests.governance import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(cast, viewer_of):
    return viewer_of(cast.coordinator)


@pytest.fixture
def meeting(cast, coordinator):
    """A COPIL that was held, its minutes being written."""
    found = papers.met(coordinator, papers.body(cast.council))
    papers.draft(coordinator, found)
    return found


def test_each_kind_has_its_own_numbers_each_year_and_council(cast, coordinator, meeting):
    year = timezone.localdate(meeting.starts_at).year
    group = papers.met(coordinator, papers.body(cast.council, "working_group", "Logement"))
    papers.draft(coordinator, group)
    adopted = [
        papers.decide(coordinator, meeting),
        papers.decide(coordinator, meeting, kind="proposal"),
        papers.decide(coordinator, meeting),
        papers.decide(coordinator, group, kind="proposal"),
    ]
    assert [each.code for each in adopted] == [
        f"D-{year}-01", f"P-{year}-01", f"D-{year}-02", f"P-{year}-02"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "adopts"),
    [
        ("steering_committee", {"decision", "proposal"}),
        ("plenary", {"opinion", "proposal"}),
        ("working_group", {"proposal"}),
        ("watch_cell", {"proposal"}),
    ],
)
def test_the_copil_decides_the_plenary_gives_opinions_anybody_proposes(
    cast, coordinator, kind, adopts
):
    found = papers.met(coordinator, papers.body(cast.council, kind, "Instance"))
    papers.draft(coordinator, found)
    for each in Resolution.Kind.values:
        if each in adopts:
            papers.decide(coordinator, found, kind=each)
        else:
            with pytest.raises(ValidationError, match="n’adopte pas"):
                papers.decide(coordinator, found, kind=each)


def test_nothing_is_adopted_before_the_meeting_nor_on_another_agenda(cast, coordinator, meeting):
    coming = papers.met(coordinator, meeting.body, days=3)
    with pytest.raises(Refused, match="avant la réunion"):
        papers.decide(coordinator, coming)
    with pytest.raises(ValidationError, match="ordre du jour"):
        papers.decide(coordinator, meeting, item=coming.agenda_items.first())
    with pytest.raises(ValidationError, match="voix"):
        papers.decide(coordinator, meeting, adoption="vote")
    assert not Resolution.objects.exists()


def test_it_is_read_once_its_minutes_are_published_and_its_text_is_then_frozen(
    cast, coordinator, meeting, client_of
):
    client, reader = client_of(cast.coordinator), client_of(cast.elected)
    new = reverse("body_resolution_new", args=["LIL", meeting.body_id, meeting.pk])
    form = {
        "kind": "decision",
        "title": "Une permanence",
        "text": "Elle ouvre.",
        "adoption": "vote",
    }
    refused = client.post(new, form)
    assert "Comptez les voix, zéro compris." in refused.text
    client.post(new, {**form, "votes_for": 5, "votes_against": 0, "abstentions": 1})
    decision = Resolution.objects.get()
    assert decision.adopted == "Par un vote\u00a0: 5 pour, 0 contre, 1 abstention"
    edit = reverse("resolution_edit", args=["LIL", decision.pk])
    changed = {**form, "adoption": "", "text": "Elle ouvre le mardi.", "version": 1}
    assert client.post(edit, changed).status_code == 302
    assert client.post(edit, {**changed, "text": "Jamais."}).status_code == 409
    assert reader.get(decision.get_absolute_url()).status_code == 404
    papers.publish(coordinator, meeting.minutes.get())
    assert "Elle ouvre le mardi." in reader.get(decision.get_absolute_url()).text
    assert "D-" in reader.get(meeting.get_absolute_url()).text
    with pytest.raises(Refused, match="ne change plus"):
        resolutions.rewrite(coordinator, decision, {"text": "Autre"}, version=3)
    assert reader.get(edit).status_code == 404


def test_what_follows_is_noted_by_those_who_write_and_by_its_table(
    cast, coordinator, meeting, client_of
):
    decision = papers.decide(coordinator, meeting)
    papers.publish(coordinator, meeting.minutes.get())
    address = reverse("resolution_follow", args=["LIL", decision.pk])
    client = client_of(cast.coordinator)
    form = {"version": 2, "act": "start", "owner": "CCAS", "due_on": "2026-01-31", "note": ""}
    client.post(address, form)
    found = Resolution.objects.get()
    assert (found.state, found.owner, found.due_on) == (
        "in_progress", "CCAS", datetime.date(2026, 1, 31)
    )  # fmt: skip
    assert client.post(address, {**form, "act": "", "owner": "Ville"}).status_code == 409
    refused = client.post(address, {**form, "version": 3, "act": "drop"})
    assert "pourquoi elle est abandonnée" in refused.text
    with pytest.raises(IllegalTransition):
        resolutions.follow(coordinator, found, {}, act="reopen", version=3)
    with pytest.raises(EditConflict):
        resolutions.follow(coordinator, found, {"note": "x"}, version=2)
    assert client_of(cast.elected).get(address).status_code == 404


def test_the_list_is_searched_and_filtered(cast, coordinator, meeting, client_of):
    plenary = papers.met(coordinator, papers.body(cast.council, "plenary", "Plénière"))
    papers.draft(coordinator, plenary)
    yesterday = timezone.localdate() - papers.DAY
    late = papers.decide(coordinator, meeting, "Écoute au CCAS", due_on=yesterday)
    papers.decide(coordinator, plenary, "Programme de la semaine", kind="opinion")
    for each in (meeting, plenary):
        papers.publish(coordinator, each.minutes.get())
    client, page = client_of(cast.elected), reverse("resolutions", args=["LIL"])

    def found(**query):
        return [line["title"] for line in client.get(page, query).context["lines"]]

    assert len(found()) == 2
    assert found(q="ecoute") == found(q=late.code) == found(late="on") == ["Écoute au CCAS"]
    assert found(kind="opinion") == found(body=str(plenary.body_id)) == ["Programme de la semaine"]
    assert found(state="done") == found(q="D-9999-01") == found(year="1999", q="zzz") == []
    assert "Nature\u00a0: Avis" in client.get(page, {"kind": "opinion"}).text


def test_who_sits_in_one_body_finds_what_that_body_adopted_and_nothing_else(
    cast, coordinator, meeting, client_of
):
    group = papers.met(coordinator, papers.body(cast.council, "working_group", "Logement"))
    papers.seat(coordinator, group.body, cast.landlord, college="housing")
    papers.draft(coordinator, group)
    ours = papers.decide(coordinator, group, "Un mémo", kind="proposal")
    theirs = papers.decide(coordinator, meeting)
    for each in (meeting, group):
        papers.publish(coordinator, each.minutes.get())
    client = client_of(cast.landlord)
    page = client.get(reverse("resolutions", args=["LIL"]))
    assert [line["title"] for line in page.context["lines"]] == ["Un mémo"]
    assert client.get(ours.get_absolute_url()).status_code == 200
    for hidden in (theirs.get_absolute_url(), meeting.get_absolute_url()):
        assert client.get(hidden).status_code == 404
    listed = client.get(reverse("bodies", args=["LIL"])).text
    assert "Logement" in listed
    assert "COPIL</a>" not in listed
    assert "Instances" in client.get(reverse("council_home", args=["LIL"])).text
    assert client.get(reverse("reports", args=["LIL"])).status_code == 404
