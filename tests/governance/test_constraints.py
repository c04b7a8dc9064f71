"""The constraints of a row, asked before it is written: one question, each message."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import Alert
from governance.models import Meeting
from tests.cases.sittings import sitting

pytestmark = pytest.mark.django_db


def test_the_checks_of_an_alert_are_one_question_to_the_database(world):
    alert = Alert.objects.first()
    with CaptureQueriesContext(connection) as asked:
        alert.validate_constraints(exclude=["code", "id"])
    apart = len(asked)
    with CaptureQueriesContext(connection) as asked:
        alert.validate_constraints()
    assert len(asked) < apart


def test_each_constraint_that_fails_says_so(cast):
    meeting = sitting(cast.coordinator)
    meeting.venue = ""
    meeting.ends_at = meeting.starts_at - datetime.timedelta(hours=1)
    with pytest.raises(ValidationError) as refused:
        meeting.full_clean(exclude=None)
    assert sorted(refused.value.messages) == [
        "La fin doit suivre le début.",
        "Une réunion est celle d’une instance ou une séance.",
    ]


def test_a_check_that_names_an_excluded_field_is_passed_over_alone(cast):
    meeting = Meeting(
        council=cast.council, starts_at=timezone.now(), ends_at=timezone.now(), venue=""
    )
    with pytest.raises(ValidationError) as refused:
        meeting.validate_constraints(exclude=["starts_at"])
    assert refused.value.messages == ["Une réunion est celle d’une instance ou une séance."]
