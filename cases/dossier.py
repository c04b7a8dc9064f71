"""What hangs on an opened situation, as its viewer may read it: who takes part, what was decided.

For a situation that `selectors.open_situation` gave. After a refusal a participant finds here
their own part and the dates of the séances, nothing else. Each function makes a constant number
of queries.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from cases import conclusion_policies, policies
from cases.agenda import naming
from cases.leads import LeadLine, lead_lines
from cases.models import (
    ActionLead,
    Alert,
    AlertStep,
    Conclusions,
    Feedback,
    Hearing,
    InternalNote,
    Participation,
    Situation,
)
from cases.privacy import Privacy
from cases.rows import Chip, in_rows
from cases.selectors import list_feedback
from governance import journal
from governance.models import Council, Membership
from governance.selectors import council_label, list_partners
from governance.viewer import Viewer


@dataclass(frozen=True)
class Entry:
    """One event, as templates/components/timeline.html wants it."""

    when: datetime.date
    label: str
    text: str = ""


@dataclass(frozen=True)
class Participant:
    """Who takes part or took part; `on` is the day of that state. For the coordination alone:
    `knows_person`, `reason`, and for how many days (`silent_days`) an answer has been awaited."""

    key: UUID
    name: str
    organisation: str
    secrecy: str
    state: str
    active: bool
    on: datetime.date
    is_viewer: bool
    is_member: bool
    knows_person: bool = False
    reason: str = ""
    silent_days: int = 0


@dataclass(frozen=True)
class Passage:
    """One hearing: its séance, how the situation is discussed there, the feedback after it."""

    hearing: Hearing
    naming: Chip
    conclusions_open: bool
    feedback: Feedback | None
    feedback_open: bool
    reaction: str


@dataclass(frozen=True)
class Lead:
    """One action lead in words; `is_movable` for its owner and the coordination, while open."""

    lead: ActionLead
    line: LeadLine
    is_movable: bool


def own_participation(viewer: Viewer, situation: Situation) -> Participation | None:
    """The viewer's active part in the situation, if any."""
    return situation.participations.filter(
        membership__in=viewer.membership_keys, state__in=Participation.ACTIVE
    ).first()


def own_participations(
    viewer: Viewer, situations: Sequence[Situation]
) -> dict[UUID, Participation]:
    """Situation key -> the viewer's active part in it, for a list; one query."""
    own = Participation.objects.filter(
        situation__in=[situation.pk for situation in situations],
        membership__in=viewer.membership_keys,
        state__in=Participation.ACTIVE,
    )
    return {participation.situation_id: participation for participation in own}


def sought(viewer: Viewer, council: Council) -> tuple[Participation, ...]:
    """The situations of the council where the viewer is asked to take part and has not answered,
    the oldest first; one query."""
    return tuple(
        Participation.objects.filter(
            situation__in=policies.situations_in_scope(viewer, council.situations.all()),
            membership__in=viewer.membership_keys,
            state=Participation.State.SOUGHT,
        )
        .select_related("situation__council")
        .order_by("since", "id")
    )


def participation_of(situation: Situation, key: UUID) -> Participation:
    """The participation of that key in the situation, else 404."""
    participation = situation.participations.select_related(
        "membership__user", "membership__organisation"
    ).filter(pk=key)
    found = participation.first()
    if found is None:
        raise Http404
    return found


def own_participation_of(viewer: Viewer, situation: Situation, key: UUID) -> Participation:
    """The same, if it is the viewer's own; 404 for somebody else's."""
    participation = participation_of(situation, key)
    if participation.membership_id not in viewer.membership_keys:
        raise Http404
    return participation


def who_knows_the_person(situation: Situation) -> list[Membership]:
    """The members who take part and have met the person: those whom an agreement may name."""
    return list(
        Membership.objects.active()
        .filter(
            participations__situation=situation,
            participations__state__in=Participation.ACTIVE,
            participations__knows_person=True,
        )
        .select_related("user", "organisation")
    )


