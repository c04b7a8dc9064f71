"""French public holidays (code du travail, art. L. 3133-1); not those of Alsace-Moselle alone."""

import datetime


def easter(year: int) -> datetime.date:
    """Easter Sunday of a Gregorian year (Meeus, Jones and Butcher)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    quarter, left = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - quarter - shift + 15) % 30
    fourth, over = divmod(rest, 4)
    sunday = (32 + 2 * left + 2 * fourth - epact - over) % 7
    late = (golden + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * late + 114, 31)
    return datetime.date(year, month, day + 1)


def public_holidays(year: int) -> dict[datetime.date, str]:
    """Day -> name of the eleven public holidays of the year; one name where two fall together."""
    sunday = easter(year)
    return {
        sunday + datetime.timedelta(days=1): "lundi de Pâques",
        sunday + datetime.timedelta(days=39): "Ascension",
        sunday + datetime.timedelta(days=50): "lundi de Pentecôte",
        datetime.date(year, 1, 1): "jour de l’An",
        datetime.date(year, 5, 1): "fête du Travail",
        datetime.date(year, 5, 8): "8 mai 1945",
        datetime.date(year, 7, 14): "fête nationale",
        datetime.date(year, 8, 15): "Assomption",
        datetime.date(year, 11, 1): "Toussaint",
        datetime.date(year, 11, 11): "11 novembre 1918",
        datetime.date(year, 12, 25): "Noël",
    }
