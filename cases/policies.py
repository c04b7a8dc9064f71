"""THE SECRECY CHARTER IN CODE: who may see what of an alert or a situation, who may do what.

`*_in_scope` is the one rule of visibility: whoever is outside gets the same answer as for an
object that does not exist. Decisions are used twice: to disable a button, to raise in a service.
Sources: docs/ARCHITECTURE.md and the council's charter; articles are named where they apply.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial

from django.db.models import Q, QuerySet

from cases.models import (
    ActionLead,
    Alert,
    AlertDraft,
    ConsentRecord,
    Derogation,
    Feedback,
    Hearing,
    Participation,
    Recurrence,
    Situation,
)
from cases.occasional import OccasionalViewer, wrote
from cases.privacy import Privacy
from governance import grants
from governance.decisions import YES, Decision, no
from governance.models import Council, Membership
from governance.roles import COORDINATE, TAKE_PART
from governance.viewer import Viewer

THEME_FIELDS = frozenset({"situation_type", "alert_subject", "complexity"})
CLOSED_AGREEMENTS = ("refused", "withdrawn")
# Evidence and contacts are the coordinator's own: their class is internal.
_EVERY_CLASS_BUT_VAULT = frozenset(Privacy) - {Privacy.VAULT}
ERASED = no("Cette situation est effacée : il n’en reste qu’une ligne statistique.")


# --- who sees -----------------------------------------------------------------------------------


def situations_in_scope(viewer: Viewer, situations: QuerySet[Situation]) -> QuerySet[Situation]:
    """The coordinator's: all of the council. A partner's: those guardian grants them, object by
    object, while they are a member under charter. Nobody else's."""
    return situations.filter(
        Q(council__in=viewer.councils_where(COORDINATE)) | _opened_to(viewer, "pk")
    )


def _opened_to(viewer: Viewer, situation: str) -> Q:
    """A partner's half of that rule, for rows that name their council, and `situation` so.

    Empty for who is a partner nowhere: their queries are then bounded by the council alone.
    """
    councils = viewer.councils_where(TAKE_PART)
    if not councils:
        return Q(pk__in=())
    granted = grants.granted(viewer.user, "view_situation", Situation)
    return Q(council__in=councils, **{f"{situation}__in": granted.values("content_object")})


def can_view(viewer: Viewer, situation: Situation) -> bool:
    """The same rule for one situation: it *is* the scope. One that `selectors.open_situation` has
    just given to this very viewer came through it, and is not asked about again."""
    if getattr(situation, "opened_by", None) is viewer:
        return True
    return situations_in_scope(viewer, Situation.objects.filter(pk=situation.pk)).exists()


