"""Minutes: written by two people, validated, published and frozen, corrected, taken away."""

import io

import pytest
from django.db import DatabaseError, connection, transaction
from django.forms import Textarea
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance import minutes as sheets
from governance import minutes_docx
from governance.anonymity.review import review
from governance.decisions import Refused
from governance.forms.papers import FollowForm, MinutesForm, ResolutionForm
from governance.forms.roadmap import ActionForm, BalanceForm
from governance.letters import compose
from governance.models import Minutes, OutgoingMessage, SeatAttendance
from governance.rereading import knowledge
from governance.services import assemblies, minutes
from governance.versions import EditConflict
from governance.workflow import MINUTES, IllegalTransition
from tests.governance import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(cast, viewer_of):
    return viewer_of(cast.coordinator)


@pytest.fixture
def copil(cast):
    return papers.body(cast.council)


@pytest.fixture
def meeting(coordinator, copil):
    return papers.met(coordinator, copil, "Bilan", "Divers")


def page(name, meeting, *more):
    return reverse(name, args=["LIL", meeting.body_id, meeting.pk, *more])


def test_a_draft_is_the_coordination_s_and_the_secretary_s_until_it_is_published(
    cast, coordinator, copil, meeting, client_of, viewer_of
):
    papers.seat(coordinator, copil, cast.social_worker, secretary=True)
    papers.seat(coordinator, copil, cast.landlord, college="housing")
    record = papers.draft(viewer_of(cast.social_worker), meeting)
    address = record.get_absolute_url()
    readers = (cast.elected, cast.landlord, cast.social_worker)
    assert [client_of(who).get(address).status_code for who in readers] == [404, 404, 200]
    with pytest.raises(Refused):
        minutes.move(viewer_of(cast.social_worker), record, "validate")
    papers.publish(coordinator, record)
    assert [client_of(who).get(address).status_code for who in readers] == [200, 200, 200]
    # A partner without a seat there learns nothing, not even that there is a body.
    for name in ("minutes_version", "minutes_pdf", "minutes_docx"):
        assert client_of(cast.nurse).get(page(name, meeting, 1)).status_code == 404


def test_the_members_of_the_body_are_told_once_that_minutes_are_published(
    cast, coordinator, copil, meeting
):
    papers.seat(coordinator, copil, cast.social_worker)
    papers.seat(coordinator, copil, college="users")  # a name without an account
    ended = papers.seat(coordinator, copil, cast.landlord)
    ended.end = ended.start + papers.DAY
    ended.save()
    letters = OutgoingMessage.objects.filter(template="minutes_published")
    record = papers.draft(coordinator, meeting)
    assert not letters.exists()
    first = papers.publish(coordinator, record)
    (letter,) = letters.all()
    assert letter.user == cast.social_worker.user
    assert letter.subject == f"{copil.name} du {meeting.starts_at:%d/%m/%Y} : compte rendu"
    assert letter.context["path"] == first.get_absolute_url()
    text = compose(letter).body
    assert "Bilan" not in text, "not a word of the agenda"

    correction = minutes.correct(coordinator, first)
    correction.correction = "Une date."
    correction.save()
    papers.publish(coordinator, correction)
    assert letters.all().count() == 2
    assert "version corrigée" in compose(letters.all()[0]).body


def test_a_seat_that_ended_closes_the_papers_of_its_body(
    cast, coordinator, copil, meeting, client_of
):
    held = papers.seat(coordinator, copil, cast.landlord)
    papers.publish(coordinator, papers.draft(coordinator, meeting))
    address = page("minutes_version", meeting, 1)
    assert client_of(cast.landlord).get(address).status_code == 200
    held.end = held.start + papers.DAY
    held.save()
    assert client_of(cast.landlord).get(address).status_code == 404


