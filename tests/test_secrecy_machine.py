"""A machine that informs, agrees, withdraws, invites, revokes, leaves and reveals at random.

Whatever the order: no rise without evidence, every lowering holds at the next request, nobody is
shown a name who is not entitled. `SECRECY_STEPS=10000` runs the long version (make test: a sample).
"""

import datetime
import os

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cases import policies, vault
from cases.models import Alert, Participation, Situation
from cases.services import consent, participations, triage
from cases.workflow import AGREEMENT, IllegalTransition
from governance.decisions import Refused
from governance.models import Membership
from governance.services import people
from governance.viewer import Viewer
from tests import factories, world

STEPS = int(os.environ.get("SECRECY_STEPS", "300"))
STEPS_A_RUN = 100
PARTNERS = ("author", "nurse", "social", "landlord")
LOWER = ("refused", "withdrawn")
REASON = "Préparer la visite de lundi"


class Secrecy(RuleBasedStateMachine):
    """The model beside the program: who takes part, who knows the person, who was named."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def an_alert_with_a_name_is_retained(self) -> None:
        council = factories.lille()
        service = factories.organisation(council, "Un service", "ccas")
        self.members: dict[str, Membership] = {
            name: factories.member(council, f"{name}@demo.example", "partner", organisation=service)
            for name in PARTNERS
        }
        self.coordinator = factories.member(council, "coordination@demo.example", "coordinator")
        self.stranger = factories.member(council, "copil@demo.example", "copil")
        alert = world.submit(self.viewer("author"), council, agreement="named")
        self.situation = triage.accept(Viewer(self.coordinator.user), alert)
        self.alert = alert
        self.agreement = "named"
        self.named: set[str] = set()
        self.knows = {"author"}
        self.taking_part = {"author"}
        self.gone: set[str] = set()

    def viewer(self, name: str) -> Viewer:
        """A fresh viewer, as the next request makes one."""
        user = self.members[name].user
        return Viewer(type(user).objects.get(pk=user.pk))

    def may_act(self, name: str) -> bool:
        return name in self.taking_part and name not in self.gone

    @rule(
        name=st.sampled_from(PARTNERS),
        state=st.sampled_from(("named", "anonymous")),
        evidence=st.booleans(),
        recipients=st.sets(st.sampled_from(PARTNERS)),
    )
    def agrees(self, name: str, state: str, evidence: bool, recipients: set[str]) -> None:
        named = {r for r in recipients if r in self.taking_part}
        allowed = self.may_act(name) and name in self.knows and evidence
        proof = {"given_by": "person", "means": "Entretien"} if evidence else {}
        try:
            consent.record_agreement(
                self.viewer(name),
                self.situation,
                state,
                collected_on=timezone.localdate() if evidence else None,
                recipients=[self.members[r] for r in named],
                **proof,
            )
        except Refused:
            assert not allowed
            return
        assert allowed, "a rise without evidence, or by somebody who has not met the person"
        self.agreement = state
        self.named = named if state == "named" else set()

    @rule(name=st.sampled_from(PARTNERS), state=st.sampled_from(LOWER))
    def refuses_or_withdraws(self, name: str, state: str) -> None:
        act = "refuse" if state == "refused" else "withdraw"
        try:
            consent.record_agreement(self.viewer(name), self.situation, state)
        except Refused:
            assert not self.may_act(name)
            return
        except IllegalTransition:
            assert not AGREEMENT.allows(act, self.agreement)
            return
        assert self.may_act(name)
        self.agreement = state
        self.named = set()

    @rule(name=st.sampled_from(PARTNERS), knows=st.booleans())
    def is_sought(self, name: str, knows: bool) -> None:
        try:
            participations.seek(
                Viewer(self.coordinator.user),
                self.situation,
                self.members[name],
                knows_person=knows,
            )
        except Refused:
            assert name in self.gone or name in self.taking_part
            return
        self.taking_part.add(name)
        (self.knows.add if knows else self.knows.discard)(name)

    @rule(name=st.sampled_from(PARTNERS), ends=st.booleans())
    def stops_taking_part(self, name: str, ends: bool) -> None:
        participation = Participation.objects.filter(
            situation=self.situation,
            membership=self.members[name],
            state__in=Participation.ACTIVE,
        ).first()
        if participation is None or name in self.gone:
            return
        if ends:
            participations.end(Viewer(self.coordinator.user), participation, reason="Mission finie")
        else:
            participations.decline(self.viewer(name), participation, reason="Mission finie")
        self.taking_part.discard(name)

    @precondition(lambda self: len(self.gone) < 2)
    @rule(name=st.sampled_from(PARTNERS))
    def leaves_the_organisation(self, name: str) -> None:
        if name in self.gone:
            return
        people.end_membership(
            Membership.objects.get(pk=self.members[name].pk),
            by=self.coordinator.user,
            reason="Départ",
        )
        self.gone.add(name)

    @rule(name=st.sampled_from(PARTNERS))
    def asks_for_the_name(self, name: str) -> None:
        entitled = self.entitled(name)
        try:
            shown = vault.reveal(self.viewer(name), self.fresh_alert(), reason=REASON)
        except Refused:
            assert not entitled
            return
        assert entitled
        assert world.CANARY in shown.values()

    def entitled(self, name: str) -> bool:
        """What the charter says, apart from the code: the author, and those named who know."""
        if self.agreement != "named" or name in self.gone:
            return False
        if name == "author":
            return True
        return name in self.named & self.knows & self.taking_part

    def fresh_alert(self) -> Alert:
        return Alert.objects.select_related("council", "situation__council").get(pk=self.alert.pk)

    @invariant()
    def everyone_sees_what_the_charter_says_at_the_next_request(self) -> None:
        if not hasattr(self, "alert"):
            return
        situation = Situation.objects.select_related("council").get(pk=self.situation.pk)
        assert situation.consent_state == self.agreement
        alert = self.fresh_alert()
        for name in PARTNERS:
            viewer = self.viewer(name)
            assert policies.can_view(viewer, situation) == self.may_act(name), name
            assert bool(policies.can_reveal(viewer, alert)) == self.entitled(name), name
        stranger = Viewer(self.stranger.user)
        assert not policies.can_view(stranger, situation)
        assert not policies.can_reveal(stranger, alert)


@pytest.mark.django_db
def test_secrecy_holds_whatever_happens_in_whatever_order():
    run_state_machine_as_test(
        Secrecy,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_A_RUN),
            stateful_step_count=STEPS_A_RUN,
            deadline=datetime.timedelta(seconds=20),
            suppress_health_check=list(HealthCheck),
            derandomize=STEPS < 10_000,
        ),
    )
