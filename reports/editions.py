"""Editions that leave: shown before, frozen under the next number, published, read back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from governance import journal
from governance.models import Council, User
from reports.disclosure import protect, sum_of_editions
from reports.models import AnnualReport
from reports.published import PublishedFigures, digest, from_json, to_json
from reports.statistics import count_internal

COPIL, PUBLIC = AnnualReport.Edition.COPIL, AnnualReport.Edition.PUBLIC


class Altered(Exception):
    """A frozen edition is no longer what was frozen; the message is French."""


def threshold(council: Council, edition: str) -> int:
    """Under which count nothing is printed in that edition, as the council has set it."""
    return {COPIL: council.copil_threshold, PUBLIC: council.public_threshold}[
        AnnualReport.Edition(edition)
    ]


def read(report: AnnualReport) -> PublishedFigures:
    """The figures of a frozen edition. Altered when they are not those that were frozen."""
    if digest(report.figures) != report.digest:
        raise Altered(f"{report} ne correspond plus à son empreinte.")
    return from_json(report.figures)


def altered_reports() -> list[AnnualReport]:
    """The frozen editions, of all councils, whose figures are no longer those of their digest."""
    reports = AnnualReport.objects.iterator(chunk_size=100)
    return [report for report in reports if digest(report.figures) != report.digest]


def earlier(council: Council) -> list[PublishedFigures]:
    """The council's frozen editions, oldest first: what its readers may hold already."""
    return [read(report) for report in council.annual_reports.order_by("frozen_at", "number")]


def preview(council: Council, first: int, last: int, edition: str) -> PublishedFigures:
    """What that edition would tell if it were frozen now; ValueError (French) for no period."""
    return _protected(council, first, last, edition, earlier(council))


def _protected(
    council: Council, first: int, last: int, edition: str, known: Sequence[PublishedFigures]
) -> PublishedFigures:
    figures = count_internal(council, first, last)
    return protect(figures, threshold(council, edition), known, edition=edition)


@transaction.atomic
def freeze(
    council: Council,
    first: int,
    last: int,
    edition: str,
    *,
    by: User | None,
    beside: Mapping[str, Any] | None = None,
) -> AnnualReport:
    """The next edition of that kind and period, audited against all earlier ones. Nobody reads it
    before `publish`. ValueError (French) for no period; `by` nobody: a command of the server.

    `beside`: what its JSON also holds, under the same digest (reports.alongside).

    One edition of a council at a time: the audit must know all those before it.
    """
    Council.objects.select_for_update().get(pk=council.pk)
    figures = _protected(council, first, last, edition, earlier(council))
    content = {**to_json(figures), **(beside or {})}
    same = council.annual_reports.filter(first_year=first, last_year=last, edition=edition)
    report = AnnualReport(
        council=council,
        first_year=first,
        last_year=last,
        edition=edition,
        number=(same.aggregate(last=Max("number"))["last"] or 0) + 1,
        figures=content,
        digest=digest(content),
        frozen_by=by,
    )
    report._history_user = by  # type: ignore[attr-defined]
    report.save(force_insert=True)
    journal.record(by, "freeze_report", report, council=council, reason=str(report))
    return report


@transaction.atomic
def publish(report: AnnualReport, *, by: User | None) -> None:
    """Its readers may read the edition from now on; nothing when they could already."""
    kept = AnnualReport.objects.select_for_update().get(pk=report.pk)
    if kept.published_at:
        return
    read(kept)
    kept.published_at = report.published_at = timezone.now()
    kept._history_user = by  # type: ignore[attr-defined]
    kept.save(update_fields=["published_at"])
    journal.record(by, "publish_report", kept, council=kept.council, reason=str(kept))


def sum_of_councils(
    councils: Iterable[Council], first: int, last: int, edition: str
) -> tuple[PublishedFigures, list[Council]]:
    """The newest published edition of that kind and period of each council, summed; and the
    councils that have none. ValueError (French) when none has. Two queries, no situation."""
    asked = list(councils)
    newest: dict[object, AnnualReport] = {
        report.council_id: report
        for report in AnnualReport.objects.filter(
            council__in=asked,
            first_year=first,
            last_year=last,
            edition=edition,
            published_at__isnull=False,
        ).order_by("number")
    }
    found = [read(newest[council.pk]) for council in asked if council.pk in newest]
    absent = [council for council in asked if council.pk not in newest]
    return sum_of_editions(found), absent
