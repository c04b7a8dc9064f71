"""« Aujourd’hui » : what awaits the coordination, by counted tabs."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from cases import workload
from cases.agenda import naming, title
from cases.leads import LeadLine, lead_lines
from cases.rows import Row, alert_row, day_in_words, situation_row
from cases.services.retention import leaving
from governance.models import Council, Meeting
from governance.selectors import next_meeting
from governance.viewer import Viewer, ViewerRequest

PER_PAGE = 25
_IN_ASIDE = 5


@dataclass(frozen=True)
class Tab:
    """One tab: what it counts, its rows (read when it is shown), what to say when it has none."""

    slug: str
    label: str
    count: int
    rows: Callable[[], list[Row]]
    empty: str
    is_late: bool = False


def today(request: ViewerRequest, council: Council) -> HttpResponse:
    """The coordination's morning page; ?onglet= chooses the tab."""
    viewer, day = request.viewer, timezone.localdate()
    meeting = next_meeting(viewer, council, day)
    tabs = [
        _alerts(viewer, council),
        _awaiting(viewer, council),
        _agreements(viewer, council, day),
        _hearings(council, meeting),
        _overdue(viewer, council, day),
        _to_finish(viewer, council, day),
    ]
    tab = next((each for each in tabs if each.slug == request.GET.get("onglet")), tabs[0])
    home = reverse("council_home", args=[council.code])
    return render(
        request,
        "cases/board/today.html",
        {
            "tabs": [
                {
                    "label": each.label,
                    "count": each.count,
                    "url": f"{home}?onglet={each.slug}",
                    "current": each is tab,
                    "due": each.is_late and each.count > 0,
                }
                for each in tabs
            ],
            "tab": tab,
            "page_obj": Paginator(tab.rows(), PER_PAGE).get_page(request.GET.get("page")),
            "leaving": leaving(council, day),
            "meeting": meeting,
            "hearing_count": tabs[3].count,
            "meeting_title": title(council, meeting) if meeting else "",
            "overdue": lead_lines(
                viewer, council, workload.overdue_leads(viewer, council, day)[:_IN_ASIDE]
            ),
        },
    )


def _alerts(viewer: Viewer, council: Council) -> Tab:
    alerts = workload.alerts_to_settle(viewer, council)
    return Tab(
        "alertes",
        "Nouvelles alertes",
        alerts.count(),
        lambda: [alert_row(council, alert) for alert in alerts],
        "Toutes les alertes reçues sont triées.",
    )


def _awaiting(viewer: Viewer, council: Council) -> Tab:
    alerts = workload.alerts_awaiting_author(viewer, council)
    situations = workload.situations_awaiting_partner(viewer, council)
    return Tab(
        "attente",
        "En attente d’un partenaire",
        alerts.count() + situations.count(),
        lambda: [
            *(alert_row(council, alert, with_status=True) for alert in alerts),
            *(
                situation_row(council, situation, "réponse d’un partenaire attendue")
                for situation in situations
            ),
        ],
        "Aucune réponse n’est attendue d’un partenaire.",
    )


def _agreements(viewer: Viewer, council: Council, day: datetime.date) -> Tab:
    situations: QuerySet[Any] = workload.agreements_to_collect(viewer, council, day)

    def rows() -> list[Row]:
        return [
            situation_row(
                council,
                situation,
                f"accord du {situation.agreed_on:%d/%m/%Y}, à revoir"
                if situation.consent_state in workload.AGREED
                else f"reçue {day_in_words(situation.received_on)}",
            )
            for situation in situations
        ]

    return Tab(
        "accords",
        "Accords à recueillir ou à revoir",
        situations.count(),
        rows,
        "Chaque situation ouverte a une réponse de la personne, de moins d’un an.",
        is_late=True,
    )


def _hearings(council: Council, meeting: Meeting | None) -> Tab:
    if meeting is None:
        return Tab("seance", "À préparer", 0, list, "Aucune séance n’est prévue.")
    hearings = workload.hearings_to_prepare(meeting)
    return Tab(
        "seance",
        f"À préparer pour {date_format(timezone.localtime(meeting.starts_at), 'l j F')}",
        hearings.count(),
        lambda: [
            situation_row(
                council, hearing.situation, f"point {hearing.position}", naming(hearing).label
            )
            for hearing in hearings
        ],
        "Aucune situation n’est encore inscrite à la prochaine séance.",
    )


def _overdue(viewer: Viewer, council: Council, day: datetime.date) -> Tab:
    leads = workload.overdue_leads(viewer, council, day)
    return Tab(
        "echues",
        "Actions échues",
        leads.count(),
        lambda: [_lead_row(council, line) for line in lead_lines(viewer, council, leads)],
        "Aucune piste n’a dépassé son échéance.",
        is_late=True,
    )


def _lead_row(council: Council, line: LeadLine) -> Row:
    return Row(
        code=line.code,
        title=line.kind,
        url=reverse("lead_move", args=[council.code, line.key]),
        facts=(line.owner or "Sans porteur",),
        chips=line.chips,
    )


def _to_finish(viewer: Viewer, council: Council, day: datetime.date) -> Tab:
    feedback = workload.feedback_to_give(viewer, council)
    situations = workload.situations_to_close(viewer, council)

    def rows() -> list[Row]:
        due = [
            situation_row(
                council,
                each.hearing.situation,
                f"restitution prévue {day_in_words(each.due_on)}",
                f"par {each.given_by}",
                late="Restitution en retard" if each.due_on < day else "",
            )
            for each in feedback
        ]
        return due + [
            situation_row(council, situation, "plus aucune piste ouverte")
            for situation in situations
        ]

    return Tab(
        "suites",
        "À restituer ou clore",
        feedback.count() + situations.count(),
        rows,
        "Rien à restituer, aucune situation à clore.",
    )
