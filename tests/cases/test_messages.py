"""The exchange of the coordination with one partner: two sides, nobody else, never changed."""

import datetime

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import exchanges, message_policies, policies, workload
from cases.models import Alert, InternalNote, Message, Participation, Situation
from cases.services import consent, messages, participations, situations, triage
from governance.decisions import Refused
from governance.services import people
from tests import factories
from tests.cases.sittings import situation as opened_situation
from tests.cases.sittings import viewer
from tests.world import submit

pytestmark = pytest.mark.django_db
WORDS = "Le voisin a rappelé ce matin"


@pytest.fixture
def alert(cast):
    return submit(viewer(cast.landlord), cast.council, agreement="anonymous")


@pytest.fixture
def situation(cast):
    """Brought by the landlord; the nurse and the social worker take part."""
    opened = opened_situation(cast.landlord, cast.coordinator)
    for member in (cast.nurse, cast.social_worker):
        sought = participations.seek(viewer(cast.coordinator), opened, member)
        participations.accept(viewer(member), sought)
    return Situation.objects.select_related("council").get(pk=opened.pk)


def part(situation, member) -> Participation:
    return situation.participations.select_related("situation__council", "membership__user").get(
        membership=member
    )


def exchange_of(situation, member) -> str:
    return reverse(
        "participation_exchange",
        args=[situation.council.code, situation.code, part(situation, member).pk],
    )


def page(client, address) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


# --- about an alert -----------------------------------------------------------------------------


def test_the_author_and_the_coordination_write_to_each_other_about_an_alert(alert, cast, client_of):
    partner, coordination = client_of(cast.landlord), client_of(cast.coordinator)
    address = reverse("alert_message", args=[cast.council.code, alert.code])

    partner.post(address, {"text": WORDS})
    assert WORDS in page(coordination, alert.get_absolute_url())
    coordination.post(address, {"text": "Merci, je passe le voir"})

    follow_up = page(partner, alert.get_absolute_url())
    assert "Merci, je passe le voir" in follow_up
    assert "La coordination" in follow_up


def test_a_message_says_that_it_was_read_and_by_whom_first(alert, cast, client_of):
    messages.write_about(viewer(cast.landlord), alert, text=WORDS)
    partner = client_of(cast.landlord)
    assert "Pas encore lu" in page(partner, alert.get_absolute_url())
    second = factories.member(cast.council, "carole.coordination@demo.example", "coordinator")

    page(client_of(cast.coordinator), alert.get_absolute_url())
    page(client_of(second), alert.get_absolute_url())

    assert Message.objects.get().read_by == cast.coordinator.user
    assert f"Lu par {cast.coordinator.user}" in page(partner, alert.get_absolute_url())


def test_one_does_not_read_ones_own_message_for_the_other(alert, cast, client_of):
    messages.write_about(viewer(cast.landlord), alert, text=WORDS)
    page(client_of(cast.landlord), alert.get_absolute_url())
    assert Message.objects.get().read_at is None


def test_an_empty_message_is_refused_on_the_page(alert, cast, client_of):
    address = reverse("alert_message", args=[cast.council.code, alert.code])
    for member in (cast.landlord, cast.coordinator):
        response = client_of(member).post(address, {"text": "  "})
        assert "Il y a un problème" in response.content.decode()
    assert not Message.objects.exists()


def test_a_message_too_late_is_refused_and_what_was_typed_is_still_there(alert, cast, client_of):
    triage.withdraw(viewer(cast.landlord), alert, reason="Réglé")
    address = reverse("alert_message", args=[cast.council.code, alert.code])
    response = client_of(cast.landlord).post(address, {"text": WORDS})
    said = response.content.decode()
    assert WORDS in said
    assert "Cet échange est clos" in said
    assert not Message.objects.exists()


def test_the_exchange_goes_on_in_the_situation_that_the_author_takes_part_in(
    alert, cast, client_of
):
    messages.write_about(viewer(cast.landlord), alert, text=WORDS)
    situation = triage.accept(viewer(cast.coordinator), alert)
    alert = Alert.objects.select_related("council", "situation", "author").get(pk=alert.pk)

    with pytest.raises(Refused, match="se poursuit dans la situation"):
        messages.write_about(viewer(cast.coordinator), alert, text="Suite")
    partner = client_of(cast.landlord)
    address = exchange_of(situation, cast.landlord)
    assert address in page(partner, alert.get_absolute_url())
    assert WORDS in page(partner, address)


def test_the_author_who_left_the_situation_may_still_be_written_to_about_the_alert(alert, cast):
    situation = triage.accept(viewer(cast.coordinator), alert)
    participations.end(
        viewer(cast.coordinator), part(situation, cast.landlord), reason="Changement de poste"
    )
    alert = Alert.objects.select_related("council", "situation", "author").get(pk=alert.pk)
    assert messages.write_about(viewer(cast.coordinator), alert, text="Merci")


