"""The search of the coordination's lists: codes, closed answers in the council's words, services.

Identities are never searched, encrypted texts neither (they cannot be). The labels of closed
lists are compared here, so that a council that rewords one finds it at once.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Alert, Participation, Situation
from governance import search
from governance.models import Council, Organisation, Town
from governance.selectors import SECTOR_LIST, council_entries

# Closed list -> how the field that holds its answers is asked for one of them.
_LISTS = {
    "alert_subject": "alert_subject__has",
    "situation_type": "situation_type",
    "origin": "origin",
    SECTOR_LIST: "psychiatric_sector__code",
}
# Plain texts of the shareable class; indexed by migration 0010_saved_views (PostgreSQL).
ALERT_TEXTS = ("requester_role",)


def search_alerts(
    alerts: QuerySet[Alert], councils: Sequence[Council], query: str
) -> QuerySet[Alert]:
    """The alerts that hold every word of `query`: in their code, subject, type, sector, town,
    kind of sender or service, or the sender's function."""
    for word in search.words(query):
        ours = Alert.objects.filter(council__in=councils).order_by()
        told = search.matching(ours, (word,), ALERT_TEXTS)
        numbered = Situation.objects.filter(council__in=councils, code__icontains=word).order_by()
        alerts = alerts.filter(
            _described(councils, word)
            | Q(situation__in=numbered.values("pk"))
            | Q(organisation__in=_organisations(councils, word))
            | Q(pk__in=told.values("pk"))
        )
    return alerts


def search_situations(
    situations: QuerySet[Situation], councils: Sequence[Council], query: str
) -> QuerySet[Situation]:
    """The situations that hold every word of `query`: in their code, subject, type, sector, town,
    or in the services that sent an alert or take part."""
    for word in search.words(query):
        services = _organisations(councils, word)
        situations = situations.filter(
            _described(councils, word)
            | Q(register_reference__icontains=word)
            | Exists(Alert.objects.filter(situation=OuterRef("pk"), organisation__in=services))
            | Exists(taking_part(services))
        )
    return situations


def taking_part(organisations: Iterable[Organisation]) -> QuerySet[Participation]:
    """The active parts that members of `organisations` have in the outer situation."""
    return Participation.objects.filter(
        situation=OuterRef("pk"),
        state__in=Participation.ACTIVE,
        membership__organisation__in=organisations,
    )


def _described(councils: Sequence[Council], word: str) -> Q:
    """What alerts and situations have in common, asked for one word."""
    towns = search.matching(Town.objects.filter(council__in=councils), (word,), ("name",))
    found = Q(code__icontains=word) | Q(town__in=towns)
    for list_code, lookup in _LISTS.items():
        for code in _answers(councils, list_code, word):
            found |= Q(**{lookup: code})
    return found


def _answers(councils: Sequence[Council], list_code: str, word: str) -> set[str]:
    return {
        entry.code
        for council in councils
        for entry in council_entries(council, list_code)
        if search.holds(f"{entry.code if list_code == SECTOR_LIST else ''} {entry.label}", (word,))
    }


def _organisations(councils: Sequence[Council], word: str) -> QuerySet[Organisation]:
    ours = Organisation.objects.filter(council__in=councils)
    return search.matching(ours, (word,), ("name",))
