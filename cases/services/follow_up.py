"""Action leads and feedback: who does what until when, and what came of it."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases import policies
from cases.models import ActionLead, Feedback, Hearing, Participation, Situation
from cases.selectors import lead_owners
from cases.services.activity import locked, touch
from cases.workflow import ACTION_LEAD
from governance import mail
from governance.decisions import Refused
from governance.models import Membership
from governance.viewer import Viewer

FEEDBACK_DELAY = datetime.timedelta(days=15)
NEEDS_OUTCOME = frozenset({"decline", "fail", "rule_out", "drop"})
WHY = "Dites en quelques mots pourquoi la piste n’aboutit pas, ou pourquoi vous la déclinez."
# Done by naming the owner (assign_lead), never by itself.
ENTRUST = "entrust"
_ANSWERS = frozenset({"accept", "decline"})


@transaction.atomic
def propose_lead(
    viewer: Viewer,
    situation: Situation,
    *,
    kind: str,
    description: str = "",
    owner: Membership | None = None,
    due_on: datetime.date | None = None,
    hearing: Hearing | None = None,
) -> ActionLead:
    """A lead for the situation, of a hearing or between two; its owner is told by mail.

    Refused for anyone but the coordination, for an owner who neither takes part in the situation
    nor coordinates, where only themes may be discussed, for a situation that is closed, and for a
    hearing already concluded: its conclusions, leads included, are frozen.
    """
    situation = locked(situation)
    policies.can_steer(viewer, situation).enforce()
    if not situation.is_open:
        raise Refused("Cette situation est close.")
    if hearing is not None and hearing.state != Hearing.State.SCHEDULED:
        raise Refused("Ce point est conclu : notez la piste depuis la page de la situation.")
    if policies.discussion(situation) == Hearing.Naming.THEMES:
        raise Refused("Après un refus, aucune piste n’est notée sur la personne.")
    _require_concerned(situation, owner)
    lead = ActionLead(
        council=situation.council,
        situation=situation,
        hearing=hearing,
        kind=kind,
        description=description,
        owner=owner,
        due_on=due_on,
    )
    lead.full_clean()
    lead.save()
    touch(situation)
    _tell_owner(viewer, lead)
    return lead


@transaction.atomic
def assign_lead(
    viewer: Viewer, lead: ActionLead, *, owner: Membership, due_on: datetime.date | None
) -> ActionLead:
    """Give an open lead an owner, who is told by mail, and a date; one that was declined is
    proposed again, what was said of it left to its history.

    Refused for anyone but the coordination, for an owner who is not concerned (see
    `propose_lead`), and for a lead that is over.
    """
    policies.can_steer(viewer, lead.situation).enforce()
    lead = _locked(lead)
    if not lead.is_open:
        raise Refused("Cette piste est terminée.")
    _require_concerned(lead.situation, owner)
    declined = ACTION_LEAD.allows(ENTRUST, lead.status)
    changed = declined or lead.owner_id != owner.pk
    if declined:
        lead.status = ACTION_LEAD.target(ENTRUST, lead.status)
        lead.outcome, lead.answered_on = "", None
    lead.owner, lead.due_on = owner, due_on
    lead.full_clean()
    lead.save()
    touch(lead.situation)
    if changed:
        _tell_owner(viewer, lead)
    return lead


@transaction.atomic
def move_lead(viewer: Viewer, lead: ActionLead, act: str, *, outcome: str = "") -> ActionLead:
    """Do `act` (workflow table ACTION_LEAD) on the lead: its owner, or the coordination.

    Refused for anyone else, and for what needs a reason without one (NEEDS_OUTCOME);
    ValidationError
    (French) when it has no owner to accept it; IllegalTransition when the act does not exist now.
    """
    lead = _locked(lead)
    policies.can_move_lead(viewer, lead).enforce()
    if act == ENTRUST:
        raise Refused("Désignez le nouveau porteur.")
    if act in NEEDS_OUTCOME and not outcome.strip():
        raise Refused(WHY)
    lead.status = ACTION_LEAD.target(act, lead.status)
    if act in _ANSWERS:
        lead.answered_on = timezone.localdate()
    if outcome.strip():
        lead.outcome = outcome
    if not lead.is_open:
        lead.ended_on = timezone.localdate()
    lead.full_clean()
    lead.save()
    touch(lead.situation)
    return lead


def drop_open_leads(situation: Situation) -> None:
    """The situation closes: what was not done is dropped, and says so."""
    for lead in situation.leads.filter(status__in=ActionLead.OPEN):
        lead.status = ACTION_LEAD.target("drop", lead.status)
        lead.outcome = lead.outcome or "Situation close."
        lead.ended_on = timezone.localdate()
        lead.save()


def plan_feedback(hearing: Hearing) -> Feedback | None:
    """The feedback due to the person after a hearing: by the requester, or another who knows them.

    None where the profile asks for none (anonymous situation), after a refusal, when the person
    wants none, or when nobody who knows the person takes part.
    """
    situation = hearing.situation
    if hearing.naming == Hearing.Naming.THEMES or situation.presence_wish == "absent_no_feedback":
        return None
    if hearing.naming == Hearing.Naming.ANONYMOUS and not situation.council.feedback_when_anonymous:
        return None
    knowing = situation.participations.filter(state__in=Participation.ACTIVE, knows_person=True)
    requesters = situation.alerts.values("author")
    participation = knowing.filter(membership__user__in=requesters).first() or knowing.first()
    if participation is None:
        return None
    feedback, _ = Feedback.objects.get_or_create(
        hearing=hearing,
        defaults={
            "council": situation.council,
            "given_by": participation.membership,
            "due_on": timezone.localdate() + FEEDBACK_DELAY,
        },
    )
    return feedback


def settle_feedback(situation: Situation) -> None:
    """The feedback not given yet follows the agreement: none is due while the situation is
    anonymous, where the profile gives none then; it is due again once the person is named."""
    pending = Feedback.objects.filter(hearing__situation=situation, given_on__isnull=True)
    if situation.consent_state == "anonymous" and not situation.council.feedback_when_anonymous:
        changed, closed_on = pending.filter(closed_on__isnull=True), timezone.localdate()
    elif situation.consent_state == "named":
        changed, closed_on = pending.filter(closed_on__isnull=False), None
    else:
        return
    for feedback in changed:
        feedback.closed_on = closed_on
        feedback.save()


@transaction.atomic
def give_feedback(
    viewer: Viewer, feedback: Feedback, *, given_on: datetime.date, reaction: str
) -> Feedback:
    """Note that the person was told: by who was to do it, or by the coordination.

    Refused for anyone else, and for a day before the meeting or in the future.
    """
    policies.can_give_feedback(viewer, feedback).enforce()
    if given_on > timezone.localdate():
        raise Refused("La restitution ne peut être datée du futur.")
    if given_on < timezone.localdate(feedback.hearing.meeting.starts_at):
        raise Refused("La restitution ne peut précéder la séance.")
    feedback.given_on, feedback.reaction, feedback.closed_on = given_on, reaction, None
    feedback.full_clean()
    feedback.save()
    touch(feedback.hearing.situation)
    return feedback


def _locked(lead: ActionLead) -> ActionLead:
    """The lead read again, locked until the transaction ends."""
    return (
        ActionLead.objects.select_for_update(of=("self",))
        .select_related("situation__council", "owner__user")
        .get(pk=lead.pk)
    )


def _tell_owner(viewer: Viewer, lead: ActionLead) -> None:
    if lead.owner is None or lead.owner.user_id == viewer.user.pk:
        return
    situation = lead.situation
    mail.send(
        "lead_proposed",
        lead.owner.user.email,
        subject=f"{situation.code} : une piste vous est proposée",
        context={
            "code": situation.code,
            "council": situation.council,
            "path": reverse("lead_move", args=[situation.council.code, lead.pk]),
        },
    )


def _require_concerned(situation: Situation, owner: Membership | None) -> None:
    if owner is not None and not lead_owners(situation).filter(pk=owner.pk).exists():
        raise Refused("Le porteur d’une piste participe à la situation.")