def alerts_in_scope(viewer: Viewer, alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """The coordinator's: all of the council. An author's: their own, by guardian's row; without an
    account, by the address they verified."""
    if isinstance(viewer, OccasionalViewer):
        return alerts.filter(wrote(viewer))
    granted = grants.granted(viewer.user, "view_alert", Alert)
    return alerts.filter(
        Q(council__in=viewer.councils_where(COORDINATE))
        | Q(council__in=viewer.councils_where(TAKE_PART), pk__in=granted.values("content_object"))
    )


def drafts_in_scope(viewer: Viewer, drafts: QuerySet[AlertDraft]) -> QuerySet[AlertDraft]:
    """One's own, in councils where one may send an alert."""
    if isinstance(viewer, OccasionalViewer):
        return drafts.filter(wrote(viewer), council__accepts_occasional_authors=True)
    return drafts.filter(
        wrote(viewer),
        council__in=viewer.councils_where(TAKE_PART) | viewer.councils_where(COORDINATE),
    )


def hearings_in_scope(viewer: Viewer, hearings: QuerySet[Hearing]) -> QuerySet[Hearing]:
    """The hearings of the situations in scope; a partner's also by invitation to the meeting.

    A former invitee loses both at once: guardian's rows go with the participation.
    """
    situations = situations_in_scope(viewer, Situation.objects.all())
    return hearings.filter(situation__in=situations.values("pk"))


def leads_in_scope(viewer: Viewer, leads: QuerySet[ActionLead]) -> QuerySet[ActionLead]:
    """The leads that the viewer may act on: the coordinator's, all of the council; a partner's,
    those they carry in situations still open to them."""
    return leads.filter(
        Q(council__in=viewer.councils_where(COORDINATE))
        | Q(~Q(status="declined"), owner__in=viewer.membership_keys)
        & _opened_to(viewer, "situation")
    )


def feedback_in_scope(viewer: Viewer, feedback: QuerySet[Feedback]) -> QuerySet[Feedback]:
    """The feedback that the viewer may note: the coordinator's, all of the council; a partner's,
    what they are to give in situations still open to them."""
    return feedback.filter(
        Q(council__in=viewer.councils_where(COORDINATE))
        | Q(given_by__in=viewer.membership_keys) & _opened_to(viewer, "hearing__situation")
    )


def recurrences_in_scope(viewer: Viewer, recurrences: QuerySet[Recurrence]) -> QuerySet[Recurrence]:
    """Those of the viewer's councils as a coordinator; nobody else learns that there is one."""
    return recurrences.filter(alert__council__in=viewer.councils_where(COORDINATE))


def coordinates(viewer: Viewer, council: Council) -> bool:
    """Whether the viewer coordinates that council today."""
    return viewer.may(COORDINATE, council)


def is_author(viewer: Viewer, alert: Alert) -> bool:
    """Whether the viewer wrote the alert."""
    if isinstance(viewer, OccasionalViewer):
        return alert.occasional_author_id == viewer.author.pk
    return alert.author_id == viewer.user.pk


def discussion(situation: Situation) -> str:
    """How the agreement lets the situation be discussed (a Hearing.Naming value).

    named -> by name among those named in the agreement; anonymous -> with the facts; refused or
    withdrawn -> themes only, whatever the council's profile (floor: CCOMS guide, "aucune
    information ne sera partagée en cas de refus"); not collected or unable -> the profile's choice.
    """
    match situation.consent_state:
        case "named":
            return Hearing.Naming.NAMED
        case "anonymous":
            return Hearing.Naming.ANONYMOUS
        case state if state in CLOSED_AGREEMENTS:
            return Hearing.Naming.THEMES
        case _:
            if situation.council.naming_without_consent == Council.Naming.THEMES:
                return Hearing.Naming.THEMES
            return Hearing.Naming.ANONYMOUS


def sees_themes_only(viewer: Viewer, situation: Situation) -> bool:
    """Whether the agreement leaves this participant nothing but THEME_FIELDS."""
    return (
        not coordinates(viewer, situation.council)
        and discussion(situation) == Hearing.Naming.THEMES
    )


def readable(viewer: Viewer, situation: Situation) -> frozenset[Privacy]:
    """The classes of a situation's fields that the viewer may receive; empty outside the scope.

    Health goes to the professions of R. 1110-2 CSP or bound by secrecy, never to others;
    restricted texts once the coordinator has re-read them; nothing but themes after a refusal.
    """
    if coordinates(viewer, situation.council):
        return _EVERY_CLASS_BUT_VAULT
    if not can_view(viewer, situation):
        return frozenset()
    membership = viewer.membership(situation.council, "partner")
    return _participants_classes(
        situation, with_health=membership is not None and membership.may_receive_health
    )


def _participants_classes(situation: Situation, *, with_health: bool) -> frozenset[Privacy]:
    classes = {Privacy.TECHNICAL, Privacy.SHAREABLE}
    if discussion(situation) != Hearing.Naming.THEMES:
        if situation.facts_reviewed_at is not None:
            classes.add(Privacy.RESTRICTED)
        if with_health:
            classes.add(Privacy.HEALTH)
    return frozenset(classes)


def readable_fields(viewer: Viewer, situation: Situation) -> frozenset[str]:
    """The names of the situation's fields that the viewer may receive (see `readable`)."""
    return _field_names(readable(viewer, situation), sees_themes_only(viewer, situation))


def projectable_fields(situation: Situation, attending: Sequence[Membership]) -> frozenset[str]:
    """The names of the situation's fields that may be shown on the wall before `attending`: what
    each of them could read on their own screen, whoever projects; no health before nobody."""
    with_health = bool(attending) and all(m.may_receive_health for m in attending)
    return _field_names(
        _participants_classes(situation, with_health=with_health),
        discussion(situation) == Hearing.Naming.THEMES,
    )


def _field_names(classes: frozenset[Privacy], themes_only: bool) -> frozenset[str]:
    return frozenset(
        field.name
        for field in Situation._meta.get_fields()
        if _privacy(field) in classes
        and (not themes_only or _privacy(field) is Privacy.TECHNICAL or field.name in THEME_FIELDS)
    )


def _privacy(field: object) -> Privacy | None:
    return getattr(field, "privacy", None)


# --- who reveals --------------------------------------------------------------------------------


def can_reveal(viewer: Viewer, alert: Alert) -> Decision:
    """Whether the viewer may be shown the identity that came with the alert.

    Its author, the coordinator, and the participants whom the person named in their agreement;
    nobody without a *named* agreement in force (R. 1110-3-1 CSP; RGPD 7(3)). Beside that, the one
    recipient of a derogation while it runs, whatever the agreement.
    """
    decision = _under_agreement(viewer, alert, partial(_is_named_recipient, viewer))
    if decision or derogations_in_scope(viewer, Derogation.objects.filter(alert=alert)).exists():
        return YES
    return decision


def revealable(viewer: Viewer, alerts: Sequence[Alert]) -> list[Alert]:
    """Those of the alerts that `can_reveal` opens; as many queries for one alert as for a hundred
    of the same situation."""
    derogated = set(
        derogations_in_scope(viewer, Derogation.objects.filter(alert__in=alerts)).values_list(
            "alert", flat=True
        )
    )
    is_recipient = cache(partial(_is_named_recipient, viewer))
    return [
        alert
        for alert in alerts
        if alert.pk in derogated or _under_agreement(viewer, alert, is_recipient)
    ]


def _under_agreement(
    viewer: Viewer, alert: Alert, is_recipient: Callable[[Situation], bool]
) -> Decision:
    agreement = alert.situation.consent_state if alert.situation else alert.consent_state
    if agreement != "named":
        return no("Sans accord nominatif de la personne, son identité reste fermée.")
    if is_author(viewer, alert) and viewer.may(TAKE_PART, alert.council):
        return YES
    if coordinates(viewer, alert.council):
        return YES
    if alert.situation and is_recipient(alert.situation):
        return YES
    return no("L’identité ne vous est pas ouverte.")


def _is_named_recipient(viewer: Viewer, situation: Situation) -> bool:
    """Whether the person named the viewer, who knows them, in the agreement that holds now."""
    agreement = (
        ConsentRecord.objects.filter(situation=situation, axis=ConsentRecord.Axis.AGREEMENT)
        .order_by("-recorded_at", "-id")
        .first()
    )
    return (
        agreement is not None
        and _knows_person(viewer, situation)
        and agreement.recipients.filter(pk__in=viewer.membership_keys).exists()
    )


def derogations_in_scope(viewer: Viewer, derogations: QuerySet[Derogation]) -> QuerySet[Derogation]:
    """The running derogations whose one recipient is the viewer, a member under charter today."""
    return Derogation.objects.running().filter(
        pk__in=derogations.values("pk"),
        alert__council__in=viewer.councils_where(TAKE_PART) | viewer.councils_where(COORDINATE),
        recipient__in=viewer.membership_keys,
    )


def can_derogate(viewer: Viewer, alert: Alert) -> Decision:
    """Whether the viewer may grant a derogation on the alert, or end one: the coordination, or
    the author under charter (articles 226-14 CP and L. 121-6-2 CASF)."""
    if coordinates(viewer, alert.council):
        return YES
    if is_author(viewer, alert) and viewer.may(TAKE_PART, alert.council):
        return YES
    return no("Seuls l’auteur de l’alerte et la coordination accordent une dérogation.")


def _knows_person(viewer: Viewer, situation: Situation) -> bool:
    """Whether the viewer takes part in the situation, under charter, and has met the person."""
    return (
        viewer.may(TAKE_PART, situation.council)
        and Participation.objects.filter(
            situation=situation,
            membership__in=viewer.membership_keys,
            state__in=Participation.ACTIVE,
            knows_person=True,
        ).exists()
    )


# --- who acts -----------------------------------------------------------------------------------


def can_submit(viewer: Viewer, council: Council) -> Decision:
    """Whether the viewer may send an alert to the council: a partner under charter, the
    coordination for what came by telephone or on paper; a professional without an account, where
    the council takes their alerts and once they have accepted its charter."""
    if isinstance(viewer, OccasionalViewer):
        return viewer.can_submit(council)
    if viewer.may(TAKE_PART, council) or coordinates(viewer, council):
        return YES
    return no("Seuls les partenaires qui ont signé la charte transmettent une alerte.")


def can_triage(viewer: Viewer, alert: Alert) -> Decision:
    """Whether the viewer decides what becomes of the alert."""
    return _coordination(viewer, alert.council)


def can_answer(viewer: Viewer, alert: Alert) -> Decision:
    """Whether the viewer may answer a request for more, or withdraw the alert: its author, with
    an account; without one they are called back."""
    if is_author(viewer, alert) and not isinstance(viewer, OccasionalViewer):
        return YES
    return no("Seul l’auteur de l’alerte peut y répondre.")


def can_steer(viewer: Viewer, situation: Situation) -> Decision:
    """Whether the viewer changes the situation: profile, participants, agenda, closure; nobody
    once it is erased."""
    if situation.status == "purged":
        return ERASED
    return _coordination(viewer, situation.council)


def can_lower_agreement(viewer: Viewer, situation: Situation) -> Decision:
    """Whether the viewer may note a refusal or a withdrawal: any participant, at once."""
    if situation.status == "purged":
        return ERASED
    if can_view(viewer, situation):
        return YES
    return no("Seuls les participants notent un refus.")


def can_raise_agreement(viewer: Viewer, situation: Situation) -> Decision:
    """Whether the viewer may record an agreement: the coordination, or a participant who has met
    the person."""
    if situation.status == "purged":
        return ERASED
    if coordinates(viewer, situation.council) or _knows_person(viewer, situation):
        return YES
    return no("Seul un professionnel qui a rencontré la personne recueille son accord.")


def can_move_lead(viewer: Viewer, lead: ActionLead) -> Decision:
    """Whether the viewer accepts, starts or ends the lead: its owner, or the coordination."""
    if leads_in_scope(viewer, ActionLead.objects.filter(pk=lead.pk)).exists():
        return YES
    return no("Seul le porteur de la piste, ou la coordination, en change l’état.")


def can_give_feedback(viewer: Viewer, feedback: Feedback) -> Decision:
    """Whether the viewer notes that the person was told: who is to do it, or the coordination."""
    if feedback_in_scope(viewer, Feedback.objects.filter(pk=feedback.pk)).exists():
        return YES
    return no("Seul qui doit faire la restitution, ou la coordination, la note.")


def can_export_council(viewer: Viewer, council: Council) -> Decision:
    """Whether the viewer takes away everything that the council owns."""
    return _coordination(viewer, council)


def can_delete_council(viewer: Viewer, council: Council) -> Decision:
    """Whether the viewer asks that the council be deleted: who answers for its situations, never
    technical management, which may not read them."""
    return _coordination(viewer, council)


def _coordination(viewer: Viewer, council: Council) -> Decision:
    if coordinates(viewer, council):
        return YES
    return no("Cet acte revient à la coordination.")
