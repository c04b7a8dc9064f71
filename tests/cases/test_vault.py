"""The vault: sealed under keys of its own, shown by a logged act, destroyed with its key."""

import importlib
import pkgutil
import uuid
from types import SimpleNamespace

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.db import connection

from cases import migrations, vault
from cases.models import Alert
from cases.models.identities import SealedIdentity
from cases.services import consent, intake, triage
from governance import journal
from governance.decisions import Refused
from governance.models import AccessRecord

pytestmark = pytest.mark.django_db
REASON = "Appel du bailleur, vérifier l’adresse"


def submit(viewer, council, *, agreement="named", identity=None) -> Alert:
    evidence = {"consent_given_by": "person", "consent_date": "oral"}
    return intake.submit(
        viewer,
        council,
        intake.Submission(
            draft_key=uuid.uuid4(),
            fields={
                "requester_name": "Un demandeur",
                "facts": "Crie la nuit.",
                "consent_state": agreement,
                **(evidence if agreement in ("named", "anonymous") else {}),
            },
            identity=identity or {},
        ),
    )


@pytest.fixture
def alert(cast, viewer_of):
    return submit(
        viewer_of(cast.landlord),
        cast.council,
        identity={"last_name": "Zyzzyva", "birth_date": "1970-01-02"},
    )


def test_the_author_and_the_coordinator_are_shown_the_identity_and_it_is_logged(
    alert, cast, viewer_of
):
    for member in (cast.landlord, cast.coordinator):
        shown = vault.reveal(viewer_of(member), alert, reason=REASON)
        assert shown == {"last_name": "Zyzzyva", "birth_date": "1970-01-02"}
        line = journal.accesses(alert).first()
        assert (line.actor, line.action, line.reason) == (member.user, "reveal_identity", REASON)
        assert "Zyzzyva" not in str(vars(line))


def test_nobody_else_is_shown_the_identity_and_the_attempt_shows_nothing(alert, cast, viewer_of):
    for member in cast:
        if member in (cast.landlord, cast.coordinator):
            continue
        with pytest.raises(Refused):
            vault.reveal(viewer_of(member), alert, reason=REASON)
    assert not AccessRecord.objects.filter(action="reveal_identity").exists()


def test_no_reason_no_identity(alert, cast, viewer_of):
    with pytest.raises(vault.NoReason):
        vault.reveal(viewer_of(cast.coordinator), alert, reason="  voir   ")


def test_a_withdrawal_closes_the_identity_to_everybody_at_the_next_request(alert, cast, viewer_of):
    situation = triage.accept(viewer_of(cast.coordinator), alert)
    consent.record_agreement(viewer_of(cast.landlord), situation, "withdrawn")
    again = Alert.objects.select_related("situation").get(pk=alert.pk)
    for member in cast:
        with pytest.raises(Refused):
            vault.reveal(viewer_of(member), again, reason=REASON)


@pytest.mark.parametrize("agreement", ["anonymous", "refused", "unable", "not_collected"])
def test_without_a_named_agreement_no_identity_is_stored(agreement, cast, viewer_of):
    with pytest.raises(ValueError, match="named"):
        submit(
            viewer_of(cast.landlord),
            cast.council,
            agreement=agreement,
            identity={"last_name": "Zyzzyva"},
        )
    assert not Alert.objects.exists()  # nor, by its foreign key, an identity


def test_a_field_that_is_not_of_the_vault_is_refused(alert, cast, viewer_of):
    with pytest.raises(KeyError):
        vault.seal(alert, {"facts": "Crie la nuit."}, by=cast.landlord.user)


def test_the_database_holds_no_name_in_clear(alert):
    with vault.opened(alert.pk), connection.cursor() as cursor:
        cursor.execute("SELECT sealed_key, cipher_text FROM cases_sealedidentity")
        row = b"".join(bytes(value) for value in cursor.fetchone())
    assert b"Zyzzyva" not in row
    assert b"1970" not in row


def test_an_older_master_key_still_opens_and_a_wrong_one_is_loud(alert, cast, viewer_of, settings):
    coordinator = viewer_of(cast.coordinator)
    new = Fernet.generate_key().decode()
    old = settings.CLSM_VAULT_KEYS
    settings.CLSM_VAULT_KEYS = [new, *old]
    assert vault.reveal(coordinator, alert, reason=REASON)["last_name"] == "Zyzzyva"
    settings.CLSM_VAULT_KEYS = [new]
    with pytest.raises(InvalidToken):
        vault.reveal(coordinator, alert, reason=REASON)


def test_erasing_destroys_the_data_key_with_the_identity(alert, cast, viewer_of):
    vault.erase(alert)
    assert not vault.holds_identity(alert)
    with pytest.raises(SealedIdentity.DoesNotExist):
        vault.reveal(viewer_of(cast.coordinator), alert, reason=REASON)


def test_alerts_from_before_are_told_apart_by_what_the_vault_keeps(alert, cast, viewer_of):
    without = submit(viewer_of(cast.nurse), cast.council, agreement="anonymous", identity={})
    Alert.objects.update(identity_kept=False)
    names = (module.name for module in pkgutil.iter_modules(migrations.__path__))
    name = next(name for name in names if name.endswith("_accounts_and_contacts"))
    migration = importlib.import_module(f"{migrations.__name__}.{name}")
    migration.note_identities(apps, SimpleNamespace(connection=connection))
    assert vault.holds_identity(alert)
    assert not vault.holds_identity(without)
    if connection.vendor == "postgresql":
        assert not SealedIdentity.objects.exists(), "the wall stands again"


def test_restricted_texts_are_not_in_clear_in_the_database_and_cannot_be_searched(alert):
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM cases_alert")
        assert "Crie" not in cursor.fetchone()[0]
    assert Alert.objects.get(pk=alert.pk).facts == "Crie la nuit."
    with pytest.raises(TypeError):
        Alert.objects.filter(facts__icontains="Crie").exists()
