"""Counters, delays, meetings and empty fields in French, for the eye. Counts nothing anew."""

from dataclasses import dataclass

from reports.figures import Filling, YearFigures
from reports.meetings import BodyMeetings, Presence
from reports.presentation import NBSP, UNITS, Bar, Grid, KeyFigure, counted, number, share

ALL_ORIGINS = "Ensemble"
DELAYS = "Délais, en jours"
SERVICES = "Présence aux séances"
_STATES = ("Présents", "Excusés", "Absents", "Non noté")
SERVICES_HEADINGS = ("Type d’organisme", "Invitations", *_STATES)
BODY_HEADINGS = ("Collège", "Sièges attendus", *_STATES, "Enquête nationale de 2018")


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
