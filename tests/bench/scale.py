"""Lists, pages, search, figures, saves and grants, as a database grows around one council."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Alert, Situation, SituationPermission
from cases.search import ALERT_TEXTS
from cases.selectors import list_own_situations, list_situations
from cases.services import activity
from cases.views.situations import PER_PAGE
from governance import grants, search
from governance.viewer import Viewer
from reports.statistics import count_internal
from tests import factories
from tests.bench.bulk import run
from tests.bench.meters import Measure, Meter, Statement, medians, metered, ratio
from tests.bench.population import Population, found

PAGE_RUNS = 9  # a page is told in milliseconds, and not judged by them
GROWTH = 2.2  # buffers of a page, largest database / smallest
# What is asked to know who asks, on every page.
WHO = (
    "django_session", "governance_user", "governance_membership", "governance_councilpermission",
    "governance_charter", "mfa_authenticator",
)  # fmt: skip


def measure(sizes: Sequence[int]) -> Iterator[Measure]:
    """Each size in turn, then how the pages grew from the smallest to the largest."""
    warnings.filterwarnings("ignore", "No directory at:")  # no static files are collected
    population = found()
    pages: dict[int, list[Measure]] = {}
    for size in sizes:
        population.grow(size)
        yield Measure("size of the database", _gibibytes(), "GiB", size=size)
        # Pages first: what is written to be measured leaves dead rows, which nobody has yet swept.
        pages[size] = list(_pages(population, size, pages.get(sizes[0], ())))
        yield from _partner_list(population, size)
        yield from _permissions(population, size)
        yield from pages[size]
        yield from _figures(population, size)
        yield from _search(population, size)
        yield from _save(population, size)
        yield from _grants(population, size)
    yield from _growth(pages[sizes[0]], pages[sizes[-1]])


def _gibibytes() -> float:
    ((size,),) = run("SELECT pg_database_size(current_database())")
    return float(size) / 2**30


# --- pages --------------------------------------------------------------------------------------


def addresses(population: Population) -> dict[str, tuple[Client, str]]:
    """The pages that are measured: who asks for which address."""
    council = [population.council.code]
    partner = factories.sign_in(Client(), population.partner.user)
    coordinator = factories.sign_in(Client(), population.coordinator.user)
    situation = [*council, _own(population).content_object.code]
    alert = Alert.objects.filter(author=population.partner.user).order_by("code")[0]
    board, situations, alerts = (
        reverse(name, args=council) for name in ("council_home", "situations", "alerts")
    )
    return {
        "partner: list": (partner, situations),
        "partner: home": (partner, board),
        "partner: situation": (partner, reverse("situation", args=situation)),
        "partner: alert": (partner, alert.get_absolute_url()),
        "partner: leads": (partner, reverse("leads", args=council)),
        "coordination: list": (coordinator, situations),
        "coordination: list, page 100": (coordinator, f"{situations}?page=100"),
        "coordination: list, search": (coordinator, f"{situations}?q=voisinage"),
        "coordination: alerts": (coordinator, alerts),
        "coordination: alerts, search": (coordinator, f"{alerts}?q=chargee"),
        "coordination: situation": (coordinator, reverse("situation", args=situation)),
        "coordination: leads": (coordinator, reverse("leads", args=council)),
        "coordination: séances": (coordinator, reverse("meetings", args=council)),
    } | {
        f"coordination: board, {tab}": (coordinator, f"{board}?onglet={tab}")
        for tab in ("alertes", "attente", "accords", "seance", "echues", "suites")
    }


def _ask(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address}: {response.status_code}")


def _metered(act: Callable[[], object]) -> Meter:
    """What `act` asks once the process knows its content types and lists."""
    act()
    with metered() as meter:
        act()
    return meter


def _pages(population: Population, size: int, before: Sequence[Measure]) -> Iterator[Measure]:
    """Queries (as many as `before`), buffers and duration of each page."""
    known = {(each.what, each.unit): each.value for each in before}
    for what, (client, address) in addresses(population).items():
        ask = partial(_ask, client, address)
        meter = _metered(ask)
        (seconds,) = medians(ask, runs=PAGE_RUNS)
        most = known.get((what, "queries"))
        yield Measure(what, meter.queries, "queries", most=most, size=size)
        yield Measure(what, meter.buffers, "buffers", size=size)
        yield Measure(what, seconds * 1000, "ms", size=size)


def _growth(smallest: Sequence[Measure], largest: Sequence[Measure]) -> Iterator[Measure]:
    for one, other in zip(smallest, largest, strict=True):
        if one.unit == "buffers" and one.size != other.size:
            grown = other.value / one.value
            yield Measure(f"{one.what}, largest / smallest", grown, "× buffers", most=GROWTH)


# --- a partner's list ---------------------------------------------------------------------------


def _own(population: Population) -> SituationPermission:
    rows = grants.granted(population.partner.user, "view_situation", Situation)
    row: SituationPermission = rows.order_by("-last_activity")[0]
    return row


def _partner_list(population: Population, size: int) -> Iterator[Measure]:
    """The page of 25 beside the same rows read by a bare LIMIT 25 on a perfect index."""
    viewer = Viewer(population.partner.user)
    page = list_own_situations(viewer, population.council)
    run("DROP TABLE IF EXISTS perfect")
    run(
        "CREATE UNLOGGED TABLE perfect AS SELECT last_activity, content_object_id AS id "
        "FROM cases_situationpermission WHERE user_id = %s",
        population.partner.user_id,
    )
    run("CREATE INDEX ON perfect (last_activity DESC, id DESC)")
    run("ANALYZE perfect" if connection.in_atomic_block else "VACUUM (ANALYZE) perfect")
    select, _, _ = str(Situation.objects.all().query).partition(" FROM ")
    bare = (
        f"{select} FROM perfect JOIN cases_situation USING (id) "
        f"ORDER BY perfect.last_activity DESC, perfect.id DESC LIMIT {PER_PAGE}"
    )
    ours, limit = lambda: list(page[:PER_PAGE]), lambda: run(bare)
    buffers = _metered(ours).buffers / _metered(limit).buffers
    what = "partner's list, page of 25 / bare LIMIT 25"
    yield Measure(what, buffers, "× buffers", most=1.3, size=size)
    yield Measure(what, ratio(ours, limit), "× time", size=size)
    client, address = addresses(population)["partner: list"]
    asked = _metered(partial(_ask, client, address)).statements
    own = [each for each in asked if not each.table.startswith(WHO)]
    yield Measure("partner's list, beside who asks", len(own), "queries", most=6, size=size)
    board = list_situations(Viewer(population.coordinator.user), population.council)
    whole: QuerySet[Situation] = Situation.objects.select_related("council", "psychiatric_sector")
    plain = whole.filter(council=population.council).order_by("-last_activity", "-id")
    buffers = (
        _metered(lambda: list(board[:PER_PAGE])).buffers
        / _metered(lambda: list(plain[:PER_PAGE])).buffers
    )
    yield Measure(
        "coordination's list, page of 25 / bare LIMIT 25", buffers, "× buffers", size=size
    )


def _permissions(population: Population, size: int) -> Iterator[Measure]:
    """What a page asks for the sake of permissions alone, however many it shows."""
    pages = addresses(population)
    for who in ("partner", "coordination"):
        asked = _metered(partial(_ask, *pages[f"{who}: situation"])).statements
        alone = [
            each
            for each in asked
            if "permission" in each.table
            or ("permission" in each.sql and each.sql.startswith('SELECT %s AS "a"'))
        ]
        what = f"object permissions, page of a situation ({who})"
        yield Measure(what, len(alone), "queries", most=2, size=size)


# --- search, save, figures, grants --------------------------------------------------------------


def _search(population: Population, size: int) -> Iterator[Measure]:
    """A rare word in the senders' functions: full text with its index, and icontains."""
    Alert.objects.filter(pk=_rare(population)).update(requester_role="Éducatrice spécialisée")
    alerts = Alert.objects.order_by()
    (wanted,) = search.words("educatrice")
    indexed = search.matching(alerts, (wanted,), ALERT_TEXTS)
    naive = alerts.filter(requester_role__icontains="éducatrice")
    if not (indexed.count() == naive.count() == 1):
        raise RuntimeError("the rare word is not found")
    times = 1 / ratio(lambda: indexed.count(), lambda: naive.count())
    yield Measure("search, icontains / full text", times, "× time", least=1, size=size)


