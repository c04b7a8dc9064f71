"""The demonstration's two councils, told from clsm/demo_stories.py.

Everything goes through the same services as in production; only dates are then moved into the
past, since services write today's.
"""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from cases.models import Alert, Hearing, Participation, Situation
from cases.services import (
    consent,
    follow_up,
    hearings,
    intake,
    messages,
    participations,
    register,
    situations,
    triage,
)
from clsm import demo_bodies, demo_look, demo_papers, demo_report
from clsm.demo import DOMAIN
from clsm.demo_sitting import AISSMC_GUESTS, AISSMC_SIX, LILLE_GUESTS, LILLE_SIX
from clsm.demo_stories import (
    AISSMC_CAST,
    AISSMC_ORGANISATIONS,
    AISSMC_STORIES,
    BACK,
    COORDINATOR,
    HEARD,
    LILLE_CAST,
    LILLE_ORGANISATIONS,
    LILLE_RESOURCES,
    LILLE_STORIES,
    MANAGER,
    TODAY,
    UNSETTLED_OR_ASIDE,
    Character,
    Story,
)
from governance.models import Council, Meeting, Membership, Organisation, Resource, User
from governance.services import people
from governance.services.councils import create_council
from governance.viewer import Viewer

PASSWORD = "demo"  # noqa: S105 - printed on the sign-in page of the demonstration
REGISTER = Path(__file__).with_name("demo_register.csv")


def is_seeded() -> bool:
    """Whether the demonstration is there already."""
    return User.objects.filter(email=f"{COORDINATOR.account}{DOMAIN}").exists()


@transaction.atomic
def seed() -> None:
    """Store the two councils, the cast, the register of 2016-2019 and the live year."""
    lille = create_council(
        "LIL",
        name="CLSM de Lille",
        profile="lille",
        towns=["Lille", "Hellemmes", "Lomme"],
        sectors=["59G22", "59G23", "59G24", "59I04", "59I05"],
    )
    _contact(lille)
    aissmc = create_council(
        "AIS",
        name="CLSM des Six-Communes",
        profile="aissmc",
        towns=["Aubois", "Bellerive", "Clairval", "Dormont", "Estival", "Florac"],
        sectors=["38G01", "38I01"],
    )
    _contact(aissmc)
    members = _cast(lille, (COORDINATOR, MANAGER, *LILLE_CAST, *LILLE_GUESTS), LILLE_ORGANISATIONS)
    demo_bodies.lille(lille, members)
    demo_papers.lille(lille, members)
    demo_look.dress(lille, "#0e5a61", members["coordination"].user)
    register.store(
        register.check(register.read(REGISTER.read_bytes(), REGISTER.name), lille),
        lille,
        by=members["coordination"].user,
    )
    demo_report.publish(lille, members["coordination"].user)
    _Year(lille, members).tell((*LILLE_STORIES, *LILLE_SIX))
    _directory(lille, LILLE_RESOURCES)
    members = _cast(
        aissmc, (COORDINATOR, MANAGER, *AISSMC_CAST, *AISSMC_GUESTS), AISSMC_ORGANISATIONS
    )
    demo_bodies.aissmc(aissmc, members)
    demo_look.dress(aissmc, "#7a3b00", members["coordination"].user)
    _Year(aissmc, members).tell((*AISSMC_STORIES, *AISSMC_SIX))


def _contact(council: Council) -> None:
    council.contact_service = "Coordination du conseil local de santé mentale"
    council.contact_address = "1 place de la Démonstration"
    council.contact_phone = "01 99 00 00 00"
    council.contact_email = f"coordination{DOMAIN}"
    council.save()


def _directory(council: Council, resources: Iterable[Mapping[str, Any]]) -> None:
    for each in resources:
        facts = {key: value for key, value in each.items() if isinstance(value, str)}
        employer = facts.pop("organisation", "")
        resource = Resource.objects.create(
            council=council,
            organisation=council.organisations.filter(name=employer).first(),
            **facts,
        )
        resource.towns.set(council.towns.filter(name__in=each.get("towns", ())))
        resource.sectors.set(council.sectors.filter(code__in=each.get("sectors", ())))


def _cast(
    council: Council, characters: tuple[Character, ...], organisations: dict[str, str]
) -> dict[str, Membership]:
    for name, kind in organisations.items():
        Organisation.objects.create(council=council, name=name, kind=kind)
    return {character.account: _member(council, character) for character in characters}


