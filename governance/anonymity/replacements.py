"""What could stand instead of a passage: a role, a band of ages, a wider place."""

import re
from collections.abc import Sequence

from django.utils import timezone

from governance.anonymity.lexicon import cues
from governance.anonymity.names import BETWEEN, ROLES
from governance.anonymity.reading import Reading, fold
from governance.anonymity.spans import Found, Label, Span

_SUBJECT = ("la personne", "un proche", "une voisine", "un voisin", "un professionnel")
_DOCTOR = ("le médecin traitant", "un médecin")
_PROFESSIONAL = ("une professionnelle", "un professionnel")
_PLACE = ("dans le quartier", "à son domicile")
_TOWN = ("dans une autre ville", "dans la région")
_WORKPLACE = ("son lieu de travail", "son établissement scolaire")
_BY_LABEL = {
    Label.EMAIL: ("(adresse électronique retirée)",),
    Label.URL: ("(lien retiré)",),
    Label.IBAN: ("(compte bancaire retiré)",),
    Label.NIR: ("(numéro retiré)",),
    Label.PHONE: ("(téléphone retiré)",),
    Label.PLATE: ("(immatriculation retirée)",),
    Label.HANDLE: ("(compte retiré)",),
    Label.FILE_ID: ("(numéro retiré)",),
    Label.RARE: ("la personne",),
}

_TITLE = re.compile(
    r"\b(?:l[ea]s? )?(m|mm|mr|mme|mmes|mlle|melle|monsieur|madame|mademoiselle|dr|docteur|pr|"
    r"professeur|me|maitre)"
    r"\.?(?: et (?:mme|madame))? (?:(?:d[ue]|la|le) |d')?$"
)
_ROLE = re.compile(
    r"(?<![\w'])((?:(?:son|sa|ses|leurs?|mon|ma|mes|notre|nos|votre|le|la|les|une?|des|cette|ce) |"
    r"l')?"
    rf"(?P<role>{'|'.join(sorted(ROLES, key=len, reverse=True))})"
    rf"(?: (?:{'|'.join(sorted(BETWEEN))}))?)(?P<gap> ?[,:(]? ?)$"
)
_NO_ROLE = cues("no_role")
_OF = re.compile(r"(?<![\w'])(de |du |d'|a |au |qu'|l')$")
_AGED = re.compile(r"(?<![\w'])(?:agee?s? )?(?:de |d')$")
_AT = re.compile(r"(?<![\w'])(?:au |a l'|a la |a |dans le |dans la |dans |chez |sur |en |vers )$")
_BORN = re.compile(
    r"\b(?:nee?s?(?:\(e\))?(?: le| en| un| au mois de)?|ddn ?:?|date de naissance ?:?)[ ,:]{0,2}$"
)


def replacements(
    reading: Reading, found: Found, professionals: Sequence[Found]
) -> tuple[int, tuple[str, ...]]:
    """Where the replaced passage begins, and what may take its place, the likeliest first."""
    before = reading.low[max(0, found.start - 60) : found.start]
    match found.label:
        case Label.PERSON | Label.INITIALS:
            professional = any(
                each.start < found.end and found.start < each.end for each in professionals
            )
            return _for_a_person(reading, found, before, professional=professional)
        case Label.ADDRESS:
            return _led(found, _AT.search(before)), _PLACE
        case Label.CITY:
            return _led(found, _AT.search(before) or _OF.search(before)), _TOWN
        case Label.ORG:
            return _contracted(reading, found, _WORKPLACE)
        case Label.AGE:
            band = _band(_age(reading, found))
            if band[0].startswith(("une ", "plus ")):
                return _contracted(reading, found, band)
            return _led(found, _AGED.search(before)), band
        case Label.BIRTHDATE:
            band = _band(_age_of_birth(reading, found))
            words = tuple(f"d’{each}" if each.startswith("une ") else each for each in band)
            return _led(found, _BORN.search(before)), words
        case label:
            return found.start, _BY_LABEL[label]


