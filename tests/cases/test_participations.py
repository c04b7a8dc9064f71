"""Who takes part, and guardian's row that follows in the same act."""

from contextlib import suppress
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cases.models import Participation, SituationPermission
from cases.selectors import list_own_situations
from cases.services import participations, triage
from governance import journal
from governance.decisions import Refused
from governance.services import people
from governance.viewer import Viewer
from governance.workflow import IllegalTransition
from tests import factories
from tests.world import submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def situation(cast, viewer_of):
    alert = submit(viewer_of(cast.landlord), cast.council, agreement="anonymous")
    return triage.accept(viewer_of(cast.coordinator), alert)


def granted(situation):
    rows = SituationPermission.objects.filter(content_object=situation)
    return set(rows.values_list("user", flat=True))


def taking_part(situation):
    active = situation.participations.filter(state__in=Participation.ACTIVE)
    return set(active.values_list("membership__user", flat=True))


def test_a_partner_who_is_sought_sees_the_situation_and_is_told_by_a_mail_without_a_name(
    situation, cast, viewer_of, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        participations.seek(viewer_of(cast.coordinator), situation, cast.nurse)

    assert cast.nurse.user_id in granted(situation)
    (message,) = mail.outbox
    assert message.to == [cast.nurse.user.email]
    assert message.subject == f"{situation.code} : votre participation est sollicitée"
    assert situation.get_absolute_url() in message.body
    assert "zyzzyva" not in str(message.message()).lower()


def test_seeking_again_who_takes_part_is_refused_and_changes_nothing(situation, cast, viewer_of):
    coordinator = viewer_of(cast.coordinator)
    sought = participations.seek(coordinator, situation, cast.nurse)
    participations.accept(viewer_of(cast.nurse), sought)

    with pytest.raises(Refused, match="participe déjà"):
        participations.seek(coordinator, situation, cast.nurse)

    sought.refresh_from_db()
    assert sought.state == Participation.State.ACCEPTED


def test_only_a_partner_of_the_council_today_may_be_sought(situation, cast, viewer_of):
    stranger = factories.member(
        other := factories.aissmc(),
        "eve.ailleurs@demo.example",
        "partner",
        organisation=factories.organisation(other, "GEM", "users_association"),
    )
    people.end_membership(cast.social_worker, by=cast.coordinator.user)

    for member in (stranger, cast.elected, cast.coordinator, cast.social_worker):
        with pytest.raises(Refused, match="partenaire du conseil"):
            participations.seek(viewer_of(cast.coordinator), situation, member)
    assert granted(situation) == {cast.landlord.user_id}


def test_a_partner_may_not_seek_another(situation, cast, viewer_of):
    with pytest.raises(Refused):
        participations.seek(viewer_of(cast.landlord), situation, cast.nurse)


def test_nobody_answers_for_another(situation, cast, viewer_of):
    sought = participations.seek(viewer_of(cast.coordinator), situation, cast.nurse)
    for member in (cast.coordinator, cast.landlord):
        with pytest.raises(Refused):
            participations.accept(viewer_of(member), sought)
        with pytest.raises(Refused):
            participations.decline(viewer_of(member), sought, reason="Non")
    sought.refresh_from_db()
    assert sought.state == Participation.State.SOUGHT


def test_declining_takes_a_reason_and_closes_the_situation(situation, cast, viewer_of):
    sought = participations.seek(viewer_of(cast.coordinator), situation, cast.nurse)
    with pytest.raises(ValidationError, match="Indiquez pourquoi"):
        participations.decline(viewer_of(cast.nurse), sought, reason="")
    assert cast.nurse.user_id in granted(situation)

    participations.decline(viewer_of(cast.nurse), sought, reason="Hors de ma mission")

    assert cast.nurse.user_id not in granted(situation)
    assert journal.accesses(sought).first().action == "revoke"


def test_a_participation_that_ended_cannot_end_or_be_accepted_again(situation, cast, viewer_of):
    coordinator = viewer_of(cast.coordinator)
    sought = participations.seek(coordinator, situation, cast.nurse)
    participations.end(coordinator, sought, reason="Relais pris")

    with pytest.raises(Refused, match="déjà terminée"):
        participations.end(coordinator, sought, reason="Encore")
    with pytest.raises(Refused):
        participations.accept(viewer_of(cast.nurse), sought)
    assert cast.nurse.user_id not in granted(situation)


def test_the_order_of_every_participants_list_follows_the_last_movement(situation, cast, viewer_of):
    participations.seek(viewer_of(cast.coordinator), situation, cast.nurse)

    situation.refresh_from_db()
    rows = SituationPermission.objects.filter(content_object=situation)
    assert {(row.council_id, row.last_activity) for row in rows} == {
        (cast.council.pk, situation.last_activity)
    }


def test_rows_from_before_the_lists_learn_their_council(situation, cast, viewer_of):
    participations.seek(viewer_of(cast.coordinator), situation, cast.nurse)
    nurse = viewer_of(cast.nurse)
    SituationPermission.objects.update(council=None)
    assert not list_own_situations(nurse, cast.council).exists()

    import_module("cases.migrations.0015_lists").fill_council(apps, None)
    (row,) = list_own_situations(nurse, cast.council)
    assert row.content_object == situation


class Life(TestCase):
    """Whatever happens, an active participation is a permission, and no permission is left over."""

    def setUp(self):
        council = factories.lille()
        self.coordinator = factories.member(council, "camille@demo.example", "coordinator")
        self.partners = [
            factories.member(
                council,
                f"partenaire.{rank}@demo.example",
                "partner",
                organisation=factories.organisation(council, f"Service {rank}", "ccas"),
            )
            for rank in range(2)
        ]
        author = Viewer(self.partners[0].user)
        alert = submit(author, council, agreement="anonymous")
        self.situation = triage.accept(Viewer(self.coordinator.user), alert)

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["seek", "accept", "decline", "finish", "end"]),
                st.sampled_from([0, 1]),
                st.booleans(),
            ),
            max_size=8,
        )
    )
    def test_an_active_participation_is_a_permission_and_the_reverse(self, acts):
        for act, rank, knows in acts:
            partner = self.partners[rank]
            with suppress(Refused, IllegalTransition):
                self._do(act, partner, knows)
            assert granted(self.situation) == taking_part(self.situation)

    def _do(self, act, partner, knows):
        coordinator, own = Viewer(self.coordinator.user), Viewer(partner.user)
        if act == "seek":
            participations.seek(coordinator, self.situation, partner, knows_person=knows)
            return
        participation = self.situation.participations.filter(membership=partner).first()
        if participation is None:
            return
        if act == "accept":
            participations.accept(own, participation)
        elif act == "finish":
            participations.finish(own, participation)
        elif act == "decline":
            participations.decline(own, participation, reason="Hors mission")
        else:
            participations.end(coordinator, participation, reason="Relais pris")
