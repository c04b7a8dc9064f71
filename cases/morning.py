"""The morning in one sentence: what the tabs count, as one would say it aloud."""

import datetime
from collections.abc import Mapping, Sequence

from django.utils.formats import date_format

_TO_TEN = ("", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
# Tab -> what one of them is, what several are; a feminine one is told by its « une ».
_WORDS = {
    "alertes": ("une nouvelle alerte", "nouvelles alertes"),
    "attente": ("une réponse attendue", "réponses attendues"),
    "accords": ("un accord à revoir", "accords à revoir"),
    "echues": ("une action échue", "actions échues"),
    "suites": ("une suite à donner", "suites à donner"),
}
_NOTHING = "Rien ne vous attend ce matin."


def sentence(
    counts: Mapping[str, int], sittings: Sequence[datetime.date], today: datetime.date
) -> str:
    """« Une nouvelle alerte, deux accords à revoir et la séance de jeudi à préparer. »

    `counts`: tab -> how many, as cases/today.py names the tabs; `sittings`: the days of the
    séances to come, the first one first.
    """
    said = [_counted(counts[tab], *words) for tab, words in _WORDS.items() if counts[tab]]
    match sittings:
        case [day]:
            said.append(f"la séance {_when(day, today)} à préparer")
        case [day, *_]:
            said.append(
                f"{_number(len(sittings))} séances à préparer, dont celle {_when(day, today)}"
            )
    if not said:
        return _NOTHING
    *first, last = said
    text = f"{', '.join(first)} et {last}" if first else last
    return f"{text[:1].upper()}{text[1:]}."


def _counted(count: int, one: str, several: str) -> str:
    if count == 1:
        return one
    return f"{_number(count)} {several}"


def _number(count: int) -> str:
    return _TO_TEN[count] if count < len(_TO_TEN) else str(count)


def _when(day: datetime.date, today: datetime.date) -> str:
    match (day - today).days:
        case 0:
            return "d’aujourd’hui"
        case 1:
            return "de demain"
        case days if days < 7:
            return f"de {date_format(day, 'l')}"
        case _:
            return f"du {date_format(day, 'j F')}"
