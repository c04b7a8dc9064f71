"""How long each thing is kept, and the calendar that counts it.

Sources: CNIL 2023-095 (two years after the last contact), CNIL 2021-122 (twelve months for the
journal of accesses); the other terms are ours. A council may shorten that of its situations and
that of its memory.
"""

import calendar
import datetime

DRAFT_DAYS = 7
UPLOAD_DAYS = 1
SET_ASIDE_DAYS = 90
SITUATION_MONTHS = 24
SHORTEST_SITUATION_MONTHS = 6
MEMORY_MONTHS = 24  # fingerprints, after the erasure of the identity
NOTICE_DAYS = 60  # between the announcement of an erasure and the erasure
JOURNAL_MONTHS = 12
INVITATION_DAYS = 30  # after its link has expired
MESSAGE_DAYS = 30  # after a message left, or was given up
SUBMISSION_DAYS = 1  # a session, in which a form could be sent again, lasts ten hours
TASK_DAYS = 7  # after a task of the worker ended; it holds neither names nor keys
DISABLED_MONTHS = 6  # without signing in
DISABLING_NOTICE_DAYS = 30  # between the mail that warns and the end of the account
ANONYMISED_MONTHS = 24
SEAT_NAME_MONTHS = 36  # a name without an account, after its mandate in a body


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day, `months` earlier; the last of the month where that day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The first day on which `day` is `months` old: the first one whose `months_before` is not
    earlier than `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if day.day <= last:
        return datetime.date(year, month + 1, day.day)
    return datetime.date(year, month + 1, last) + datetime.timedelta(days=1)


def days_before(day: datetime.date, days: int) -> datetime.date:
    """`days` days earlier."""
    return day - datetime.timedelta(days=days)
