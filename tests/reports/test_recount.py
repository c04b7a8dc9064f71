"""Any register and any acts: the figures add up, and are those that a slow recount finds."""

import datetime
import statistics
import uuid
import zoneinfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.counted import SITUATION_COLUMNS
from governance import nomenclatures
from reports.meetings import HeldMeeting
from reports.statistics import Records, tally
from reports.tables import TABLES

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
KEYS = [uuid.UUID(int=number) for number in range(40)]
DAYS = st.dates(datetime.date(2016, 1, 1), datetime.date(2019, 12, 31))
MOMENTS = st.builds(
    datetime.datetime.combine,
    st.dates(datetime.date(2016, 1, 1), datetime.date(2020, 12, 31)),
    st.times(timezones=st.just(PARIS)),
)
FACTS = {
    "received_on": DAYS,
    "closed_on": st.none() | st.dates(datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)),
    "status": st.sampled_from(nomenclatures.codes("situation_status")),
    "has_alert": st.booleans(),
    "prior_hearings": st.integers(0, 6),
    "reopenings": st.integers(0, 3),
    "town": st.sampled_from(["Aubois", "Bellerive", None]),
    "priority_area": st.sampled_from([True, False, None]),
    "minor_children": st.sampled_from([True, False, None]),
}
LISTS = {spec.code: spec for spec in TABLES if spec.list_code}


def answer_of(code):
    spec = LISTS.get(code)
    codes = st.sampled_from(nomenclatures.codes(spec.list_code) if spec else ("a", "b"))
    if spec and spec.multiple:
        return st.lists(codes, max_size=4).map(tuple)
    return st.one_of(st.just(""), st.none(), codes)


COLUMNS = {
    code: FACTS[code] if code in FACTS else answer_of(code)
    for code in SITUATION_COLUMNS
    if code != "situation"
}
# Situations with all their columns, by key.
REGISTERS = st.lists(st.fixed_dictionaries(COLUMNS), max_size=20).map(
    lambda rows: dict(zip(KEYS, rows, strict=False))
)


def records_of(situations, **acts):
    rows = [
        tuple(key if code == "situation" else row[code] for code in SITUATION_COLUMNS)
        for key, row in situations.items()
    ]
    return Records(situations=rows, **acts)


RULES = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def counts(figures, code):
    table = next(table for table in figures.tables if table.code == code)
    return {row.codes[0]: row.value for row in table.rows if row.value}


def recount(answers):
    found = {}
    for answer in answers:
        for code in answer if isinstance(answer, tuple) else (answer,):
            found[code or "unknown"] = found.get(code or "unknown", 0) + 1
    return found


@RULES
@given(situations=REGISTERS)
def test_any_register_adds_up(council, situations):
    figures = tally(council, 2016, 2019, records_of(situations))
    assert figures.situations == len(situations) == sum(figures.per_year.values())
    for table in figures.tables:
        assert all(row.value for row in table.rows[:-1]), table.code
        if table.multiple:
            assert all(row.value <= table.base for row in table.rows)
            assert table.answers >= table.base - table.unknown
        else:
            assert table.answers + table.unknown == table.base, table.code
    for cross in figures.cross_tables:
        if not cross.columns.multiple:
            sums = [sum(line) for line in cross.cells]
            assert sums == [row.value for row in cross.rows.rows]
        if not cross.rows.multiple:
            sums = [sum(column) for column in zip(*cross.cells, strict=True)]
            assert sums == [row.value for row in cross.columns.rows]
    filling = figures.filling
    assert filling.base == sum(origin.value for origin in filling.origins)
    for field in filling.fields:
        filled = [
            row["origin"] or "unknown"
            for row in situations.values()
            if row[field.code] is not None and row[field.code] not in ("", ())
        ]
        assert field.filled == len(filled)
        assert list(field.by_origin) == [filled.count(o.codes[0]) for o in filling.origins]


