"""A machine that informs, agrees, withdraws, invites, revokes, leaves, derogates, reveals, erases.

Whatever the order: no rise without evidence, every lowering holds at the next request, nobody is
shown a name who is not entitled, nothing is left after an erasure. `SECRECY_STEPS=10000` runs the
long version (make test: a sample).
"""

import datetime
import os

import pytest
from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
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
from cases.models import Alert, AlertStep, ConsentRecord, Derogation, Participation, Situation
from cases.services import consent, derogations, erasure, participations, retention, triage
from cases.workflow import AGREEMENT
from governance.decisions import Refused
from governance.models import Membership
from governance.services import people
from governance.viewer import Viewer
from governance.workflow import IllegalTransition
from tests import factories, world

pytestmark = pytest.mark.once

STEPS = int(os.environ.get("SECRECY_STEPS", "300"))
STEPS_A_RUN = 100
# A run is seldom as long as it may be.
MEAN_STEPS_A_RUN = 60
# Erasing ends what there is to try: not before the run is well under way.
ERASED_AFTER = 50
PARTNERS = ("author", "nurse", "social", "landlord")
EVERYBODY = (*PARTNERS, "coordination", "copil")
LOWER = ("refused", "withdrawn")
REASON = "Préparer la visite de lundi"

anybody = st.sampled_from(EVERYBODY)
a_partner = st.sampled_from(PARTNERS)


