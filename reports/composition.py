"""The report of a period composed by the coordination: words, preview, frozen, published."""

import re
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.urls import reverse

from governance import mail
from governance.models import Council, Role, User
from governance.selectors import list_members
from governance.versions import save_over
from reports import alongside, editions, files
from reports.alongside import Alongside
from reports.models import AnnualReport, Commentary, ReportFile
from reports.published import PublishedFigures
from reports.statistics import count_internal

_NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?![\w.,]*\d)")


def commentary(council: Council, first: int, last: int) -> Commentary:
    """What the coordination wrote for the next edition of the period; version 0: nothing yet."""
    period = {"first_year": first, "last_year": last}
    written = council.commentaries.filter(**period).first()
    return written or Commentary(council=council, version=0, **period)


@transaction.atomic
def write(opened: Commentary, texts: Mapping[str, str], *, version: int, by: User) -> None:
    """Keep those texts, by section; the caller has had the guard read them.

    EditConflict when somebody saved since.
    """
    # One at a time: two first saves of a period would not see each other.
    council = Council.objects.select_for_update().get(pk=opened.council_id)
    current = commentary(council, opened.first_year, opened.last_year)
    current._history_user = by  # type: ignore[attr-defined]
    save_over(current, {"texts": {part: text for part, text in texts.items() if text}}, version)


def numbers_written(written: Iterable[str]) -> list[str]:
    """The numbers that texts tell, years and codes left out: nothing protects those."""
    return list(dict.fromkeys(found for text in written for found in _NUMBER.findall(text)))


def preview(
    council: Council, first: int, last: int, edition: str
) -> tuple[PublishedFigures, Alongside]:
    """What that edition would hold if it were frozen now; ValueError (French) for no period."""
    figures = count_internal(council, first, last)
    beside = alongside.gather(figures, commentary(council, first, last).texts)
    return editions.preview(council, first, last, edition), beside


@transaction.atomic
def freeze(council: Council, first: int, last: int, edition: str, *, by: User) -> AnnualReport:
    """The next edition with its commentary; its documents are asked of the worker.

    ValueError (French) for no period.
    """
    figures = count_internal(council, first, last)
    beside = alongside.gather(figures, commentary(council, first, last).texts)
    report = editions.freeze(council, first, last, edition, by=by, beside=alongside.to_json(beside))
    for kind in ReportFile.Kind.values:
        files.ask(report, kind)
    return report


@transaction.atomic
def publish(report: AnnualReport, *, by: User) -> None:
    """Its readers may read it from now on; the COPIL's members are told by letter, once each."""
    editions.publish(report, by=by)
    if report.edition != editions.COPIL:
        return
    council = report.council
    for membership in list_members(council, Role.COPIL):
        mail.send(
            "report_published",
            membership.user.email,
            subject=f"{council.code} : le bilan {report.years} est à lire",
            context={
                "council": council,
                "years": report.years,
                "number": str(report.number),
                "path": reverse("edition", args=[council.code, report.pk]),
            },
            once=f"report:{report.pk}:{membership.pk}",
        )