def revealable_alerts(viewer: Viewer, situation: Situation) -> list[Alert]:
    """The situation's alerts that came with an identity which the viewer may be shown."""
    kept = situation.alerts.filter(identity_kept=True)
    return policies.revealable(viewer, list(kept.select_related("council", "situation__council")))


def participants(viewer: Viewer, council: Council, situation: Situation) -> tuple[Participant, ...]:
    """Who takes part, those who do first; nobody but the viewer where only themes may be read."""
    own, today = viewer.membership_keys, timezone.localdate()
    steers = policies.coordinates(viewer, council)
    alone = policies.sees_themes_only(viewer, situation)
    members = set(Membership.objects.active().filter(council=council).values_list("pk", flat=True))
    lines = [
        Participant(
            key=each.pk,
            name=str(each.membership.user),
            organisation=str(each.membership.organisation or ""),
            secrecy=council_label(council, "secrecy_status", each.membership.secrecy_status),
            state=each.get_state_display(),
            active=each.is_active,
            on=each.until or each.answered_on or each.since,
            is_viewer=each.membership_id in own,
            is_member=each.membership_id in members,
            knows_person=steers and each.knows_person,
            reason=each.reason if steers else "",
            silent_days=(today - each.since).days
            if steers and each.state == Participation.State.SOUGHT
            else 0,
        )
        for each in situation.participations.select_related(
            "membership__user", "membership__organisation"
        )
        if not alone or each.membership_id in own
    ]
    return tuple(sorted(lines, key=lambda line: not line.active))


def invitable(council: Council, situation: Situation) -> list[Membership]:
    """The council's partners of today who do not take part, by organisation."""
    taking_part = situation.participations.filter(state__in=Participation.ACTIVE)
    return list(
        list_partners(council)
        .exclude(pk__in=taking_part.values("membership"))
        .order_by("organisation__name", "user__last_name", "user__first_name")
    )


def tried_steps(viewer: Viewer, situation: Situation) -> tuple[AlertStep, ...]:
    """What was tried before its alerts, if the viewer may read it, the oldest first."""
    if Privacy.RESTRICTED not in policies.readable(viewer, situation):
        return ()
    return tuple(AlertStep.objects.filter(alert__situation=situation).order_by("done_on", "id"))


def passages(viewer: Viewer, situation: Situation) -> tuple[Passage, ...]:
    """The hearings of the situation, the last séance first."""
    reads_texts = Privacy.RESTRICTED in policies.readable(viewer, situation)
    alone = policies.sees_themes_only(viewer, situation)
    hearings = (
        Hearing.objects.filter(situation=situation)
        .exclude(state=Hearing.State.WITHDRAWN)
        .select_related(
            "situation__council",
            "meeting__council",
            "feedback__given_by__user",
            "feedback__given_by__organisation",
        )
        .prefetch_related("meeting__attendances", "conclusions")
        .order_by("-meeting__starts_at")
    )
    to_give = set(
        list_feedback(viewer, situation.council)
        .filter(hearing__situation=situation)
        .values_list("pk", flat=True)
    )
    lines = []
    for hearing in hearings:
        feedback = None if alone else getattr(hearing, "feedback", None)
        lines.append(
            Passage(
                hearing=hearing,
                naming=naming(hearing),
                conclusions_open=_opens(viewer, hearing.record or hearing.draft),
                feedback=feedback,
                feedback_open=feedback is not None and feedback.pk in to_give,
                reaction=feedback.reaction if feedback and reads_texts else "",
            )
        )
    return tuple(lines)


def _validations(council: Council, passage: Passage) -> Iterator[Entry]:
    """The days on which the conclusions were validated, then corrected."""
    for version in passage.hearing.conclusions.all() if passage.conclusions_open else ():
        if version.validated_at is not None:
            act = "corrigé" if version.number > 1 else "validé"
            day = timezone.localdate(version.validated_at)
            yield Entry(day, f"{council.record_label} {act}")


def _opens(viewer: Viewer, conclusions: Conclusions | None) -> bool:
    return conclusions is not None and bool(
        conclusion_policies.can_read_conclusions_here(viewer, conclusions)
    )


