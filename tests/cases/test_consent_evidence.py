"""The evidence of an answer: named recipients, review, the sheet; nothing of it ever changes."""

import datetime
import io

import pdfplumber
import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cases import dossier, information_sheet, policies, vault
from cases.models import Alert, ConsentRecord
from cases.services import consent, derogations, hearings, participations, triage
from governance.decisions import Refused
from tests import factories, world

pytestmark = pytest.mark.django_db
REASON = "Préparer la visite de lundi"
EVIDENCE = {"given_by": "person", "means": "Entretien"}


@pytest.fixture
def alert(cast, viewer_of) -> Alert:
    return world.submit(viewer_of(cast.landlord), cast.council, agreement="named")


@pytest.fixture
def situation(alert, cast, viewer_of):
    coordinator = viewer_of(cast.coordinator)
    situation = triage.accept(coordinator, alert)
    for member in (cast.nurse, cast.social_worker):
        participation = participations.seek(coordinator, situation, member, knows_person=True)
        participations.accept(viewer_of(member), participation)
    return situation


def agree(viewer, situation, state="named", **evidence):
    return consent.record_agreement(
        viewer, situation, state, collected_on=timezone.localdate(), **{**EVIDENCE, **evidence}
    )


def reveals(member, alert, viewer_of) -> bool:
    fresh = Alert.objects.select_related("council", "situation__council").get(pk=alert.pk)
    return bool(policies.can_reveal(viewer_of(member), fresh))


def test_only_those_whom_the_person_named_are_shown_the_identity(alert, situation, cast, viewer_of):
    agree(viewer_of(cast.nurse), situation, recipients=[cast.nurse])
    assert reveals(cast.nurse, alert, viewer_of)
    assert not reveals(cast.social_worker, alert, viewer_of)


def test_a_newer_agreement_replaces_the_recipients_of_the_older(alert, situation, cast, viewer_of):
    agree(viewer_of(cast.nurse), situation, recipients=[cast.nurse])
    agree(viewer_of(cast.nurse), situation, recipients=[cast.social_worker])
    assert not reveals(cast.nurse, alert, viewer_of)
    assert reveals(cast.social_worker, alert, viewer_of)


@pytest.mark.parametrize("lower", ["withdrawn", "anonymous"])
def test_a_lowering_closes_the_identity_to_the_named_recipients(
    lower, alert, situation, cast, viewer_of
):
    agree(viewer_of(cast.nurse), situation, recipients=[cast.nurse])
    agree(viewer_of(cast.social_worker), situation, lower)
    assert not any(reveals(member, alert, viewer_of) for member in cast)


def test_a_recipient_takes_part_in_the_situation(situation, cast, viewer_of):
    with pytest.raises(Refused, match="participants"):
        agree(viewer_of(cast.nurse), situation, recipients=[cast.hygiene])


def test_a_named_recipient_opens_the_identity_from_the_situation_once_with_a_reason(
    alert, situation, cast, viewer_of, client_of
):
    agree(viewer_of(cast.nurse), situation, recipients=[cast.nurse])
    address = reverse("situation_reveal", args=[cast.council.code, situation.code])
    nurse = client_of(cast.nurse)
    assert world.CANARY not in nurse.get(address).content.decode()
    assert world.CANARY not in nurse.post(address, {"reason": ""}).content.decode()
    assert world.CANARY in nurse.post(address, {"reason": REASON}).content.decode()
    assert world.CANARY not in nurse.get(address).content.decode()
    assert client_of(cast.social_worker).get(address).status_code == 404


def test_a_legal_representative_gives_the_reference_of_the_measure(situation, cast, viewer_of):
    with pytest.raises(Refused, match="référence"):
        agree(viewer_of(cast.nurse), situation, given_by="legal_representative")
    record = agree(
        viewer_of(cast.nurse),
        situation,
        given_by="legal_representative",
        measure_reference="TJ Lille, 26/A/00123",
    )
    assert record.measure_reference


@pytest.mark.parametrize("state", ["named", "anonymous"])
def test_an_agreement_is_reviewed_after_twelve_months(state, situation, cast, viewer_of):
    record = agree(viewer_of(cast.nurse), situation, state)
    assert record.review_on == timezone.localdate() + datetime.timedelta(days=365)


def test_an_impossibility_is_reviewed_after_thirty_days(cast, viewer_of):
    coordinator = viewer_of(cast.coordinator)
    unasked = world.submit(viewer_of(cast.landlord), cast.council, agreement="not_collected")
    record = consent.record_agreement(
        coordinator,
        triage.accept(coordinator, unasked),
        "unable",
        collected_on=timezone.localdate(),
        reason="Trois visites, aucune réponse.",
    )
    assert record.review_on == timezone.localdate() + datetime.timedelta(days=30)


def test_the_sheet_that_was_given_is_kept_as_evidence(situation, cast, viewer_of):
    with_sheet = agree(viewer_of(cast.nurse), situation, sheet_given=True)
    assert with_sheet.sheet_version == information_sheet.VERSION
    assert with_sheet.sheet_digest == information_sheet.digest()
    assert agree(viewer_of(cast.nurse), situation).sheet_digest == ""


