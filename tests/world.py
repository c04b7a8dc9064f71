"""A council with one object of every kind, and people in every relation to them.

Used by the access matrix and the canary test: `World.people` holds a membership for each relation,
`World.address(name)` an address for each URL of the resolver.
"""

import datetime
import re
import uuid
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from cases.models import (
    ActionLead,
    Alert,
    AlertDraft,
    Derogation,
    Feedback,
    Hearing,
    Participation,
    Recurrence,
    SavedView,
    Situation,
)
from cases.services import (
    consent,
    derogations,
    follow_up,
    hearings,
    intake,
    messages,
    participations,
    situations,
    triage,
)
from governance.models import (
    ActionSheet,
    Attendance,
    CalendarFeed,
    Council,
    Invitation,
    Meeting,
    Membership,
    Minutes,
    OutgoingMessage,
    Resolution,
    Resource,
    Seat,
    Signatory,
)
from governance.models.people import token_digest
from governance.services import people, retention
from governance.viewer import Viewer
from reports import editions
from reports.models import AnnualReport
from tests import factories, paper_world

# A surname that no French text contains, and its disguises.
CANARY = "Zyzzyvaïque"
CANARY_ROOT = "zyzzyva"

# The mail alone holds the token of an invitation; the world's was never mailed.
INVITATION_TOKEN = "jeton-de-l-invitation-du-monde"
FEED_TOKEN = "jeton-de-l-agenda-du-monde"
# How the names of allauth's pages begin (and of ours for it): the way in, one's own account.
ACCOUNT_PAGES = ("account_", "mfa_", "proconnect_", "socialaccount_")

RELATIONS = (
    "anonymous",  # not signed in
    "coordinator",
    "author",  # of the alert: social landlord, not a listed profession
    "knows_person",  # accepted participant, has met the person; listed profession
    "invited",  # accepted participant, does not know the person; not listed
    "declined",  # was sought, declined
    "former",  # participated, then left the organisation
    "stranger",  # partner of the council, takes no part
    "recipient",  # the same, but of a derogation to the secrecy of the alert
    "copil",
    "manager",
    "outsider",  # coordinator of another council
)


@dataclass
class World:
    """One council, one object of every kind."""

    council: Council
    people: dict[str, Membership | None]
    alert: Alert
    other_alert: Alert
    situation: Situation
    draft: AlertDraft
    seat: Seat
    assembly: Meeting  # of the body in which that seat is
    meeting: Meeting
    coming: Meeting
    hearing: Hearing
    coming_hearing: Hearing
    lead: ActionLead
    feedback: Feedback
    participation: Participation
    invitation: Invitation
    attendance: Attendance
    derogation: Derogation
    outgoing: OutgoingMessage
    dormant: Membership  # whose account was disabled for disuse
    recurrence: Recurrence
    saved_view: SavedView
    resource: Resource
    minutes: Minutes  # of the assembly, published
    resolution: Resolution  # adopted there
    action: ActionSheet  # of the roadmap, with its balance of the year
    signatory: Signatory  # of the founding agreement
    edition: AnnualReport  # published, of no situation

    def client(self, relation: str) -> Client:
        """A client signed in as the person of that relation."""
        client = Client()
        member = self.people[relation]
        if member is not None:
            factories.sign_in(client, member.user)
        return client


def submit(viewer: Viewer, council: Council, *, agreement: str, **fields: Any) -> Alert:
    """An alert whose every vault field holds the canary, when the agreement opens them."""
    from cases.vault import IDENTITY_FIELDS

    agreed = agreement in ("named", "anonymous")
    return intake.submit(
        viewer,
        council,
        intake.Submission(
            draft_key=uuid.uuid4(),
            fields={
                "requester_name": "Demandeur Fictif",
                "origin": "social_landlord",
                "alert_channel": "online_form",
                "sex": "male",
                "age_band": "a31_40",
                "situation_type": "housing_mental_health",
                "alert_subject": ("neighbourhood_disturbance",),
                "facts": "Crie la nuit depuis mai.",
                "psychiatry_link": ("cmp_past",),
                "suicidal_concern": "threats",
                "addiction": ("alcohol",),
                "information_state": "informed",
                "information_date": timezone.localdate(),
                "consent_state": agreement,
                "consent_given_by": "person" if agreed else "",
                "consent_date": "oral" if agreed else "",
                **fields,
            },
            identity=dict.fromkeys(IDENTITY_FIELDS, CANARY) if agreement == "named" else {},
        ),
    )


