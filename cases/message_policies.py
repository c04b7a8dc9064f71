"""Who reads and who writes in the exchange between the coordination and one partner.

The rest of the secrecy charter is in cases/policies.py.
"""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from cases import policies
from cases.models import Alert, ConsentRecord, Message, Participation, Situation
from governance import ledger
from governance.decisions import YES, Decision, no
from governance.models import Erasure
from governance.roles import COORDINATE
from governance.viewer import Viewer


def messages_in_scope(viewer: Viewer, messages: QuerySet[Message]) -> QuerySet[Message]:
    """The coordinator's: all of the council. A partner's: those about their own alerts and of
    their own active part in a situation, never another's.

    What was written in a situation before the person refused is closed to the partner too.
    """
    alerts = policies.alerts_in_scope(viewer, Alert.objects.all())
    situations = policies.situations_in_scope(viewer, Situation.objects.all())
    answered = ConsentRecord.objects.filter(
        situation=OuterRef("participation__situation"), axis=ConsentRecord.Axis.AGREEMENT
    ).order_by("-recorded_at", "-id")
    return messages.filter(
        Q(alert__in=alerts.values("pk"))
        | Q(participation__situation__council__in=viewer.councils_where(COORDINATE))
        | Q(
            ~Q(participation__situation__consent_state__in=policies.CLOSED_AGREEMENTS)
            | Q(sent_at__gte=Subquery(answered.values("recorded_at")[:1])),
            participation__situation__in=situations.values("pk"),
            participation__membership__in=viewer.membership_keys,
            participation__state__in=Participation.ACTIVE,
        )
    )


def can_write_about(viewer: Viewer, alert: Alert) -> Decision:
    """Whether the viewer writes a message about the alert: its author, or the coordination to
    them. Once the author takes part in its situation, the exchange goes on there."""
    if not policies.alerts_in_scope(viewer, Alert.objects.filter(pk=alert.pk)).exists():
        return no("Cet échange ne vous est pas ouvert.")
    alone = policies.is_author(viewer, alert) and policies.coordinates(viewer, alert.council)
    if alert.author is None or alone:
        return no("Personne d’autre ne lirait ce message : l’alerte a été saisie ici.")
    if alert.status == "info_requested" and policies.is_author(viewer, alert):
        return no("Répondez d’abord à la question de la coordination : l’étude reprendra.")
    situation = alert.situation
    if alert.status == "withdrawn" or (situation is not None and not situation.is_open):
        return no("Cet échange est clos : il se lit encore.")
    if situation is not None and own_part(alert, situation) is not None:
        return no(f"L’échange se poursuit dans la situation {situation.code}.")
    return YES


def can_write_to(viewer: Viewer, participation: Participation) -> Decision:
    """Whether the viewer writes in the exchange of that participation: who takes part, or the
    coordination to them; nobody once the participation or the situation is closed."""
    situation = participation.situation
    own = participation.membership_id in viewer.membership_keys
    if not policies.can_view(viewer, situation) or not (
        own or policies.coordinates(viewer, situation.council)
    ):
        return no("Cet échange ne vous est pas ouvert.")
    if not situation.is_open:
        return no("La situation est close : l’échange se lit encore.")
    if not participation.is_active:
        return no("Ce partenaire ne participe plus : il ne lirait pas votre message.")
    return YES


def can_note(viewer: Viewer, alert: Alert) -> Decision:
    """Whether the viewer writes a note on the alert: the coordination; nobody once it is erased."""
    decision = policies.can_triage(viewer, alert)
    if decision and ledger.erased(Erasure.Kind.ALERT).filter(identifier=alert.pk).exists():
        return no("Cette alerte est effacée : il n’en reste qu’une ligne statistique.")
    return decision


def own_part(alert: Alert, situation: Situation) -> Participation | None:
    """The active part of the alert's author in the situation, if any."""
    return situation.participations.filter(
        membership__user=alert.author_id, state__in=Participation.ACTIVE
    ).first()