def test_nobody_else_reads_or_writes_about_an_alert(alert, cast, client_of):
    messages.write_about(viewer(cast.landlord), alert, text=WORDS)
    outsider = factories.member(factories.aissmc(), "odile@demo.example", "coordinator")
    for member in (*cast, outsider):
        readable = message_policies.messages_in_scope(viewer(member), Message.objects.all())
        may = member in (cast.landlord, cast.coordinator)
        assert readable.exists() is may, member
        assert bool(message_policies.can_write_about(viewer(member), alert)) is may, member


def test_an_alert_that_the_coordination_wrote_itself_has_nobody_to_write_to(cast, client_of):
    told = submit(viewer(cast.coordinator), cast.council, agreement="anonymous")
    with pytest.raises(Refused, match="Personne d’autre"):
        messages.write_about(viewer(cast.coordinator), told, text=WORDS)
    assert page(client_of(cast.coordinator), told.get_absolute_url())


# --- in a situation -----------------------------------------------------------------------------


def test_each_participant_has_an_exchange_of_their_own_and_sees_no_others(
    situation, cast, client_of
):
    messages.write_to(viewer(cast.nurse), part(situation, cast.nurse), text=WORDS)
    messages.write_to(
        viewer(cast.coordinator), part(situation, cast.social_worker), text="Une aide possible ?"
    )

    assert WORDS in page(client_of(cast.coordinator), exchange_of(situation, cast.nurse))
    for member in (cast.landlord, cast.social_worker):
        client = client_of(member)
        assert client.get(exchange_of(situation, cast.nurse)).status_code == 404
        assert (
            client.post(exchange_of(situation, cast.nurse), {"text": "Moi aussi"}).status_code
            == 404
        )
        for address in (situation.get_absolute_url(), exchange_of(situation, member)):
            assert WORDS not in page(client, address)
    assert Message.objects.count() == 2


def test_only_the_two_sides_write_whatever_the_page_offers(situation, cast):
    taking_part = part(situation, cast.nurse)
    for member in (cast.landlord, cast.police, cast.elected, cast.manager):
        with pytest.raises(Refused):
            messages.write_to(viewer(member), taking_part, text=WORDS)
    assert not Message.objects.exists()


def test_who_is_sought_may_ask_before_answering(situation, cast):
    sought = participations.seek(viewer(cast.coordinator), situation, cast.police)
    assert messages.write_to(viewer(cast.police), sought, text="De quoi s’agit-il ?")


def test_a_participation_that_ended_closes_its_exchange_to_the_partner_alone(
    situation, cast, client_of
):
    taking_part = part(situation, cast.nurse)
    messages.write_to(viewer(cast.nurse), taking_part, text=WORDS)
    address = exchange_of(situation, cast.nurse)
    participations.end(viewer(cast.coordinator), taking_part, reason="Relais pris")

    assert client_of(cast.nurse).get(address).status_code == 404
    said = page(client_of(cast.coordinator), address)
    assert WORDS in said
    assert "ne participe plus" in said
    with pytest.raises(Refused, match="ne participe plus"):
        messages.write_to(viewer(cast.coordinator), part(situation, cast.nurse), text="Merci")


def test_a_closed_situation_leaves_its_exchanges_to_be_read(situation, cast, client_of):
    messages.write_to(viewer(cast.nurse), part(situation, cast.nurse), text=WORDS)
    situations.close(
        viewer(cast.coordinator), situation, reason="improved", on=timezone.localdate()
    )
    address = exchange_of(situation, cast.nurse)

    said = page(client_of(cast.nurse), address)
    assert WORDS in said
    assert "Envoyer le message" not in said
    response = client_of(cast.nurse).post(address, {"text": "Un dernier mot"})
    assert "La situation est close" in response.content.decode()
    assert "Un dernier mot" in response.content.decode()
    assert Message.objects.count() == 1

    situations.reopen(viewer(cast.coordinator), situation, reason="Nouveaux cris")
    assert messages.write_to(viewer(cast.nurse), part(situation, cast.nurse), text="De retour")