def refused(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


def test_the_database_refuses_to_change_or_delete_an_answer(situation):
    record = situation.consent_records.first()
    answers = ConsentRecord.objects.filter(pk=record.pk)
    assert refused(lambda: answers.update(state="anonymous"))
    assert refused(record.save)
    assert refused(record.delete)
    assert refused(lambda: _execute("DELETE FROM cases_consentrecord"))
    assert refused(lambda: _execute("UPDATE cases_consentrecord SET axis = 'presence'"))


def test_the_words_of_an_answer_can_still_be_emptied(situation):
    situation.consent_records.update(reason="", means="")
    assert set(situation.consent_records.values_list("means", flat=True)) == {""}


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_those_who_take_part_and_the_coordination_are_told_of_a_withdrawal_by_code(
    situation, cast, viewer_of, django_capture_on_commit_callbacks
):
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        consent.record_agreement(viewer_of(cast.nurse), situation, "withdrawn")
    told = {message.to[0] for message in mail.outbox}
    assert told == {
        cast.coordinator.user.email,
        cast.landlord.user.email,
        cast.social_worker.user.email,
    }
    for message in mail.outbox:
        assert situation.code in message.subject
        assert world.CANARY not in message.message().as_string()


def test_the_sheet_is_one_tagged_a4_page_with_the_code_and_no_name(situation, cast, client_of):
    # All that a council may have printed on it.
    cast.council.memory_months = 24
    cast.council.contact_service = "Coordination du conseil local de santé mentale"
    cast.council.contact_phone = "01 99 00 00 00"
    cast.council.contact_email = "coordination.du.conseil@demo.example"
    cast.council.save()
    address = reverse("information_sheet", args=[cast.council.code, situation.code])
    answer = client_of(cast.nurse).get(address)
    assert answer["Content-Type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(answer.content)) as document:
        assert len(document.pages) == 1
        words = document.pages[0].extract_text()
    assert situation.code in words
    assert "changer d’avis" in words
    assert cast.council.contact_email in words
    assert world.CANARY not in words


def test_a_partner_sought_after_the_agenda_was_made_is_invited_to_the_seance(
    situation, cast, viewer_of
):
    coordinator = viewer_of(cast.coordinator)
    start = timezone.now() + datetime.timedelta(days=7)
    meeting = hearings.convene(
        coordinator,
        cast.council,
        venue=cast.council.venue,
        starts_at=start,
        ends_at=start + datetime.timedelta(hours=2),
        place="Salle du conseil",
    )
    hearings.schedule(coordinator, situation, meeting)
    participations.seek(coordinator, situation, cast.hygiene)
    assert meeting.attendances.filter(membership=cast.hygiene).exists()


def test_nobody_of_another_council_is_told(situation, cast, viewer_of):
    other = factories.member(factories.aissmc(), "voisin@demo.example", "coordinator")
    assert not policies.can_view(viewer_of(other), situation)
    assert not any(
        vault.holds_identity(a) and policies.can_reveal(viewer_of(other), a)
        for a in situation.alerts.select_related("council", "situation")
    )


# --- the alerts of a situation ------------------------------------------------------------------


def attach(cast, viewer_of, situation, count: int) -> None:
    """So many more alerts of the landlord, each with an identity, attached to the situation."""
    for _ in range(count):
        more = world.submit(viewer_of(cast.landlord), cast.council, agreement="named")
        triage.link(viewer_of(cast.coordinator), more, situation)


@pytest.mark.parametrize("state", ["named", "anonymous", "withdrawn"])
def test_a_list_opens_the_same_identities_as_one_alert_at_a_time(
    alert, situation, cast, viewer_of, state
):
    attach(cast, viewer_of, situation, 2)
    agree(viewer_of(cast.nurse), situation, state, recipients=[cast.nurse] * (state == "named"))
    derogations.grant(
        viewer_of(cast.coordinator), alert, cast.hygiene, ground="abuse", purpose="Signalement"
    )
    opened = type(situation).objects.select_related("council").get(pk=situation.pk)
    for member in cast:
        listed = dossier.revealable_alerts(viewer_of(member), opened)
        one_by_one = [
            each
            for each in opened.alerts.select_related("council", "situation__council")
            if vault.holds_identity(each) and policies.can_reveal(viewer_of(member), each)
        ]
        assert listed == one_by_one, member
    assert dossier.revealable_alerts(viewer_of(cast.hygiene), opened) == [alert]


def test_an_alert_without_an_identity_and_one_erased_are_not_listed(
    alert, situation, cast, viewer_of
):
    without = world.submit(viewer_of(cast.landlord), cast.council, agreement="anonymous")
    coordinator = viewer_of(cast.coordinator)
    agree(viewer_of(cast.nurse), situation)
    opened = type(situation).objects.select_related("council").get(pk=situation.pk)
    assert dossier.revealable_alerts(coordinator, opened) == [alert]
    triage.link(coordinator, without, situation)
    vault.erase(alert)
    assert not any(each.identity_kept for each in Alert.objects.all())
    assert dossier.revealable_alerts(coordinator, opened) == []


def test_ten_alerts_take_as_many_queries_as_one(
    alert, situation, cast, viewer_of, django_assert_max_num_queries
):
    agree(viewer_of(cast.nurse), situation, recipients=[cast.nurse])
    opened = type(situation).objects.select_related("council").get(pk=situation.pk)
    with django_assert_max_num_queries(30) as few:
        assert len(dossier.revealable_alerts(viewer_of(cast.nurse), opened)) == 1
    attach(cast, viewer_of, situation, 9)
    agree(viewer_of(cast.nurse), situation, recipients=[cast.nurse])
    opened = type(situation).objects.select_related("council").get(pk=situation.pk)
    with django_assert_max_num_queries(len(few)):
        assert len(dossier.revealable_alerts(viewer_of(cast.nurse), opened)) == 10
