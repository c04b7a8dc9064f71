"""The counters and the delays of a report, and what each one means."""

from dataclasses import dataclass

from reports.figures import ALERTS, HEARINGS, SITUATIONS

PERSONS = "persons"


@dataclass(frozen=True)
class CounterSpec:
    """One of the four counters, which are never added up; `labels`: for one, for several."""

    code: str
    labels: tuple[str, str]
    definition: str


@dataclass(frozen=True)
class DelaySpec:
    """From one date to another of the same `unit`."""

    code: str
    label: str
    definition: str
    unit: str = SITUATIONS


COUNTERS = (
    CounterSpec(
        ALERTS, ("alerte reçue", "alertes reçues"),
        "Alertes transmises sur la période, quelle qu’en soit la suite. Une situation reprise d’un "
        "registre n’en a pas.",
    ),
    CounterSpec(
        SITUATIONS, ("situation reçue", "situations reçues"),
        "Une situation est celle d’une personne, quel que soit le nombre d’alertes reçues à son "
        "sujet ; elle compte dans l’année de sa première alerte.",
    ),
    CounterSpec(
        HEARINGS, ("passage en séance", "passages en séance"),
        "Passages de situations aux séances tenues sur la période, quelle que soit l’année de "
        "l’alerte ; s’y ajoutent ceux que le registre repris indique pour les situations de la "
        "période.",
    ),
    CounterSpec(
        PERSONS, ("personne", "personnes"),
        "Deux situations de la période que la mémoire des empreintes rapproche, sans que la "
        "coordination les ait distinguées, comptent pour une personne. Là où aucune identité n’a "
        "été confiée, ou plus aucune n’est rapprochée, chaque situation compte pour une : ce "
        "nombre est un maximum.",
    ),
)  # fmt: skip

DELAYS = (
    DelaySpec(
        "first_answer", "De l’alerte à la première réponse",
        "Jours entre la réception d’une alerte de la période et le premier acte de la "
        "coordination ; celles qui attendent encore n’y sont pas.",
        ALERTS,
    ),
    DelaySpec(
        "first_hearing", "De l’alerte au premier passage",
        "Jours entre la réception d’une situation de la période et la première séance où elle a "
        "été entendue ; celles qui ne l’ont pas été n’y sont pas.",
    ),
    DelaySpec(
        "closing", "De l’alerte à la clôture",
        "Jours entre la réception d’une situation de la période et sa clôture ; celles qui sont "
        "ouvertes n’y sont pas.",
    ),
)  # fmt: skip