def test_after_a_refusal_a_partner_reads_what_was_written_since_and_no_more(
    situation, cast, client_of
):
    messages.write_to(viewer(cast.coordinator), part(situation, cast.nurse), text=WORDS)
    consent.record_agreement(viewer(cast.nurse), situation, "withdrawn")
    nurse = viewer(cast.nurse)
    assert exchanges.unread(nurse, cast.council) == ()

    situation.refresh_from_db()
    messages.write_to(
        viewer(cast.coordinator), part(situation, cast.nurse), text="Comment vous aider ?"
    )

    said = page(client_of(cast.nurse), exchange_of(situation, cast.nurse))
    assert WORDS not in said
    assert "Comment vous aider ?" in said
    assert "ne s’affichent plus" in said
    assert WORDS in page(client_of(cast.coordinator), exchange_of(situation, cast.nurse))
    assert Message.objects.get(sent_at=Message.objects.earliest("sent_at").sent_at).read_at is None


def test_a_membership_that_ends_closes_the_exchange(situation, cast, client_of):
    address = exchange_of(situation, cast.nurse)
    people.end_membership(cast.nurse, by=cast.coordinator.user)
    assert client_of(cast.nurse).get(address).status_code == 404
    with pytest.raises(Refused):
        messages.write_to(viewer(cast.nurse), part(situation, cast.nurse), text=WORDS)


# --- told by a code alone -----------------------------------------------------------------------


def test_a_message_is_told_by_a_code_and_a_link_and_once_until_it_is_read(
    situation, cast, client_of, django_capture_on_commit_callbacks
):
    coordinator, taking_part = viewer(cast.coordinator), part(situation, cast.nurse)
    with django_capture_on_commit_callbacks(execute=True):
        messages.write_to(coordinator, taking_part, text=WORDS)
        messages.write_to(coordinator, taking_part, text="Et encore")
    (message,) = mail.outbox
    assert message.to == [cast.nurse.user.email]
    assert message.subject == f"{situation.code} : un message vous attend"
    for body in (message.body, message.alternatives[0].content):
        assert exchange_of(situation, cast.nurse) in body
        assert WORDS not in body
        assert "encore" not in body

    page(client_of(cast.nurse), exchange_of(situation, cast.nurse))
    with django_capture_on_commit_callbacks(execute=True):
        messages.write_to(coordinator, taking_part, text="Du nouveau")
    assert len(mail.outbox) == 2


def test_what_a_partner_writes_is_told_to_each_coordinator(
    alert, cast, django_capture_on_commit_callbacks
):
    second = factories.member(cast.council, "carole.coordination@demo.example", "coordinator")
    with django_capture_on_commit_callbacks(execute=True):
        messages.write_about(viewer(cast.landlord), alert, text=WORDS)
    assert {to for m in mail.outbox for to in m.to} == {
        cast.coordinator.user.email, second.user.email,
    }  # fmt: skip
    assert not any(WORDS in str(m.message()) for m in mail.outbox)


# --- added, never changed -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"sent_at": timezone.now()},
        {"author": None},
        {"from_coordination": True},
        {"kind": "answer"},
    ],
)
def test_the_database_refuses_to_change_who_wrote_what_and_when(alert, cast, change):
    messages.write_about(viewer(cast.landlord), alert, text=WORDS)
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.update(**change)


