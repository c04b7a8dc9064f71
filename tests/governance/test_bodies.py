"""Who sits in a body, from when to when, beside who is expected to; its meetings and quorum."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance import benchmarks, body_selectors, nomenclatures
from governance.assembly import quorum
from governance.composition import compose, holds
from governance.decisions import Refused
from governance.models import Body, Meeting, Seat, SeatAttendance
from governance.services import assemblies, seats
from tests import factories
from tests.cases.sittings import sitting

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
EXPECTED_OF_A_COPIL = {"elected", "psychiatry_adult", "psychiatry_child", "users", "carers"}


@pytest.fixture
def copil(cast) -> Body:
    return Body.objects.create(council=cast.council, kind="steering_committee", name="COPIL")


@pytest.fixture
def coordinator(cast, viewer_of):
    return viewer_of(cast.coordinator)


def today():
    return timezone.localdate()


def mandate(coordinator, body, college="elected", name="Personne fictive", **fields) -> Seat:
    if "holder" not in fields:
        fields["holder_name"] = name
    return seats.inscribe(coordinator, Seat(body=body, college=college, **fields))


def composition(body):
    return compose(body, list(body_selectors.list_seats(body)), today())


def chips(mandates):
    return {m.holder: [chip.label for chip in m.chips] for m in mandates}


def meet(coordinator, body, days, *points) -> Meeting:
    start = timezone.now() + days * DAY
    return assemblies.convene(
        coordinator,
        body,
        starts_at=start,
        ends_at=start + datetime.timedelta(hours=2),
        place="Mairie",
        points=[assemblies.Point(title) for title in points],
    )


# --- mandates -----------------------------------------------------------------------------------


def test_two_presidents_never_sit_at_a_time_but_one_may_follow_the_other(coordinator, copil):
    last = today() + 10 * DAY
    mandate(coordinator, copil, name="Ada Fictive", function="chair", end=last)
    with pytest.raises(ValidationError, match="Ada Fictive préside déjà"):
        mandate(coordinator, copil, name="Bob Fictif", function="chair", start=last)
    mandate(coordinator, copil, name="Bob Fictif", function="chair", start=last + DAY)
    mandate(coordinator, copil, "psychiatry_adult", name="Cléo Fictive", function="co_chair")


def test_another_body_has_its_own_president(cast, coordinator, copil):
    plenary = Body.objects.create(council=cast.council, kind="plenary", name="Plénière")
    for body in (copil, plenary):
        mandate(coordinator, body, holder=cast.elected.user, function="chair")
    assert Seat.objects.filter(function="chair").count() == 2


@pytest.mark.parametrize("by_account", [True, False])
def test_nobody_sits_twice_in_a_body_at_a_time(cast, coordinator, copil, by_account):
    who = {"holder": cast.elected.user} if by_account else {"name": "Ada Fictive"}
    mandate(coordinator, copil, **who, end=today() + DAY)
    with pytest.raises(ValidationError, match="siège déjà dans cette instance"):
        mandate(coordinator, copil, "users", **who)
    mandate(coordinator, copil, "users", **who, start=today() + 2 * DAY)


def test_a_guest_does_not_preside(coordinator, copil):
    with pytest.raises(ValidationError, match="invité ne préside pas"):
        mandate(coordinator, copil, function="chair", permanent=False)


def test_a_seat_has_one_holder_a_member_of_this_council(cast, coordinator, copil):
    stranger = factories.member(factories.aissmc(), "ailleurs@demo.example", "manager")
    with pytest.raises(ValidationError, match="Dites qui tient ce siège"):
        mandate(coordinator, copil, name="")
    with pytest.raises(ValidationError, match="pas les deux"):
        mandate(coordinator, copil, holder=cast.elected.user, holder_name="Ada Fictive")
    with pytest.raises(ValidationError, match="n’est pas membre de ce conseil"):
        mandate(coordinator, copil, holder=stranger.user)


def test_a_copil_member_inscribes_nothing(cast, viewer_of, copil):
    with pytest.raises(Refused):
        mandate(viewer_of(cast.elected), copil)
    assert not Seat.objects.exists()


def test_a_mandate_is_renewed_once_after_its_end_and_keeps_its_function(cast, coordinator, copil):
    end = today() + 30 * DAY
    first = mandate(coordinator, copil, holder=cast.elected.user, function="chair", end=end)
    with pytest.raises(ValidationError, match="après la fin"):
        seats.renew(coordinator, first, start=end, end=None)
    assert composition(copil).warning == "1 mandat finit dans les 60 jours et n’est pas renouvelé."
    seats.renew(coordinator, body_selectors.open_seat(copil, first.pk), start=end + DAY, end=None)
    now = composition(copil)
    assert now.warning == ""
    assert chips(now.running[0].mandates) == {"Elise Elue": ["Présidence", "Renouvelé"]}
    assert chips(now.coming) == {"Elise Elue": ["Présidence", "2ᵉ mandat", "À venir"]}
    with pytest.raises(Refused, match="déjà renouvelé"):
        seats.renew(
            coordinator, body_selectors.open_seat(copil, first.pk), start=end + 2 * DAY, end=None
        )


def test_a_mandate_without_an_end_is_not_renewed(coordinator, copil):
    with pytest.raises(Refused, match="n’a pas de fin"):
        seats.renew(coordinator, mandate(coordinator, copil), start=today() + DAY, end=None)


def test_a_mandate_ends_on_its_last_day_included_and_its_history_stays(coordinator, copil):
    seat = mandate(coordinator, copil, start=today() - 9 * DAY, end=today() + 9 * DAY)
    with pytest.raises(ValidationError, match="renouvelez-le"):
        seats.end(coordinator, seat, today() + 10 * DAY)
    seat.refresh_from_db()
    seats.end(coordinator, seat, today())
    assert [college.label for college in composition(copil).running] == ["Élus locaux"]
    seats.end(coordinator, seat, today() - DAY)
    assert composition(copil).running == ()
    assert len(composition(copil).ended) == 1
    assert seat.history.count() == 3
    with pytest.raises(Refused, match="déjà terminé"):
        seats.end(coordinator, seat, today() - DAY)


def test_a_mandate_is_struck_out_only_before_it_begins(coordinator, copil):
    coming = mandate(coordinator, copil, start=today() + DAY)
    seats.withdraw(coordinator, coming)
    assert not copil.seats.exists()
    with pytest.raises(Refused, match="a commencé"):
        seats.withdraw(coordinator, mandate(coordinator, copil))


@pytest.mark.parametrize(("days", "shown"), [(0, True), (60, True), (61, False)])
def test_the_list_says_which_mandates_end_within_sixty_days(
    cast, coordinator, copil, client_of, days, shown
):
    mandate(coordinator, copil, end=today() + days * DAY)
    page = client_of(cast.elected).get(reverse("bodies", args=["LIL"])).text
    assert ("1 à renouveler" in page) is shown
    assert bool(composition(copil).ending) is shown


DATES = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 1, 20))


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # its seats go at each example
)
@given(DATES, st.none() | DATES, DATES, st.none() | DATES)
def test_two_mandates_overlap_when_some_day_holds_both(cast, copil, start, end, other, other_end):
    if (end and end < start) or (other_end and other_end < other):
        return
    copil.seats.all().delete()
    first = Seat.objects.create(body=copil, college="users", holder_name="A", start=start, end=end)
    second = Seat(body=copil, college="users", holder_name="B", start=other, end=other_end)
    days = [datetime.date(2026, 1, 1) + n * DAY for n in range(40)]
    both = any(holds(first, day) and holds(second, day) for day in days)
    assert Seat.objects.overlapping(second).exists() is both


# --- what is expected ---------------------------------------------------------------------------


def test_the_benchmarks_name_colleges_and_kinds_that_exist_each_with_its_source():
    core = {e.code for e in nomenclatures.entries("college") if e.extra.get("core")}
    copil = benchmarks.expected("steering_committee")
    assert {line.college for line in copil.colleges} == core == EXPECTED_OF_A_COPIL
    for kind, wanted in benchmarks.EXPECTED.items():
        assert kind in nomenclatures.codes("body_kind")
        assert set(wanted.chaired_by) <= set(nomenclatures.codes("college"))
        for line in wanted.colleges:
            assert line.college in nomenclatures.codes("college")
            assert line.sources
        assert all(fact.source for fact in wanted.facts)


def test_gaps_are_said_in_words_and_close_with_a_permanent_seat(coordinator, copil):
    assert composition(copil).gaps == 6  # five colleges, and the presidency

    mandate(coordinator, copil, "users", name="Ida Fictive", permanent=False)
    mandate(coordinator, copil, "carers", name="Jo Fictif", function="chair")
    said = {line.label: line.chip.label for line in composition(copil).expectations}
    assert said["Représentants d’usagers"] == "Seulement en invité"
    assert said["Représentants d’aidants"] == "1 siège tenu"
    assert said["Présidence"] == "Tenue par\u00a0: Représentants d’aidants"
    assert said["Élus locaux"] == "Personne n’y siège"
    assert composition(copil).gaps == 5


def test_a_working_group_is_expected_nothing(cast, client_of):
    group = Body.objects.create(council=cast.council, kind="working_group", name="Logement")
    page = client_of(cast.elected).get(group.get_absolute_url()).text
    assert "ne disent qui siège" in page


def test_the_national_figures_are_on_the_page_with_their_source(cast, copil, client_of):
    page = client_of(cast.elected).get(copil.get_absolute_url()).text
    assert "72\u00a0%" in page
    assert benchmarks.SURVEY in page


# --- who reads, who writes ----------------------------------------------------------------------


def test_a_copil_member_reads_the_composition_and_is_offered_no_act(
    cast, coordinator, copil, client_of
):
    mandate(coordinator, copil, name="Ada Fictive", end=today() + DAY)
    client = client_of(cast.elected)
    assert "Instances" in client.get(reverse("reports", args=["LIL"])).text
    page = client.get(copil.get_absolute_url()).text
    assert "Ada Fictive" in page
    assert not any(act in page for act in ("Renouveler", "Inscrire", "Convoquer", "Modifier"))
    assert "Renouveler" in client_of(cast.coordinator).get(copil.get_absolute_url()).text


def test_a_body_of_another_council_is_not_found(cast, client_of):
    elsewhere = Body.objects.create(council=factories.aissmc(), kind="bureau", name="Bureau")
    address = reverse("body", args=["LIL", elsewhere.pk])
    assert client_of(cast.coordinator).get(address).status_code == 404


def test_a_mandate_is_inscribed_renewed_and_ended_from_the_pages(cast, copil, client_of):
    client = client_of(cast.coordinator)
    form = {
        "college": "users", "holder": cast.users_representative.user.pk, "holder_name": "",
        "organisation": "", "deputy_name": "", "function": "", "permanent": "on",
        "start": today(), "end": today() + 30 * DAY,
    }  # fmt: skip
    new = reverse("body_seat_new", args=["LIL", copil.pk])
    assert client.post(new, form)["Location"] == copil.get_absolute_url()
    again = client.post(new, form)
    assert "siège déjà dans cette instance" in again.text
    seat = copil.seats.get()

    def page(name):
        return reverse(name, args=["LIL", copil.pk, seat.pk])

    answer = client.get(page("body_seat_renew"))
    assert answer.context["form"]["start"].value() == today() + 31 * DAY
    client.post(page("body_seat_renew"), {"start": today() + 31 * DAY, "end": ""})
    assert seat.renewal.start == today() + 31 * DAY
    refused = client.post(page("body_seat_end"), {"last_day": today()})
    assert "est renouvelé" in refused.text


def test_the_pages_take_the_same_queries_however_many_sit(cast, coordinator, copil, client_of):
    meeting = meet(coordinator, copil, -1, "Bilan")
    client = client_of(cast.coordinator)

    def queries():
        counts = []
        for address in (
            reverse("bodies", args=["LIL"]),
            copil.get_absolute_url(),
            meeting.get_absolute_url(),
        ):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert client.get(address).status_code == 200
            counts.append(len(captured))
        return counts

    def sit(name):
        first = mandate(
            coordinator, copil, name=name, start=today() - 9 * DAY, end=today() + DAY,
            organisation=cast.nurse.organisation,
        )  # fmt: skip
        seats.renew(coordinator, first, start=today() + 2 * DAY, end=None)

    mandate(coordinator, copil, holder=cast.elected.user)
    sit("Ada Fictive")
    queries()  # what a process asks once: the content types
    few = queries()
    for name in ("Bob Fictif", "Cléo Fictive", "Dan Fictif"):
        sit(name)
    mandate(coordinator, copil, "users", holder=cast.users_representative.user)
    meet(coordinator, copil, -3)
    assert queries() == few


# --- meetings -----------------------------------------------------------------------------------


def test_a_body_is_convened_with_its_agenda_from_the_page(cast, copil, client_of):
    client = client_of(cast.coordinator)
    form = {
        "day": today() + 9 * DAY, "start": "10:00", "end": "12:00", "place": "Mairie",
        "points": "Bilan de l’année\r\n\r\n Feuille de route ",
    }  # fmt: skip
    answer = client.post(reverse("body_meeting_new", args=["LIL", copil.pk]), form)
    meeting = copil.meetings.get()
    assert answer["Location"] == meeting.get_absolute_url()
    first, second = meeting.agenda_items.all()
    assert (first.title, second.title) == ("Bilan de l’année", "Feuille de route")

    edit = reverse("body_meeting_edit", args=["LIL", copil.pk, meeting.pk])
    client.post(edit, {**form, "points": "Bilan de l’année"})
    assert list(meeting.agenda_items.all()) == [first]
    assert first.history.count() == 1
    read = client_of(cast.elected).get(meeting.get_absolute_url()).text
    assert "Bilan de l’année" in read
    assert "Noter les présences" not in read


def test_a_meeting_of_a_body_is_no_seance_and_a_seance_no_meeting_of_a_body(
    cast, coordinator, copil, client_of
):
    meeting, seance = meet(coordinator, copil, 3), sitting(cast.coordinator, days=3)
    client = client_of(cast.coordinator)
    assert client.get(reverse("meeting", args=["LIL", meeting.pk])).status_code == 404
    address = reverse("body_meeting", args=["LIL", copil.pk, seance.pk])
    assert client.get(address).status_code == 404
    assert client_of(cast.elected).get(address).status_code == 404


def test_those_who_sit_that_day_are_expected_whatever_came_since(coordinator, copil):
    meeting = meet(coordinator, copil, -5)
    past = mandate(
        coordinator, copil, name="Ada Fictive", start=today() - 9 * DAY, end=today() - DAY
    )
    mandate(coordinator, copil, name="Bob Fictif")
    assert list(body_selectors.list_expected_seats(meeting)) == [past]


@pytest.mark.parametrize(
    ("rule", "here", "said"),
    [
        ({"quorum_seats": 2}, 2, "Quorum atteint\u00a0: 2 sièges permanents présents"),
        ({"quorum_seats": 2}, 1, "Quorum non atteint\u00a0: 1 siège permanent présent"),
        ({"quorum_percent": 50}, 2, "Quorum atteint"),  # two out of three
        ({"quorum_percent": 50}, 1, "Quorum non atteint"),
    ],
)
def test_the_quorum_counts_permanent_seats_alone(cast, coordinator, copil, rule, here, said):
    Body.objects.filter(pk=copil.pk).update(**rule)
    copil.refresh_from_db()
    held = [
        mandate(coordinator, copil, name=f"Personne fictive {n}", start=today() - 9 * DAY)
        for n in range(3)
    ]
    guest = mandate(
        coordinator, copil, "state", name="Invitée", start=today() - 9 * DAY, permanent=False
    )
    meeting = meet(coordinator, copil, -1)
    states = {seat.pk: "remote" for seat in held[:here]} | {guest.pk: "present"}
    assemblies.note_attendance(coordinator, meeting, states)
    expected = list(body_selectors.list_expected_seats(meeting))
    answer = quorum(meeting, expected, body_selectors.seat_states(meeting))
    assert answer.text.startswith(said)
    # What was reached that day stays so, whatever the rule becomes.
    Body.objects.filter(pk=copil.pk).update(quorum_seats=100, quorum_percent=None)
    meeting = Meeting.objects.select_related("body").get(pk=meeting.pk)
    assert quorum(meeting, expected, body_selectors.seat_states(meeting)) == answer


@given(percent=st.integers(1, 100), permanent=st.integers(0, 200))
def test_a_share_is_rounded_up_and_never_asks_more_than_everybody(percent, permanent):
    needed = Body(quorum_percent=percent).quorum(permanent)
    assert needed * 100 >= permanent * percent > (needed - 1) * 100
    assert needed <= permanent


def test_attendance_is_noted_from_the_day_on_and_closes_the_agenda(cast, coordinator, copil):
    seat = mandate(coordinator, copil, start=today() - 9 * DAY)
    coming, past = meet(coordinator, copil, 2), meet(coordinator, copil, -2)
    with pytest.raises(Refused, match="à partir du jour"):
        assemblies.note_attendance(coordinator, coming, {seat.pk: "present"})
    assemblies.note_attendance(coordinator, past, {seat.pk: "excused"})
    assert past.status == Meeting.Status.HELD
    with pytest.raises(Refused, match="s’est tenue"):
        assemblies.cancel(coordinator, past)
    assemblies.note_attendance(coordinator, past, {seat.pk: ""})
    assert not SeatAttendance.objects.exists()
    assemblies.cancel(coordinator, coming)
    with pytest.raises(Refused, match="annulée"):
        assemblies.note_attendance(coordinator, coming, {seat.pk: "present"})


def test_the_attendance_of_a_college_is_counted_on_the_page(cast, coordinator, copil, client_of):
    for name in ("Ada Fictive", "Bob Fictif"):
        mandate(coordinator, copil, name=name, start=today() - 9 * DAY)
    meeting = meet(coordinator, copil, -2)
    address = reverse("body_meeting_attendance", args=["LIL", copil.pk, meeting.pk])
    first = copil.seats.get(holder_name="Ada Fictive")
    answer = client_of(cast.coordinator).post(
        address, {str(first.pk): "present", f"initial-{first.pk}": ""}
    )
    assert answer["Location"] == meeting.get_absolute_url()
    assert "Élus locaux\u00a0: 1 sur 2" in client_of(cast.elected).get(answer["Location"]).text
