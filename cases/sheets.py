"""An alert or a situation put into words: its sections as they were answered.

The identity is never here: it is the vault's (cases/vault.py).
"""

import copy
import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date

from cases.models import TEXT_FIELDS, Alert, AlertStep, Message, Situation
from governance import nomenclatures
from governance.models import Council
from governance.nomenclatures import FieldSpec
from governance.selectors import council_label
from governance.versions import Difference


def _follow_up(code: str, kind: str, list_code: str = "") -> FieldSpec:
    """A field that the alert form has not, declared as the form declares its own."""
    field: Any = Situation._meta.get_field(code)
    label = field.verbose_name[:1].upper() + field.verbose_name[1:]
    return FieldSpec(code, label, kind, "never", field.privacy, stats=False, list_code=list_code)


# Sections 3 to 9 of the form describe a situation; what came after follows.
_SECTIONS = tuple(
    section
    for section in nomenclatures.alert_form()
    if section.code not in ("requester", "person_identity")
)
FOLLOW_UP = (
    _follow_up("received_on", "date"),
    _follow_up("origin", "choice", "origin"),
    _follow_up("channel", "choice", "alert_channel"),
    _follow_up("complexity", "choice", "complexity"),
    _follow_up("venue", "choice", "handling_venue"),
    _follow_up("prior_hearings", "count"),
    _follow_up("register_reference", "text"),
    _follow_up("closed_on", "date"),
    _follow_up("closure_reason", "choice", "closure_reason"),
)


@dataclass(frozen=True)
class Line:
    """One question of the form and its answer in words; "" when there is none."""

    label: str
    value: str


@dataclass(frozen=True)
class Sheet:
    """One section of the form, answered."""

    title: str
    lines: tuple[Line, ...]


def alert_sheets(council: Council, alert: Alert) -> tuple[Sheet, ...]:
    """The sections of `alert` in the council's own words, the identity left out; what its author
    added to the facts follows them.

    No query beyond those of `selectors.open_alert` and of the council's lists, and one for that.
    """
    return tuple(
        Sheet(section.label, tuple(_answers(council, alert, section.fields)))
        for section in nomenclatures.alert_form()
        if section.code != "person_identity"
    )


def _answers(council: Council, alert: Alert, specs: Iterable[FieldSpec]) -> Iterator[Line]:
    for spec in specs:
        if spec.privacy != "vault":
            yield Line(spec.label, _words(council, alert, spec))
        if spec.code == "facts":
            for on, text in added_facts(alert):
                yield Line(f"{spec.label}, ajout du {on:%d/%m/%Y}", text)


def added_facts(alert: Alert) -> Iterator[tuple[datetime.date, str]]:
    """What the author added to the facts they had observed: the day and the text; one query."""
    for message in alert.messages.filter(kind=Message.Kind.FACTS):
        yield timezone.localdate(message.sent_at), message.text


def subject(council: Council, described: Alert | Situation) -> str:
    """What it is about, in short: the subjects of the council's list, or the type if there is none.

    Of the classes that every participant receives, after a refusal too (policies.THEME_FIELDS).
    """
    labels = [short(council_label(council, "alert_subject", c)) for c in described.alert_subject]
    if not labels:
        return council_label(council, "situation_type", described.situation_type)
    return ", ".join([labels[0], *(label[:1].lower() + label[1:] for label in labels[1:])])


def short(label: str) -> str:
    """A label without its explanation: « Reçue (accusé de réception envoyé) » reads « Reçue »."""
    return label.partition(" (")[0]


@dataclass(frozen=True)
class Stage:
    """One step of the form; `state` as templates/components/steps.html wants it."""

    label: str
    state: str
    url: str = ""


def identity_lines(identity: dict[str, str]) -> tuple[Line, ...]:
    """A revealed identity (vault.reveal), labelled, in the order of the form."""
    return tuple(
        Line(spec.label, _day(identity[spec.code]))
        if spec.type == "date"
        else Line(spec.label, identity[spec.code])
        for section in nomenclatures.alert_form()
        for spec in section.fields
        if spec.code in identity
    )


