"""The person's answers: records that are added, the situation's state that follows them."""

import datetime

from django.db import transaction
from django.utils import timezone

from cases import policies
from cases.models import Alert, ConsentRecord, Hearing, Situation
from cases.services.activity import touch
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
_RISES = frozenset({"named", "anonymous"})
_STATE_FIELDS = {
    ConsentRecord.Axis.INFORMATION: "information_state",
    ConsentRecord.Axis.AGREEMENT: "consent_state",
    ConsentRecord.Axis.PRESENCE: "presence_wish",
}


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
    """Record the person's agreement, refusal or withdrawal.

    A rise (named, anonymous) needs evidence: who gave it, how, when. A refusal or a withdrawal
    needs none and holds from the next request on. IllegalTransition when the act does not exist
    from the present state; Refused when the viewer may not record it or the evidence is missing.
    """
    situation = _locked(situation)
    AGREEMENT.target(_ACTS[state], situation.consent_state or AGREEMENT.start)
    if state in _RISES:
        policies.can_raise_agreement(viewer, situation).enforce()
        if not (given_by and means and collected_on):
            raise Refused("Un accord se note avec qui l’a donné, comment et quand.")
    else:
        policies.can_lower_agreement(viewer, situation).enforce()
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
    policies.can_lower_agreement(viewer, situation).enforce()
    if state in ("not_informed", "unreachable") and not reason:
        raise Refused("Indiquez pourquoi la personne n’est pas informée.")
    return _add(
        viewer,
        _locked(situation),
        ConsentRecord.Axis.INFORMATION,
        state,
        collected_on=collected_on,
        reason=reason,
    )


@transaction.atomic
def record_presence(viewer: Viewer, situation: Situation, state: str) -> ConsentRecord:
    """Record how the person wishes to be present at the meeting. Refused for strangers."""
    policies.can_lower_agreement(viewer, situation).enforce()
    return _add(viewer, _locked(situation), ConsentRecord.Axis.PRESENCE, state)


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
        reason=alert.consent_limits,
    )
    if alert.presence_wish:
        _add(viewer, situation, ConsentRecord.Axis.PRESENCE, alert.presence_wish, alert=alert)


def _locked(situation: Situation) -> Situation:
    return (
        Situation.objects.select_for_update(of=("self",))
        .select_related("council")
        .get(pk=situation.pk)
    )


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
    record = ConsentRecord(
        situation=situation,
        alert=alert,
        axis=axis,
        state=state,
        given_by=given_by,
        means=means,
        collected_on=collected_on or timezone.localdate(),
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