def replaced(text: str, span: Span, words: str) -> str:
    """`text`, the span and what leads to it replaced by `words`, with the capital of a sentence."""
    start = text[: span.lead].rstrip()
    if text[span.lead].isupper() and (not start or start[-1] in ".!?…\n"):
        words = words[0].upper() + words[1:]
    return text[: span.lead] + words + text[span.end :]


def _for_a_person(
    reading: Reading, found: Found, before: str, *, professional: bool
) -> tuple[int, tuple[str, ...]]:
    title = _TITLE.search(before)
    lead = _led(found, title)
    if title and title[1] in {"dr", "docteur", "pr", "professeur"}:
        roles: tuple[str, ...] = (*_DOCTOR, *_SUBJECT)
    elif professional or (title and title[1] in {"me", "maitre"}):
        roles = (*_PROFESSIONAL, *_SUBJECT)
    else:
        roles = _SUBJECT
    before = reading.low[max(0, lead - 60) : lead]
    kin = _ROLE.search(before)
    if kin and kin["role"] not in _NO_ROLE:
        # « son fils Kevin »: what the writer says of them is role enough.
        start = lead - len(kin.group())
        own_words = reading.text[start : lead - len(kin["gap"])]
        if "(" in kin["gap"]:  # « la voisine (Mme X) »: the role stays before its bracket
            return lead, ("un proche", "la personne")
        return start, tuple(dict.fromkeys((own_words, roles[0], "un proche")))
    whole = Found(lead, found.end, found.label)
    return _contracted(reading, whole, tuple(dict.fromkeys(roles)))


def _led(found: Found, lead: re.Match[str] | None) -> int:
    return found.start - len(lead.group()) if lead else found.start


def _contracted(
    reading: Reading, found: Found, choices: tuple[str, ...]
) -> tuple[int, tuple[str, ...]]:
    """The choices after « de », « à », « qu’ » as French writes them: « du médecin », « d’une »."""
    link = _OF.search(reading.low, max(0, found.start - 4), found.start)
    if (
        link is None or reading.text[link.start() : found.start].lower() == "a "
    ):  # « elle a 84 ans »
        return found.start, choices
    return link.start(), tuple(_after(link[1], words) for words in choices)


def _after(link: str, words: str) -> str:
    article, _, rest = words.partition(" ")
    vowel = words[0] in "aeiouhàéèê"
    match link:
        case "de " | "du " | "d'":
            return f"du {rest}" if article == "le" else f"d’{words}" if vowel else f"de {words}"
        case "a " | "au ":
            return f"au {rest}" if article == "le" else f"à {words}"
        case "qu'":
            return f"qu’{words}" if vowel else f"que {words}"
        case _:  # « l’Hugo »
            return words


_TENS = {
    "quatre": 80, "nonante": 90, "cent": 90, "soixante": 60, "cinquante": 50, "quarante": 40,
    "trente": 30, "vingt": 20, "septante": 70,
}  # fmt: skip


def _age(reading: Reading, found: Found) -> int:
    words = fold(reading.text[found.start : found.end])
    if number := re.search(r"\d+", words):
        return int(number.group()) if re.search(r"an|\ba\b|piges|print", words) else 0
    return next((tens for word, tens in _TENS.items() if word in words), 8)


def _age_of_birth(reading: Reading, found: Found) -> int:
    """The age that a date of birth gives today; 40 when no year can be read."""
    today = timezone.localdate()
    numbers = re.findall(r"\d{4}|\d{2}", reading.text[found.start : found.end])
    year = int(
        next((number for number in numbers if len(number) == 4), numbers[-1] if numbers else 0)
    )
    if year < 100:
        year += 1900 if year > today.year - 2000 else 2000
    age = today.year - year
    return age if 0 <= age < 120 else 40


def _band(age: int) -> tuple[str, ...]:
    """A band of ages that holds `age`."""
    decades = ("vingtaine", "trentaine", "quarantaine", "cinquantaine", "soixantaine")
    if age < 4:
        return ("en bas âge",)
    if age < 13:
        return ("d’âge scolaire",)
    if age < 18:
        return ("adolescent",)
    if age < 70:
        return (f"une {decades[max(age, 20) // 10 - 2]} d’années",)
    return ("plus de 80 ans",) if age >= 80 else ("plus de 70 ans",)
