"""The person's answers: records that are added, the situation's state that follows them."""

import datetime
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases import information_sheet, policies
from cases.models import Alert, ConsentRecord, Participation, Situation
from cases.services import agenda, follow_up
from cases.services.activity import locked, touch
from cases.workflow import AGREEMENT
from governance import letters, mail
from governance.decisions import Refused
from governance.models import Membership, User
from governance.viewer import Viewer

# agreement state -> the act of the workflow table that leads to it
_ACTS = {
    "named": "agree_named",
    "anonymous": "agree_anonymous",
    "unable": "note_unable",
    "refused": "refuse",
    "withdrawn": "withdraw",
}
AGREED = frozenset({"named", "anonymous"})
LOWERED = frozenset({"refused", "withdrawn"})
# How long an answer holds before it is asked again (the twelve months and thirty days are ours).
_HOLDS = {
    "named": datetime.timedelta(days=365),
    "anonymous": datetime.timedelta(days=365),
    "unable": datetime.timedelta(days=30),
}
NEEDS_REASON = frozenset({"not_informed", "unreachable"})
_STATE_FIELDS = {
    ConsentRecord.Axis.INFORMATION: "information_state",
    ConsentRecord.Axis.AGREEMENT: "consent_state",
    ConsentRecord.Axis.PRESENCE: "presence_wish",
}


def possible_agreements(viewer: Viewer, situation: Situation) -> tuple[str, ...]:
    """The agreement states that the viewer may record now, lowerings first.

    A refusal is not noted twice; an agreement is renewed.
    """
    acts = AGREEMENT.acts(situation.consent_state or AGREEMENT.start)
    states = [state for state, act in _ACTS.items() if act in acts]
    lowerings = tuple(s for s in states if s in LOWERED and s != situation.consent_state)
    if not policies.can_lower_agreement(viewer, situation):
        return ()
    if not policies.can_raise_agreement(viewer, situation):
        return lowerings
    return (*lowerings, *(s for s in states if s not in LOWERED))


@transaction.atomic
def record_agreement(
    viewer: Viewer,
    situation: Situation,
    state: str,
    *,
    given_by: str = "",
    means: str = "",
    collected_on: datetime.date | None = None,
    reason: str = "",
    recipients: Collection[Membership] = (),
    categories: Collection[str] = (),
    measure_reference: str = "",
    sheet_given: bool = False,
) -> ConsentRecord:
    """Record the person's agreement, refusal or withdrawal, or that they cannot express it.

    An agreement needs evidence: who gave it, how, when, and of a legal representative the
    reference of the measure; an impossibility, what was tried. `recipients` are the participants
    to whom the person lets their name be said, `categories` what may be shared (codes of
    `shared_category`), `sheet_given` that they had the information sheet in hand.

    A refusal or a withdrawal needs nothing and holds from the next request on; the situation leaves
    the agenda; those who take part are told. Refused when the viewer may not record it or the
    evidence is missing; IllegalTransition when the act does not exist from the present state.
    """
    situation = locked(situation)
    if state in LOWERED:
        policies.can_lower_agreement(viewer, situation).enforce()
    else:
        policies.can_raise_agreement(viewer, situation).enforce()
    AGREEMENT.target(_ACTS[state], situation.consent_state or AGREEMENT.start)
    if state in AGREED and not (given_by and means.strip() and collected_on):
        raise Refused("Un accord se note avec qui l’a donné, comment et quand.")
    if state in AGREED and given_by == "legal_representative" and not measure_reference.strip():
        raise Refused("Indiquez la référence de la mesure de protection.")
    _require_participants(situation, recipients)
    if state == "unable" and not reason.strip():
        raise Refused("Écrivez ce qui a été tenté pour recueillir l’accord.")
    before = situation.consent_state
    record = _add(
        viewer,
        situation,
        ConsentRecord.Axis.AGREEMENT,
        state,
        given_by=given_by,
        means=means,
        collected_on=collected_on,
        reason=reason,
        categories=tuple(categories),
        measure_reference=measure_reference,
        **_sheet(given=sheet_given),
    )
    record.recipients.set(recipients if state == "named" else ())
    follow_up.settle_feedback(situation)
    if state in LOWERED:
        _lowered(viewer, situation, state, fell=before not in LOWERED)
    return record


@transaction.atomic
def record_information(
    viewer: Viewer,
    situation: Situation,
    state: str,
    *,
    collected_on: datetime.date | None = None,
    reason: str = "",
) -> ConsentRecord:
    """Record whether the person was told; not told needs a reason. Refused for strangers."""
    situation = locked(situation)
    policies.can_lower_agreement(viewer, situation).enforce()
    if state in NEEDS_REASON and not reason.strip():
        raise Refused("Indiquez pourquoi la personne n’est pas informée.")
    return _add(
        viewer,
        situation,
        ConsentRecord.Axis.INFORMATION,
        state,
        collected_on=collected_on,
        reason=reason,
    )


