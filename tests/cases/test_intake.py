"""The service behind the form: drafts that lose nothing but an identity, alerts sent once."""

import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cases import vault
from cases.models import Alert, AlertDraft, AlertStep
from cases.services import intake
from governance import journal
from governance.decisions import Refused
from governance.models import NumberSeries
from governance.viewer import Viewer

pytestmark = pytest.mark.django_db
NAMED = {"consent_state": "named", "consent_given_by": "person", "consent_date": "oral"}


def submission(**changes) -> intake.Submission:
    given = {
        "draft_key": uuid.uuid4(),
        "fields": {"requester_name": "Un demandeur", "facts": "Crie la nuit.", **NAMED},
        "steps": [intake.TriedStep("home_visit", result="refused", comment="Porte close")],
        "identity": {"last_name": "Zyzzyva"},
    }
    return intake.Submission(**{**given, **changes})


@pytest.fixture
def author(cast, viewer_of):
    return viewer_of(cast.landlord)


@pytest.fixture
def draft(author, council):
    return intake.start_draft(author, council)


# --- drafts -------------------------------------------------------------------------------------


def test_partners_and_the_coordination_write_and_nobody_else(cast, viewer_of, council):
    for member in cast:
        viewer = viewer_of(member)
        if member.role in ("partner", "coordinator"):
            assert intake.start_draft(viewer, council).author == member.user
        else:
            with pytest.raises(Refused):
                intake.start_draft(viewer, council)
            with pytest.raises(Refused):
                intake.submit(viewer, council, submission())
    assert not Alert.objects.exists()


def test_a_step_is_kept_beside_the_others(draft):
    intake.save_step(draft, "vous", {"requester_name": "Moi"})
    saved = intake.save_step(draft, "attentes", {"suggested_invitees": ["a", "b"]})
    assert saved.answers == {
        "vous": {"requester_name": "Moi"},
        "attentes": {"suggested_invitees": ["a", "b"]},
    }
    assert AlertDraft.objects.get().answers == saved.answers


def test_what_is_typed_is_not_readable_in_the_database(draft):
    intake.save_step(draft, "attentes", {"expectations": "un regard croisé"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM cases_alertdraft")
        assert "regard" not in cursor.fetchone()[0]


@pytest.mark.parametrize("state", ["anonymous", "refused", "withdrawn", "unable", "not_collected"])
def test_an_identity_goes_as_soon_as_the_agreement_is_not_named(draft, state):
    everything = dict.fromkeys(vault.IDENTITY_FIELDS, "Zyzzyva")
    intake.save_step(draft, "accord", {"consent_state": "named"})
    kept = intake.save_step(draft, "personne", {**everything, "sex": "female"})
    assert kept.answers["personne"] == {**everything, "sex": "female"}
    lost = intake.save_step(draft, "accord", {"consent_state": state})
    assert lost.answers["personne"] == {"sex": "female"}
    assert "Zyzzyva" not in str(AlertDraft.objects.get().answers)


def test_an_identity_is_not_kept_before_the_agreement_is_named(draft):
    saved = intake.save_step(draft, "personne", {"last_name": "Zyzzyva", "sex": "female"})
    assert saved.answers == {"personne": {"sex": "female"}}


def test_an_older_copy_of_the_draft_does_not_bring_the_identity_back(draft):
    intake.save_step(draft, "accord", {"consent_state": "named"})
    intake.save_step(draft, "personne", {"last_name": "Zyzzyva"})
    older = AlertDraft.objects.get()
    intake.save_step(draft, "accord", {"consent_state": "refused"})
    intake.save_step(older, "attentes", {"expectations": "Un avis"})
    assert "Zyzzyva" not in str(AlertDraft.objects.get().answers)


def test_a_draft_that_is_gone_does_not_come_back(draft):
    intake.discard_draft(AlertDraft.objects.get())
    with pytest.raises(Refused):
        intake.save_step(draft, "vous", {"requester_name": "Moi"})
    assert not AlertDraft.objects.exists()


# --- sending ------------------------------------------------------------------------------------


def test_alerts_are_numbered_in_their_council_and_year(author, council):
    codes = [intake.submit(author, council, submission()).code for _ in range(3)]
    year = Alert.objects.first().received_at.year
    assert codes == [f"LIL-{year}-A001", f"LIL-{year}-A002", f"LIL-{year}-A003"]


def test_the_same_draft_sent_again_gives_the_same_alert(author, council, draft):
    once = submission(draft_key=draft.pk)
    alert = intake.submit(author, council, once)
    assert intake.submit(author, council, once) == alert
    assert Alert.objects.count() == AlertStep.objects.count() == 1
    assert vault.holds_identity(alert)
    assert not AlertDraft.objects.exists()


def test_the_author_may_open_it_and_the_journal_says_so(author, council, cast, viewer_of):
    alert = intake.submit(author, council, submission())
    lines = [(line.actor, line.action) for line in journal.accesses(alert)]
    assert lines == [(cast.landlord.user, "grant"), (cast.landlord.user, "seal_identity")]


def test_an_identity_without_agreement_stores_nothing_at_all(author, council, draft):
    with pytest.raises(ValueError, match="named agreement"):
        intake.submit(
            author,
            council,
            submission(draft_key=draft.pk, fields={"consent_state": "anonymous"}),
        )
    assert not Alert.objects.exists()
    assert not NumberSeries.objects.exists()
    assert AlertDraft.objects.exists()


def test_an_answer_outside_its_list_is_refused(author, council):
    with pytest.raises(ValidationError, match="ne figure pas dans la liste"):
        intake.submit(author, council, submission(fields={**NAMED, "sex": "invented"}))
    assert not Alert.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="an SQLite in memory has one connection for all threads"
)
def test_the_same_draft_sent_at_the_same_instant_gives_one_alert(cast, council):
    same = submission()
    codes, failures = [], []
    together = threading.Barrier(4)

    def send() -> None:
        try:
            together.wait()
            codes.append(intake.submit(Viewer(cast.landlord.user), council, same).code)
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Alert.objects.count() == 1
    assert set(codes) == {Alert.objects.get().code}