def test_of_two_who_write_neither_loses_a_word(cast, coordinator, meeting, client_of):
    papers.draft(coordinator, meeting)
    first, second = meeting.agenda_items.all()
    form = {"version": 1, "opening": "", f"point-{first.pk}": "", f"point-{second.pk}": ""}
    mine = {**form, f"point-{first.pk}": "Le bilan est présenté.", "opening": "Accueil."}
    client = client_of(cast.coordinator)
    assert client.post(page("minutes_edit", meeting), mine).status_code == 302
    theirs = {**form, f"point-{first.pk}": "Le bilan est reporté."}
    answer = client.post(page("minutes_edit", meeting), theirs)
    assert answer.status_code == 409
    assert "Cette page a été modifiée entre-temps" in answer.text
    assert "Le bilan est reporté." in answer.text
    assert answer.context["form"].data["opening"] == "Accueil.", "what was left alone is up to date"
    assert [each.saved for each in answer.context["differences"]] == ["Le bilan est présenté."]
    saved = {**answer.context["form"].data.dict(), "version": 2}
    assert client.post(page("minutes_edit", meeting), saved).status_code == 302
    record = meeting.minutes.get()
    assert (record.opening, record.texts[str(first.pk)]) == ("Accueil.", "Le bilan est reporté.")
    with pytest.raises(EditConflict):
        papers.draft(coordinator, meeting, "Encore", version=1)


def test_what_is_published_never_changes_and_a_correction_replaces_it(
    cast, coordinator, copil, meeting, client_of
):
    chair = papers.seat(coordinator, copil, function="chair")
    assemblies.note_attendance(coordinator, meeting, {chair.pk: "present"})
    first = papers.publish(coordinator, papers.draft(coordinator, meeting))
    for act in (first.delete, lambda: Minutes.objects.filter(pk=first.pk).update(opening="Autre")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    with pytest.raises(Refused, match="présences ne changent plus"):
        assemblies.note_attendance(coordinator, meeting, {chair.pk: "absent"})
    with pytest.raises(Refused, match="publié"):
        papers.draft(coordinator, meeting, "Autre", version=1)

    client = client_of(cast.coordinator)
    client.post(page("minutes_correct", meeting, 1))
    second = meeting.minutes.get(number=2)
    assert second.texts == first.texts
    with pytest.raises(Refused, match="ce qui est corrigé"):
        minutes.move(coordinator, second, "validate")
    papers.draft(coordinator, meeting, "Le bilan est amendé.", 1, correction="Un mot oublié.")
    papers.publish(coordinator, second)
    reader = client_of(cast.elected)
    assert "Remplacé par la version 2" in reader.get(first.get_absolute_url()).text
    assert "Un mot oublié." in reader.get(second.get_absolute_url()).text
    with pytest.raises(Refused):
        minutes.correct(coordinator, first)


def test_published_minutes_say_who_came_as_it_was(coordinator, copil, meeting):
    chair = papers.seat(coordinator, copil, function="chair", deputy_name="Bob Fictif")
    assemblies.note_attendance(coordinator, meeting, {chair.pk: "present"})
    record = papers.publish(coordinator, papers.draft(coordinator, meeting))
    chair.holder_name = "Autre Nom"
    chair.save()
    SeatAttendance.objects.all().update(state="absent")
    (college,) = sheets.sheet(Minutes.objects.get(pk=record.pk)).colleges
    assert (college.college, college.here, college.count) == (
        "Élus locaux", ("Ada Fictive",), "1 sur 1"
    )  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.sampled_from([each.name for each in MINUTES.transitions]), max_size=5))
def test_whatever_the_acts_a_version_follows_its_table(coordinator, meeting, acts):
    with transaction.atomic():
        record = papers.draft(coordinator, meeting)
        for act in acts:
            state = record.state
            try:
                record = minutes.move(coordinator, record, act)
            except IllegalTransition:
                assert not MINUTES.allows(act, state)
            else:
                assert record.state == MINUTES.target(act, state)
            assert record.is_published == (record.published_at is not None)
        transaction.set_rollback(True)


def test_nothing_is_written_before_the_day_nor_of_a_cancelled_meeting(coordinator, copil):
    coming = papers.met(coordinator, copil, days=3)
    with pytest.raises(Refused, match="à partir du jour"):
        papers.draft(coordinator, coming)
    assemblies.cancel(coordinator, coming)
    with pytest.raises(Refused, match="annulée"):
        papers.draft(coordinator, coming)


