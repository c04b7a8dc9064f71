"""The person's answers: records that are added, the situation's state that follows them."""

import datetime

from django.db import transaction
from django.utils import timezone

from cases import policies
from cases.models import Alert, ConsentRecord, Hearing, Situation
from cases.services.activity import locked, touch
from cases.workflow import AGREEMENT
from governance.decisions import Refused
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
) -> ConsentRecord:
    """Record the person's agreement, refusal or withdrawal, or that they cannot express it.

    An agreement needs evidence: who gave it, how, when; an impossibility, what was tried. A
    refusal or a withdrawal needs nothing and holds from the next request on. Refused when the
    viewer may not record it or the evidence is missing; IllegalTransition when the act does not
    exist from the present state.
    """
    situation = locked(situation)
    if state in LOWERED:
        policies.can_lower_agreement(viewer, situation).enforce()
    else:
        policies.can_raise_agreement(viewer, situation).enforce()
    AGREEMENT.target(_ACTS[state], situation.consent_state or AGREEMENT.start)
    if state in AGREED and not (given_by and means.strip() and collected_on):
        raise Refused("Un accord se note avec qui l’a donné, comment et quand.")
    if state == "unable" and not reason.strip():
        raise Refused("Écrivez ce qui a été tenté pour recueillir l’accord.")
    record = _add(
        viewer,
        situation,
        ConsentRecord.Axis.AGREEMENT,
        state,
        given_by=given_by,
        means=means,
        collected_on=collected_on,
        reason=reason,
    )
    _apply_to_agenda(situation)
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
    )
    if alert.presence_wish:
        _add(viewer, situation, ConsentRecord.Axis.PRESENCE, alert.presence_wish, alert=alert)


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
    _apply_to_agenda(situation)


def _add(
    viewer: Viewer,
    situation: Situation,
    axis: ConsentRecord.Axis,
    state: str,
    *,
    alert: Alert | None = None,
    given_by: str = "",
    means: str = "",
    collected_on: datetime.date | None = None,
    reason: str = "",
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
        given_by=given_by,
        means=means,
        collected_on=collected_on or today,
        reason=reason,
        recorded_by=viewer.user,
    )
    record.full_clean()
    record.save()
    setattr(situation, _STATE_FIELDS[axis], state)
    touch(situation)
    situation.save()
    return record


def _apply_to_agenda(situation: Situation) -> None:
    """The séances to come discuss the situation as the agreement now allows."""
    naming = policies.discussion(situation)
    for hearing in situation.hearings.filter(state=Hearing.State.SCHEDULED).exclude(naming=naming):
        hearing.naming = naming
        hearing.save()
