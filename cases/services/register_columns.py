"""The columns of a register, and how a cell of each is understood for a council. No storage."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from governance import nomenclatures
from governance.models import Council
from governance.nomenclatures import Entry
from governance.selectors import council_entries
from governance.table_file import fold

SEPARATOR = "|"
FIRST_YEAR = 1980  # before: a slip of the keyboard
# A number, not a name: the register is anonymous.
_REFERENCE = re.compile(r"(?=.*\d)\w[\w ./-]{0,39}")
_COUNT = re.compile(r"\d{1,3}")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_FRENCH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True)
class Column:
    """One column: its heading, its French label, what a cell holds, the field it fills."""

    code: str
    label: str
    kind: str  # reference, date, count, choice, choices, town, sector
    list_code: str = ""
    field: str = ""
    required: bool = False

    @property
    def target(self) -> str:
        """The name of the field of Situation that the column fills."""
        return self.field or self.code


def _of_form(code: str) -> Column:
    spec = nomenclatures.field_spec(code)
    kind = "choices" if spec.type == "multichoice" else "choice"
    return Column(code, spec.label, kind, spec.list_code)


COLUMNS = (
    Column("reference", "Référence", "reference", field="register_reference", required=True),
    Column("received_on", "Reçue le", "date", required=True),
    Column("channel", "Canal d’interpellation", "choice", "alert_channel"),
    _of_form("origin"),
    _of_form("situation_type"),
    Column("complexity", "Complexité", "choice", "complexity"),
    _of_form("alert_subject"),
    _of_form("sex"),
    _of_form("age_band"),
    Column("town", "Commune", "town"),
    _of_form("household"),
    _of_form("income"),
    _of_form("protection_measure"),
    _of_form("housing_status"),
    _of_form("psychiatry_link"),
    Column("psychiatric_sector", "Secteur de psychiatrie", "sector"),
    _of_form("addiction"),
    _of_form("suicidal_concern"),
    _of_form("information_state"),
    _of_form("consent_state"),
    Column("venue", "Cadre de traitement", "choice", "handling_venue"),
    Column("hearings", "Passages en réunion", "count", field="prior_hearings"),
    Column("closed_on", "Clôturée le", "date"),
    Column("closure_reason", "Motif de clôture", "choice", "closure_reason"),
)


class BadCell(Exception):
    """A value that its column refuses: the French reason, and the values it would take."""

    def __init__(self, reason: str, allowed: Iterable[str] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.allowed = tuple(allowed)


Reader = Callable[[str], Any]


_SILENT = {fold(nomenclatures.UNKNOWN), fold(nomenclatures.UNKNOWN_LABEL)}


def is_silent(text: str) -> bool:
    """Whether the cell says nothing: empty, `unknown` or "Non renseigné"."""
    return not text or fold(text) in _SILENT


def admitted(column: Column, council: Council) -> tuple[Entry, ...]:
    """The answers that a cell of `column` may hold in `council`; none for a free cell."""
    match column.kind:
        case "town":
            return tuple(Entry(town.name, town.name) for town in council.towns.all())
        case "sector":
            return tuple(Entry(sector.code, sector.label) for sector in council.sectors.all())
        case "choice" | "choices":
            return council_entries(council, column.list_code)
    return ()


def readers(council: Council) -> Mapping[str, Reader]:
    """Column code -> function from a cell's text to the field's value, raising BadCell.

    Codes are read, and labels too (the council's and the repository's), whatever their case and
    accents: registers are kept by hand.
    """
    return {column.code: _reader(column, council) for column in COLUMNS}


def _reader(column: Column, council: Council) -> Reader:
    match column.kind:
        case "reference":
            return _reference
        case "date":
            return _date
        case "count":
            return _count
    answers = _answers(column, council)
    allowed = [entry.code for entry in admitted(column, council)]
    unknown = "n’est pas une réponse de la liste"
    if column.kind == "town":
        unknown = "n’est pas une commune du conseil"

    def one(text: str) -> Any:
        try:
            return answers[fold(text)]
        except KeyError:
            raise BadCell(unknown, allowed) from None

    def several(text: str) -> tuple[Any, ...]:
        parts = (part.strip() for part in text.split(SEPARATOR))
        return tuple(dict.fromkeys(one(part) for part in parts if part))

    return several if column.kind == "choices" else one


def _answers(column: Column, council: Council) -> dict[str, Any]:
    """What may be written in the column, folded -> what is stored."""
    if column.kind == "town":
        return {fold(town.name): town for town in council.towns.all()}
    if column.kind == "sector":
        sectors = council.sectors.all()
        labels: dict[str, Any] = {fold(sector.label): sector for sector in sectors}
        return labels | {fold(sector.code): sector for sector in sectors}
    own = council_entries(council, column.list_code)
    labels = {fold(e.label): e.code for e in nomenclatures.entries(column.list_code)}
    labels |= {fold(e.label): e.code for e in own}
    return labels | {fold(e.code): e.code for e in own}


def _reference(text: str) -> str:
    if not _REFERENCE.fullmatch(text):
        raise BadCell("n’est pas une référence : un numéro comme 2016-001, jamais un nom")
    return text


def _date(text: str) -> datetime.date:
    if match := _ISO.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _FRENCH.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        raise BadCell("n’est pas une date", ("2016-01-09", "09/01/2016"))
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        raise BadCell("n’existe pas au calendrier") from None
    if date > timezone.localdate():
        raise BadCell("est dans l’avenir")
    if year < FIRST_YEAR:
        raise BadCell(f"est antérieur à {FIRST_YEAR}")
    return date


def _count(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise BadCell("n’est pas un nombre entier de 0 à 999")
    return int(text)
