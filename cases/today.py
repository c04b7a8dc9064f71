"""« Aujourd’hui » : six counted tabs over the councils that one coordinates, with their lines."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from cases import workload
from cases.agenda import naming
from cases.leads import lead_lines
from cases.models import ActionLead, Alert, Feedback, Hearing, Situation
from cases.rows import Row, alert_row, day_in_words, situation_row
from cases.selectors import list_feedback, list_leads
from governance.models import Council, Meeting
from governance.viewer import Viewer


class Lines:
    """The lines of several querysets, one after the other; only those of a page are read."""

    def __init__(self, *parts: tuple[QuerySet[Any], Callable[[Any], Row]]) -> None:
        self._parts = parts

    @cached_property
    def _counts(self) -> list[int]:
        return [rows.count() for rows, _ in self._parts]

    def __len__(self) -> int:
        return sum(self._counts)

    def __getitem__(self, page: slice) -> list[Row]:
        start, stop, found = page.start or 0, page.stop or 0, []
        for (rows, line), count in zip(self._parts, self._counts, strict=True):
            if start < count and stop > 0:
                found += [line(row) for row in rows[max(start, 0) : min(stop, count)]]
            start, stop = start - count, stop - count
        return found


@dataclass(frozen=True)
class Tab:
    """One tab: what it counts, its lines, and what to say and to propose when it has none."""

    slug: str
    label: str
    lines: Lines
    empty: str
    next_step: tuple[str, str] = ("", "")  # the address, and the words of its link
    is_late: bool = False
    is_sorted: bool = False  # whether the order of the address applies

    @property
    def count(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class Today:
    """What awaits the coordination of `councils` on `day`, among `alerts` and `situations`.

    These are the lists of the selectors, filtered and ordered by the page; `is_narrowed`: whether
    a filter is set.
    """

    viewer: Viewer
    councils: Sequence[Council]
    day: datetime.date
    alerts: QuerySet[Alert]
    situations: QuerySet[Situation]
    meetings: Sequence[Meeting]
    is_narrowed: bool
    _by_key: dict[UUID, Council] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_key.update({council.pk: council for council in self.councils})

    @cached_property
    def tabs(self) -> tuple[Tab, ...]:
        """The six tabs, in the order of the day; two queries each at most, to count."""
        return (
            self._to_settle(),
            self._awaiting(),
            self._agreements(),
            self._hearings(),
            self._overdue(),
            self._to_finish(),
        )

    @cached_property
    def overdue(self) -> QuerySet[ActionLead]:
        """The leads whose date is past."""
        leads = list_leads(self.viewer, *self.councils)
        return self._narrowed(workload.overdue_leads(leads, self.day), "situation")

    def overdue_lines(self, most: int) -> list[Row]:
        """The first of them, for the side of the page."""
        return [self._lead(lead) for lead in self.overdue[:most]]

    def _to_settle(self) -> Tab:
        return Tab(
            "alertes",
            "Nouvelles alertes",
            Lines((workload.alerts_to_settle(self.alerts), self._alert)),
            "Toutes les alertes reçues sont triées. Si l’on vous en dit une au téléphone, "
            "saisissez-la.",
            self._step("alert_new", "Saisir une alerte"),
            is_sorted=True,
        )

    def _awaiting(self) -> Tab:
        return Tab(
            "attente",
            "En attente d’un partenaire",
            Lines(
                (
                    workload.alerts_awaiting_author(self.alerts),
                    lambda alert: alert_row(self._of(alert), alert, with_status=True),
                ),
                (
                    workload.situations_awaiting_partner(self.situations),
                    lambda each: self._situation(each, "réponse d’un partenaire attendue"),
                ),
            ),
            "Aucune réponse n’est attendue d’un partenaire. Pour en solliciter un, ouvrez une "
            "situation.",
            self._step("situations", "Voir les situations"),
            is_sorted=True,
        )

    def _agreements(self) -> Tab:
        return Tab(
            "accords",
            "Accords à recueillir ou à revoir",
            Lines(
                (
                    workload.agreements_to_collect(self.situations, self.day),
                    lambda each: self._situation(
                        each,
                        f"accord du {each.agreed_on:%d/%m/%Y}, à revoir"
                        if each.consent_state in workload.AGREED
                        else "accord à recueillir",
                    ),
                )
            ),
            "Chaque situation ouverte a une réponse de la personne, de moins d’un an. Il n’y a "
            "rien à demander aujourd’hui.",
            is_late=True,
            is_sorted=True,
        )

    def _hearings(self) -> Tab:
        match self.meetings:
            case []:
                label, empty = "À préparer", "Aucune séance n’est prévue : convoquez la prochaine."
                step = self._step("meeting_new", "Prévoir une séance")
            case [meeting]:
                label = f"À préparer pour {_day(meeting)}"
                empty = (
                    "Aucune situation n’est encore inscrite à la prochaine séance. Composez "
                    "l’ordre du jour."
                )
                step = (meeting.get_absolute_url(), "Préparer l’ordre du jour")
            case _:
                label = f"À préparer, la première séance {_day(self.meetings[0])}"
                empty, step = "Aucune situation n’est encore inscrite.", ("", "")
        hearings = workload.hearings_to_prepare(self.meetings, self.situations)
        return Tab("seance", label, Lines((hearings, self._hearing)), empty, step)

    def _overdue(self) -> Tab:
        return Tab(
            "echues",
            "Actions échues",
            Lines((self.overdue, self._lead)),
            "Aucune piste n’a dépassé son échéance. Relisez celles qui courent.",
            self._step("leads", "Voir les pistes"),
            is_late=True,
        )

    def _to_finish(self) -> Tab:
        feedback = list_feedback(self.viewer, *self.councils)
        return Tab(
            "suites",
            "À restituer ou clore",
            Lines(
                (
                    self._narrowed(workload.feedback_to_give(feedback), "hearing__situation"),
                    self._feedback,
                ),
                (
                    workload.situations_to_close(self.situations),
                    lambda each: self._situation(each, "plus aucune piste ouverte"),
                ),
            ),
            "Rien à restituer, aucune situation à clore. Une situation vient ici quand sa dernière "
            "piste s’achève.",
        )

    def _narrowed(self, rows: QuerySet[Any], situation: str) -> QuerySet[Any]:
        """The rows of the situations that the filters leave. Without a filter these are all those
        of the councils, as the rows are: asking it again misleads PostgreSQL's planner."""
        if not self.is_narrowed:
            return rows
        return rows.filter(**{f"{situation}__in": self.situations.values("pk")})

    def _of(self, owned: Alert | Situation) -> Council:
        return self._by_key[owned.council_id]

    def _step(self, name: str, words: str) -> tuple[str, str]:
        """A link of the only council; nowhere to go from several."""
        if len(self.councils) != 1:
            return "", ""
        return reverse(name, args=[self.councils[0].code]), words

    def _alert(self, alert: Alert) -> Row:
        return alert_row(self._of(alert), alert)

    def _situation(self, situation: Situation, *facts: str) -> Row:
        received = f"reçue {day_in_words(situation.received_on)}"
        return situation_row(self._of(situation), situation, *facts, received)

    def _hearing(self, hearing: Hearing) -> Row:
        facts = [f"point {hearing.position}", naming(hearing).label]
        if len(self.meetings) > 1:
            facts.insert(0, f"séance du {timezone.localdate(hearing.meeting.starts_at):%d/%m/%Y}")
        return situation_row(self._of(hearing.situation), hearing.situation, *facts)

    def _lead(self, lead: ActionLead) -> Row:
        council = self._of(lead.situation)
        (line,) = lead_lines(self.viewer, council, [lead])
        return Row(
            code=line.code,
            title=line.kind,
            url=reverse("lead_move", args=[council.code, line.key]),
            facts=(
                line.owner or "Sans porteur",
                *((f"échéance {day_in_words(line.due_on)}",) if line.due_on else ()),
            ),
            chips=line.chips,
        )

    def _feedback(self, feedback: Feedback) -> Row:
        situation = feedback.hearing.situation
        return situation_row(
            self._of(situation),
            situation,
            f"restitution prévue {day_in_words(feedback.due_on)}",
            f"par {feedback.given_by}",
            late="Restitution en retard" if feedback.due_on < self.day else "",
        )


def _day(meeting: Meeting) -> str:
    return date_format(timezone.localtime(meeting.starts_at), "l j F")
