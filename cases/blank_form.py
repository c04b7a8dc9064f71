"""The alert form on paper: every question of the five steps, boxes to tick, lines to write on.

For who has no screen at hand, and for the coordination on the telephone. The identity is asked on
slips of their own, cut off and kept apart from the facts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.forms.alerts import STEPS
from cases.vault import IDENTITY_FIELDS
from governance import nomenclatures, pdf
from governance.models import Council
from governance.nomenclatures import FieldSpec
from governance.selectors import council_list

# What the coordination alone answers.
_NOT_ASKED = frozenset({"alert_channel"})
_WHEN = {
    "if_informed": "si elle est informée",
    "if_not_informed": "si elle ne l’est pas",
    "if_consent": "si elle accepte",
}
_LINES = {"facts": 8, "expectations": 4, "person_words": 3}
_MOST_TOWNS = 12


@dataclass(frozen=True)
class Question:
    """One question: what to tick (`choices`), or how many `lines` to write on."""

    code: str
    label: str
    help: str
    choices: tuple[str, ...] = ()
    lines: int = 0
    is_date: bool = False

    @property
    def columns(self) -> int:
        """In how many columns the choices stand: one line for a few, three for short ones."""
        if len(self.choices) <= 4:
            return 0
        return 3 if max(map(len, self.choices)) <= 32 else 2

    @property
    def line_range(self) -> range:
        """For the template: as many turns as lines."""
        return range(self.lines)


@dataclass(frozen=True)
class Part:
    """One step of the form."""

    number: int
    title: str
    questions: tuple[Question, ...]


def as_pdf(council: Council) -> bytes:
    """The blank form of `council`, in its own words; A4, to print."""
    return pdf.render(
        "pdf/alert_form.html",
        {
            "council": council,
            "parts": parts(council),
            "identity": [nomenclatures.field_spec(code) for code in IDENTITY_FIELDS],
            "steps_tried": [entry.label for entry in council_list(council, "steps_tried")],
            "step_result": [entry.label for entry in council_list(council, "step_result")],
        },
    )


def parts(council: Council) -> tuple[Part, ...]:
    """The steps and their questions, the identity left out."""
    return tuple(
        Part(
            step.number,
            step.title,
            tuple(_question(council, spec) for spec in _asked(step.codes)),
        )
        for step in STEPS
    )


def _asked(codes: Iterable[str]) -> Iterable[FieldSpec]:
    specs = (nomenclatures.field_spec(code) for code in codes)
    return (s for s in specs if s.privacy != "vault" and s.code not in _NOT_ASKED)


def _question(council: Council, spec: FieldSpec) -> Question:
    label = f"{spec.label} ({_WHEN[spec.required]})" if spec.required in _WHEN else spec.label
    choices: tuple[str, ...] = ()
    match spec.type:
        case "boolean":
            choices = ("Oui", "Non")
        case "tristate":
            choices = ("Oui", "Non", "Ne sait pas")
        case "choice" if spec.code == "town":
            towns = tuple(str(town) for town in council.towns.all()[: _MOST_TOWNS + 1])
            choices = towns if len(towns) <= _MOST_TOWNS else ()
        case "choice" | "multichoice" if spec.list_code:
            choices = tuple(
                entry.label
                for entry in council_list(council, spec.list_code)
                if entry.code != "withdrawn"
            )
    lines = 0
    if not choices and spec.type not in ("date", "repeated"):
        lines = _LINES.get(spec.code, 2 if spec.type in ("longtext", "multi_fk") else 1)
    return Question(spec.code, label, spec.help, choices, lines, spec.type == "date")