def test_no_message_is_in_clear_in_the_database(alert, cast):
    messages.write_about(viewer(cast.landlord), alert, text=WORDS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM cases_message")
        ((stored,),) = cursor.fetchall()
    assert "voisin" not in stored


# --- notes apart --------------------------------------------------------------------------------


def test_a_note_on_an_alert_is_never_a_message_and_follows_the_alert_into_its_situation(
    alert, cast, client_of
):
    coordination, partner = client_of(cast.coordinator), client_of(cast.landlord)
    address = reverse("alert_note", args=[cast.council.code, alert.code])
    coordination.post(address, {"text": "Le médecin rappelle lundi"})
    assert InternalNote.objects.count() == 1
    assert not Message.objects.exists()
    assert "Le médecin rappelle lundi" in page(coordination, alert.get_absolute_url())
    assert partner.post(address, {"text": "Moi aussi"}).status_code == 404

    situation = triage.accept(viewer(cast.coordinator), alert)

    assert "Le médecin rappelle lundi" in page(coordination, situation.get_absolute_url())
    for shown in (alert.get_absolute_url(), situation.get_absolute_url()):
        assert "Le médecin rappelle lundi" not in page(partner, shown)


def test_the_two_places_say_who_reads_them(alert, cast, client_of):
    said = page(client_of(cast.coordinator), alert.get_absolute_url())
    assert f"Lu par : {cast.landlord.user} et la coordination" in said.replace("\u00a0", " ")
    assert "Lues par : la coordination seule" in said.replace("\u00a0", " ")
    both = {reverse(f"alert_{place}", args=["LIL", alert.code]) for place in ("message", "note")}
    assert all(f'action="{address}#' in said for address in both)


# --- what is to be read, and whom to remind -----------------------------------------------------


def test_what_is_to_be_read_is_counted_for_each_side(alert, situation, cast, client_of):
    messages.write_about(viewer(cast.landlord), alert, text=WORDS)
    for _ in range(2):
        messages.write_to(viewer(cast.nurse), part(situation, cast.nurse), text="Au fait…")
    messages.write_to(viewer(cast.coordinator), part(situation, cast.landlord), text="Bonjour")

    to_coordinator = exchanges.unread(viewer(cast.coordinator), cast.council)
    assert [(each.code, each.count) for each in to_coordinator] == [
        (alert.code, 1), (situation.code, 2),
    ]  # fmt: skip
    (to_landlord,) = exchanges.unread(viewer(cast.landlord), cast.council)
    assert (to_landlord.code, to_landlord.who) == (situation.code, "La coordination")
    assert exchanges.unread(viewer(cast.social_worker), cast.council) == ()
    home = page(client_of(cast.landlord), cast.council.get_absolute_url())
    assert exchange_of(situation, cast.landlord) in home

    for each in to_coordinator:
        client_of(cast.coordinator).get(each.url)
    assert exchanges.unread(viewer(cast.coordinator), cast.council) == ()


def test_counting_what_is_to_be_read_takes_as_many_queries_for_ten_exchanges_as_for_one(
    situation, cast
):
    def queries() -> int:
        coordinator = viewer(cast.coordinator)
        coordinator.may("coordinate_council", cast.council)
        with CaptureQueriesContext(connection) as made:
            exchanges.unread(coordinator, cast.council)
        return len(made)

    messages.write_to(viewer(cast.nurse), part(situation, cast.nurse), text=WORDS)
    queries()  # the council keeps its lists
    few = queries()
    for _ in range(5):
        sent = submit(viewer(cast.landlord), cast.council, agreement="anonymous")
        messages.write_about(viewer(cast.landlord), sent, text=WORDS)
        messages.write_to(
            viewer(cast.social_worker), part(situation, cast.social_worker), text=WORDS
        )
    assert queries() == few


def test_the_pages_make_a_constant_number_of_queries(situation, cast, client_of):
    client = client_of(cast.coordinator)

    def queries(address) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as made:
            client.get(address)
        return len(made)

    address = exchange_of(situation, cast.nurse)
    messages.write_to(viewer(cast.nurse), part(situation, cast.nurse), text=WORDS)
    few = queries(address), queries(situation.get_absolute_url())
    for member in (cast.nurse, cast.social_worker, cast.landlord):
        for _ in range(4):
            messages.write_to(viewer(member), part(situation, member), text=WORDS)
            messages.write_to(viewer(cast.coordinator), part(situation, member), text=WORDS)
    assert (queries(address), queries(situation.get_absolute_url())) == few


def test_who_has_not_answered_for_a_week_is_known(situation, alert, cast):
    sought = participations.seek(viewer(cast.coordinator), situation, cast.police)
    triage.request_information(viewer(cast.coordinator), alert, question="Depuis quand ?")
    today = timezone.localdate()
    coordinator = viewer(cast.coordinator)
    for reminded in (workload.partners_to_remind, workload.authors_to_remind):
        assert not reminded(coordinator, cast.council, today).exists()
    in_a_week = today + datetime.timedelta(days=7)
    assert list(workload.partners_to_remind(coordinator, cast.council, in_a_week)) == [sought]
    assert list(workload.authors_to_remind(coordinator, cast.council, in_a_week)) == [alert]

    participations.accept(viewer(cast.police), sought)
    triage.answer(viewer(cast.landlord), alert, text="Depuis mai")
    for reminded in (workload.partners_to_remind, workload.authors_to_remind):
        assert not reminded(coordinator, cast.council, in_a_week).exists()


def test_the_coordination_sees_for_how_long_a_partner_has_not_answered(situation, cast, client_of):
    sought = participations.seek(viewer(cast.coordinator), situation, cast.police)
    Participation.objects.filter(pk=sought.pk).update(
        since=timezone.localdate() - datetime.timedelta(days=12)
    )
    assert "sans réponse depuis 12 jours" in page(
        client_of(cast.coordinator), situation.get_absolute_url()
    )
    assert "sans réponse depuis" not in page(client_of(cast.nurse), situation.get_absolute_url())


def test_the_scope_is_that_of_the_alert_and_of_the_situation(situation, cast):
    """Whoever may read a message may open what it is about; the reverse is not true."""
    for member in (cast.nurse, cast.social_worker):
        messages.write_to(viewer(member), part(situation, member), text=WORDS)
    for member in cast:
        readable = message_policies.messages_in_scope(viewer(member), Message.objects.all())
        for message in readable.select_related("participation__situation__council"):
            assert policies.can_view(viewer(member), message.participation.situation)
            assert member in (cast.coordinator, message.participation.membership)
