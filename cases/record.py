"""What the council recorded about a person, for the person (RGPD 15): by section, in words.

Third parties are masked: a service or a role stands for whoever wrote, carried or opened. What was
written freely may speak of somebody else: those entries have a key, so that the coordination keeps
only what concerns the person. The identity is not here: it is added by hand.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from cases import dossier, policies, sheets
from cases.agenda import naming
from cases.conclusions import obstacle_labels
from cases.models import TEXT_FIELDS, Alert, AlertStep, Feedback, Hearing, Message, Situation
from governance import journal, nomenclatures
from governance.models import Council, Membership
from governance.selectors import council_label
from governance.viewer import Viewer


@dataclass(frozen=True)
class Entry:
    """A label and what is recorded; with a `key` where it was written freely."""

    label: str
    value: str
    key: str = ""


@dataclass(frozen=True)
class Section:
    """A title and its entries."""

    title: str
    entries: tuple[Entry, ...]


def about(viewer: Viewer, council: Council, situation: Situation) -> tuple[Section, ...]:
    """Everything recorded of the situation, for its coordinator to re-read; two queries an alert.

    Sections without an entry are left out.
    """
    readable = policies.readable_fields(viewer, situation)
    services = _Services(council)
    alerts = list(situation.alerts.select_related("organisation").order_by("received_at"))
    sections = [
        *(
            # "Santé, à votre connaissance" is said to whoever fills the form in.
            Section(
                sheet.title.partition(",")[0],
                tuple(Entry(line.label, line.value) for line in sheet.lines),
            )
            for sheet in sheets.situation_sheets(council, situation, readable)
        ),
        Section("Ce qui est écrit de la situation", tuple(_texts(situation, "situation"))),
        Section("Les alertes reçues", tuple(_alerts(council, alerts))),
        Section("Ce qui a été tenté avant l’alerte", tuple(_steps(council, alerts))),
        Section("Vos réponses", tuple(_answers(council, situation))),
        Section("Les séances", tuple(_hearings(council, situation))),
        Section("Les pistes d’action", tuple(_leads(council, situation))),
        Section("Ce qui vous a été dit après les séances", tuple(_feedback(situation))),
        Section("Les échanges avec les services", tuple(_exchanges(situation))),
        Section("Les notes de la coordination", tuple(_notes(situation))),
        Section("Les services qui y ont pris part", tuple(_participants(situation))),
        Section("Qui a ouvert ces données", tuple(_accesses(situation, alerts, services))),
    ]
    return tuple(section for section in sections if section.entries)


def keep(sections: Iterable[Section], keys: Collection[str]) -> tuple[Section, ...]:
    """The same with, of the entries that have a key, those named alone: what was written since
    the coordination re-read is not printed unread."""
    kept = (
        Section(section.title, tuple(e for e in section.entries if not e.key or e.key in keys))
        for section in sections
    )
    return tuple(section for section in kept if section.entries)


class _Services:
    """User key -> the service or the role that stands for them, former members included."""

    def __init__(self, council: Council) -> None:
        self._of: dict[UUID, str] = {}
        for membership in council.memberships.select_related("organisation").order_by("start"):
            self._of[membership.user_id] = _service(membership)

    def of(self, user_id: UUID | None) -> str:
        if user_id is None:
            return "Programme"
        return self._of.get(user_id, "Ancien membre")


def _service(membership: Membership | None) -> str:
    if membership is None:
        return ""
    return str(membership.organisation or membership.get_role_display())


def _texts(written: Any, prefix: str) -> Iterator[Entry]:
    for field in TEXT_FIELDS:
        if value := getattr(written, field):
            yield Entry(nomenclatures.field_spec(field).label, value, f"{prefix}-{field}")


def _alerts(council: Council, alerts: Iterable[Alert]) -> Iterator[Entry]:
    for alert in alerts:
        origin = council_label(council, "origin", alert.origin)
        service = f"{alert.organisation} ({origin})" if alert.organisation else origin
        day = _day(timezone.localdate(alert.received_at))
        yield Entry(day, f"Alerte {alert.code}, transmise par : {service}")
        yield from _texts(alert, alert.code)
        for message in alert.messages.order_by("sent_at"):
            sent = _day(timezone.localdate(message.sent_at))
            yield Entry(f"Échange du {sent}", message.text, f"message-{message.pk}")


def _exchanges(situation: Situation) -> Iterator[Entry]:
    written = Message.objects.filter(participation__situation=situation)
    for message in written.select_related("participation__membership__organisation"):
        service = _service(message.participation.membership) if message.participation else ""
        sent = _day(timezone.localdate(message.sent_at))
        label = f"Échange du {sent} avec : {service}"
        yield Entry(label, message.text, f"message-{message.pk}")


def _steps(council: Council, alerts: Iterable[Alert]) -> Iterator[Entry]:
    for step in AlertStep.objects.filter(alert__in=alerts).order_by("done_on", "id"):
        line = sheets.tried_lines(council, [step])[0]
        yield Entry(line.label, line.value or "Sans date")
        if step.comment:
            yield Entry(f"{line.label}, précision", step.comment, f"step-{step.pk}")


def _answers(council: Council, situation: Situation) -> Iterator[Entry]:
    for record in situation.consent_records.all():
        given_by = council_label(council, "consent_given_by", record.given_by)
        parts = [str(record), f"donné par : {given_by}" if record.given_by else ""]
        yield Entry(_day(record.collected_on), _lines(*parts))
        if evidence := _lines(record.means, record.reason):
            yield Entry("Précision", evidence, f"answer-{record.pk}")


def _hearings(council: Council, situation: Situation) -> Iterator[Entry]:
    hearings = (
        situation.hearings.exclude(state=Hearing.State.WITHDRAWN)
        .select_related("meeting")
        .prefetch_related("conclusions")
        .order_by("meeting__starts_at")
    )
    for hearing in hearings:
        day = _day(timezone.localdate(hearing.meeting.starts_at))
        discussed = f"discussion : {naming(hearing).label.lower()}"
        yield Entry(day, f"{hearing.get_state_display()}, {discussed}")
        for version in hearing.conclusions.all():
            number = f", version {version.number}" if version.number > 1 else ""
            obstacles = ", ".join(obstacle_labels(council, version))
            written = _lines(version.summary, version.steps_taken, obstacles, version.correction)
            yield Entry(f"Relevé du {day}{number}", written, f"conclusions-{version.pk}")


def _leads(council: Council, situation: Situation) -> Iterator[Entry]:
    for lead in situation.leads.select_related("owner__organisation").order_by("proposed_on"):
        status = council_label(council, "action_lead_status", lead.status)
        owner = _service(lead.owner)
        carried = f"portée par : {owner}" if owner else ""
        kind = council_label(council, "action_lead_type", lead.kind)
        yield Entry(_day(lead.proposed_on), _lines(f"{kind} ({status.lower()})", carried))
        if written := _lines(lead.description, lead.outcome):
            yield Entry(f"{kind}, précision", written, f"lead-{lead.pk}")


def _feedback(situation: Situation) -> Iterator[Entry]:
    given = Feedback.objects.filter(hearing__situation=situation, given_on__isnull=False)
    for feedback in given.select_related("given_by__organisation"):
        if feedback.given_on is not None:
            day = _day(feedback.given_on)
            yield Entry(day, f"Restitution par : {_service(feedback.given_by)}")
            if feedback.reaction:
                key = f"feedback-{feedback.pk}"
                yield Entry("Votre réaction, telle que notée", feedback.reaction, key)


def _notes(situation: Situation) -> Iterator[Entry]:
    for note in dossier.notes(situation):
        day = _day(timezone.localdate(note.written_at))
        contact = f", contact du {_day(note.contact_on)}" if note.contact_on else ""
        yield Entry(f"Note du {day}{contact}", note.text, f"note-{note.pk}")


def _participants(situation: Situation) -> Iterator[Entry]:
    for each in situation.participations.select_related("membership__organisation"):
        until = f" au {_day(each.until)}" if each.until else ""
        yield Entry(_service(each.membership), f"Du {_day(each.since)}{until}")


def _accesses(
    situation: Situation, alerts: Iterable[Alert], services: _Services
) -> Iterator[Entry]:
    records = [*journal.accesses(situation)]
    for alert in alerts:
        records += journal.accesses(alert)
    records.sort(key=lambda record: record.pk)
    yield from dict.fromkeys(
        Entry(
            _day(timezone.localdate(record.at)),
            f"{journal.ACTIONS[record.action]} : {services.of(record.actor_id)}",
        )
        for record in records
    )


def _day(day: datetime.date) -> str:
    return f"{day:%d/%m/%Y}"


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
