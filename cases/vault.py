"""The only door to identities: seal, reveal, erase.

Envelope encryption: each identity has a data key of its own, sealed by the master key of
CLSM_VAULT_KEYS (newest first; older ones still open). Destroying the row destroys the data key,
and with it the identity in every backup of the cipher text.
"""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet
from django.db import transaction

from cases import policies
from cases.crypto import keyring
from cases.models import Alert
from cases.models.identities import SealedIdentity
from governance import journal, nomenclatures
from governance.models import User
from governance.viewer import Viewer

# The vault-class fields of the form: section 2 and the companion of section 8.
IDENTITY_FIELDS = tuple(
    spec.code
    for section in nomenclatures.alert_form()
    for spec in section.fields
    if spec.privacy == "vault"
)


class NoReason(Exception):
    """A reveal was asked without a written reason; the message is French."""


@transaction.atomic
def seal(alert: Alert, identity: Mapping[str, str], *, by: User) -> None:
    """Seal the identity that came with `alert`; journalled. Empty answers are left out.

    Nothing is stored when every answer is empty. KeyError for a field that is not of the vault.
    ValueError without a named agreement: the identity fields stay closed.
    """
    unknown = set(identity) - set(IDENTITY_FIELDS)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    answers = {field: str(value) for field, value in identity.items() if value}
    if not answers:
        return
    if alert.consent_state != "named":
        raise ValueError("an identity is sealed under a named agreement only")
    data_key = Fernet.generate_key()
    SealedIdentity.objects.create(
        alert=alert,
        sealed_key=keyring("CLSM_VAULT_KEYS").encrypt(data_key),
        cipher_text=Fernet(data_key).encrypt(json.dumps(answers, ensure_ascii=False).encode()),
    )
    journal.record(by, "seal_identity", alert, council=alert.council)


def holds_identity(alert: Alert) -> bool:
    """Whether an identity came with the alert, whoever asks and whoever may see it."""
    return SealedIdentity.objects.filter(alert=alert).exists()


@transaction.atomic
def reveal(viewer: Viewer, alert: Alert, *, reason: str) -> dict[str, str]:
    """The identity that came with `alert`, as {field code: answer}; journalled with the reason.

    Refused (decisions.py) if the policy says no; NoReason without a reason of ten characters;
    SealedIdentity.DoesNotExist if none came or it was erased; InvalidToken with a wrong key.
    """
    policies.can_reveal(viewer, alert).enforce()
    if len(reason.strip()) < 10:
        raise NoReason("Écrivez pourquoi vous avez besoin de l’identité, en quelques mots.")
    sealed = SealedIdentity.objects.get(alert=alert)
    journal.record(
        viewer.user, "reveal_identity", alert, council=alert.council, reason=reason.strip()
    )
    data_key = keyring("CLSM_VAULT_KEYS").decrypt(bytes(sealed.sealed_key))
    answers: dict[str, str] = json.loads(Fernet(data_key).decrypt(bytes(sealed.cipher_text)))
    return answers


def erase(alert: Alert) -> None:
    """Destroy the identity that came with `alert` and its data key; nothing if there is none."""
    SealedIdentity.objects.filter(alert=alert).delete()
