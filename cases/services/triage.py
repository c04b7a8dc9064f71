"""What the coordination decides of an alert: retain, ask, redirect, attach, set aside."""

from django.db import transaction
from django.utils import timezone

from cases import policies, sheets
from cases.models import PROFILE_FIELDS, TEXT_FIELDS, Alert, Message, Participation, Situation
from cases.services import consent, messages, participations
from cases.services.activity import locked, open_again, touch
from cases.workflow import ALERT, SITUATION
from governance import mail
from governance.decisions import Refused
from governance.models import Membership, Organisation
from governance.services.councils import next_number
from governance.viewer import Viewer


@transaction.atomic
def review(viewer: Viewer, alert: Alert) -> Alert:
    """The coordination starts the assessment."""
    return _move(viewer, alert, "review")


@transaction.atomic
def request_information(viewer: Viewer, alert: Alert, *, question: str) -> Alert:
    """Ask the author for more; the question goes to their follow-up page, a mail says so."""
    alert = _move(viewer, alert, "request_information")
    alert.information_asked_at, alert.information_given_at = timezone.now(), None
    alert.save()
    messages.post(
        alert=alert,
        author=viewer.user,
        from_coordination=True,
        text=question,
        kind=Message.Kind.QUESTION,
    )
    _tell_author(alert, "alert_question", "une question vous est posée")
    return alert


@transaction.atomic
def answer(viewer: Viewer, alert: Alert, *, text: str, facts: str = "") -> Alert:
    """The author answers; the assessment goes on. Refused for anyone else.

    `facts` corrects or completes what they observed: added beside it, with its date, never over it.
    """
    policies.can_answer(viewer, alert).enforce()
    alert = _locked(alert)
    alert.status = ALERT.target("answer", alert.status)
    alert.information_given_at = timezone.now()
    alert.save()
    said = {Message.Kind.ANSWER: text, Message.Kind.FACTS: facts}
    for kind, words in said.items():
        if words.strip() or kind == Message.Kind.ANSWER:
            messages.post(
                alert=alert, author=viewer.user, from_coordination=False, text=words, kind=kind
            )
    messages.tell_coordination(alert.council, alert.code, alert.get_absolute_url())
    return alert


@transaction.atomic
def accept(viewer: Viewer, alert: Alert) -> Situation:
    """Retain the alert: an anonymous situation opens with its profile and consent state.

    The author takes part in it and knows the person. The texts are copied but stay the
    coordination's until they are re-read (services/situations.py, `review_texts`).
    """
    alert = _move_later(viewer, alert)
    status = ALERT.target("accept", alert.status)
    situation = _open_situation(alert)
    alert.status, alert.situation = status, situation
    _settle(alert)
    consent.copy_from_alert(viewer, situation, alert)
    _author_joins(viewer, alert, situation)
    _tell_author(alert, "alert_settled", "votre alerte est retenue")
    return situation


@transaction.atomic
def link(viewer: Viewer, alert: Alert, situation: Situation) -> Alert:
    """Attach the alert to a situation already known, of the same council; its author joins it.

    A closed situation is reopened; a refusal that came with the alert holds for the situation.
    Refused for a situation of another council or an erased one.
    """
    alert = _move_later(viewer, alert)
    status = ALERT.target("link", alert.status)
    situation = locked(situation)
    if situation.council_id != alert.council_id or situation.status == "purged":
        raise Refused("Cette alerte ne peut être rattachée à cette situation.")
    if situation.status == "closed":
        open_again(situation)
        situation.save()
    touch(situation)
    alert.status, alert.situation = status, situation
    _settle(alert)
    consent.lower_from_alert(viewer, situation, alert)
    _author_joins(viewer, alert, situation)
    # The words of `accept`: that the person is known is not for the author to read.
    _tell_author(alert, "alert_settled", "votre alerte est retenue")
    return alert


@transaction.atomic
def redirect(viewer: Viewer, alert: Alert, *, reason: str, to: Organisation | None) -> Alert:
    """Redirect the author to who can help, with a reason that they will read."""
    return _set_aside(viewer, alert, "redirect", reason, to)


@transaction.atomic
def reject(viewer: Viewer, alert: Alert, *, reason: str) -> Alert:
    """Set the alert aside as out of criteria or territory, with a reason for the author."""
    return _set_aside(viewer, alert, "reject", reason, None)


@transaction.atomic
def withdraw(viewer: Viewer, alert: Alert, *, reason: str) -> Alert:
    """The author takes the alert back before it is settled."""
    policies.can_answer(viewer, alert).enforce()
    alert = _locked(alert)
    alert.status = ALERT.target("withdraw", alert.status)
    alert.outcome_reason = reason
    alert.settled_at = timezone.now()
    alert.save()
    return alert


def _locked(alert: Alert) -> Alert:
    """The alert as the database has it now, locked until the transaction ends."""
    return (
        Alert.objects.select_for_update(of=("self",))
        .select_related("council", "author", "occasional_author")
        .get(pk=alert.pk)
    )


def _move_later(viewer: Viewer, alert: Alert) -> Alert:
    policies.can_triage(viewer, alert).enforce()
    return _locked(alert)


def _move(viewer: Viewer, alert: Alert, act: str) -> Alert:
    alert = _move_later(viewer, alert)
    alert.status = ALERT.target(act, alert.status)
    alert.answered_at = alert.answered_at or timezone.now()
    alert.save()
    return alert


def _settle(alert: Alert) -> None:
    alert.settled_at = timezone.now()
    alert.answered_at = alert.answered_at or alert.settled_at
    alert.save()


def _set_aside(
    viewer: Viewer, alert: Alert, act: str, reason: str, to: Organisation | None
) -> Alert:
    alert = _move_later(viewer, alert)
    if not reason.strip():
        raise Refused("Écrivez au demandeur pourquoi, et vers qui se tourner.")
    alert.status = ALERT.target(act, alert.status)
    alert.outcome_reason, alert.redirected_to = reason, to
    _settle(alert)
    _tell_author(alert, "alert_settled", "une réponse vous attend")
    return alert


def _open_situation(alert: Alert) -> Situation:
    received_on = timezone.localdate(alert.received_at)
    council = alert.council
    number = next_number(council, "situation", received_on.year)
    situation = Situation(
        council=council,
        code=f"{council.code}-{received_on.year}-{number:03d}",
        status=SITUATION.start,
        received_on=received_on,
        channel=alert.alert_channel,
        origin=alert.origin,
        complexity="complex",
        **{field: getattr(alert, field) for field in (*PROFILE_FIELDS, *TEXT_FIELDS)},
    )
    added = (f"Ajouté le {on:%d/%m/%Y} : {text}" for on, text in sheets.added_facts(alert))
    situation.facts = "\n\n".join([situation.facts, *added]).strip()
    touch(situation)
    situation.full_clean()
    situation.save()
    return situation


def _author_joins(viewer: Viewer, alert: Alert, situation: Situation) -> None:
    membership = (
        Membership.objects.active()
        .filter(user=alert.author_id, council=alert.council_id, role="partner")
        .first()
    )
    if membership is not None:
        participations.join(
            viewer,
            situation,
            membership,
            state=Participation.State.ACCEPTED,
            knows_person=True,
        )


def _tell_author(alert: Alert, template: str, action: str) -> None:
    if not alert.author_email:
        return
    mail.send(
        template,
        alert.author_email,
        subject=f"{alert.code} : {action}",
        context={"code": alert.code, "council": alert.council, "path": alert.author_path},
    )
