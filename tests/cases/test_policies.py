"""The secrecy charter, cell by cell: who sees what of a situation, under each agreement."""

import datetime
import itertools
from dataclasses import dataclass

import pytest
from django.utils import timezone

from cases import policies
from cases.models import Alert, Participation, Situation
from cases.privacy import Privacy
from cases.services import consent, participations, situations, triage
from governance.models import CharterVersion, Membership
from governance.services import people
from governance.viewer import Viewer
from tests import factories
from tests.world import submit

pytestmark = pytest.mark.django_db

TECHNICAL, SHAREABLE, RESTRICTED, HEALTH, INTERNAL = (
    Privacy.TECHNICAL,
    Privacy.SHAREABLE,
    Privacy.RESTRICTED,
    Privacy.HEALTH,
    Privacy.INTERNAL,
)
EVERYTHING = frozenset({TECHNICAL, SHAREABLE, RESTRICTED, HEALTH, INTERNAL})
NOTHING: frozenset[Privacy] = frozenset()
THEMES = frozenset({TECHNICAL, SHAREABLE})
UNLISTED = frozenset({TECHNICAL, SHAREABLE, RESTRICTED})
LISTED = frozenset({TECHNICAL, SHAREABLE, RESTRICTED, HEALTH})


def of_class(*classes: Privacy) -> set[str]:
    """The names of the situation's fields of those classes."""
    return {
        field.name
        for field in Situation._meta.concrete_fields
        if getattr(field, "privacy", None) in classes
    }


AGREEMENTS = ("", "not_collected", "unable", "named", "anonymous", "refused", "withdrawn")
CLOSED = ("refused", "withdrawn")
# relation -> (classes while the facts may be discussed, classes when only themes may)
READABLE = {
    "coordinator": (EVERYTHING, EVERYTHING),
    "author, landlord": (UNLISTED, THEMES),
    "invited, listed": (LISTED, THEMES),
    "invited, not listed": (UNLISTED, THEMES),
    "declined": (NOTHING, NOTHING),
    "ended": (NOTHING, NOTHING),
    "former member": (NOTHING, NOTHING),
    "charter not signed": (NOTHING, NOTHING),
    "uninvited": (NOTHING, NOTHING),
    "COPIL": (NOTHING, NOTHING),
    "manager": (NOTHING, NOTHING),
    "coordinator elsewhere": (NOTHING, NOTHING),
}
# relation -> may be shown the identity under a named agreement
REVEALS = {"coordinator", "author, landlord", "invited, listed"}


@dataclass
class Relations:
    """A situation whose texts were re-read, and a membership in each relation to it."""

    alert: Alert
    situation: Situation
    members: dict[str, Membership]

    def under(self, agreement: str) -> Situation:
        Situation.objects.filter(pk=self.situation.pk).update(consent_state=agreement)
        return Situation.objects.select_related("council").get(pk=self.situation.pk)

    def viewer(self, relation: str) -> Viewer:
        return Viewer(
            type(self.members[relation].user).objects.get(pk=self.members[relation].user_id)
        )


@pytest.fixture
def relations(cast) -> Relations:
    def partner(email: str, **standing: object) -> Membership:
        return factories.member(
            cast.council, email, "partner", organisation=cast.nurse.organisation, **standing
        )

    coordinator = Viewer(cast.coordinator.user)
    alert = submit(Viewer(cast.landlord.user), cast.council, agreement="named")
    situation = triage.accept(coordinator, alert)
    situations.review_texts(coordinator, situation, {"facts": "Crie."}, version=situation.version)
    members = {
        "coordinator": cast.coordinator,
        "author, landlord": cast.landlord,
        "invited, listed": cast.nurse,
        "invited, not listed": cast.hygiene,
        "declined": cast.social_worker,
        "ended": cast.police,
        "former member": partner("anne.partie@demo.example", profession_category="social_worker"),
        "charter not signed": partner("zoe.nouvelle@demo.example", secrecy_status="law"),
        "uninvited": partner("bob.ailleurs@demo.example", secrecy_status="law"),
        "COPIL": cast.elected,
        "manager": cast.manager,
        "coordinator elsewhere": factories.member(
            factories.aissmc(), "lea.voisine@demo.example", "coordinator"
        ),
    }
    for relation in READABLE:
        if relation not in (
            "invited, listed", "invited, not listed", "declined", "ended", "former member",
            "charter not signed",
        ):  # fmt: skip
            continue
        member = members[relation]
        taking_part = participations.seek(
            coordinator, situation, member, knows_person=relation == "invited, listed"
        )
        if relation == "declined":
            participations.decline(Viewer(member.user), taking_part, reason="Hors mission")
        elif relation == "ended":
            participations.end(coordinator, taking_part, reason="Relais pris")
    consent.record_agreement(
        coordinator, situation, "named",
        given_by="person", means="Entretien", collected_on=timezone.localdate(),
        recipients=[members["invited, listed"], members["former member"]],
    )  # fmt: skip
    people.end_membership(members["former member"], by=cast.coordinator.user)
    members["charter not signed"].user.charter_signatures.all().delete()
    return Relations(Alert.objects.get(pk=alert.pk), situation, members)


@pytest.mark.parametrize("relation", READABLE)
def test_each_relation_receives_its_classes_under_each_agreement(relations, relation):
    viewer = relations.viewer(relation)
    with_facts, themes = READABLE[relation]
    for agreement in AGREEMENTS:
        situation = relations.under(agreement)
        expected = themes if agreement in CLOSED else with_facts
        assert policies.readable(viewer, situation) == expected, agreement
        assert policies.can_view(viewer, situation) == (with_facts != NOTHING)


