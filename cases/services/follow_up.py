"""Action leads and feedback: who does what until when, and what came of it."""

import datetime

from django.db import transaction
from django.utils import timezone

from cases import policies
from cases.models import ActionLead, Feedback, Hearing, Participation, Situation
from cases.services.activity import touch
from cases.workflow import ACTION_LEAD
from governance import mail
from governance.decisions import Refused
from governance.models import Membership
from governance.viewer import Viewer

FEEDBACK_DELAY = datetime.timedelta(days=15)
_NEEDS_OUTCOME = frozenset({"fail", "drop"})


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
    nor coordinates, and where only themes may be discussed.
    """
    policies.can_steer(viewer, situation).enforce()
    if policies.discussion(situation) == Hearing.Naming.THEMES:
        raise Refused("Après un refus, aucune piste n’est notée sur la personne.")
    _require_concerned(situation, owner)
    lead = ActionLead(
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
    if owner is not None and owner.user_id != viewer.user.pk:
        mail.send(
            "lead_proposed",
            owner.user.email,
            subject=f"{situation.code} : une piste vous est proposée",
            context={
                "situation": situation,
                "council": situation.council,
                "path": situation.get_absolute_url(),
            },
        )
    return lead


@transaction.atomic
def assign_lead(
    viewer: Viewer, lead: ActionLead, *, owner: Membership, due_on: datetime.date | None
) -> ActionLead:
    """Give the lead an owner and a date."""
    policies.can_steer(viewer, lead.situation).enforce()
    _require_concerned(lead.situation, owner)
    lead.owner, lead.due_on = owner, due_on
    lead.full_clean()
    lead.save()
    return lead


@transaction.atomic
def move_lead(viewer: Viewer, lead: ActionLead, act: str, *, outcome: str = "") -> ActionLead:
    """Do `act` (workflow table ACTION_LEAD) on the lead: its owner, or the coordination.

    A failure or a drop says why. IllegalTransition, Refused.
    """
    lead = (
        ActionLead.objects.select_for_update(of=("self",))
        .select_related("situation__council", "owner")
        .get(pk=lead.pk)
    )
    policies.can_move_lead(viewer, lead).enforce()
    if act in _NEEDS_OUTCOME and not outcome.strip():
        raise Refused("Dites en quelques mots pourquoi la piste n’aboutit pas.")
    lead.status = ACTION_LEAD.target(act, lead.status)
    if outcome:
        lead.outcome = outcome
    if not lead.is_open:
        lead.ended_on = timezone.localdate()
    lead.full_clean()
    lead.save()
    situation = lead.situation
    touch(situation)
    return lead


def drop_open_leads(situation: Situation) -> None:
    """The situation closes: what was not done is dropped, and says so."""
    for lead in situation.leads.filter(status__in=("proposed", "accepted", "in_progress")):
        lead.status = ACTION_LEAD.target("drop", lead.status)
        lead.outcome = lead.outcome or "Situation close."
        lead.ended_on = timezone.localdate()
        lead.save()


def plan_feedback(hearing: Hearing) -> Feedback | None:
    """The feedback due to the person after a hearing, by the participant who knows them.

    None where the profile asks for none (anonymous situation), after a refusal, when the person
    wants none, or when nobody who knows the person takes part.
    """
    situation = hearing.situation
    if hearing.naming == Hearing.Naming.THEMES or situation.presence_wish == "absent_no_feedback":
        return None
    if hearing.naming == Hearing.Naming.ANONYMOUS and not situation.council.feedback_when_anonymous:
        return None
    participation = situation.participations.filter(
        state__in=Participation.ACTIVE, knows_person=True
    ).first()
    if participation is None:
        return None
    feedback, _ = Feedback.objects.get_or_create(
        hearing=hearing,
        defaults={
            "given_by": participation.membership,
            "due_on": timezone.localdate() + FEEDBACK_DELAY,
        },
    )
    return feedback


@transaction.atomic
def give_feedback(
    viewer: Viewer, feedback: Feedback, *, given_on: datetime.date, reaction: str
) -> Feedback:
    """Note that the person was told: by who was to do it, or by the coordination."""
    situation = feedback.hearing.situation
    own = feedback.given_by_id in {m.pk for m in viewer.memberships}
    if not (own and policies.can_view(viewer, situation)):
        policies.can_steer(viewer, situation).enforce()
    if given_on > timezone.localdate():
        raise Refused("La restitution ne peut être datée du futur.")
    feedback.given_on, feedback.reaction = given_on, reaction
    feedback.full_clean()
    feedback.save()
    touch(situation)
    return feedback


def _require_concerned(situation: Situation, owner: Membership | None) -> None:
    if owner is None:
        return
    if owner.role == "coordinator" and owner.council_id == situation.council_id:
        return
    takes_part = situation.participations.filter(membership=owner, state__in=Participation.ACTIVE)
    if not takes_part.exists():
        raise Refused("Le porteur d’une piste participe à la situation.")