def _rare(population: Population) -> Any:
    alert = Alert.objects.filter(author=population.partner.user).order_by("code")[0]
    return alert.pk


def _save(population: Population, size: int) -> Iterator[Measure]:
    """A situation saved with its history, beside a bare UPDATE of the same columns; both inside
    a transaction, as in every service."""
    situation = _own(population).content_object
    fields = [field for field in Situation._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)
    values = [
        field.get_db_prep_save(getattr(situation, field.attname), connection) for field in fields
    ]
    sql = f"UPDATE cases_situation SET {columns} WHERE id = %s"
    with transaction.atomic():
        saved = ratio(lambda: situation.save(), lambda: run(sql, *values, situation.pk))
    what = "save + history / bare UPDATE"
    yield Measure(what, saved, "× time", most=4.5, size=size)
    with metered(explain=False) as meter:
        situation.save()
    yield Measure("save + history", meter.queries, "queries", most=2, size=size)


def _figures(population: Population, size: int) -> Iterator[Measure]:
    """A council-year counted, beside the bare statements that fetch the same rows."""
    year = timezone.localdate().year - 1
    count = partial(count_internal, population.council, year, year)
    asked = _metered(count).statements
    taken = ratio(count, partial(_fetch, asked))
    yield Measure("figures, council-year / bare scans", taken, "× time", most=2.5, size=size)
    situations = [each for each in asked if each.table == "cases_situation"]
    scans = [each for each in situations if "GROUP BY" not in each.sql]
    yield Measure("figures, scans of situations", len(scans), "queries", most=1, size=size)
    yield Measure("figures, all queries", len(asked), "queries", size=size)


def _fetch(statements: Sequence[Statement]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.sql, statement.params)
            cursor.fetchall()


def _grants(population: Population, size: int) -> Iterator[Measure]:
    """A situation opened to a partner, moved, closed again; a partner who leaves."""
    user, council = population.coordinator.user, population.council
    situation = _own(population).content_object
    leaver = population.partner.user

    def leave() -> None:
        with transaction.atomic():
            grants.revoke_within(leaver, council)
            transaction.set_rollback(True)

    grant = partial(grants.grant, user, "view_situation", situation, last_activity=timezone.now())
    revoke = partial(grants.revoke, user, "view_situation", situation)
    acts = {"grant": grant, "move": partial(activity.touch, situation), "revoke": revoke}
    for what, seconds in zip(acts, medians(*acts.values()), strict=True):
        yield Measure(f"grants: {what}", seconds * 1000, "ms", size=size)
    (seconds,) = medians(leave)
    yield Measure("grants: a partner leaves", seconds * 1000, "ms", size=size)