def test_the_guard_lets_professionals_be_named_and_stops_at_anybody_else(
    cast, coordinator, copil, meeting, client_of
):
    papers.seat(coordinator, copil, deputy_name="Zoé Ferrandier")
    client, address = client_of(cast.coordinator), page("minutes_edit", meeting)
    form = {"version": 0, "opening": "Mme Ferrandier et M. Bailleur présentent le bilan."}
    assert client.post(address, form).status_code == 302
    form = {"version": 1, "opening": "La situation de Mme Kowalczyk est évoquée."}
    stopped = client.post(address, form)
    assert stopped.status_code == 200
    assert "le nom de quelqu’un" in stopped.text
    beside = reverse("paper_reread", args=["LIL"])
    shown = client.post(beside, {"field": "opening", "text": form["opening"]}).text
    assert "Kowalczyk" in shown
    assert client_of(cast.nurse).post(beside, {"field": "a", "text": "b"}).status_code == 404
    key = stopped.context["form"].fields["opening"].review.passages[0].key
    kept = client.post(address, {**form, f"guard-why-opening-{key}": "Une autrice citée"})
    assert kept.status_code == 302
    words = client.get(reverse("allowed_words", args=["LIL"])).text
    assert "Une autrice citée" in words
    assert "ouverture de la réunion" in words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("M. Louis Bailleur présente.", []),
        ("Mme Bailleur présente.", []),
        ("Louis est venu chercher M. Durand.", ["Louis", "Durand"]),
        ("M. Louis Durand est suivi.", ["Louis Durand"]),
    ],
)
def test_a_professional_is_known_by_their_surname_not_by_a_first_name(cast, text, found):
    shown = review(text, {}, knowledge(cast.council)).passages
    assert [passage.words for passage in shown] == found


def test_the_docx_has_headings_a_table_and_the_council_s_words(cast, coordinator, copil, meeting):
    chair = papers.seat(coordinator, copil, function="chair")
    assemblies.note_attendance(coordinator, meeting, {chair.pk: "present"})
    papers.decide(coordinator, meeting, item=meeting.agenda_items.first())
    record = papers.draft(coordinator, meeting, "Deux points.\n\n- Le premier\n- Le second")
    made = Document(io.BytesIO(minutes_docx.document(sheets.sheet(record))))
    styles = [(p.style.name, p.text) for p in made.paragraphs if p.text]
    headings = [text for style, text in styles if style.startswith(("Title", "Heading"))]
    assert headings[:3] == ["Compte rendu, COPIL", "Présences", "1. Bilan"]
    assert any(text.startswith("Décision D-") for text in headings)
    assert ("List Bullet", "Le premier") in styles
    assert [cell.text for cell in made.tables[0].rows[0].cells][1:] == [
        "Présents", "Excusés", "Absents"
    ]  # fmt: skip
    assert made.tables[0].rows[1].cells[1].text == "Ada Fictive"
    assert made.core_properties.language == "fr-FR"
    assert "Projet" in made.sections[0].footer.paragraphs[0].text


def test_the_page_takes_the_same_queries_however_much_was_said(cast, coordinator, copil, client_of):
    counts = []
    for points in (1, 6):
        meeting = papers.met(coordinator, copil, *map(str, range(points)))
        record = papers.draft(coordinator, meeting)
        for item in meeting.agenda_items.all():
            papers.decide(coordinator, meeting, item=item)
        papers.publish(coordinator, record)
        client = client_of(cast.elected)
        for address in (record.get_absolute_url(), meeting.get_absolute_url()):
            client.get(address)  # what a process looks up once (content types) is not the page's
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


@pytest.mark.parametrize("form", [MinutesForm, ResolutionForm, FollowForm, ActionForm, BalanceForm])
def test_every_text_of_a_paper_is_under_the_guard(form):
    free = {
        name
        for name, field in form.base_fields.items()
        if isinstance(field.widget, Textarea) and not getattr(field, "guarded", False)
    }
    assert free == set()
