"""The person's answers: evidence for a rise, nothing for a lowering, effect at the next request."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import ConsentRecord, Hearing
from cases.services import consent, hearings, participations, situations, triage
from governance.decisions import Refused
from governance.workflow import IllegalTransition
from tests.cases.sittings import sitting
from tests.world import CANARY_ROOT, submit

pytestmark = pytest.mark.django_db
EVIDENCE = {"given_by": "person", "means": "Entretien", "collected_on": datetime.date(2026, 1, 5)}


@pytest.fixture
def situation(cast, viewer_of):
    """A named situation, its texts re-read, with a nurse who does not know the person."""
    coordinator = viewer_of(cast.coordinator)
    alert = submit(viewer_of(cast.landlord), cast.council, agreement="named")
    situation = triage.accept(coordinator, alert)
    situations.review_texts(
        coordinator, situation, {"facts": "Crie la nuit."}, version=situation.version
    )
    participations.seek(coordinator, situation, cast.nurse)
    situation.refresh_from_db()
    return situation


def state_of(situation):
    situation.refresh_from_db()
    return situation.consent_state


def address(situation, name="situation_consent"):
    return reverse(name, args=[situation.council.code, situation.code])


# --- the services -------------------------------------------------------------------------------


def test_a_participant_notes_a_withdrawal_without_any_evidence(situation, cast, viewer_of):
    record = consent.record_agreement(viewer_of(cast.nurse), situation, "withdrawn")

    assert state_of(situation) == "withdrawn"
    assert record.recorded_by == cast.nurse.user


def test_a_participant_who_has_not_met_the_person_records_no_agreement(situation, cast, viewer_of):
    for state, evidence in (("named", EVIDENCE), ("anonymous", EVIDENCE)):
        with pytest.raises(Refused, match="rencontré"):
            consent.record_agreement(viewer_of(cast.nurse), situation, state, **evidence)
    assert state_of(situation) == "named"


@pytest.mark.parametrize("missing", ["given_by", "means", "collected_on"])
def test_an_agreement_without_its_evidence_is_refused(situation, cast, viewer_of, missing):
    consent.record_agreement(viewer_of(cast.nurse), situation, "withdrawn")
    evidence = {name: value for name, value in EVIDENCE.items() if name != missing}

    with pytest.raises(Refused, match="qui l’a donné"):
        consent.record_agreement(viewer_of(cast.landlord), situation, "named", **evidence)

    assert state_of(situation) == "withdrawn"
    consent.record_agreement(viewer_of(cast.landlord), situation, "named", **EVIDENCE)
    assert state_of(situation) == "named"


def test_an_impossibility_says_what_was_tried(situation, cast, viewer_of):
    situation.consent_state = "not_collected"
    situation.save()
    landlord = viewer_of(cast.landlord)
    with pytest.raises(Refused, match="tenté"):
        consent.record_agreement(landlord, situation, "unable", reason="  ")

    consent.record_agreement(landlord, situation, "unable", reason="Deux visites, sans réponse.")

    assert state_of(situation) == "unable"


def test_after_a_refusal_nothing_but_an_agreement_opens_the_facts_again(situation, cast, viewer_of):
    situation.consent_state = "refused"
    situation.save()
    with pytest.raises(IllegalTransition):
        consent.record_agreement(
            viewer_of(cast.coordinator), situation, "unable", reason="Ne répond pas."
        )
    assert state_of(situation) == "refused"


def test_a_stranger_records_nothing(situation, cast, viewer_of):
    for member in (cast.police, cast.elected, cast.manager):
        with pytest.raises(Refused):
            consent.record_agreement(viewer_of(member), situation, "withdrawn")
        with pytest.raises(Refused):
            consent.record_information(viewer_of(member), situation, "informed")
        with pytest.raises(Refused):
            consent.record_presence(viewer_of(member), situation, "present")
    assert state_of(situation) == "named"


def test_the_records_are_added_and_the_last_one_is_the_state(situation, cast, viewer_of):
    before = situation.consent_records.count()
    landlord = viewer_of(cast.landlord)
    consent.record_agreement(landlord, situation, "withdrawn")
    consent.record_agreement(landlord, situation, "anonymous", **EVIDENCE)
    consent.record_presence(landlord, situation, "second_part")

    assert situation.consent_records.count() == before + 3
    last = situation.consent_records.filter(axis=ConsentRecord.Axis.AGREEMENT).last()
    assert last.state == state_of(situation) == "anonymous"
    assert situation.presence_wish == "second_part"


def test_information_not_given_needs_a_reason_and_a_date_to_come_is_for_not_yet_alone(
    situation, cast, viewer_of
):
    nurse = viewer_of(cast.nurse)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    for state in ("not_informed", "unreachable"):
        with pytest.raises(Refused, match="Indiquez pourquoi"):
            consent.record_information(nurse, situation, state)
    with pytest.raises(Refused, match="futur"):
        consent.record_information(nurse, situation, "informed", collected_on=tomorrow)

    consent.record_information(nurse, situation, "not_yet", collected_on=tomorrow)

    situation.refresh_from_db()
    assert situation.information_state == "not_yet"


def test_a_withdrawal_takes_the_situation_off_the_séance_to_come(situation, cast, viewer_of):
    coordinator = viewer_of(cast.coordinator)
    hearing = hearings.schedule(coordinator, situation, sitting(cast.coordinator))

    consent.record_agreement(viewer_of(cast.nurse), situation, "withdrawn")

    hearing.refresh_from_db()
    situation.refresh_from_db()
    assert (hearing.state, situation.status) == (Hearing.State.WITHDRAWN, "under_review")


def test_a_record_does_not_overwrite_what_somebody_else_saved(situation, cast, viewer_of):
    coordinator = viewer_of(cast.coordinator)
    stale = type(situation).objects.get(pk=situation.pk)
    situations.revise(
        coordinator, situation, {"housing_status": "homeless"}, version=situation.version
    )

    consent.record_presence(coordinator, stale, "present")
    participations.seek(coordinator, stale, cast.social_worker)

    situation.refresh_from_db()
    assert situation.housing_status == "homeless"
    assert situation.presence_wish == "present"


# --- the page -----------------------------------------------------------------------------------


def test_a_withdrawal_noted_by_one_participant_acts_on_the_next_request_of_another(
    situation, cast, client_of
):
    page = situation.get_absolute_url()
    other = client_of(cast.landlord)
    assert "Crie la nuit." in other.get(page).content.decode()

    response = client_of(cast.nurse).post(
        address(situation), {"axis": "agreement", "agreement-state": "withdrawn"}
    )

    assert response.status_code == 302
    after = other.get(page).content.decode()
    assert "Crie la nuit." not in after
    assert "Aide au professionnel" in after
    assert "Troubles de voisinage" in after  # a theme


def test_the_page_offers_a_participant_who_has_not_met_the_person_a_withdrawal_alone(
    situation, cast, client_of
):
    page = client_of(cast.nurse).get(address(situation)).content.decode()
    assert 'value="withdrawn"' in page
    assert 'value="named"' not in page
    assert "Seul un professionnel qui a rencontré la personne" in page

    page = client_of(cast.landlord).get(address(situation)).content.decode()
    assert 'value="named"' in page


def test_an_agreement_sent_past_the_page_is_refused_there(situation, cast, client_of):
    response = client_of(cast.nurse).post(
        address(situation),
        {
            "axis": "agreement",
            "agreement-state": "anonymous",
            "agreement-given_by": "person",
            "agreement-means": "Entretien",
            "agreement-collected_on": "2026-01-05",
        },
    )
    assert response.status_code == 200
    assert "Il y a un problème" in response.content.decode()
    assert state_of(situation) == "named"


def test_what_is_missing_is_said_at_the_field_and_what_was_typed_stays(situation, cast, client_of):
    response = client_of(cast.coordinator).post(
        address(situation),
        {
            "axis": "agreement",
            "agreement-state": "anonymous",
            "agreement-reason": "À voir avec elle",
        },
    )
    page = response.content.decode()
    assert "Indiquez qui a donné l’accord." in page
    assert "Indiquez comment l’accord a été recueilli." in page
    assert "À voir avec elle" in page
    assert state_of(situation) == "named"


def test_the_coordination_records_each_axis_from_the_page(situation, cast, client_of):
    client = client_of(cast.coordinator)
    for data in (
        {
            "axis": "agreement",
            "agreement-state": "anonymous",
            "agreement-given_by": "legal_representative",
            "agreement-means": "Courrier",
            "agreement-measure_reference": "TJ Lille, 26/A/00123",
            "agreement-collected_on": "2026-01-05",
        },
        {
            "axis": "information",
            "information-state": "unreachable",
            "information-collected_on": "2026-01-05",
            "information-reason": "Trois passages",
        },
        {"axis": "presence", "presence-state": "accompanied"},
    ):
        assert client.post(address(situation), data).status_code == 302

    situation.refresh_from_db()
    assert situation.consent_state == "anonymous"
    assert situation.information_state == "unreachable"
    assert situation.presence_wish == "accompanied"


def test_the_evidence_is_read_by_the_coordination_alone(situation, cast, client_of, viewer_of):
    consent.record_information(
        viewer_of(cast.coordinator), situation, "not_informed", reason="Porte close trois fois"
    )
    page = situation.get_absolute_url()
    assert "Porte close trois fois" in client_of(cast.coordinator).get(page).content.decode()
    assert "Porte close trois fois" not in client_of(cast.nurse).get(page).content.decode()


def test_strangers_get_404_on_the_page_of_the_answers(situation, cast, client_of):
    for member in (cast.police, cast.elected, cast.manager):
        client = client_of(member)
        assert client.get(address(situation)).status_code == 404
        data = {"axis": "agreement", "agreement-state": "withdrawn"}
        assert client.post(address(situation), data).status_code == 404
    assert state_of(situation) == "named"


def test_the_page_never_names_the_person(situation, cast, client_of):
    for member in (cast.coordinator, cast.landlord, cast.nurse):
        page = client_of(member).get(address(situation)).content.decode()
        assert CANARY_ROOT not in page.lower()