class Secrecy(RuleBasedStateMachine):
    """The model beside the program: who takes part, who knows the person, who was named, to whom
    a derogation runs."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(acquainted=st.sets(a_partner))
    def an_alert_with_a_name_is_retained(self, acquainted: set[str]) -> None:
        council = factories.lille()
        service = factories.organisation(council, "Un service", "ccas")
        self.council = council
        self.members: dict[str, Membership] = {
            name: factories.member(council, f"{name}@demo.example", "partner", organisation=service)
            for name in PARTNERS
        }
        for name, role in (("coordination", "coordinator"), ("copil", "copil")):
            self.members[name] = factories.member(council, f"{name}@demo.example", role)
        self.alert = world.submit(self.viewer("author"), council, agreement="named")
        self.situation = triage.accept(self.viewer("coordination"), self.alert)
        self.clients = {
            name: factories.sign_in(Client(), member.user) for name, member in self.members.items()
        }
        self.agreement = "named"
        self.named: set[str] = set()
        self.knows = {"author"}
        self.taking_part = {"author"}
        self.gone: set[str] = set()
        self.derogations: dict[str, Derogation] = {}
        self.erased = False
        self.steps = 0
        self.lowered = True
        for name in sorted(acquainted):
            self.is_sought(name, knows=True)

    # --- the model, said apart from the code ------------------------------------------------------

    def may_act(self, name: str) -> bool:
        return name in self.taking_part and name not in self.gone

    def opens_situation(self, name: str) -> bool:
        return name == "coordination" or self.may_act(name)

    def entitled(self, name: str) -> bool:
        """What the charter says: the author, the coordination, and those named who know the
        person; beside them, the recipient of a derogation."""
        if self.erased or name in self.gone or name == "copil":
            return False
        if name in self.derogations:
            return True
        if self.agreement != "named":
            return False
        return name in ("author", "coordination") or (
            name in self.named & self.knows & self.taking_part
        )

    def viewer(self, name: str) -> Viewer:
        """A fresh viewer, as the next request makes one."""
        user = self.members[name].user
        return Viewer(type(user).objects.get(pk=user.pk))

    def fresh_alert(self) -> Alert:
        return Alert.objects.select_related("council", "situation__council").get(pk=self.alert.pk)

    def fresh_situation(self) -> Situation:
        return Situation.objects.select_related("council").get(pk=self.situation.pk)

    # --- what people do ---------------------------------------------------------------------------

    @rule(name=a_partner, state=st.sampled_from(("informed", "not_yet", "unreachable")))
    def informs(self, name: str, state: str) -> None:
        try:
            consent.record_information(self.viewer(name), self.situation, state, reason="Absente")
        except Refused:
            assert not self.may_act(name)
            return
        assert self.may_act(name)

    @rule(
        name=a_partner,
        state=st.sampled_from(("named", "anonymous")),
        evidence=st.sampled_from((True, True, True, False)),
        recipients=st.sets(a_partner),
    )
    def agrees(self, name: str, state: str, evidence: bool, recipients: set[str]) -> None:
        named = recipients & self.taking_part
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
        self.lowered = True  # to an anonymous agreement, or to fewer people

    @rule(name=a_partner, state=st.sampled_from(LOWER))
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
        self.lowered = True

    @rule(name=a_partner, knows=st.booleans())
    def is_sought(self, name: str, knows: bool) -> None:
        try:
            participations.seek(
                self.viewer("coordination"),
                self.situation,
                self.members[name],
                knows_person=knows,
            )
        except Refused:
            assert self.erased or name in self.gone or name in self.taking_part
            return
        assert not self.erased
        self.taking_part.add(name)
        (self.knows.add if knows else self.knows.discard)(name)
        self.lowered = True  # who comes back without knowing the person any more

    @rule(name=a_partner, ends=st.booleans())
    def stops_taking_part(self, name: str, ends: bool) -> None:
        participation = Participation.objects.filter(
            situation=self.situation,
            membership=self.members[name],
            state__in=Participation.ACTIVE,
        ).first()
        if participation is None or name in self.gone:
            return
        if ends:
            participations.end(self.viewer("coordination"), participation, reason="Mission finie")
        else:
            participations.decline(self.viewer(name), participation, reason="Mission finie")
        self.taking_part.discard(name)
        self.lowered = True

    @precondition(lambda self: len(self.gone) < 2)
    @rule(name=a_partner)
    def leaves_the_organisation(self, name: str) -> None:
        if name in self.gone:
            return
        people.end_membership(
            Membership.objects.get(pk=self.members[name].pk),
            by=self.members["coordination"].user,
            reason="Départ",
        )
        self.gone.add(name)
        self.lowered = True

    @rule(by=anybody, name=a_partner)
    def a_derogation_is_granted(self, by: str, name: str) -> None:
        grants = by == "coordination" or (by == "author" and by not in self.gone)
        allowed = (
            grants
            and not self.erased
            and name != by
            and name not in self.gone
            and name not in self.derogations
        )
        try:
            derogation = derogations.grant(
                self.viewer(by),
                self.fresh_alert(),
                self.members[name],
                ground="abuse",
                purpose="Signalement au procureur",
            )
        except Refused:
            assert not allowed
            return
        assert allowed
        self.derogations[name] = derogation

    @precondition(lambda self: self.derogations)
    @rule(data=st.data(), by=anybody)
    def a_derogation_is_ended(self, data: st.DataObject, by: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.derogations)))
        allowed = by == "coordination" or (by == "author" and by not in self.gone)
        try:
            derogations.end(self.viewer(by), self.derogations[name])
        except Refused:
            assert not allowed
            return
        assert allowed
        del self.derogations[name]
        self.lowered = True

    @precondition(lambda self: self.derogations)
    @rule(data=st.data())
    def a_derogation_runs_out(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.derogations)))
        now = timezone.now()
        Derogation.objects.filter(pk=self.derogations.pop(name).pk).update(
            granted_at=now - Derogation.LASTS, ends_at=now
        )
        self.lowered = True

    @precondition(lambda self: self.steps > ERASED_AFTER and not self.erased)
    @rule(by=anybody)
    def is_erased_on_request(self, by: str) -> None:
        try:
            erasure.erase_on_request(
                self.viewer(by), self.fresh_situation(), reason="Demande écrite", closure="lost"
            )
        except Refused:
            assert by != "coordination"
            return
        assert by == "coordination"
        self.is_gone()

    @precondition(lambda self: self.steps > ERASED_AFTER and not self.erased)
    @rule()
    def is_erased_when_its_time_is_over(self) -> None:
        months = datetime.timedelta(days=31 * (self.council.retention_months + 1))
        later = timezone.localdate() + months
        retention.apply(later)
        retention.apply(later + datetime.timedelta(days=61))
        self.is_gone()

    def is_gone(self) -> None:
        self.erased = True
        self.taking_part.clear()
        self.derogations.clear()
        self.lowered = True

    @rule(name=anybody)
    def asks_for_the_name(self, name: str) -> None:
        entitled = self.entitled(name)
        try:
            shown = vault.reveal(self.viewer(name), self.fresh_alert(), reason=REASON)
        except Refused:
            assert not entitled
            return
        except ObjectDoesNotExist:
            assert self.erased
            return
        assert entitled
        assert world.CANARY in shown.values()

    @rule(name=anybody)
    def asks_the_site(self, name: str) -> None:
        self.ask_every_door(name)

    # --- what holds after each step ---------------------------------------------------------------

    def ask_every_door(self, name: str) -> None:
        """Through HTTP: the situation opens to whom it must, the name is shown to whom it must."""
        cache.clear()  # the limits of how often one asks are not what is tried here
        client, council = self.clients[name], self.council.code
        page = client.get(self.situation.get_absolute_url())
        assert not holds_name(page), f"{name}: on the page"
        if not self.erased:
            assert (page.status_code == 200) == self.opens_situation(name), name
        elif name != "coordination":
            assert page.status_code in (302, 404), name
        doors = [
            reverse("alert_reveal", args=[council, self.alert.code]),
            reverse("situation_reveal", args=[council, self.situation.code]),
        ]
        for derogation in Derogation.objects.filter(recipient=self.members[name]):
            doors.append(reverse("derogation_reveal", args=[council, derogation.pk]))
        shown = False
        for door in doors:
            assert not holds_name(client.get(door)), f"{name}: before asking, {door}"
            shown |= holds_name(client.post(door, {"reason": REASON}))
        assert shown == self.entitled(name), name

    @invariant()
    def everyone_sees_what_the_charter_says_at_the_next_request(self) -> None:
        if not hasattr(self, "alert"):
            return
        self.steps += 1
        situation, alert = self.fresh_situation(), self.fresh_alert()
        assert situation.consent_state == self.agreement
        for name in PARTNERS:
            viewer = self.viewer(name)
            assert policies.can_view(viewer, situation) == self.may_act(name), name
            assert bool(policies.can_reveal(viewer, alert)) == self.entitled(name), name
        stranger = self.viewer("copil")
        assert not policies.can_view(stranger, situation)
        assert not policies.can_reveal(stranger, alert)
        if self.lowered:
            self.lowered = False
            for name in EVERYBODY:
                self.ask_every_door(name)

    @invariant()
    def nothing_is_left_once_erased(self) -> None:
        if not getattr(self, "erased", False):
            return
        situation, alert = self.fresh_situation(), self.fresh_alert()
        assert situation.status == "purged"
        assert not vault.holds_identity(alert)
        assert (situation.facts, alert.facts, alert.author) == ("", "", None)
        for model, key in ((Situation, situation.pk), (Alert, alert.pk)):
            assert not model.history.filter(id=key).exists()
        assert not Derogation.objects.exists()
        assert not Derogation.history.exists()
        assert not AlertStep.objects.exclude(comment="").exists()
        assert not ConsentRecord.objects.exclude(means="", reason="").exists()
        assert not ConsentRecord.recipients.through.objects.exists()
        assert not ConsentRecord.history.exists()
        assert not Participation.objects.exclude(reason__in=("", erasure.ERASED)).exists()


def holds_name(answer: HttpResponse) -> bool:
    return world.CANARY in answer.content.decode()


@pytest.mark.django_db
def test_secrecy_holds_whatever_happens_in_whatever_order():
    run_state_machine_as_test(
        Secrecy,
        settings=settings(
            max_examples=max(1, STEPS // MEAN_STEPS_A_RUN),
            stateful_step_count=STEPS_A_RUN,
            deadline=datetime.timedelta(seconds=60),
            suppress_health_check=list(HealthCheck),
            derandomize=STEPS < 10_000,
        ),
    )
