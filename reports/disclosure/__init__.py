"""Disclosure control: from the true figures of a period to an edition that may leave.

`protect` groups, rounds, audits together with the earlier editions, and withholds.
docs/disclosure.md says it in a coordinator's words, and what it does not protect against.
"""

from collections.abc import Sequence

from reports.disclosure.drafts import draft
from reports.disclosure.repair import repaired, without_empty
from reports.disclosure.sums import sum_of_editions, sum_of_years
from reports.figures import YearFigures
from reports.published import PublishedFigures

__all__ = ["protect", "related", "sum_of_editions"]

COPIL, PUBLIC = "copil", "public"


def protect(
    figures: YearFigures,
    threshold: int,
    earlier: Sequence[PublishedFigures] = (),
    *,
    edition: str = COPIL,
) -> PublishedFigures:
    """The edition of that kind: nothing hidden in it or in the earlier ones can be deduced.

    `earlier`: all frozen editions of the council. Members of the COPIL read all of them; whoever
    reads the public ones alone deduces from these alone, and is told less. A period each year of
    which has its edition of that kind is the sum of these.
    """
    summed = sum_of_years(figures.first_year, figures.last_year, edition, threshold, earlier)
    if summed:
        return summed
    known = related(figures, earlier)
    readers = [known]
    if edition == PUBLIC:
        public = related(figures, [one for one in earlier if one.edition == PUBLIC])
        if public != known:
            readers.append(public)
    return without_empty(repaired(draft(figures, threshold, edition), readers))


def related(figures: YearFigures, earlier: Sequence[PublishedFigures]) -> list[PublishedFigures]:
    """Those of the earlier editions that say something of the same years, directly or through
    others: a year that no edition shares is independent of all others."""
    years = set(figures.per_year)
    found: list[PublishedFigures] = []
    while more := [one for one in earlier if one not in found and years & set(one.per_year)]:
        found += more
        years.update(*(one.per_year for one in more))
    return [one for one in earlier if one in found]
