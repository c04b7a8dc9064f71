"""Counters, delays, meetings and empty fields in French, for the eye. Counts nothing anew."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.figures import Filling, YearFigures
from reports.governance_figures import (
    ADOPTED_DEFINITION,
    ROADMAP_DEFINITION,
    Adopted,
    AxisActions,
)
from reports.meetings import BodyMeetings, Presence
from reports.presentation import NBSP, UNITS, Bar, Grid, KeyFigure, counted, number, share

ALL_ORIGINS = "Ensemble"
DELAYS = "Délais, en jours"
SERVICES = "Présence aux séances"
_STATES = ("Présents", "Excusés", "Absents", "Non noté")
SERVICES_HEADINGS = ("Type d’organisme", "Invitations", *_STATES)
BODY_HEADINGS = ("Collège", "Sièges attendus", *_STATES, "Enquête nationale de 2018")
ADOPTED, ROADMAP = "Décisions, avis et propositions", "Feuille de route"
ADOPTED_HEADINGS = ("Nature", "Adoptés", "À faire", "En cours", "Faits", "Abandonnés")
ROADMAP_HEADINGS = (
    "Axe", "Actions", "Prévues", "En cours", "Terminées", "Abandonnées", "Bilans écrits",
)  # fmt: skip
# One, several.
_KINDS = {
    "decision": ("décision", "décisions"),
    "opinion": ("avis", "avis"),
    "proposal": ("proposition", "propositions"),
}
_FOLLOWED = {
    "to_do": ("à faire", "à faire"),
    "in_progress": ("en cours", "en cours"),
    "done": ("fait", "faits"),
    "dropped": ("abandonné", "abandonnés"),
}
_UNDER_WAY = {
    "planned": ("prévue", "prévues"),
    "in_progress": ("en cours", "en cours"),
    "done": ("terminée", "terminées"),
    "dropped": ("abandonnée", "abandonnées"),
}


@dataclass(frozen=True)
class BodyPanel:
    """A body: how often it met, who came (no row if it did not meet), what the survey says."""

    name: str
    held: str
    grid: Grid
    survey: tuple[str, ...]


def counters(figures: YearFigures) -> list[KeyFigure]:
    """The four counters, each with what it counts."""
    return [
        KeyFigure(number(counter.value), counter.label, counter.definition)
        for counter in figures.counters
    ]


def delays(figures: YearFigures) -> Grid:
    """The delays, a line each; a dash where nothing has both dates."""
    return Grid(
        code="delays",
        label=DELAYS,
        headings=("Délai", "Base", "Un quart en", "La moitié en (médiane)", "Trois quarts en"),
        rows=tuple(
            (
                delay.label,
                counted(delay.base, UNITS[delay.unit].noun),
                days(delay.lower_quartile),
                days(delay.median),
                days(delay.upper_quartile),
            )
            for delay in figures.delays
        ),
    )


def days(value: float | None) -> str:
    """12.5 -> « 12,5 j », None -> « – »."""
    if value is None:
        return "–"
    return f"{value:.1f}".removesuffix(".0").replace(".", ",") + f"{NBSP}j"


def services(figures: YearFigures) -> Grid:
    """Who came to the séances, by kind of organisation."""
    return Grid(
        code="services",
        label=SERVICES,
        headings=SERVICES_HEADINGS,
        rows=tuple(_presence(service) for service in figures.meetings.services),
    )


def bodies(figures: YearFigures) -> list[BodyPanel]:
    """The bodies, attendance by college beside the national survey."""
    return [body_panel(body) for body in figures.meetings.bodies]


def body_panel(body: BodyMeetings) -> BodyPanel:
    """One body in words."""
    return BodyPanel(
        name=body.name,
        held=_held(body.held),
        grid=Grid(
            code=body.kind,
            label=body.name,
            headings=BODY_HEADINGS,
            rows=tuple(
                (*_presence(each), each.survey or "–") for each in body.colleges if body.held
            ),
        ),
        survey=body.survey,
    )  # fmt: skip


def _held(times: int) -> str:
    if not times:
        return "Aucune réunion tenue sur la période."
    return f"{number(times)}{NBSP}{'réunions tenues' if times > 1 else 'réunion tenue'}."


def _presence(presence: Presence) -> tuple[str, ...]:
    said = (presence.present, presence.excused, presence.absent, presence.unsaid)
    return (presence.label, *map(number, (presence.expected, *said)))


@dataclass(frozen=True)
class PaperPanel:
    """A table of the papers of the bodies: its definition, how many they are, the same in a
    sentence."""

    grid: Grid
    definition: str
    total: int
    in_short: str


def body_papers(adopted: Sequence[Adopted], roadmap: Sequence[AxisActions]) -> list[PaperPanel]:
    """What was adopted, where the roadmap stands; neither where nothing is known of it."""
    found = []
    if adopted:
        rows = tuple(
            (_KINDS[each.kind][1].capitalize(), *map(number, each.numbers)) for each in adopted
        )
        grid = Grid("adopted", ADOPTED, ADOPTED_HEADINGS, rows)
        found.append(
            PaperPanel(grid, ADOPTED_DEFINITION, _total(adopted), _adopted_in_short(adopted))
        )
    if roadmap:
        rows = tuple((each.axis, *map(number, each.numbers)) for each in roadmap)
        grid = Grid("roadmap", ROADMAP, ROADMAP_HEADINGS, rows)
        found.append(
            PaperPanel(grid, ROADMAP_DEFINITION, _total(roadmap), _roadmap_in_short(roadmap))
        )
    return found


def _adopted_in_short(adopted: Sequence[Adopted]) -> str:
    """« 3 textes adoptés (2 décisions et 1 proposition) : 1 en cours, 2 faits. »"""
    kinds = _said({each.kind: each.total for each in adopted}, _KINDS)
    if not kinds:
        return "Aucune décision, aucun avis, aucune proposition publiés sur la période."
    total = _total(adopted)
    noun = "textes adoptés" if total > 1 else "texte adopté"
    followed = _said(_sum_of(adopted), _FOLLOWED)
    return f"{number(total)}{NBSP}{noun} ({', '.join(kinds)}){NBSP}: {', '.join(followed)}."


def _roadmap_in_short(roadmap: Sequence[AxisActions]) -> str:
    """« Feuille de route : 4 actions (1 prévue, 3 en cours) ; 3 bilans de l’année écrits. »"""
    total, balances = _total(roadmap), sum(axis.balances for axis in roadmap)
    states = _said(_sum_of(roadmap), _UNDER_WAY)
    told = f"{counted(balances, 'bilan')} d’action" if balances else "aucun bilan d’action"
    return f"{ROADMAP}{NBSP}: {counted(total, 'action')} ({', '.join(states)}){NBSP}; {told}."


def _total(parts: Iterable[Adopted | AxisActions]) -> int:
    return sum(part.total for part in parts)


def _sum_of(parts: Iterable[Adopted | AxisActions]) -> Counter[str]:
    """How many in each state, all kinds or axes together."""
    whole: Counter[str] = Counter()
    for part in parts:
        whole.update(part.states)
    return whole


def _said(counts: Mapping[str, int], words: Mapping[str, tuple[str, str]]) -> list[str]:
    return [
        f"{number(counts[code])}{NBSP}{several if counts[code] > 1 else one}"
        for code, (one, several) in words.items()
        if counts.get(code)
    ]


def filled(filling: Filling) -> list[Bar]:
    """How full each field is, the emptiest first."""
    return [
        Bar(
            label=field.label,
            count=number(field.filled),
            share=share(field.filled, filling.base),
            percent=100 * field.filled / filling.base if filling.base else 0.0,
            display=f"{number(field.filled)} ({share(field.filled, filling.base)})",
        )
        for field in filling.fields
    ]


def filled_by_origin(filling: Filling) -> Grid:
    """The share of each field that is filled, by origin of the alert."""
    return Grid(
        code="filling",
        label="Part renseignée, par origine",
        headings=("Champ", ALL_ORIGINS, *(origin.label for origin in filling.origins)),
        rows=(
            (
                "Situations",
                number(filling.base),
                *(number(origin.value) for origin in filling.origins),
            ),
            *(
                (
                    field.label,
                    share(field.filled, filling.base),
                    *(
                        share(part, origin.value)
                        for part, origin in zip(field.by_origin, filling.origins, strict=True)
                    ),
                )
                for field in filling.fields
            ),
        ),
    )