def _member(council: Council, character: Character) -> Membership:
    email = f"{character.account}{DOMAIN}"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(
            email,
            PASSWORD,
            first_name=character.first_name,
            last_name=character.last_name,
        )
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    member = people.add_member(
        user,
        council,
        character.role,
        by=user,
        organisation=council.organisations.filter(name=character.organisation).first(),
        profession=character.profession,
        profession_category=character.category,
        secrecy_status=character.secrecy,
        college=character.college,
        permanent_member=character.permanent,
        start=timezone.localdate() - datetime.timedelta(days=400),
    )
    for version in council.charter_versions.all():
        people.sign_charter(user, version)
    return member


class _Year:
    """The live year of one council, told story by story."""

    def __init__(self, council: Council, members: dict[str, Membership]) -> None:
        self.council = council
        self.members = members
        self.coordinator = Viewer(members["coordination"].user)
        self.now = timezone.now()
        self.today = self._meeting(self.now, hour=timezone.localtime(self.now).hour)
        thursday = self.now + datetime.timedelta(days=(3 - self.now.weekday()) % 7 or 7)
        self.past = self._meeting(thursday - datetime.timedelta(days=28))
        self.coming = self._meeting(thursday)

    def tell(self, stories: tuple[Story, ...]) -> None:
        """All the alerts first, then the past séance as a whole, then what came of it."""
        told = [
            (story, self._open(story)) for story in sorted(stories, key=lambda one: -one.days_ago)
        ]
        heard = [
            (story, situation, hearings.schedule(self.coordinator, situation, self.past))
            for story, situation in told
            if situation is not None and story.fate in HEARD
        ]
        for story, situation, hearing in heard:
            self._hear(situation, story, hearing)
        for story, opened in told:
            if opened is not None:
                self._carry(opened, story)
                self._date(opened, story)

    def _meeting(self, day: datetime.datetime, *, hour: int = 14) -> Meeting:
        start = timezone.localtime(day).replace(hour=hour, minute=0, second=0, microsecond=0)
        return hearings.convene(
            self.coordinator,
            self.council,
            venue=self.council.venue,
            starts_at=start,
            ends_at=start + datetime.timedelta(hours=2),
            place="Mairie de quartier, salle du conseil",
        )

    def _open(self, story: Story) -> Situation | None:
        received = self.now - datetime.timedelta(days=story.days_ago, hours=2)
        alert = self._alert(story, received)
        situation = None
        if story.fate in UNSETTLED_OR_ASIDE:
            self._triage(alert, story.fate)
        else:
            situation = triage.accept(self.coordinator, alert)
            self._prepare(situation, story)
        answered = min(received + datetime.timedelta(days=3), self.now)
        Alert.objects.filter(pk=alert.pk, answered_at__isnull=False).update(answered_at=answered)
        moved = received if story.fate == "received" else answered
        Alert.history.filter(id=alert.pk).update(history_date=moved)
        return situation

    def _date(self, situation: Situation, story: Story) -> None:
        Situation.objects.filter(pk=situation.pk, status="closed").update(
            closed_on=timezone.localdate(self.now - datetime.timedelta(days=story.days_ago // 3))
        )

    def _alert(self, story: Story, received: datetime.datetime) -> Alert:
        sender = self.members[story.sender]
        body, home, others, institutions = (tuple(filter(None, [c])) for c in story.criteria)
        agreed = story.agreement in ("named", "anonymous")
        told = story.agreement != "not_collected"
        sector = self.council.sectors.filter(code=story.sector).first()
        alert = intake.submit(
            Viewer(sender.user),
            self.council,
            intake.Submission(
                draft_key=uuid.uuid4(),
                fields={
                    "requester_name": sender.user.get_full_name(),
                    "requester_role": sender.profession,
                    "organisation": sender.organisation,
                    "origin": sender.organisation.kind if sender.organisation else "other",
                    "requester_contact": sender.user.email,
                    "alert_channel": "online_form",
                    "charter_signed": True,
                    "sex": story.sex,
                    "age_band": story.age_band,
                    "town": self.council.towns.first(),
                    "household": "alone",
                    "housing_status": "social_tenant",
                    "situation_type": story.kind,
                    "alert_subject": story.subject,
                    "facts": story.facts,
                    "since": "m6_12",
                    "criteria_body": body,
                    "criteria_home": home,
                    "criteria_others": others,
                    "criteria_institutions": institutions,
                    "psychiatric_sector": sector,
                    "psychiatry_link": ("cmp_past",) if sector else (),
                    "suicidal_concern": "none_known",
                    "adhesion": "ambivalent",
                    "information_state": "informed" if told else "not_informed",
                    "information_date": timezone.localdate(received) if told else None,
                    "not_informed_reason": "" if told else "Aucun contact possible à ce jour.",
                    "consent_state": story.agreement,
                    "consent_given_by": "person" if agreed else "",
                    "consent_date": "De vive voix, lors d’une visite" if agreed else "",
                    "presence_wish": story.presence if agreed else "",
                    "expectations": "Savoir qui peut aller voir la personne, et avec qui.",
                },
                steps=[
                    intake.TriedStep("home_visit", result="failed"),
                    intake.TriedStep("letter", result="no_answer"),
                ],
                identity=_identity(story),
            ),
        )
        alert.received_at = received
        alert.save()
        return alert

    def _triage(self, alert: Alert, fate: str) -> None:
        if fate == "in_review":
            triage.review(self.coordinator, alert)
        elif fate == "info_requested":
            triage.request_information(
                self.coordinator,
                alert,
                question="Avez-vous pu rencontrer la personne depuis votre dernier courrier ?",
            )
        elif fate == "redirected":
            triage.redirect(
                self.coordinator,
                alert,
                reason="L’équipe mobile peut rencontrer la personne dans la rue : elle attend "
                "votre appel. Le conseil reste disponible si cela n’aboutit pas.",
                to=self.council.organisations.filter(name="Équipe mobile Démo").first(),
            )
        elif fate == "out_of_scope":
            triage.reject(
                self.coordinator,
                alert,
                reason="Ce logement n’est pas sur le territoire du conseil. Le CLSM voisin a été "
                "prévenu de votre appel, sans détail.",
            )

    def _prepare(self, situation: Situation, story: Story) -> None:
        situations.review_texts(
            self.coordinator, situation, {"facts": story.facts}, version=situation.version
        )
        if story.partner:
            member = self.members[story.partner]
            participation = participations.seek(self.coordinator, situation, member)
            if story.fate == "under_review":
                self._exchange(participation)
            else:
                participations.accept(Viewer(member.user), participation)

    def _exchange(self, participation: Participation) -> None:
        """A partner who has not answered yet asks; the coordination has something to read."""
        partner = Viewer(participation.membership.user)
        messages.write_to(
            self.coordinator, participation, text="Pourriez-vous proposer un rendez-vous au CMP ?"
        )
        messages.write_to(
            partner, participation, text="Oui, dès la semaine prochaine. Qui peut l’annoncer ?"
        )

    def _carry(self, situation: Situation, story: Story) -> None:
        situation.refresh_from_db()
        if story.fate == "scheduled":
            hearings.schedule(self.coordinator, situation, self.coming)
        if story.fate in (TODAY, BACK):
            hearings.schedule(self.coordinator, situation, self.today)
        if story.fate == "watch":
            situations.watch(self.coordinator, situation)
        if story.fate in ("closed", "reopened"):
            situations.close(
                self.coordinator, situation, reason="handed_over", on=timezone.localdate(self.now)
            )
        if story.fate == "reopened":
            situation.refresh_from_db()
            situations.reopen(
                self.coordinator, situation, reason="Le bailleur signale de nouveaux cris."
            )
            consent.record_presence(self.coordinator, situation, "second_part")

    def _hear(self, situation: Situation, story: Story, hearing: Hearing) -> None:
        hearings.write_conclusions(
            self.coordinator,
            hearing,
            summary="Les services partagent l’inquiétude. La personne accepte une visite à deux.",
            steps_taken="Deux visites, un courrier, un appel au médecin traitant.",
        )
        owner = self.members[story.partner]
        lead = follow_up.propose_lead(
            self.coordinator,
            situation,
            kind="joint_home_visit",
            description="Visite à deux, annoncée par un mot dans la boîte aux lettres.",
            owner=owner,
            due_on=timezone.localdate(self.now) - datetime.timedelta(days=4),
            hearing=hearing,
        )
        follow_up.propose_lead(
            self.coordinator,
            situation,
            kind="rights",
            description="Vérifier les droits ouverts.",
            owner=self.members[story.sender],
            due_on=timezone.localdate(self.now) + datetime.timedelta(days=20),
            hearing=hearing,
        )
        hearings.conclude(self.coordinator, hearing)
        follow_up.move_lead(Viewer(owner.user), lead, "accept")
        if story.fate != "follow_up":
            follow_up.move_lead(
                Viewer(owner.user), lead, "complete", outcome="Visite faite, porte ouverte."
            )


def _identity(story: Story) -> dict[str, str]:
    """The story's identity, its last word as the first name; nothing without one."""
    if not story.identity:
        return {}
    last_name, _, first_name = story.identity.rpartition(" ")
    address = "1 rue de la Démonstration"
    return {"last_name": last_name, "first_name": first_name, "address": address}