def leads(viewer: Viewer, council: Council, situation: Situation) -> tuple[Lead, ...]:
    """The action leads, open ones first; none where only themes may be read."""
    if policies.sees_themes_only(viewer, situation):
        return ()
    movable = set(
        policies.leads_in_scope(viewer, situation.leads.all()).values_list("pk", flat=True)
    )
    found = situation.leads.select_related(
        "situation__council", "owner__user", "owner__organisation"
    )
    lines = [
        Lead(lead, line, is_movable=lead.is_open and lead.pk in movable)
        for lead, line in zip(found, lead_lines(viewer, council, found), strict=True)
    ]
    return tuple(sorted(lines, key=lambda line: not line.lead.is_open))


def alerts(situation: Situation) -> tuple[Alert, ...]:
    """The alerts attached to the situation, for the coordination."""
    return tuple(in_rows(situation.alerts.order_by("received_at")))


def notes(situation: Situation) -> tuple[InternalNote, ...]:
    """The coordination's notes, those on its alerts among them, newest first; for the
    coordination."""
    # The keys of the alerts, not a join: the database then reads the notes of these alone.
    alerts = tuple(situation.alerts.values_list("pk", flat=True))
    about = Q(situation=situation) | Q(alert__in=alerts)
    return tuple(InternalNote.objects.filter(about).select_related("author", "alert"))


def alert_notes(alert: Alert) -> tuple[InternalNote, ...]:
    """The coordination's notes on the alert, newest first, for the coordination."""
    return tuple(alert.notes.select_related("author"))


def accesses(target: Alert | Situation) -> tuple[Entry, ...]:
    """Who opened it and why, newest first, once a day and act, for the coordination."""
    return tuple(
        dict.fromkeys(
            Entry(
                timezone.localdate(record.at),
                f"{journal.actor_words(record)} : {journal.ACTIONS[record.action]}",
                record.reason,
            )
            for record in journal.accesses(target)[:500]
        )
    )


def timeline(
    viewer: Viewer,
    council: Council,
    situation: Situation,
    passages: tuple[Passage, ...],
    leads: tuple[Lead, ...],
) -> tuple[Entry, ...]:
    """What happened, the oldest first: of the alerts, the coordination reads the numbers and the
    evidence of the agreement; participants, the dates of what they may open."""
    readable = policies.readable_fields(viewer, situation)
    entries = []
    if policies.coordinates(viewer, council):
        entries += _alerts_and_answers(council, situation)
    elif "received_on" in readable:
        entries.append(Entry(situation.received_on, "Alerte reçue"))
    for passage in passages:
        entries.append(
            Entry(
                timezone.localdate(passage.hearing.meeting.starts_at),
                f"Séance : {passage.hearing.get_state_display().lower()}",
                passage.naming.label,
            )
        )
        entries += _validations(council, passage)
    for each in leads:
        entries.append(Entry(each.lead.proposed_on, "Piste proposée", each.line.kind))
        if each.lead.ended_on:
            entries.append(
                Entry(each.lead.ended_on, "Piste terminée", f"{each.line.kind} : {_state(each)}")
            )
    if situation.closed_on and "closed_on" in readable:
        reason = council_label(council, "closure_reason", situation.closure_reason)
        entries.append(Entry(situation.closed_on, "Situation close", reason))
    return tuple(sorted(entries, key=lambda entry: entry.when))


def _state(lead: Lead) -> str:
    return lead.line.chips[0].label.lower()


def _alerts_and_answers(council: Council, situation: Situation) -> list[Entry]:
    entries = [
        Entry(timezone.localdate(alert.received_at), f"Alerte {alert.code} reçue")
        for alert in situation.alerts.all()
    ]
    for record in situation.consent_records.select_related("recorded_by"):
        evidence = [
            council_label(council, "consent_given_by", record.given_by) if record.given_by else "",
            record.means,
            record.reason,
            f"noté par {record.recorded_by}",
        ]
        entries.append(
            Entry(record.collected_on, str(record), "\n".join(part for part in evidence if part))
        )
    return entries