def situation_sheets(
    council: Council, situation: Situation, readable: Collection[str]
) -> tuple[Sheet, ...]:
    """The profile of `situation` in the council's own words: of its fields, the `readable` ones
    (policies.readable_fields); a section without any is left out.

    What was not answered is one line at the end of its section.
    """
    sheets = []
    for section in _SECTIONS:
        lines = _lines(council, situation, section.fields, readable)
        answered = [line for line in lines if line.value]
        missing = ", ".join(line.label for line in lines if not line.value)
        if missing:
            answered.append(Line(nomenclatures.UNKNOWN_LABEL, missing))
        sheets.append(Sheet(section.label.partition(". ")[2], tuple(answered)))
    followed = _lines(council, situation, FOLLOW_UP, readable)
    sheets.append(Sheet("Prise en charge", tuple(line for line in followed if line.value)))
    return tuple(sheet for sheet in sheets if sheet.lines)


def text_lines(
    council: Council, situation: Situation, readable: Collection[str]
) -> tuple[Line, ...]:
    """The free texts of `situation` that are `readable` and not empty."""
    specs = (nomenclatures.field_spec(field) for field in TEXT_FIELDS if field in readable)
    lines = (Line(spec.label, _words(council, situation, spec)) for spec in specs)
    return tuple(line for line in lines if line.value)


def tried_lines(council: Council, steps: Iterable[AlertStep]) -> tuple[Line, ...]:
    """What was tried before the alerts, without the comments: nobody has re-read those."""
    return tuple(
        Line(
            council_label(council, "steps_tried", step.step),
            ", ".join(
                part
                for part in (
                    f"{step.done_on:%d/%m/%Y}" if step.done_on else "",
                    council_label(council, "step_result", step.result) if step.result else "",
                )
                if part
            ),
        )
        for step in steps
    )


def differences(
    council: Council, saved: Situation, changes: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """The fields of `changes` whose words are not those of the situation as it was `saved`."""
    typed = copy.copy(saved)
    for field, value in changes.items():
        setattr(typed, field, value)
    specs = [spec for section in _SECTIONS for spec in section.fields] + [*FOLLOW_UP]
    pairs = (
        Difference(spec.label, _words(council, saved, spec), _words(council, typed, spec))
        for spec in specs
        if spec.code in changes
    )
    return tuple(pair for pair in pairs if pair.saved != pair.typed)


def _lines(
    council: Council, situation: Situation, specs: Iterable[FieldSpec], readable: Collection[str]
) -> tuple[Line, ...]:
    return tuple(
        Line(spec.label, _words(council, situation, spec))
        for spec in specs
        if spec.code in readable and spec.code not in TEXT_FIELDS
    )


def _words(council: Council, answered: Any, spec: FieldSpec) -> str:
    if spec.type == "repeated":
        return "\n".join(_tried(council, step) for step in answered.steps.all())
    if spec.type == "multi_fk":
        return ", ".join(str(organisation) for organisation in getattr(answered, spec.code).all())
    value = getattr(answered, spec.code)
    if spec.code == "organisation" and value is None and answered.occasional_author is not None:
        return str(answered.occasional_author.organisation)
    match spec.type:
        case "choice" if spec.list_code and isinstance(value, str):
            return council_label(council, spec.list_code, value) if value else ""
        case "multichoice":
            return _labels(council, spec.list_code, value)
        case "boolean" | "tristate":
            return {True: "Oui", False: "Non", None: ""}[value]
        case "date":
            return f"{value:%d/%m/%Y}" if value else ""
        case "count":
            return str(value or "")
        case _:
            return "" if value is None else str(value)


def _labels(council: Council, list_code: str, codes: Iterable[str]) -> str:
    return " ; ".join(council_label(council, list_code, code) for code in codes)


def _tried(council: Council, step: Any) -> str:
    parts = [council_label(council, "steps_tried", step.step)]
    if step.done_on:
        parts.append(f"le {step.done_on:%d/%m/%Y}")
    if step.result:
        parts.append(council_label(council, "step_result", step.result).lower())
    if step.comment:
        parts.append(step.comment)
    return ", ".join(parts)


def _day(answer: str) -> str:
    day = parse_date(answer)
    return f"{day:%d/%m/%Y}" if day else answer
