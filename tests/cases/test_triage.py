"""The coordination settles alerts: the list, the page, the decisions, what is refused."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from cases.services import consent, hearings, situations, triage
from governance import journal
from governance.decisions import Refused
from governance.models import Meeting, Resource
from tests import factories
from tests.cases.sittings import sitting, viewer
from tests.world import CANARY, CANARY_ROOT, submit

pytestmark = pytest.mark.django_db
DECISIONS = {
    "alert_review": {},
    "alert_accept": {},
    "alert_question": {"question": "Depuis quand ?"},
    "alert_link": {"situation": "LIL-2026-001"},
    "alert_redirect": {"reason": "Le CCAS peut vous aider."},
    "alert_reject": {"reason": "Hors du territoire."},
}


@pytest.fixture
def alert(cast):
    return submit(viewer(cast.landlord), cast.council, agreement="named")


@pytest.fixture
def known(cast):
    """A situation already followed, which the nurse brought."""
    other = submit(viewer(cast.nurse), cast.council, agreement="anonymous")
    return triage.accept(viewer(cast.coordinator), other)


def address(alert, name):
    return reverse(name, args=[alert.council.code, alert.code])


def close(situation, cast):
    """The situation, closed today."""
    return situations.close(
        viewer(cast.coordinator), situation, reason="improved", on=situation.received_on
    )


# --- the services -------------------------------------------------------------------------------


def test_a_retained_alert_opens_an_anonymous_situation_that_its_author_takes_part_in(alert, cast):
    situation = triage.accept(viewer(cast.coordinator), alert)

    assert situation.code.startswith("LIL-")
    assert "A" not in situation.code.removeprefix("LIL-")
    assert situation.alert_subject == ("neighbourhood_disturbance",)
    assert situation.facts == "Crie la nuit depuis mai."
    assert situation.facts_reviewed_at is None
    assert situation.received_on == timezone.localdate(alert.received_at)
    (participation,) = situation.participations.all()
    assert participation.membership == cast.landlord
    assert participation.knows_person
    situation.refresh_from_db()
    assert situation.consent_state == "named"
    assert [r.axis for r in situation.consent_records.all()] == ["information", "agreement"]


def test_an_alert_told_on_the_telephone_opens_a_situation_without_its_writer(cast):
    coordinator = viewer(cast.coordinator)
    told = submit(coordinator, cast.council, agreement="not_collected", alert_channel="phone")

    situation = triage.accept(coordinator, told)

    assert not situation.participations.exists()
    assert situation.channel == "phone"


def test_information_planned_for_a_day_to_come_does_not_stop_an_alert_from_being_retained(cast):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    alert = submit(
        viewer(cast.landlord),
        cast.council,
        agreement="not_collected",
        information_state="not_yet",
        information_date=tomorrow,
    )

    situation = triage.accept(viewer(cast.coordinator), alert)

    assert situation.consent_records.get(axis="information").collected_on == tomorrow


def test_an_alert_attached_to_a_closed_situation_reopens_it_and_its_author_joins(
    alert, known, cast
):
    close(known, cast)

    triage.link(viewer(cast.coordinator), alert, known)

    known.refresh_from_db()
    alert.refresh_from_db()
    assert known.status == "reopened"
    assert (known.closed_on, known.closure_reason) == (None, "")
    assert (alert.status, alert.situation) == ("linked", known)
    assert known.participations.filter(membership=cast.landlord, knows_person=True).exists()


def test_a_refusal_that_comes_with_an_alert_holds_for_the_situation_it_is_attached_to(known, cast):
    assert known.consent_state == "anonymous"
    refused = submit(viewer(cast.landlord), cast.council, agreement="refused")

    triage.link(viewer(cast.coordinator), refused, known)

    known.refresh_from_db()
    assert known.consent_state == "withdrawn"
    assert known.consent_records.last().alert == refused


def test_an_agreement_that_comes_with_an_alert_raises_nothing_by_itself(alert, known, cast):
    consent.record_agreement(viewer(cast.nurse), known, "withdrawn")

    triage.link(viewer(cast.coordinator), alert, known)

    known.refresh_from_db()
    assert known.consent_state == "withdrawn"


def test_who_already_takes_part_keeps_their_place_when_their_new_alert_is_attached(known, cast):
    participation = known.participations.get(membership=cast.nurse)
    again = submit(viewer(cast.nurse), cast.council, agreement="anonymous")

    triage.link(viewer(cast.coordinator), again, known)

    participation.refresh_from_db()
    assert participation.state == "accepted"
    assert known.participations.count() == 1


def test_an_alert_is_not_attached_to_the_situation_of_another_council(alert, cast):
    other = factories.aissmc()
    author = factories.member(
        other, "ana.ailleurs@demo.example", "partner",
        organisation=factories.organisation(other, "GEM", "users_association"),
    )  # fmt: skip
    elsewhere = factories.member(other, "odile.ailleurs@demo.example", "coordinator")
    theirs = triage.accept(viewer(elsewhere), submit(viewer(author), other, agreement="anonymous"))
    with pytest.raises(Refused):
        triage.link(viewer(cast.coordinator), alert, theirs)
    alert.refresh_from_db()
    assert alert.status == "received"


def test_a_partner_decides_nothing_even_of_their_own_alert(alert, known, cast):
    author = viewer(cast.landlord)
    for decide in (
        lambda: triage.review(author, alert),
        lambda: triage.accept(author, alert),
        lambda: triage.link(author, alert, known),
        lambda: triage.request_information(author, alert, question="Oui ?"),
        lambda: triage.redirect(author, alert, reason="Ailleurs", to=None),
        lambda: triage.reject(author, alert, reason="Non"),
    ):
        with pytest.raises(Refused):
            decide()
    alert.refresh_from_db()
    assert alert.status == "received"


def test_an_alert_set_aside_says_why(alert, cast):
    for decide in (
        lambda: triage.redirect(viewer(cast.coordinator), alert, reason=" ", to=None),
        lambda: triage.reject(viewer(cast.coordinator), alert, reason=""),
        lambda: triage.request_information(viewer(cast.coordinator), alert, question=" "),
    ):
        with pytest.raises(Refused):
            decide()
    alert.refresh_from_db()
    assert (alert.status, alert.settled_at) == ("received", None)


# --- the page -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("alert_review", "in_review"),
        ("alert_accept", "accepted"),
        ("alert_question", "info_requested"),
        ("alert_link", "linked"),
        ("alert_redirect", "redirected"),
        ("alert_reject", "out_of_scope"),
    ],
)
def test_each_decision_is_taken_from_the_page_and_the_author_reads_it(
    alert, known, cast, client_of, django_capture_on_commit_callbacks, name, status
):
    data = {
        **DECISIONS[name],
        **({"situation": known.code.lower()} if name == "alert_link" else {}),
    }
    with django_capture_on_commit_callbacks(execute=True):
        response = client_of(cast.coordinator).post(address(alert, name), data)

    assert response.status_code == 302
    alert.refresh_from_db()
    assert alert.status == status
    follow_up = client_of(cast.landlord).get(alert.get_absolute_url()).content.decode()
    for words in (data[field] for field in ("question", "reason") if field in data):
        assert words in follow_up
    told = [message for message in mail.outbox if message.to == [cast.landlord.user.email]]
    assert bool(told) == (name != "alert_review")
    assert not any(CANARY_ROOT in str(message.message()).lower() for message in told)


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_that_is_no_longer_possible_is_a_message_and_changes_nothing(
    alert, known, cast, client_of, name
):
    triage.reject(viewer(cast.coordinator), alert, reason="Hors du territoire.")
    data = {**DECISIONS[name], **({"situation": known.code} if name == "alert_link" else {})}

    response = client_of(cast.coordinator).post(address(alert, name), data, follow=True)

    assert response.status_code == 200
    assert "n’est plus possible" in response.content.decode()
    alert.refresh_from_db()
    assert alert.status == "out_of_scope"


@pytest.mark.parametrize("name", DECISIONS)
def test_nobody_but_the_coordination_reaches_a_decision(alert, cast, client_of, name):
    for member in (cast.landlord, cast.nurse, cast.elected, cast.manager):
        response = client_of(member).post(address(alert, name), DECISIONS[name])
        assert response.status_code == 404
    assert client_of(cast.coordinator).get(address(alert, name)).status_code == 405
    alert.refresh_from_db()
    assert alert.status == "received"


def test_a_number_that_is_not_of_the_council_is_an_error_at_the_field(alert, cast, client_of):
    response = client_of(cast.coordinator).post(
        address(alert, "alert_link"), {"situation": "AIS-2026-001"}
    )
    page = response.content.decode()
    assert "Aucune situation du conseil ne porte ce numéro." in page
    assert 'value="AIS-2026-001"' in page


def test_an_empty_question_is_an_error_at_the_field(alert, cast, client_of):
    response = client_of(cast.coordinator).post(address(alert, "alert_question"), {"question": ""})
    assert response.status_code == 200
    assert "Il y a un problème" in response.content.decode()
    assert not alert.messages.exists()


def test_an_alert_is_redirected_to_an_organisation_of_the_directory(alert, cast, client_of):
    response = client_of(cast.coordinator).post(
        address(alert, "alert_redirect"),
        {
            "reason": "Le CCAS suit ces demandes.",
            "organisation": cast.social_worker.organisation.pk,
        },
    )
    assert response.status_code == 302
    alert.refresh_from_db()
    assert alert.redirected_to == cast.social_worker.organisation


def test_a_settled_alert_offers_no_decision_and_tells_what_became_of_it(alert, cast, client_of):
    situation = triage.accept(viewer(cast.coordinator), alert)

    page = client_of(cast.coordinator).get(alert.get_absolute_url()).content.decode()

    assert address(alert, "alert_accept") not in page
    assert situation.code in page


def test_the_buttons_of_the_page_are_the_acts_of_the_state(alert, cast, client_of):
    client = client_of(cast.coordinator)
    page = client.get(alert.get_absolute_url()).content.decode()
    assert all(address(alert, name) in page for name in DECISIONS)

    triage.request_information(viewer(cast.coordinator), alert, question="Depuis quand ?")

    page = client.get(alert.get_absolute_url()).content.decode()
    offered = {name for name in DECISIONS if address(alert, name) in page}
    assert offered == {"alert_accept", "alert_link", "alert_redirect", "alert_reject"}
    assert "Depuis quand ?" in page


def test_the_page_holds_every_answer_but_the_identity(alert, cast, client_of):
    page = client_of(cast.coordinator).get(alert.get_absolute_url()).content.decode()

    for words in ("Crie la nuit depuis mai.", "Demandeur Fictif", "Suivi ancien", "Menaces"):
        assert words in page
    assert CANARY_ROOT not in page.lower()


def test_the_coordination_is_shown_the_identity_once_on_the_triage_page(alert, cast, client_of):
    client = client_of(cast.coordinator)
    response = client.post(
        address(alert, "alert_reveal"), {"reason": "Vérifier l’adresse avec le bailleur"}
    )
    shown = response.content.decode()
    assert CANARY in shown
    assert "Votre décision" in shown
    assert "no-store" in response["Cache-Control"]

    again = client.get(alert.get_absolute_url()).content.decode()
    assert CANARY_ROOT not in again.lower()
    assert "Vérifier l’adresse avec le bailleur" in again  # in the journal of accesses


def test_a_reveal_without_a_reason_shows_nothing(alert, cast, client_of):
    page = (
        client_of(cast.coordinator)
        .post(address(alert, "alert_reveal"), {"reason": "voir"})
        .content.decode()
    )
    assert CANARY_ROOT not in page.lower()
    assert "Votre décision" in page
    assert not journal.accesses(alert).filter(action="reveal_identity").exists()


def test_the_page_tells_who_opened_the_alert(alert, cast, client_of):
    client_of(cast.landlord).get(alert.get_absolute_url())

    page = client_of(cast.coordinator).get(alert.get_absolute_url()).content.decode()

    assert f"{cast.landlord.user} : Alerte ouverte" in page.replace("\u00a0", " ")


# --- the list -----------------------------------------------------------------------------------


def listed(client, council, query=""):
    response = client.get(f"{reverse('alerts', args=[council.code])}{query}")
    return [row.code for row in response.context["rows"]]


def test_the_list_is_the_coordinations_alone(cast, client_of):
    address = reverse("alerts", args=[cast.council.code])
    assert client_of(cast.coordinator).get(address).status_code == 200
    for member in (cast.landlord, cast.nurse, cast.elected, cast.manager):
        assert client_of(member).get(address).status_code == 404


def test_the_list_is_newest_first_and_filtered_by_the_address(cast, client_of):
    author, coordinator = viewer(cast.landlord), viewer(cast.coordinator)
    sector = cast.council.sectors.get(code="59G23")
    first = submit(author, cast.council, agreement="anonymous", psychiatric_sector=sector)
    second = submit(
        author, cast.council, agreement="anonymous", alert_subject=("care_breakdown", "other")
    )
    triage.reject(coordinator, second, reason="Hors du territoire.")
    client = client_of(cast.coordinator)

    assert listed(client, cast.council) == [second.code, first.code]
    assert listed(client, cast.council, "?status=out_of_scope") == [second.code]
    assert listed(client, cast.council, "?sector=59G23") == [first.code]
    assert listed(client, cast.council, "?subject=care_breakdown") == [second.code]
    assert listed(client, cast.council, "?subject=care_breakdown&status=received") == []
    assert listed(client, cast.council, "?status=nonsense&page=99") == [second.code, first.code]


def test_an_empty_list_says_what_to_do(cast, client_of):
    client = client_of(cast.coordinator)
    address = reverse("alerts", args=[cast.council.code])
    assert "Les alertes des partenaires arriveront ici" in client.get(address).content.decode()
    filtered = client.get(f"{address}?status=received").content.decode()
    assert "Aucune alerte ne répond à ces filtres" in filtered


def test_the_list_makes_as_many_queries_for_thirty_alerts_as_for_three(
    cast, client_of, django_assert_max_num_queries
):
    author, client = viewer(cast.landlord), client_of(cast.coordinator)
    address = reverse("alerts", args=[cast.council.code])
    for _ in range(3):
        submit(author, cast.council, agreement="anonymous")
    with django_assert_max_num_queries(100) as few:
        client.get(address)
    for _ in range(27):
        submit(author, cast.council, agreement="anonymous")

    with django_assert_max_num_queries(len(few)):
        response = client.get(address)

    assert len(response.context["rows"]) == 25
    assert len(few) <= 17  # of which the way back (3), one’s views (2), the filter’s services


def test_nothing_of_the_vault_is_in_the_list(alert, cast, client_of):
    page = client_of(cast.coordinator).get(reverse("alerts", args=[cast.council.code]))
    assert alert.code in page.content.decode()
    assert CANARY_ROOT not in page.content.decode().lower()


# --- redirecting, retaining for a séance --------------------------------------------------------


def test_a_prepared_reply_is_filled_then_edited_then_sent(alert, cast, client_of):
    client = client_of(cast.coordinator)
    resource = Resource.objects.create(
        council=cast.council,
        name="Point droits",
        organisation=cast.social_worker.organisation,
        purpose="Ouvre les droits.",
        phone="01 99 00 00 40",
    )
    reply = cast.council.prepared_replies.get(title="Vers une ressource locale")

    page = client.get(alert.get_absolute_url(), {"reponse": reply.pk, "ressource": resource.pk})

    prepared = page.context["redirect_form"]["reason"].value()
    assert alert.code in prepared
    assert "Point droits, 01 99 00 00 40" in prepared
    assert page.context["redirect_form"]["organisation"].value() == resource.organisation_id
    assert prepared.splitlines()[2] in page.text
    alert.refresh_from_db()
    assert alert.status == "received"

    client.post(
        address(alert, "alert_redirect"),
        {
            "reason": f"{prepared}\nMerci.",
            "organisation": resource.organisation_id,
        },
    )
    alert.refresh_from_db()
    assert (alert.status, alert.redirected_to) == ("redirected", resource.organisation)
    assert alert.outcome_reason.endswith("Merci.")


def test_a_reply_that_names_somebody_is_not_sent_before_it_is_re_read(alert, cast, client_of):
    page = client_of(cast.coordinator).post(
        address(alert, "alert_redirect"), {"reason": "M. Vandenbroucke doit voir le CCAS."}
    )
    assert "guard-why" in page.text
    assert "Vandenbroucke" in page.text
    alert.refresh_from_db()
    assert alert.status == "received"


def test_the_reply_or_the_resource_of_another_council_prepares_nothing(alert, cast, client_of):
    other = factories.aissmc()
    page = client_of(cast.coordinator).get(
        alert.get_absolute_url(),
        {"reponse": other.prepared_replies.first().pk, "ressource": "nonsense"},
    )
    assert page.status_code == 200
    assert page.context["redirect_form"]["reason"].value() is None


def test_an_alert_is_retained_and_put_on_the_agenda_in_one_act(alert, cast, client_of):
    meeting = sitting(cast.coordinator, days=5)
    response = client_of(cast.coordinator).post(
        address(alert, "alert_schedule"), {"meeting": meeting.pk}
    )
    alert.refresh_from_db()
    assert response["Location"] == alert.situation.get_absolute_url()
    assert (alert.status, alert.situation.status) == ("accepted", "scheduled")
    assert meeting.hearings.get().situation == alert.situation
    assert meeting.attendances.filter(membership=cast.landlord).exists()


def test_a_séance_that_cannot_be_joined_leaves_the_alert_as_it_was(alert, cast, client_of):
    gone = sitting(cast.coordinator, days=5)
    Meeting.objects.filter(pk=gone.pk).update(status="cancelled")
    page = client_of(cast.coordinator).post(address(alert, "alert_schedule"), {"meeting": gone.pk})
    assert page.status_code == 200
    assert page.context["sitting_form"].errors
    with pytest.raises(Refused):
        hearings.retain(viewer(cast.coordinator), alert, gone)
    alert.refresh_from_db()
    assert (alert.status, alert.situation) == ("received", None)


def test_the_page_on_care_without_consent_is_one_step_away(alert, cast, client_of):
    help_page = reverse("involuntary_care")
    for member in (cast.coordinator, cast.landlord):
        assert help_page in client_of(member).get(alert.get_absolute_url()).text
    text = client_of(cast.landlord).get(help_page).text
    for words in ("3212-1", "3212-3", "3213-1", "3213-2", "À vérifier avec l’ARS"):
        assert words in text