@transaction.atomic
def record_presence(viewer: Viewer, situation: Situation, state: str) -> ConsentRecord:
    """Record how the person wishes to be present at the meeting. Refused for strangers."""
    situation = locked(situation)
    policies.can_lower_agreement(viewer, situation).enforce()
    return _add(viewer, situation, ConsentRecord.Axis.PRESENCE, state)


def copy_from_alert(viewer: Viewer, situation: Situation, alert: Alert) -> None:
    """The answers that came with a retained alert become the situation's first records."""
    if alert.information_state:
        _add(
            viewer,
            situation,
            ConsentRecord.Axis.INFORMATION,
            alert.information_state,
            alert=alert,
            collected_on=alert.information_date,
            reason=alert.not_informed_reason,
        )
    _add(
        viewer,
        situation,
        ConsentRecord.Axis.AGREEMENT,
        alert.consent_state or AGREEMENT.start,
        alert=alert,
        given_by=alert.consent_given_by,
        means=alert.consent_date,
        collected_on=timezone.localdate(alert.received_at),
        reason=alert.consent_limits,
        # The form does not ask for it: the measure is the one the alert describes.
        measure_reference=f"Fiche {alert.code}" if _by_representative(alert) else "",
    )
    if alert.presence_wish:
        _add(viewer, situation, ConsentRecord.Axis.PRESENCE, alert.presence_wish, alert=alert)


def _by_representative(alert: Alert) -> bool:
    return alert.consent_given_by == "legal_representative"


def lower_from_alert(viewer: Viewer, situation: Situation, alert: Alert) -> None:
    """A refusal that came with an alert holds for the known situation it is attached to.

    Nothing else is taken over: a rise is recorded by hand, with its evidence.
    """
    if alert.consent_state not in LOWERED or situation.consent_state in LOWERED:
        return
    state = "withdrawn" if situation.consent_state in AGREED else "refused"
    _add(
        viewer,
        situation,
        ConsentRecord.Axis.AGREEMENT,
        state,
        alert=alert,
        collected_on=timezone.localdate(alert.received_at),
        reason=alert.consent_limits,
    )
    _lowered(viewer, situation, state, fell=True)


def _add(
    viewer: Viewer,
    situation: Situation,
    axis: ConsentRecord.Axis,
    state: str,
    *,
    alert: Alert | None = None,
    collected_on: datetime.date | None = None,
    **evidence: Any,
) -> ConsentRecord:
    today = timezone.localdate()
    # "Not yet told" comes with the day when the person will be.
    if collected_on is not None and collected_on > today and state != "not_yet":
        raise Refused("Cette date est dans le futur.")
    record = ConsentRecord(
        situation=situation,
        alert=alert,
        axis=axis,
        state=state,
        collected_on=collected_on or today,
        review_on=_review(state, collected_on or today),
        recorded_by=viewer.user,
        **evidence,
    )
    record.full_clean()
    record.save()
    setattr(situation, _STATE_FIELDS[axis], state)
    touch(situation)
    situation.save()
    return record


def _review(state: str, collected_on: datetime.date) -> datetime.date | None:
    """When the answer is asked again: the day the person is to be told, or the end of its hold."""
    if state == "not_yet":
        return collected_on
    return collected_on + _HOLDS[state] if state in _HOLDS else None


def _sheet(*, given: bool) -> dict[str, Any]:
    if not given:
        return {}
    return {
        "sheet_version": information_sheet.VERSION,
        "sheet_digest": information_sheet.digest(),
    }


def _require_participants(situation: Situation, recipients: Collection[Membership]) -> None:
    taking_part = set(
        situation.participations.filter(state__in=Participation.ACTIVE).values_list(
            "membership", flat=True
        )
    )
    if not {recipient.pk for recipient in recipients} <= taking_part:
        raise Refused("La personne ne désigne que des participants de la situation.")


def _lowered(viewer: Viewer, situation: Situation, state: str, *, fell: bool) -> None:
    """Those who take part stop sharing at once: they are told, by code, the same hour, also that
    the situation leaves the agenda. One that was refused before is there for its themes: it stays.
    """
    sitting = agenda.take_off(situation) if fell else None
    off = letters.day(timezone.localdate(sitting.starts_at)) if sitting else ""
    concerned = User.objects.filter(
        memberships__participations__situation=situation,
        memberships__participations__state__in=Participation.ACTIVE,
    )
    coordinators = User.objects.filter(
        memberships__in=Membership.objects.active().filter(
            council=situation.council, role="coordinator"
        )
    )
    act = "la personne a retiré son accord" if state == "withdrawn" else "la personne a refusé"
    for user in User.objects.filter(Q(pk__in=concerned) | Q(pk__in=coordinators)).exclude(
        pk=viewer.user.pk
    ):
        mail.send(
            "agreement_lowered",
            user.email,
            subject=f"{situation.code} : {act}",
            context={
                "code": situation.code,
                "answer": state,
                "off": off,
                "council": situation.council,
                "path": situation.get_absolute_url(),
            },
        )
