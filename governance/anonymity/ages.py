"""Exact ages. A duration, a band of ages or the age of a thing is none."""

import re
from collections.abc import Iterator

from governance.anonymity.lexicon import NEVER, first_name_rank, is_word
from governance.anonymity.reading import Case, Reading, fold
from governance.anonymity.spans import Found, Label

_TEN = r"(?:vingt|trente|quarante|cinquante|soixante|quatre[- ]vingts?|septante|nonante)"
_UNIT = (
    r"(?:une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|dix[- ](?:sept|huit|neuf))"
)
_WRITTEN = rf"(?:{_TEN}(?:[- ](?:et[- ])?{_UNIT})?|{_UNIT}|cent)"
_COUNT = rf"(?:1[01]\d|\d{{1,2}})(?: ?(?:,|et|/) ?\d{{1,2}}){{0,5}}|{_WRITTEN}"
_AGE = re.compile(
    rf"(?<![\w.,/'-])(?:{_COUNT}) ?(?:(?P<years>ans?|piges|printemps)|(?P<months>mois|semaines|"
    r"jours)|a(?=[ )]|$))"
    r"(?:(?: et demie?| 1/2))?(?![\w'])"
)
_OF_AGE = re.compile(rf"\b(?:agee?s? (?:de|d')|age ?:?|age de) ?({_COUNT})(?: ?ans)?(?![\w'])")
_RESPECTIVELY = re.compile(r"\brespectivement (\d{1,2})\b")

_PERSON = (
    r"(?:homme|femme|dame|monsieur|madame|mr|mme|patiente?|personne|mere|pere|maman|papa|fils|"
    r"fille|fillette|garcon|"
    r"garconnet|bebe|nourrisson|enfants?|petite?|jeune|mineure?|majeure?|usagere?|voisine?|"
    r"veu(?:f|ve)|locataire|"
    r"soeur|frere|mari|epouse|epoux|compagne|compagnon|conjointe?|ado(?:lescente?)?|gamine?s?|ami|"
    r"amie|niece|neveu|"
    r"cousine?|oncle|tante|grand-mere|grand-pere|celibataire|divorcee?|mariee?|separee?|"
    r"retraitee?|residente?|jumeaux|"
    r"jumelles|etudiante?|aine|ainee|cadette?|benjamine?|individu|victime|occupante?|vieille|vieux)"
)
_SAID = re.compile(rf"(?:\bag[e]+s? (?:de|d')|\b{_PERSON}(?: de| d'|,| a)?|\b(?:a|avait|aura|"
                   r"aurait|ait|eu|avoir|fete|ses|"
                   r"fetera|fait|ont|c'est|atteint)|[(,;:/\"-]|^|\bet)\s*$")  # fmt: skip
_CHILD = re.compile(
    r"(?:\b(?:bebe|nourrisson|fils|fille|enfants?|petite?|jumeaux|jumelles|garcon|fillette|ne)"
    r"(?: de| d'|,| agee? de)?|\bagee?s? de|[(])\s*$"
)
_BAND = re.compile(
    r"\b(?:plus de|moins de|pres de|environ|entre|autour de|plus d'|au dessus de|jusqu'a|"
    r"a peu pres)\s*$"
)
_DURATION_BEFORE = re.compile(
    r"\b(?:depuis|il y a|ya|y a|dans|en|pendant|durant|pour|sous|apres|avant|tous les|toutes les|"
    r"les|ces|des|"
    r"d'ici|au bout de|duree|bail|contrat|mesure|suivi|periode|retard|dette|dettes|peine|ans|"
    r"prison|pendant pres|vers|sur|"
    r"voila|cela fait|ca fait|fait|encore|par|entre)"
    r"(?: (?:de|plus de|moins de|pres de|environ|presque|plusieurs|bientot|deja|au moins|quasi|"
    r"ses|dernier|la|les|une?|"
    r"le|d'environ))*\s*$"
)
_DURATION_AFTER = re.compile(
    r"\s{1,9}(?:plus tard|apres|avant|de suite|renouvel|fermes?\b|sans|qu[e']|d'anciennete|"
    r"de (?!nationalite)(?:\w+)|d'(?!origine)\w+|"
    r"dans (?:le|la|cet)|durant|environ|a peu pres|ou plus|et plus|passes|bien tasses|"
    r"maintenant que|consecutifs?|derniers?)"
)
_PARTICIPLE = re.compile(r"\b\w{2,}(?:ee?s?|is|it|u|ue|rd|nd)\s*$")


def find(reading: Reading) -> Iterator[Found]:
    """The exact ages of a text."""
    low = reading.low
    for match in _AGE.finditer(low):
        if _is_an_age(reading, match):
            yield Found(match.start(), match.end(), Label.AGE)
    for expression in (_OF_AGE, _RESPECTIVELY):
        for match in expression.finditer(low):
            yield Found(match.start(1), match.end(), Label.AGE)


def _is_an_age(reading: Reading, match: re.Match[str]) -> bool:
    low = reading.low
    before = low[max(0, match.start() - 40) : match.start()].rpartition("\n")[2]
    if re.match(r"(?:\d+ ?a|un an|une an)", match.group()) and match.group().endswith("a"):
        return bool(re.search(r"[(,] *$", before)) or before.endswith((" a ", " age "))
    if _BAND.search(before):
        return False
    named = _follows_a_name(reading, match.start())
    if match["months"]:
        pregnant = re.search(r"\b(?:enceinte|grossesse|dernier) (?:de )?$", before)
        return bool(_CHILD.search(before) or named) and not pregnant
    said = _SAID.search(before)
    if re.search(r"\bag[e]+s? (?:de|d') ?$", before):
        return True
    if _DURATION_BEFORE.search(before) and not re.search(r"\b(?:ses|aura|avait) $", before):
        return False
    if _DURATION_AFTER.match(low, match.end()):
        return False
    if said or named:
        return True
    if re.search(
        r"\b(?:de|d')\s*$", before
    ):  # « un bail de 3 ans », but « une patiente de 94 ans »
        return False
    return not _PARTICIPLE.search(before)


def _follows_a_name(reading: Reading, start: int) -> bool:
    """« Boubacar 4 ans », « Aminata, 8 mois », « Aminata (8 mois) »."""
    name = re.search(
        r"(?<![\w'])([A-Za-z][\w'-]{1,30})[,:(]? ?\(?$", reading.bare[max(0, start - 34) : start]
    )
    if name is None:
        return False
    capital = name[1][0].isupper() and reading.case_at(start) is Case.MIXED
    return capital or (not is_word(fold(name[1])) and first_name_rank(fold(name[1])) < NEVER)
