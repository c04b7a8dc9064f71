"""The sections of a report in which the coordination writes."""

from reports.tables import AGREEMENT, HEALTH, OUTCOME, PERSON, REQUEST, SITTINGS

ESSENTIAL, OBSTACLES, PROPOSALS, GOVERNANCE = "essential", "obstacles", "proposals", "governance"
# Section -> the title of its chapter of tables.
CHAPTERS = {
    "request": REQUEST,
    "person": PERSON,
    "health": HEALTH,
    "agreement": AGREEMENT,
    "outcome": OUTCOME,
    "sittings": SITTINGS,
}
# (section, title), in the order of the report.
SECTIONS = (
    (ESSENTIAL, "L’essentiel"),
    (OBSTACLES, "Obstacles qui reviennent"),
    (PROPOSALS, "Propositions au COPIL"),
    *CHAPTERS.items(),
    (GOVERNANCE, "La gouvernance"),
)