@RULES
@given(
    situations=REGISTERS,
    hearings=st.lists(
        st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS[:6]), MOMENTS, st.none() | DAYS),
        unique_by=lambda hearing: hearing[:2],
        max_size=30,
    ),
    partners=st.lists(
        st.tuples(
            st.sampled_from(KEYS[:20]),
            st.sampled_from(KEYS[:9]),
            st.sampled_from(["ccas", "clic", None]),
        ),
        max_size=30,
    ),
)
def test_what_was_done_of_the_situations_is_what_a_slow_recount_finds(
    council, situations, hearings, partners
):
    partners = [each for each in partners if each[0] in situations]
    kinds = {(situation, service): kind for situation, service, kind in partners}
    figures = tally(
        council,
        2016,
        2019,
        records_of(
            situations,
            hearings=hearings,
            partners=partners,
        ),
    )

    def banded(number, most):
        return str(number) if number < most else str(most)

    heard = {
        key: row["prior_hearings"] + sum(hearing[0] == key for hearing in hearings)
        for key, row in situations.items()
    }
    assert counts(figures, "hearings") == recount(banded(n, 4) for n in heard.values())
    services = {key: {s for k, s in kinds if k == key} for key in situations}
    assert counts(figures, "partners") == recount(
        banded(len(services[key]), 6) if services[key] or row["has_alert"] else None
        for key, row in situations.items()
    )
    assert counts(figures, "partner_kind") == recount(
        tuple({kinds[key, service] for service in services[key]})
        for key in situations
        if services[key]
    )
    assert counts(figures, "outcome") == recount(
        row["status"].replace("purged", "closed") for row in situations.values()
    )
    in_period = [hearing for hearing in hearings if hearing[2].astimezone(PARIS).year < 2020]
    assert counts(figures, "feedback") == recount(
        "given" if given_on else "not_given" for *_, given_on in in_period
    )
    counters = {counter.code: counter.value for counter in figures.counters}
    assert counters["hearings"] == len(in_period) + sum(
        row["prior_hearings"] for row in situations.values()
    )
    waits = {"closing": [], "first_hearing": []}
    for key, row in situations.items():
        if row["closed_on"]:
            waits["closing"].append((row["closed_on"] - row["received_on"]).days)
        days = [at.date() for situation, _, at, _ in hearings if situation == key]
        if days:
            waits["first_hearing"].append((min(days) - row["received_on"]).days)
    for delay in figures.delays[1:]:
        days = waits[delay.code]
        assert delay.base == len(days)
        assert delay.median == (statistics.median(days) if days else None)
        if days:
            assert min(days) <= delay.lower_quartile <= delay.median
            assert delay.median <= delay.upper_quartile <= max(days)


@RULES
@given(
    alerts=st.lists(
        st.tuples(
            MOMENTS,
            st.none() | st.integers(0, 90),
            st.sampled_from(["received", "accepted", "linked", "redirected", "withdrawn"]),
            st.sampled_from(["ccas", "clic", None]),
        ),
        max_size=20,
    ),
    leads=st.lists(
        st.tuples(
            st.sampled_from(nomenclatures.codes("action_lead_type")),
            st.sampled_from(nomenclatures.codes("action_lead_status")),
        ),
        max_size=20,
    ),
    likenesses=st.lists(
        st.tuples(st.sampled_from(KEYS[:12]), st.sampled_from(KEYS[:12])), max_size=12
    ),
)
def test_alerts_leads_and_persons_are_what_a_slow_recount_finds(council, alerts, leads, likenesses):
    alerts = [
        (at, None if days is None else at + datetime.timedelta(days=days), *rest)
        for at, days, *rest in alerts
    ]
    empty = dict.fromkeys(SITUATION_COLUMNS, "")
    facts = {"received_on": datetime.date(2019, 5, 1), "prior_hearings": 0, "reopenings": 0}
    facts |= {"closed_on": None, "priority_area": None, "has_alert": True}
    situations = dict.fromkeys(KEYS[:12], empty | facts)
    figures = tally(
        council,
        2019,
        2019,
        records_of(
            situations,
            alerts=alerts,
            leads=leads,
            likenesses=likenesses,
        ),
    )
    assert counts(figures, "alert_outcome") == recount(status for *_, status, _ in alerts)
    assert counts(figures, "redirected_to") == recount(
        kind for *_, status, kind in alerts if status == "redirected"
    )
    assert counts(figures, "lead_kind") == recount(kind for kind, _ in leads)
    assert counts(figures, "lead_status") == recount(status for _, status in leads)
    groups = {frozenset({key}) for key in KEYS[:12]}
    for one, other in likenesses:
        joined = {group for group in groups if one in group or other in group}
        groups = groups - joined | {frozenset().union(*joined)}
    counters = {counter.code: counter.value for counter in figures.counters}
    assert counters == {
        "alerts": len(alerts), "situations": 12, "hearings": 0, "persons": len(groups),
    }  # fmt: skip
    answered = [(answer.date() - at.date()).days for at, answer, *_ in alerts if answer]
    assert figures.delays[0].base == len(answered)
    assert figures.delays[0].median == (statistics.median(answered) if answered else None)


@RULES
@given(
    sittings=st.lists(st.sampled_from(KEYS[:8]), unique=True, max_size=8),
    heard_at=st.lists(st.sampled_from(KEYS[:8]), max_size=30),
)
def test_the_situations_of_each_seance_are_what_a_slow_recount_finds(council, sittings, heard_at):
    day = datetime.date(2019, 3, 4)
    at = datetime.datetime(2019, 3, 4, 9, tzinfo=PARIS)
    held = [HeldMeeting(key, None, "practice_exchange", day) for key in sittings]
    held.append(HeldMeeting(KEYS[30], KEYS[31], "", day))  # a body: no séance
    hearings = [(KEYS[number], meeting, at, None) for number, meeting in enumerate(heard_at)]
    figures = tally(council, 2019, 2019, Records(situations=(), hearings=hearings, held=held))
    assert counts(figures, "sitting_venue") == recount("practice_exchange" for _ in sittings)
    assert counts(figures, "situations_per_sitting") == recount(
        str(min(6, heard_at.count(key))) for key in sittings
    )