@pytest.mark.parametrize("relation", READABLE)
def test_the_identity_opens_to_few_and_under_a_named_agreement_only(relations, relation):
    viewer = relations.viewer(relation)
    for agreement in AGREEMENTS:
        relations.under(agreement)
        alert = Alert.objects.select_related("situation", "council").get(pk=relations.alert.pk)
        shown = policies.can_reveal(viewer, alert)
        assert bool(shown) == (agreement == "named" and relation in REVEALS), agreement
        assert shown or shown.reason


def test_after_a_refusal_a_participant_receives_the_themes_and_no_other_answer(relations):
    situation = relations.under("refused")

    received = policies.readable_fields(relations.viewer("invited, listed"), situation)

    assert received & of_class(SHAREABLE, RESTRICTED, HEALTH, INTERNAL) == policies.THEME_FIELDS


def test_without_an_agreement_the_profile_of_the_council_decides(relations):
    for setting, naming in (("anonymous", "anonymous"), ("anonymous_no_details", "themes")):
        situation = relations.under("not_collected")
        situation.council.naming_without_consent = setting
        assert policies.discussion(situation) == naming
        situation.consent_state = "refused"
        assert policies.discussion(situation) == "themes"


def test_restricted_texts_wait_until_the_coordination_has_re_read_them(relations):
    Situation.objects.update(facts_reviewed_at=None)
    situation = relations.under("named")

    assert RESTRICTED not in policies.readable(relations.viewer("invited, listed"), situation)
    assert "facts" not in policies.readable_fields(relations.viewer("invited, listed"), situation)
    assert "facts" in policies.readable_fields(relations.viewer("coordinator"), situation)


def test_health_never_reaches_a_landlord_a_town_service_the_police_or_an_elected_member(relations):
    member = relations.members["invited, not listed"]
    situation = relations.under("named")
    categories = ("landlord", "town_service", "police", "elected")
    secrecies = ("law", "r1110_2", "duty_of_discretion", "charter_only")
    for category, secrecy in itertools.product(categories, secrecies):
        member.profession_category, member.secrecy_status = category, secrecy
        member.save()
        received = policies.readable_fields(relations.viewer("invited, not listed"), situation)
        assert "housing_status" in received
        assert not received & of_class(HEALTH), (category, secrecy)

    member.profession_category = "social_worker"
    member.save()
    received = policies.readable_fields(relations.viewer("invited, not listed"), situation)
    assert received >= of_class(HEALTH)


def test_internal_fields_reach_the_coordination_alone(relations):
    situation = relations.under("named")
    internal = of_class(INTERNAL)
    assert internal
    for relation in READABLE:
        received = policies.readable_fields(relations.viewer(relation), situation)
        assert received & internal == (internal if relation == "coordinator" else set())


def test_a_new_version_of_the_charter_closes_everything_until_it_is_signed(relations, cast):
    situation = relations.under("named")
    version = CharterVersion.objects.create(council=cast.council, number=2, text="Deuxième texte")
    assert not policies.can_view(relations.viewer("invited, listed"), situation)
    assert not policies.can_view(relations.viewer("coordinator"), situation)
    assert not policies.can_reveal(relations.viewer("invited, listed"), relations.alert)

    people.sign_charter(cast.nurse.user, version)

    assert policies.can_view(relations.viewer("invited, listed"), situation)


def test_a_membership_that_ran_out_closes_the_situation_at_the_next_request(relations, cast):
    situation = relations.under("named")
    assert policies.can_view(relations.viewer("invited, listed"), situation)

    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Membership.objects.filter(pk=cast.nurse.pk).update(start=yesterday, end=yesterday)

    assert not policies.can_view(relations.viewer("invited, listed"), situation)
    assert policies.readable(relations.viewer("invited, listed"), situation) == NOTHING


def test_any_participant_may_note_a_refusal_and_who_met_the_person_an_agreement(relations):
    situation = relations.under("named")
    lower = {r for r in READABLE if policies.can_lower_agreement(relations.viewer(r), situation)}
    raise_ = {r for r in READABLE if policies.can_raise_agreement(relations.viewer(r), situation)}

    assert lower == {
        "coordinator", "author, landlord", "invited, listed", "invited, not listed",
    }  # fmt: skip
    assert raise_ == {"coordinator", "author, landlord", "invited, listed"}


def test_the_coordination_alone_steers_and_triages(relations):
    situation = relations.under("named")
    for relation in READABLE:
        viewer, coordinates = relations.viewer(relation), relation == "coordinator"
        assert bool(policies.can_steer(viewer, situation)) == coordinates
        assert bool(policies.can_triage(viewer, relations.alert)) == coordinates


def test_an_alert_is_its_authors_and_the_coordinations(relations):
    seen = {
        relation
        for relation in READABLE
        if policies.alerts_in_scope(relations.viewer(relation), Alert.objects.all()).exists()
    }
    assert seen == {"coordinator", "author, landlord"}


def test_knowing_the_person_counts_while_one_takes_part(relations):
    situation = relations.under("named")
    assert policies.can_raise_agreement(relations.viewer("invited, listed"), situation)

    Participation.objects.filter(membership=relations.members["invited, listed"]).update(
        state="ended", until=timezone.localdate()
    )

    assert not policies.can_raise_agreement(relations.viewer("invited, listed"), situation)
