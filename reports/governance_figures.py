"""What the bodies adopted and where the roadmap stands: acts of bodies, never persons concerned."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from governance.counted import counted_actions, counted_resolutions
from governance.models import ActionSheet, Council, Resolution

ADOPTED_DEFINITION = (
    "Décisions, avis et propositions adoptés aux réunions de la période et publiés avec leur "
    "compte rendu\N{NO-BREAK SPACE}; leur suite est celle du jour où le bilan est établi."
)
ROADMAP_DEFINITION = (
    "Fiches action dont les dates touchent la période, ou qui ont un bilan d’une de ses "
    "années\N{NO-BREAK SPACE}; leur état est celui du jour où le bilan est établi. Les évènements "
    "du conseil (semaines d’information, formations) y sont des actions."
)


@dataclass(frozen=True)
class Adopted:
    """How many texts of one kind were adopted, by what followed (state -> number, each there)."""

    kind: str
    states: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def numbers(self) -> tuple[int, ...]:
        """In all, then in the order of the states, which PostgreSQL does not keep in a frozen
        edition."""
        return (self.total, *(self.states[state] for state in Resolution.State.values))


@dataclass(frozen=True)
class AxisActions:
    """How many actions of an axis, by state; how many have a balance of a year of the period."""

    axis: str
    states: Mapping[str, int]
    balances: int

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def numbers(self) -> tuple[int, ...]:
        """In all, in the order of the states, then the balances."""
        by_state = (self.states[state] for state in ActionSheet.State.values)
        return (self.total, *by_state, self.balances)


def count_adopted(council: Council, first_year: int, last_year: int) -> tuple[Adopted, ...]:
    """Every kind of text, those that nobody adopted too; one query."""
    return adopted(counted_resolutions(council, first_year, last_year))


def count_roadmap(council: Council, first_year: int, last_year: int) -> tuple[AxisActions, ...]:
    """The axes that had an action, in the roadmap's order; one query."""
    return by_axis(counted_actions(council, first_year, last_year))


def adopted(rows: Iterable[tuple[str, str]]) -> tuple[Adopted, ...]:
    """The same of (kind, state) rows."""
    counts = Counter(rows)
    return tuple(
        Adopted(kind, {state: counts[kind, state] for state in Resolution.State.values})
        for kind in Resolution.Kind.values
    )


def by_axis(rows: Iterable[tuple[UUID, str, str, bool]]) -> tuple[AxisActions, ...]:
    """The same of (axis, its title, state, has a balance) rows, in the order in which they come."""
    states: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
    balances: Counter[UUID] = Counter()
    titles: dict[UUID, str] = {}
    for axis, title, state, has_balance in rows:
        titles[axis] = title
        states[axis][state] += 1
        balances[axis] += has_balance
    return tuple(
        AxisActions(
            title,
            {state: states[axis][state] for state in ActionSheet.State.values},
            balances[axis],
        )
        for axis, title in titles.items()
    )
