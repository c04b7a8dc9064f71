"""The derogation to secrecy: one recipient, one ground, one purpose, an end, a trace."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases import policies, vault
from cases.models import Alert, Derogation
from cases.services import consent, derogations, triage
from governance import journal
from governance.decisions import Refused
from governance.services import people
from tests.cases.test_vault import submit

pytestmark = pytest.mark.django_db
CANARY = "Zyzzyva"
PURPOSE = "Signalement au procureur de la République"
REASON = "Appel du parquet, vérifier l’adresse"
JUST_UNDER = datetime.timedelta(hours=71, minutes=59)
OVER = datetime.timedelta(hours=72, seconds=1)


@pytest.fixture
def alert(cast, viewer_of) -> Alert:
    """An alert retained under a named agreement that the person then withdrew."""
    author = viewer_of(cast.landlord)
    sent = submit(author, cast.council, identity={"last_name": CANARY})
    situation = triage.accept(viewer_of(cast.coordinator), sent)
    consent.record_agreement(author, situation, "withdrawn")
    return Alert.objects.select_related("council", "situation").get()


@pytest.fixture
def grant(alert, cast, viewer_of):
    def granted(by=None, to=None, **changes) -> Derogation:
        answers = {"ground": "abuse", "purpose": PURPOSE, **changes}
        return derogations.grant(
            viewer_of(by or cast.coordinator), alert, to or cast.social_worker, **answers
        )

    return granted


def page(derogation: Derogation) -> str:
    return reverse("derogation_reveal", args=["LIL", derogation.pk])


# --- the service --------------------------------------------------------------------------------


def test_after_a_withdrawal_the_recipient_and_nobody_else_is_shown_the_identity(
    alert, cast, grant, viewer_of
):
    grant()
    assert vault.reveal(viewer_of(cast.social_worker), alert, reason=REASON) == {
        "last_name": CANARY
    }
    for member in cast:
        if member != cast.social_worker:
            with pytest.raises(Refused):
                vault.reveal(viewer_of(member), alert, reason=REASON)


def test_it_opens_no_other_alert(alert, cast, grant, viewer_of):
    other = submit(viewer_of(cast.landlord), cast.council, identity={"last_name": CANARY})
    grant()
    assert not policies.can_reveal(viewer_of(cast.social_worker), other)


def test_it_never_changes_the_agreement(alert, grant):
    records = alert.situation.consent_records.count()
    grant()
    alert.refresh_from_db()
    alert.situation.refresh_from_db()
    assert (alert.consent_state, alert.situation.consent_state) == ("named", "withdrawn")
    assert alert.situation.consent_records.count() == records


def test_it_ends_by_itself_after_72_hours(alert, cast, grant, viewer_of):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        grant()
    with time_machine.travel(now + JUST_UNDER, tick=False):
        assert policies.can_reveal(viewer_of(cast.social_worker), alert)
    with time_machine.travel(now + OVER, tick=False):
        assert not policies.can_reveal(viewer_of(cast.social_worker), alert)


def test_the_coordination_and_the_author_grant_and_nobody_else_does(cast, grant):
    grant(by=cast.coordinator, to=cast.nurse)
    grant(by=cast.landlord, to=cast.social_worker)
    for member in cast:
        if member not in (cast.coordinator, cast.landlord):
            with pytest.raises(Refused):
                grant(by=member, to=cast.hygiene)
    assert Derogation.objects.count() == 2


def test_nobody_grants_it_to_themselves(cast, grant):
    for member in (cast.coordinator, cast.landlord):
        with pytest.raises(Refused, match="autre personne"):
            grant(by=member, to=member)


def test_the_recipient_is_a_partner_of_the_council_or_coordinates_it(cast, grant):
    grant(by=cast.landlord, to=cast.coordinator)
    for member in (cast.elected, cast.manager):
        with pytest.raises(Refused, match="partenaire du conseil"):
            grant(to=member)
    people.end_membership(cast.nurse, by=cast.coordinator.user)
    with pytest.raises(Refused, match="partenaire du conseil"):
        grant(to=cast.nurse)


def test_who_leaves_the_council_loses_it_at_the_next_request(alert, cast, grant, viewer_of):
    grant()
    people.end_membership(cast.social_worker, by=cast.coordinator.user)
    assert not policies.can_reveal(viewer_of(cast.social_worker), alert)


@pytest.mark.parametrize("purpose", ["", "   ", "parquet"])
def test_without_a_purpose_it_is_refused(grant, purpose):
    with pytest.raises(Refused, match="à quoi"):
        grant(purpose=purpose)


@pytest.mark.parametrize("ground", ["", "curiosity"])
def test_a_ground_outside_the_law_is_refused(grant, ground):
    with pytest.raises(ValidationError):
        grant(ground=ground)
    assert not Derogation.objects.exists()


def test_without_an_identity_there_is_nothing_to_open(alert, grant):
    vault.erase(alert)
    with pytest.raises(Refused, match="Aucune identité"):
        grant()


def test_one_runs_at_a_time_for_a_recipient_and_an_alert(cast, grant):
    first = grant()
    with pytest.raises(Refused, match="déjà en cours"):
        grant(by=cast.landlord)
    grant(to=cast.nurse)
    with time_machine.travel(timezone.now() + OVER):
        grant()
    first.refresh_from_db()
    assert first.ended_at == first.ends_at
    assert Derogation.objects.filter(recipient=cast.social_worker).count() == 2


def test_the_database_refuses_a_second_one_whatever_the_program_does(grant):
    twin = grant()
    twin.pk = None
    twin._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        Derogation.objects.bulk_create([twin])


def test_the_coordination_and_the_author_end_it_and_nobody_else_does(alert, cast, grant, viewer_of):
    granted = grant()
    for member in cast:
        if member not in (cast.coordinator, cast.landlord):
            with pytest.raises(Refused):
                derogations.end(viewer_of(member), granted)
    derogations.end(viewer_of(cast.landlord), granted)
    assert not policies.can_reveal(viewer_of(cast.social_worker), alert)
    granted.refresh_from_db()
    assert granted.ended_by == cast.landlord.user
    with pytest.raises(Refused, match="déjà pris fin"):
        derogations.end(viewer_of(cast.landlord), granted)


def test_granting_revealing_and_ending_are_in_the_journal(alert, cast, grant, viewer_of):
    granted = grant()
    vault.reveal(viewer_of(cast.social_worker), alert, reason=REASON)
    derogations.end(viewer_of(cast.coordinator), granted)
    ended, revealed, begun, *_ = journal.accesses(alert)
    assert [line.action for line in (begun, revealed, ended)] == [
        "derogation",
        "reveal_identity",
        "end_derogation",
    ]
    assert begun.actor == cast.coordinator.user
    assert str(cast.social_worker) in begun.reason
    assert "226-14, 1°" in begun.reason
    assert PURPOSE not in begun.reason
    assert (revealed.actor, revealed.reason) == (cast.social_worker.user, REASON)


def test_the_recipient_alone_is_told_with_a_code_and_a_link(
    cast, grant, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        granted = grant()
    (message,) = mail.outbox
    assert message.to == [cast.social_worker.user.email]
    assert granted.alert.code in message.subject
    assert page(granted) in message.body
    assert CANARY not in str(message.message())
    assert PURPOSE not in str(message.message())


def test_the_purpose_is_encrypted_in_its_table_and_in_its_history(grant):
    from cases.services.rotation import _tokens

    granted = grant()
    for model in (Derogation, granted.history.model):
        ((_, [(_, token)]),) = _tokens(model, model.objects.all())
        assert "procureur" not in token


# --- the screens --------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coordinator", "landlord"])
def test_the_form_says_what_the_law_allows_and_grants(alert, cast, client_of, who):
    client = client_of(getattr(cast, who))
    address = reverse("alert_derogate", args=["LIL", alert.code])
    shown = client.get(address).content.decode()
    for words in ("article 226-14, 4°", "L. 121-6-2", "72 heures", "journal"):
        assert words in shown
    answers = {"recipient": cast.social_worker.pk, "ground": "weapon", "purpose": PURPOSE}
    assert client.post(address, answers).url == alert.get_absolute_url()
    granted = Derogation.objects.get()
    assert (granted.ground, granted.purpose) == ("weapon", PURPOSE)
    assert granted.granted_by == getattr(cast, who).user


def test_two_recipients_in_one_request_make_one_derogation(alert, cast, client_of):
    address = reverse("alert_derogate", args=["LIL", alert.code])
    both = [cast.nurse.pk, cast.social_worker.pk]
    answers = {"recipient": both, "ground": "weapon", "purpose": PURPOSE}
    client_of(cast.coordinator).post(address, answers)
    assert Derogation.objects.count() == 1


def test_a_form_without_answers_says_what_is_missing_and_grants_nothing(alert, cast, client_of):
    address = reverse("alert_derogate", args=["LIL", alert.code])
    shown = client_of(cast.coordinator).post(address, {"purpose": "court"})
    assert set(shown.context["form"].errors) == {"recipient", "ground", "purpose"}
    assert not Derogation.objects.exists()


def test_the_form_proposes_neither_oneself_nor_who_may_not_receive(alert, cast, client_of):
    address = reverse("alert_derogate", args=["LIL", alert.code])
    proposed = client_of(cast.coordinator).get(address).content.decode()
    assert str(cast.nurse.pk) in proposed
    for member in (cast.coordinator, cast.elected, cast.manager):
        assert str(member.pk) not in proposed


def test_a_refusal_of_the_service_is_said_on_the_form(alert, cast, grant, client_of):
    grant()
    address = reverse("alert_derogate", args=["LIL", alert.code])
    answers = {"recipient": cast.social_worker.pk, "ground": "abuse", "purpose": PURPOSE}
    shown = client_of(cast.coordinator).post(address, answers).content.decode()
    assert "déjà en cours" in shown


def test_without_an_identity_the_page_has_no_form(alert, cast, client_of):
    vault.erase(alert)
    address = reverse("alert_derogate", args=["LIL", alert.code])
    shown = client_of(cast.coordinator).get(address).content.decode()
    assert "il n’y a rien à ouvrir" in shown
    assert "Accorder la dérogation" not in shown


def test_a_participant_does_not_grant(alert, cast, client_of):
    for member in (cast.social_worker, cast.nurse, cast.manager):
        address = reverse("alert_derogate", args=["LIL", alert.code])
        assert client_of(member).get(address).status_code == 404


@pytest.mark.parametrize("place", ["situation of the coordination", "alert of its author"])
def test_those_that_run_are_listed_with_a_button_that_ends_them(
    alert, cast, grant, client_of, place
):
    granted = grant()
    who = cast.coordinator if place.startswith("situation") else cast.landlord
    address = (alert.situation if who == cast.coordinator else alert).get_absolute_url()
    client = client_of(who)
    shown = client.get(address).content.decode()
    assert "Dérogation au secret" in shown
    assert PURPOSE in shown
    end = reverse("derogation_end", args=["LIL", granted.pk])
    assert end in shown
    client.post(end)
    again = client.get(address).content.decode()
    assert end not in again
    assert reverse("alert_derogate", args=["LIL", alert.code]) in again


def test_a_participant_sees_nothing_of_it_on_the_situation(alert, cast, grant, client_of):
    grant()
    shown = client_of(cast.landlord).get(alert.situation.get_absolute_url()).content.decode()
    assert PURPOSE not in shown
    assert "Dérogation au secret" not in shown


def test_the_recipient_asks_with_a_reason_and_is_shown_the_identity_once(
    alert, cast, grant, client_of
):
    granted = grant()
    client = client_of(cast.social_worker)
    before = client.get(page(granted)).content.decode()
    assert PURPOSE in before
    assert CANARY not in before
    shown = client.post(page(granted), {"reason": REASON})
    assert CANARY in shown.content.decode()
    assert shown["Cache-Control"] == "no-store, private"
    assert CANARY not in client.get(page(granted)).content.decode()
    assert CANARY not in str(dict(client.session))
    assert client.get(alert.get_absolute_url()).status_code == 404


def test_without_a_reason_nothing_is_shown(cast, grant, client_of):
    granted = grant()
    shown = client_of(cast.social_worker).post(page(granted), {"reason": "voir"})
    assert CANARY not in shown.content.decode()
    assert "Il y a un problème" in shown.content.decode()


def test_an_identity_erased_meanwhile_is_said_not_to_be_there(alert, cast, grant, client_of):
    granted = grant()
    vault.erase(alert)
    shown = client_of(cast.social_worker).post(page(granted), {"reason": REASON})
    assert "Aucune identité n’est conservée" in shown.content.decode()


def test_for_anyone_else_and_once_it_is_over_the_page_does_not_exist(
    cast, grant, client_of, viewer_of
):
    granted = grant()
    for member in cast:
        if member != cast.social_worker:
            for ask in (client_of(member).get, client_of(member).post):
                assert ask(page(granted), {"reason": REASON}).status_code == 404
    derogations.end(viewer_of(cast.coordinator), granted)
    assert client_of(cast.social_worker).get(page(granted)).status_code == 404
