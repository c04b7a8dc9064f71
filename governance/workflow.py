"""When a state may change: tables of (name, sources, target). No ORM, no *who* (policies).

docs/workflow.md is drawn from these tables and those of cases/workflow.py.
"""

from collections.abc import Collection
from dataclasses import dataclass


class IllegalTransition(Exception):
    """The act does not exist in this state; the message is French, for the person who asked."""


@dataclass(frozen=True)
class Transition:
    """One act: its name, the states it starts from (never "any"), the state it leads to."""

    name: str
    sources: tuple[str, ...]
    target: str
    label: str


@dataclass(frozen=True)
class Workflow:
    """The acts that change one kind of object, and the state a new one starts in."""

    name: str
    label: str
    start: str
    transitions: tuple[Transition, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order in which the table meets them."""
        seen = [self.start]
        for transition in self.transitions:
            seen += [*transition.sources, transition.target]
        return tuple(dict.fromkeys(seen))

    def allows(self, name: str, state: str) -> bool:
        """Whether the act `name` exists in `state`."""
        return name in self.acts(state)

    def acts(self, state: str) -> tuple[str, ...]:
        """The names of the acts that exist in `state`."""
        return tuple(t.name for t in self.transitions if state in t.sources)

    def target(self, name: str, state: str) -> str:
        """The state that `name` leads to from `state`; IllegalTransition if it does not exist."""
        transition = next((t for t in self.transitions if t.name == name), None)
        if transition is None:
            raise IllegalTransition("Cet acte n’existe pas.")
        if state not in transition.sources:
            raise IllegalTransition(
                f"« {transition.label} » n’est plus possible : l’état a changé entre-temps."
            )
        return transition.target


def table(*rows: tuple[str, str, Collection[str], str]) -> tuple[Transition, ...]:
    return tuple(
        Transition(name, tuple(sources), target, label) for name, label, sources, target in rows
    )


MINUTES = Workflow(
    "minutes",
    "Compte rendu d’une instance",
    "draft",
    table(
        ("validate", "Valider", ("draft",), "validated"),
        ("resume", "Reprendre la rédaction", ("validated",), "draft"),
        ("publish", "Publier", ("validated",), "published"),
    ),
)

RESOLUTION = Workflow(
    "resolution",
    "Suite d’une décision, d’un avis ou d’une proposition",
    "to_do",
    table(
        ("start", "Commencer", ("to_do",), "in_progress"),
        ("complete", "Noter que c’est fait", ("to_do", "in_progress"), "done"),
        ("drop", "Abandonner", ("to_do", "in_progress"), "dropped"),
        ("reopen", "Reprendre", ("done", "dropped"), "in_progress"),
    ),
)
