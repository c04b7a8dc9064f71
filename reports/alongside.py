"""What an edition keeps beside its protected counts: the commentary, the life of the bodies.

None of it counts the persons concerned: how many séances and meetings were held, who came to the
bodies by college, what they adopted and where the roadmap stands are about seats and papers. They
are frozen and hashed with the figures.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from reports.figures import YearFigures
from reports.governance_figures import Adopted, AxisActions
from reports.meetings import BodyMeetings, Presence

# Where the JSON of an edition holds it.
KEY = "alongside"


@dataclass(frozen=True)
class Alongside:
    """`texts`: section -> commentary; `sittings` is None where nothing was kept; `adopted` and
    `roadmap` are empty in the editions of before they were counted."""

    texts: Mapping[str, str] = field(default_factory=dict)
    sittings: int | None = None
    bodies: tuple[BodyMeetings, ...] = ()
    adopted: tuple[Adopted, ...] = ()
    roadmap: tuple[AxisActions, ...] = ()


def gather(figures: YearFigures, texts: Mapping[str, str]) -> Alongside:
    """What an edition of those figures keeps beside them."""
    return Alongside(
        texts={section: text for section, text in texts.items() if text},
        sittings=figures.meetings.sittings,
        bodies=figures.meetings.bodies,
        adopted=figures.meetings.adopted,
        roadmap=figures.meetings.roadmap,
    )


def to_json(alongside: Alongside) -> dict[str, Any]:
    """What the JSON of an edition gains."""
    return {KEY: asdict(alongside)}


def from_json(content: Mapping[str, Any]) -> Alongside:
    """What the JSON of an edition holds; nothing in one that a command froze."""
    kept = content.get(KEY)
    if kept is None:
        return Alongside()
    return Alongside(
        texts=kept["texts"],
        sittings=kept["sittings"],
        bodies=tuple(
            BodyMeetings(
                kind=body["kind"],
                name=body["name"],
                held=body["held"],
                colleges=tuple(Presence(**college) for college in body["colleges"]),
                survey=tuple(body["survey"]),
            )
            for body in kept["bodies"]
        ),
        adopted=tuple(Adopted(**kind) for kind in kept.get("adopted", ())),
        roadmap=tuple(AxisActions(**axis) for axis in kept.get("roadmap", ())),
    )
