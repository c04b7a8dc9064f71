"""The filters, the search and the order of the coordination's lists; they live in the address.

What they do not understand, they ignore: an address may be old, or typed by hand.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode
from django_filters import (
    BooleanFilter,
    CharFilter,
    ChoiceFilter,
    DateFilter,
    ModelChoiceFilter,
)

from cases.models import ActionLead, Alert, Situation
from cases.search import search_alerts, search_situations, taking_part
from governance.forms.filters import ListFilters
from governance.models import Council, Organisation
from governance.selectors import council_list
from governance.viewer import Viewer

SEARCH, ORDER, TAB = "q", "tri", "onglet"
TABS = ("alertes", "attente", "accords", "seance", "echues", "suites")


class BoardFilters(ListFilters):
    """What alerts and situations are filtered by; each subclass says how its rows answer.

    `orders`: name in the address -> what the person reads, the columns that sort. `received`: the
    lookup of the day on which a row was received. The state is for the lists alone: each tab of
    « Aujourd’hui » is one.
    """

    received: str
    orders: dict[str, tuple[str, tuple[str, ...]]]

    q = CharFilter(
        label="Chercher",
        help_text="Un numéro, un objet, un secteur, une commune, un organisme ; jamais un nom.",
        method="search",
        widget=forms.SearchInput(attrs={"maxlength": 80, "autocomplete": "off"}),
    )
    council = ChoiceFilter(label="Conseil", field_name="council__code", empty_label="Tous")
    agreement = ChoiceFilter(
        label="Accord", field_name="consent_state", empty_label="Tous les accords"
    )
    sector = ChoiceFilter(
        label="Secteur", field_name="psychiatric_sector__code", empty_label="Tous les secteurs"
    )
    subject = ChoiceFilter(
        label="Objet", field_name="alert_subject", lookup_expr="has", empty_label="Tous les objets"
    )
    partner = ModelChoiceFilter(
        label="Partenaire",
        queryset=Organisation.objects.none(),
        method="with_partner",
        empty_label="Tous les partenaires",
    )
    since = DateFilter(label="Reçue depuis le", method="received_since")
    until = DateFilter(label="Reçue jusqu’au", method="received_until")
    mine = BooleanFilter(
        label="Que j’ai traitées", method="handled_by_me", widget=forms.CheckboxInput
    )
    tri = ChoiceFilter(method="sort", widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict, rows: QuerySet[Any], *, viewer: Viewer, councils: Sequence[Council]
    ) -> None:
        super().__init__(data, rows)
        self._viewer, self._councils = viewer, councils
        if len(councils) == 1:
            del self.filters["council"]
        else:
            self.filters["council"].extra["choices"] = [(c.code, c.name) for c in councils]
        for name, list_code in (
            ("agreement", "consent_state"),
            ("sector", "psychiatric_sector"),
            ("subject", "alert_subject"),
        ):
            self.filters[name].extra["choices"] = self._answers(list_code)
        self.filters["partner"].queryset = Organisation.objects.filter(council__in=councils)
        self.filters[ORDER].extra["choices"] = [
            (f"{sign}{order}", label)
            for order, (label, _) in self.orders.items()
            for sign in ("", "-")
        ]

    def _answers(self, list_code: str) -> list[tuple[str, str]]:
        """The answers of the list in all the councils, each code once."""
        found: dict[str, str] = {}
        for council in self._councils:
            for entry in council_list(council, list_code):
                if entry.code != "draft":
                    found.setdefault(entry.code, entry.label)
        return list(found.items())

    def _put_status_first(self) -> None:
        for name in ("status", SEARCH):
            self.filters.move_to_end(name, last=False)

    @property
    def set(self) -> dict[str, Any]:
        """The filters that are set and understood, by name; the order and the tab are none."""
        return {n: value for n, value in self.answers.items() if n not in (ORDER, TAB)}

    @property
    def order(self) -> str:
        """The order asked for, "" for the list's own."""
        asked: str = self.answers.get(ORDER, "")
        return asked

    @property
    def kept(self) -> str:
        """The query string of what may be kept: valid answers, order and tab, never the search."""
        return urlencode({n: self.data[n] for n in self.answers if n != SEARCH})

    def in_words(self) -> list[str]:
        """Each filter that is set, as its label and answer: for the page and for paper."""
        return [_told(self.form.fields[name], value) for name, value in self.set.items()]

    def received_since(self, rows: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        return rows.filter(**{f"{self.received}__gte": value})

    def received_until(self, rows: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        return rows.filter(**{f"{self.received}__lte": value})

    def sort(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """In the order asked for; what has no answer comes last."""
        _, columns = self.orders[value.removeprefix("-")]
        return rows.order_by(
            *(
                F(column).desc(nulls_last=True)
                if value.startswith("-")
                else F(column).asc(nulls_last=True)
                for column in columns
            ),
            "pk",
        )

    def _touched(self, rows: QuerySet[Any]) -> Exists:
        """Whether the viewer changed the row: its history says so."""
        changes = rows.model.history.model.objects  # type: ignore[attr-defined]
        return Exists(changes.filter(id=OuterRef("pk"), history_user=self._viewer.user))


class AlertFilters(BoardFilters):
    """The filters of alerts."""

    received = "received_at__date"
    orders = {
        "reception": ("réception", ("received_at",)),
        "numero": ("numéro", ("code",)),
        "secteur": ("secteur", ("psychiatric_sector__code",)),
        "demandeur": ("demandeur", ("origin", "organisation__name")),
        "mouvement": ("dernier mouvement", ("moved_at",)),
    }

    def search(self, rows: QuerySet[Alert], name: str, value: str) -> QuerySet[Alert]:
        return search_alerts(rows, self._councils, value)

    def with_partner(
        self, rows: QuerySet[Alert], name: str, value: Organisation
    ) -> QuerySet[Alert]:
        """Sent by that service."""
        return rows.filter(organisation=value)

    def handled_by_me(self, rows: QuerySet[Alert], name: str, value: bool) -> QuerySet[Alert]:
        """Written or changed by the viewer."""
        return rows.filter(Q(author=self._viewer.user) | self._touched(rows)) if value else rows


class SituationFilters(BoardFilters):
    """The filters of situations."""

    received = "received_on"
    orders = {
        "mouvement": ("dernier mouvement", ("last_activity",)),
        "reception": ("réception", ("received_on",)),
        "numero": ("numéro", ("code",)),
        "secteur": ("secteur", ("psychiatric_sector__code",)),
        "demandeur": ("demandeur", ("origin",)),
    }

    def search(self, rows: QuerySet[Situation], name: str, value: str) -> QuerySet[Situation]:
        return search_situations(rows, self._councils, value)

    def with_partner(
        self, rows: QuerySet[Situation], name: str, value: Organisation
    ) -> QuerySet[Situation]:
        """In which that service takes part."""
        return rows.filter(Exists(taking_part([value])))

    def handled_by_me(
        self, rows: QuerySet[Situation], name: str, value: bool
    ) -> QuerySet[Situation]:
        """Changed by the viewer, or with a lead of theirs."""
        carried = ActionLead.objects.filter(
            situation=OuterRef("pk"), owner__in=self._viewer.membership_keys
        )
        return rows.filter(self._touched(rows) | Exists(carried)) if value else rows


class TodayFilters(SituationFilters):
    """The filters of « Aujourd’hui », and its tab; AlertFilters reads the same address."""

    onglet = ChoiceFilter(
        method="choose", choices=[(tab, tab) for tab in TABS], widget=forms.HiddenInput
    )

    def choose(self, rows: QuerySet[Situation], name: str, value: str) -> QuerySet[Situation]:
        """A tab is chosen by the page: it narrows nothing."""
        return rows

    @property
    def tab(self) -> str:
        """The tab asked for, the first if none."""
        asked: str = self.answers.get(TAB, TABS[0])
        return asked


class AlertListFilters(AlertFilters):
    """The filters of the list of alerts."""

    status = ChoiceFilter(label="État", empty_label="Tous les états")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["status"].extra["choices"] = self._answers("alert_status")
        self._put_status_first()


class SituationListFilters(SituationFilters):
    """The filters of the list of situations."""

    status = ChoiceFilter(label="État", empty_label="Tous les états")
    type = ChoiceFilter(label="Type", field_name="situation_type", empty_label="Tous les types")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["status"].extra["choices"] = self._answers("situation_status")
        self.filters["type"].extra["choices"] = self._answers("situation_type")
        self._put_status_first()


def _told(field: forms.Field, value: Any) -> str:
    match value:
        case True:
            return str(field.label)
        case date():
            return f"{field.label} {value:%d/%m/%Y}"
        case str():
            return f"{field.label} : {dict(getattr(field, 'choices', ())).get(value, value)}"
        case _:
            return f"{field.label} : {value}"