def build(agreement: str = "named") -> World:
    """The world, made through the services; `agreement`: what the person has answered by now.

    The identity is sealed whatever they answered: where it is no agreement, with an alert that
    joined a situation known before.
    """
    council = factories.lille(feedback_when_anonymous=True)
    other = factories.aissmc()
    people_of = _people(council, other)
    coordinator = Viewer(people_of["coordinator"].user)
    seat, assembly = paper_world.sitting(
        coordinator, council, people_of["copil"], people_of["invited"]
    )
    record, resolution = paper_world.papers(coordinator, assembly)
    paper_world.look(council, coordinator.user)
    author = Viewer(people_of["author"].user)

    employer = people_of["author"].organisation
    alert = submit(author, council, agreement="named", organisation=employer)
    other_alert = submit(author, council, agreement="not_collected")
    if agreement in ("named", "anonymous", "withdrawn"):
        situation = triage.accept(coordinator, alert)
    else:
        first = submit(author, council, agreement="not_collected")
        situation = triage.accept(coordinator, first)
        triage.link(coordinator, alert, situation)
        situation = _fresh(situation)
    situations.review_texts(
        coordinator, situation, {"facts": "Crie la nuit."}, version=situation.version
    )
    for relation in ("knows_person", "invited", "declined", "former"):
        participation = participations.seek(
            coordinator,
            situation,
            people_of[relation],
            knows_person=relation == "knows_person",
        )
        if relation == "declined":
            participations.decline(
                Viewer(people_of[relation].user), participation, reason="Hors de ma mission"
            )
        else:
            participations.accept(Viewer(people_of[relation].user), participation)

    if agreement in ("named", "anonymous", "withdrawn"):
        consent.record_agreement(
            coordinator,
            _fresh(situation),
            "anonymous" if agreement == "anonymous" else "named",
            given_by="person",
            means="Entretien au CMP",
            collected_on=timezone.localdate(),
            recipients=[people_of["knows_person"]],
        )
    messages.write_about(coordinator, other_alert, text="Merci de votre alerte.")
    for relation in ("knows_person", "invited"):
        taking_part = situation.participations.get(membership=people_of[relation])
        messages.write_to(coordinator, taking_part, text="Pouvez-vous passer jeudi ?")
        messages.write_to(Viewer(people_of[relation].user), taking_part, text="Jeudi me va.")
    situations.note_alert(coordinator, alert, text="Appelé deux fois, sans réponse.")
    now = timezone.now()
    meeting = _convene(coordinator, council, now - datetime.timedelta(days=7))
    hearing = hearings.schedule(coordinator, _fresh(situation), meeting)
    hearings.write_conclusions(
        coordinator, hearing, summary="Une visite à deux.", steps_taken="Deux courriers."
    )
    lead = follow_up.propose_lead(
        coordinator,
        _fresh(situation),
        kind="joint_home_visit",
        description="Prévenir par un mot.",
        owner=people_of["knows_person"],
        hearing=hearing,
    )
    hearings.conclude(coordinator, hearing)
    coming = _convene(coordinator, council, now + datetime.timedelta(days=7))
    coming_hearing = hearings.schedule(coordinator, _fresh(situation), coming)
    people.end_membership(people_of["former"], by=people_of["coordinator"].user)
    if agreement in ("unable", "refused", "withdrawn"):
        consent.record_agreement(
            coordinator, _fresh(situation), agreement, reason="Deux visites sans réponse"
        )
    if agreement in ("refused", "withdrawn"):
        # It left the agenda; the coordination puts it back for its themes, to help the services.
        coming_hearing = hearings.schedule(coordinator, _fresh(situation), coming)

    CalendarFeed.objects.create(
        user=people_of["knows_person"].user, token_digest=token_digest(FEED_TOKEN)
    )
    return World(
        council=council,
        people={**people_of, "anonymous": None},
        alert=Alert.objects.get(pk=alert.pk),
        other_alert=other_alert,
        situation=_fresh(situation),
        draft=intake.start_draft(author, council),
        seat=seat,
        assembly=assembly,
        minutes=record,
        resolution=resolution,
        action=paper_world.roadmap(coordinator, council),
        signatory=paper_world.agreement(coordinator, council),
        meeting=meeting,
        coming=coming,
        hearing=hearing,
        coming_hearing=coming_hearing,
        lead=lead,
        feedback=Feedback.objects.get(hearing=hearing),
        participation=Participation.objects.get(
            situation=situation, membership=people_of["invited"]
        ),
        invitation=Invitation.objects.create(
            council=council,
            email="nouvelle@demo.example",
            role="copil",
            invited_by=people_of["coordinator"].user,
            token_digest=token_digest(INVITATION_TOKEN),
        ),
        attendance=coming.attendances.get(membership=people_of["invited"]),
        derogation=derogations.grant(
            author,
            alert,
            people_of["recipient"],
            ground="abuse",
            purpose="Signalement au procureur de la République",
        ),
        outgoing=_stuck_message(council, people_of["author"]),
        dormant=_dormant(council),
        # As if the other alert had come with an identity too, spelt nearly alike.
        recurrence=Recurrence.objects.create(alert=other_alert, earlier=alert, kind="birth"),
        saved_view=SavedView.objects.create(
            user=people_of["coordinator"].user,
            council=council,
            page="alerts",
            name="Refus",
            query="agreement=refused",
        ),
        resource=Resource.objects.create(
            council=council, name="Point d’écoute", purpose="Écoute et oriente.", places="Wazemmes"
        ),
        edition=_edition(council),
    )


def _edition(council: Council) -> AnnualReport:
    report = editions.freeze(council, 2015, 2015, editions.COPIL, by=None)
    editions.publish(report, by=None)
    return report


