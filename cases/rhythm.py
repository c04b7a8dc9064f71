"""The year's séances in a fixed rhythm: every so many months, on the second Thursday, say.

Pure: the council's own days and people's diaries are looked at by the page.
"""

import calendar
import datetime
from dataclasses import dataclass

from governance.holidays import public_holidays
from governance.models import Council

WEEK = datetime.timedelta(days=7)
LAST = -1
# Council.scheduling -> months from one séance to the next
MONTHS_APART = {Council.Scheduling.QUARTERLY: 3, Council.Scheduling.EVERY_TWO_MONTHS: 2}


@dataclass(frozen=True)
class ProposedDay:
    """A day of the calendar; `skipped`: the public holidays on which it would have fallen."""

    day: datetime.date
    skipped: tuple[tuple[datetime.date, str], ...] = ()


def propose(
    year: int, *, months_apart: int, first_month: int, rank: int, weekday: int
) -> tuple[ProposedDay, ...]:
    """The days of the year: from `first_month` on, the `rank`th (1 to 4, or LAST) `weekday`
    (Monday is 0) of a month. A public holiday gives way to the same day a week later, or a week
    earlier where that would be another year.
    """
    holidays = public_holidays(year)
    return tuple(
        _free(_nth(year, month, rank, weekday), holidays)
        for month in range(first_month, 13, months_apart)
    )


def _nth(year: int, month: int, rank: int, weekday: int) -> datetime.date:
    days = [
        week[weekday]
        for week in calendar.Calendar().monthdatescalendar(year, month)
        if week[weekday].month == month
    ]
    return days[rank if rank == LAST else rank - 1]


def _free(day: datetime.date, holidays: dict[datetime.date, str]) -> ProposedDay:
    skipped = []
    step = WEEK
    while day in holidays:
        skipped.append((day, holidays[day]))
        if (day + step).year != day.year:
            step = -WEEK
        day += step
    return ProposedDay(day, tuple(skipped))
