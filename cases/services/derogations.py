"""Derogations to secrecy: one recipient, one legal ground, one purpose, 72 hours, journalled.

The person's agreement is never touched. There is no way to grant several at once.
"""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases import policies, vault
from cases.models import Alert, Derogation
from governance import journal, mail
from governance.decisions import Refused
from governance.letters import moment
from governance.models import Membership, Role
from governance.viewer import Viewer

RECIPIENT_ROLES = (Role.PARTNER, Role.COORDINATOR)
_SHORTEST_PURPOSE = 10


@transaction.atomic
def grant(
    viewer: Viewer, alert: Alert, recipient: Membership, *, ground: str, purpose: str
) -> Derogation:
    """Open the identity of `alert` to `recipient` alone, for 72 hours; they are told by mail.

    Refused for anyone but the coordination and the author, for oneself, for who is no partner nor
    coordinator of the council today, without a purpose, without an identity, while one runs for
    the same recipient. ValidationError for a ground outside the list `derogation_ground`.
    """
    alert = Alert.objects.select_for_update(of=("self",)).select_related("council").get(pk=alert.pk)
    policies.can_derogate(viewer, alert).enforce()
    if len(purpose.strip()) < _SHORTEST_PURPOSE:
        raise Refused("Écrivez à quoi l’identité doit servir, en quelques mots.")
    if not vault.holds_identity(alert):
        raise Refused("Aucune identité n’est conservée avec cette alerte.")
    if recipient.user_id == viewer.user.pk:
        raise Refused("Une dérogation s’accorde à une autre personne que vous.")
    members = Membership.objects.active().filter(council=alert.council, role__in=RECIPIENT_ROLES)
    if not members.filter(pk=recipient.pk).exists():
        raise Refused("Une dérogation s’accorde à un partenaire du conseil ou à la coordination.")
    now = timezone.now()
    own = Derogation.objects.filter(alert=alert, recipient=recipient, ended_at__isnull=True)
    for lapsed in own.filter(ends_at__lte=now):
        lapsed.ended_at = lapsed.ends_at
        lapsed.save()
    if own.exists():
        raise Refused("Une dérogation est déjà en cours pour cette personne.")
    derogation = Derogation(
        alert=alert,
        recipient=recipient,
        ground=ground,
        purpose=purpose.strip(),
        granted_by=viewer.user,
        granted_at=now,
        ends_at=now + Derogation.LASTS,
    )
    derogation.full_clean()
    derogation.save()
    mail.send(
        "derogation_granted",
        recipient.user.email,
        subject=f"{alert.code} : une dérogation au secret vous est accordée",
        context={
            "code": alert.code,
            "until": moment(derogation.ends_at),
            "council": alert.council,
            "path": reverse("derogation_reveal", args=[alert.council.code, derogation.pk]),
        },
    )
    journal.record(
        viewer.user,
        "derogation",
        alert,
        council=alert.council,
        reason=f"À {recipient} : {derogation.ground_article}",
    )
    return derogation


@transaction.atomic
def end(viewer: Viewer, derogation: Derogation) -> None:
    """End it before its time: its recipient opens nothing from the next request on.

    Refused for anyone but the coordination and the author, and when it is over already.
    """
    derogation = (
        Derogation.objects.select_for_update(of=("self",))
        .select_related("alert__council", "recipient__user", "recipient__organisation")
        .get(pk=derogation.pk)
    )
    policies.can_derogate(viewer, derogation.alert).enforce()
    if not derogation.is_running:
        raise Refused("Cette dérogation a déjà pris fin.")
    derogation.ended_at = timezone.now()
    derogation.ended_by = viewer.user
    derogation.save()
    journal.record(
        viewer.user,
        "end_derogation",
        derogation.alert,
        council=derogation.alert.council,
        reason=f"À {derogation.recipient}",
    )