def _stuck_message(council: Council, member: Membership) -> OutgoingMessage:
    """An answer that the mail server refused."""
    return OutgoingMessage.objects.create(
        council=council,
        user=member.user,
        template="alert_settled",
        subject="LIL-2026-A001 : réponse",
        context={"code": "LIL-2026-A001", "path": f"/clsm/{council.code}/alertes/LIL-2026-A001/"},
        kind=OutgoingMessage.Kind.NEWS,
        urgency=1,
        state=OutgoingMessage.State.FAILED,
        last_error="SMTPRecipientsRefused",
    )


def _dormant(council: Council) -> Membership:
    member = factories.member(council, "dormant@demo.example", "copil", college="elected")
    retention.disable(member.user, timezone.localdate())
    return member


def _people(council: Council, other: Council) -> dict[str, Membership]:
    def partner(name: str, kind: str, category: str, secrecy: str) -> Membership:
        return factories.member(
            council,
            f"{name}@demo.example",
            "partner",
            organisation=factories.organisation(council, f"Service {name}", kind),
            profession_category=category,
            secrecy_status=secrecy,
        )

    return {
        "coordinator": factories.member(council, "coordinator@demo.example", "coordinator"),
        "author": partner("author", "social_landlord", "landlord", "charter_only"),
        "knows_person": partner("knows", "public_psychiatry_adult", "health_professional", "law"),
        "invited": partner("invited", "city_hygiene", "town_service", "duty_of_discretion"),
        "declined": partner("declined", "city_clspd", "police", "duty_of_discretion"),
        "former": partner("former", "clic", "social_worker", "law"),
        "stranger": partner("stranger", "ccas", "social_worker", "law"),
        "recipient": partner("recipient", "department_social", "social_worker", "law"),
        "copil": factories.member(council, "copil@demo.example", "copil", college="elected"),
        "manager": factories.member(council, "manager@demo.example", "manager"),
        "outsider": factories.member(other, "outsider@demo.example", "coordinator"),
    }


def _convene(coordinator: Viewer, council: Council, start: datetime.datetime) -> Meeting:
    return hearings.convene(
        coordinator,
        council,
        venue=council.venue,
        starts_at=start,
        ends_at=start + datetime.timedelta(hours=2),
        place="Salle du conseil",
    )


def _fresh(situation: Situation) -> Situation:
    return Situation.objects.select_related("council").get(pk=situation.pk)


def named_urls() -> dict[str, str]:
    """Name -> route of every URL of the resolver; one without a name goes by its route."""
    found: dict[str, str] = {}

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, route)
            else:
                found[pattern.name or f"unnamed: {route}"] = route

    walk(get_resolver().url_patterns, "")
    return found


def address(world: World, name: str, route: str) -> str:
    """The address of the URL `name`, its arguments taken from the world.

    What a `key` stands for is told by the first words of the name. KeyError for a route whose
    argument nobody declared: a new kind of object is added here.
    """
    by_prefix = {
        "alert": world.draft,
        "member": world.people["stranger"],
        "dormant": world.dormant,
        "invitation": world.invitation,
        "organisation": world.people["author"].organisation,
        "body": world.council.bodies.last(),
        "meeting": world.coming,
        "point": world.coming,
        "hearing": world.coming,
        "conclusions": world.meeting,
        "participation": world.participation,
        "lead": world.lead,
        "feedback": world.feedback,
        "territory": world.council.towns.last(),
        "derogation": world.derogation,
        "outgoing": world.outgoing,
        "recurrence": world.recurrence,
        "occasional": world.draft,
        "saved": world.saved_view,
        "resource": world.resource,
        "minutes": world.council.bodies.last(),
        "resolution": world.resolution,
        "roadmap": world.action.objective.axis,
        "objective": world.action.objective,
        "action": world.action,
        "agreement": world.signatory.agreement,
        "signatory": world.signatory,
        "prepared": world.council.prepared_replies.first(),
        "edition": world.edition,
        "register": world.council,  # no upload waits: nobody finds one
    }
    prefix = name.partition("_")[0]
    values: dict[str, Any] = {
        "council": world.council.code,
        "code": (world.alert if prefix == "alert" else world.situation).code,
        "step": "accord",
        "page": "accord",
        "hearing": (world.hearing if prefix == "conclusions" else world.coming_hearing).pk,
        "attendance": world.attendance.pk,
        "list_code": "sex",
        "kind": "commune",
        "first": timezone.localdate().year,
        "last": timezone.localdate().year,
        "extension": "xlsx",
        "edition": editions.COPIL,
        "document": "bilan",
        "token": FEED_TOKEN if prefix == "calendar" else INVITATION_TOKEN,
        "seat": world.seat.pk,
        "meeting": world.assembly.pk,
        "number": 1,
        "slug": "partenaire",
        "year": timezone.localdate().year,
    }
    if prefix in by_prefix:
        values["key"] = by_prefix[prefix].pk
    names = re.findall(r"<\w+:(\w+)>", route)
    return reverse(name, kwargs={argument: values[argument] for argument in names})
