"""The proposal of a year: its days, the holidays that it leaves out, what the review convenes."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases import rhythm
from cases.services import hearings, planning
from governance.decisions import Refused
from governance.holidays import public_holidays
from governance.models import Body, Meeting
from tests import factories
from tests.cases.sittings import address, readers, sitting, viewer

TODAY = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


def days(year, months_apart, rank, weekday, first_month=1):
    proposed = rhythm.propose(
        year, months_apart=months_apart, first_month=first_month, rank=rank, weekday=weekday
    )
    return [f"{each.day:%d/%m}" for each in proposed]


def test_every_two_months_on_the_second_thursday():
    # 11 November is a public holiday.
    assert days(2027, 2, 2, 3) == ["14/01", "11/03", "13/05", "08/07", "09/09", "18/11"]


def test_quarterly_on_the_last_friday():
    assert days(2026, 3, rhythm.LAST, 4) == ["30/01", "24/04", "31/07", "30/10"]


def test_a_holiday_gives_way_a_week_later_and_says_which_it_was():
    proposed = rhythm.propose(2026, months_apart=12, first_month=5, rank=1, weekday=4)
    # 1 and 8 May 2026 are both Fridays and both holidays.
    (only,) = proposed
    assert only.day == datetime.date(2026, 5, 15)
    assert [name for _, name in only.skipped] == ["fête du Travail", "8 mai 1945"]


def test_at_the_end_of_the_year_it_gives_way_a_week_earlier():
    (only,) = rhythm.propose(2026, months_apart=12, first_month=12, rank=4, weekday=4)
    assert only.day == datetime.date(2026, 12, 18)


@given(
    year=st.integers(2020, 2090),
    months_apart=st.sampled_from([2, 3]),
    first_month=st.integers(1, 12),
    rank=st.sampled_from([1, 2, 3, 4, rhythm.LAST]),
    weekday=st.integers(0, 4),
)
def test_whatever_the_rhythm_no_day_is_a_holiday_nor_another_weekday(
    year, months_apart, first_month, rank, weekday
):
    proposed = rhythm.propose(
        year, months_apart=months_apart, first_month=first_month, rank=rank, weekday=weekday
    )
    assert len(proposed) == -(-(13 - first_month) // months_apart)
    for each in proposed:
        assert each.day not in public_holidays(year)
        assert (each.day.weekday(), each.day.year) == (weekday, year)


# --- the pages ------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db

RHYTHM = {
    "year": 2027,
    "months_apart": 2,
    "first_month": 1,
    "rank": 2,
    "weekday": 3,
    "start": "14:00",
    "end": "16:00",
    "place": "Mairie de quartier",
}


@pytest.fixture
def _in_november():
    with time_machine.travel(TODAY, tick=True):
        yield


def posted(formset, **changes):
    """The answers of the review page, as it proposed them."""
    answers = {"form-TOTAL_FORMS": len(formset.forms), "form-INITIAL_FORMS": len(formset.forms)}
    for form in formset:
        for name, value in form.initial.items():
            if value is not False:
                answers[f"{form.prefix}-{name}"] = value
    return answers | changes


def propose(coordination, **changes):
    return coordination.get(address("calendar_propose"), RHYTHM | changes).context


@pytest.mark.usefixtures("_in_november")
def test_the_rhythm_of_the_council_is_proposed(cast, coordination):
    form = coordination.get(address("calendar_propose")).context["form"]
    assert form["months_apart"].value() == 3
    assert form["year"].value() == 2027


@pytest.mark.usefixtures("_in_november")
def test_the_dates_are_reviewed_before_anything_is_convened(cast, coordination):
    page = coordination.get(address("calendar_propose"), RHYTHM)
    assert "11 novembre est férié (11 novembre 1918)" in page.text
    assert not Meeting.objects.exists()

    answers = posted(page.context["sittings"], **{"form-1-day": "2027-03-18"})
    del answers["form-2-kept"]
    response = coordination.post(address("calendar_propose"), answers)

    assert response.url == f"{address('calendar')}?annee=2027"
    begun = [timezone.localtime(m.starts_at) for m in Meeting.objects.order_by("starts_at")]
    assert [f"{at:%d/%m %H:%M}" for at in begun] == [
        "14/01 14:00", "18/03 14:00", "08/07 14:00", "09/09 14:00", "18/11 14:00",
    ]  # fmt: skip
    assert {m.place for m in Meeting.objects.all()} == {"Mairie de quartier"}


@pytest.mark.usefixtures("_in_november")
def test_sent_twice_it_convenes_once(cast, coordination):
    answers = posted(propose(coordination)["sittings"])
    for _ in range(2):
        last = coordination.post(address("calendar_propose"), answers, follow=True)
    assert Meeting.objects.count() == 6
    assert "déjà convoquées" in last.text


@pytest.mark.usefixtures("_in_november")
def test_a_day_that_has_its_seance_is_not_ticked(cast, coordination):
    coordination.post(address("calendar_propose"), posted(propose(coordination)["sittings"]))
    again = propose(coordination)["sittings"]
    assert [form.initial["kept"] for form in again] == [False] * 6


@pytest.mark.usefixtures("_in_november")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"form-0-day": "2027-05-06"}, "férié : Ascension"),
        ({"form-0-end": "13:00"}, "La fin doit suivre le début."),
        ({"form-0-day": "2026-11-22"}, "Cette date est passée."),
        ({"form-0-day": "0001-01-01"}, "Cette date est passée."),
        ({"form-0-day": "bientôt"}, "form-0-day"),
    ],
)
def test_a_wrong_date_is_said_and_nothing_is_convened(cast, coordination, wrong, said):
    answers = posted(propose(coordination)["sittings"], **wrong)
    response = coordination.post(address("calendar_propose"), answers)
    assert response.status_code == 200
    assert said in response.text.replace("\u00a0", " ")
    assert not Meeting.objects.exists()


@pytest.mark.usefixtures("_in_november")
def test_nothing_ticked_is_said(cast, coordination):
    answers = posted(propose(coordination)["sittings"])
    answers = {k: v for k, v in answers.items() if not k.endswith("-kept")}
    assert (
        "Cochez au moins une séance."
        in coordination.post(address("calendar_propose"), answers).text
    )


@pytest.mark.usefixtures("_in_november")
def test_only_days_to_come_are_proposed(cast, coordination):
    assert propose(coordination, year=2026)["proposed"] == []


def test_partners_plan_nothing(cast):
    with pytest.raises(Refused):
        planning.plan_year(viewer(cast.nurse), cast.council, [])


@pytest.mark.usefixtures("_in_november")
def test_permanent_members_already_taken_are_counted_beside_the_date(cast, coordination):
    cast.council.has_permanent_members = True
    cast.council.save()
    cast.nurse.permanent_member = True
    cast.nurse.save()
    at = datetime.datetime(2027, 1, 14, 14, tzinfo=datetime.UTC)
    taken = sitting(cast.coordinator, days=(at - timezone.now()).total_seconds() / 86400)
    assert taken.attendances.count() == 1
    first, *others = (said for _, said in propose(coordination)["proposed"])
    assert [clash.name for clash in first["clashes"]] == [str(cast.nurse.user)]
    assert not any(said["clashes"] for said in others)


# --- the year -------------------------------------------------------------------------------------


def test_every_member_reads_the_calendar_and_there_what_is_in_their_scope(cast, client_of):
    starts_at = timezone.now()
    of_body = Meeting.objects.create(
        council=cast.council,
        body=Body.objects.create(council=cast.council, name="COPIL", kind="steering_committee"),
        starts_at=starts_at,
        ends_at=starts_at + datetime.timedelta(hours=1),
    )
    seance = sitting(cast.coordinator, days=0.001)
    hearings.invite(viewer(cast.coordinator), seance, [cast.nurse])
    assert readers(cast, client_of, address("calendar")) == list(cast)

    def shown(member):
        months = client_of(member).get(address("calendar")).context["months"]
        return {line["meeting"] for _, lines in months for line in lines}

    assert shown(cast.coordinator) == {of_body, seance}
    assert shown(cast.nurse) == {seance}
    assert shown(cast.elected) == {of_body}
    assert shown(cast.police) == shown(cast.manager) == set()


@pytest.mark.parametrize("year", ["", "1", "99999", "bientôt", "-5"])
def test_a_year_that_is_none_is_this_one(cast, coordination, year):
    page = coordination.get(address("calendar"), {"annee": year})
    assert page.context["year"] == timezone.localdate().year


def test_the_calendar_of_another_council_is_not_found(cast, coordination):
    factories.aissmc()
    assert coordination.get(reverse("calendar", args=["AIS"])).status_code == 404
