"""Addresses: a street, a residence, a flat, and any wording that points to one dwelling."""

import re
from collections.abc import Iterator

from governance.anonymity.lexicon import AllowList, cues, first_name_rank, is_word, surname_rank
from governance.anonymity.reading import Case, Reading
from governance.anonymity.spans import Found, Label

_STREET = (
    r"(?:rues?|r\.|avenue|av\.?|boulevard|boul\.?|bld|blvd|bd|place|pl\.|square|sq\.|allees?|"
    r"all\.|impasse|imp\.?|"
    r"chemin|chem\.?|route|rte|quai|cours|cour|passage|sentier|ruelle|venelle|parvis|faubourg|fbg|"
    r"fg|chaussee|"
    r"rond-point|esplanade|voie|montee|traverse|mail|carriere|digue|pave)"
)
_ESTATE = (
    r"(?:residence|resid\.?|res\.?|cite|villa|hameau|lotissement|domaine|clos|tours?|immeuble|"
    r"beguinage|courees?|parc)"
)
_NUMBER = (
    r"(?:n° ?|numero |no )?\d{1,4}(?: ?(?:bis|ter|quater)\b| ?[a-f]\b(?! l))?(?: ?[/-] ?\d{1,4}\b)?"
)
_NUMBERED = re.compile(
    rf"(?<![\w/])(?:t[1-6] au )?{_NUMBER} ?,? ?(?:de la |de l'|du |dans la |, ?)?(?:{_STREET}|"
    rf"{_ESTATE})(?=[ '\d])"
)
_BARE_STREET = re.compile(rf"(?<![\w/'])(?:{_STREET}|{_ESTATE})(?=[ ']\w| \")")
_AFTER_NUMBER = re.compile(
    r" ?,? ?\(? ?(?:au |le )?(?:n° ?|numero |no )?\d{1,4}(?: ?(?:bis|ter)\b)?(?! ?(?:ans|mois|"
    r"euros|h\b|eme|e\b))"
)
_LINK = cues("street_links")
_OPENING = cues("street_openings")
_NO_STREET = cues("no_street")
_PUBLIC = cues("public_places")
_STOP = cues("street_ends")
_MONTH = r"(?:janv|fev|mars|avr|mai\b|juin|juil|aout|sept|oct|nov|dec)"
_UNIT_WORDS = (
    r"pieces?|pcs?|chambres|lits?|ans|mois|personnes|etages|fois|euros?|e\b|h\b|m2|m²|metres|jours|"
    r"x\b|semaines|eme|%"
)
_ORDINAL = (
    r"(?:\d{1,2} ?(?:er|ere|eme|ieme|iem|e|nd|nde)|rdc|rez[- ]de[- ]chaussee|premier|deuxieme|"
    r"second|troisieme|quatrieme|"
    r"cinquieme|sixieme|septieme|huitieme|neuvieme|dixieme|dernier)"
)
_FLAT = tuple(
    re.compile(expression)
    for expression in (
        (r"\b(?:appartements?|appart|appt|apt|app|apart|logement|lgt|log|portes?|studio|chambre|"
        r"chb|boite|box|lot|pavillon|"
        r"chalet|caravane|mobil-home|emplacement|maison|cellule|"
        r"parcelle)\b\.? ?(?:est )?(?:le )?(?:n° ?|no |numero |num |nr )?\.?:? ?"
        rf"(?:[a-z]{{1,2}}[ -]?)?\d{{1,5}}(?:[a-z]\b)?(?! ?(?:{_UNIT_WORDS}))(?!\d)"),
        (r"\b(?:appartement|appt|apt|logement|porte|batiment|"
        r"bat)\.? (?:n° ?)?[b-z](?: ?\d{1,3})?\b(?!['\w])"),
        (r"\b(?:bat(?:iment|\.)?|bloc|tour|entree|cage|esc(?:alier|\.)?|hall|immeuble|barre|aile|"
        r"couloir)\b\.? ?(?:n° ?)?"
        rf"(?:[a-z] ?-? ?\d{{1,3}}|\d{{1,3}} ?[a-z]?|[b-z])\b(?!['])(?! ?(?:{_UNIT_WORDS}))"),
        (r"\b(?:bat(?:iment|\.)?|bloc|tour|entree|cage|escalier|hall|appt|"
        r"appartement)\.? a(?= ?(?:[,.;)\n]|$|app?t?\b|"
        r"porte|entree|logement|esc))"),
        (rf"\b{_ORDINAL} ?(?:etage|etg?\.?)?,? ?(?:et )?(?:a |de |cote |porte |en |, ?)?(?:gauche|"
        r"droite|droit|face|dte|gche|au fond)\b"),
        r"\bporte (?:de |a |du |en )?(?:gauche|droite|face|milieu|fond|palier)\b",
        (r"\b(?:deuxieme|troisieme|quatrieme|premiere|derniere|2e|3e|4e|2eme|3eme|1ere|1re|seule|"
        r"unique) (?:porte|maison|sonnette|"
        r"boite aux lettres|pavillon)\b(?: (?:a|sur) (?:la |sa )?(?:gauche|droite)| de la rue|"
        r" de l'impasse| du couloir| avant [^.,;\n]{3,30})?"),
        (r"\b(?:habite|vit|loge|demeure|reside|dame|monsieur|femme|homme|voisine?|locataire|"
        r"famille|occupante?|gens|ceux|"
        r"domiciliee?|mr|mme|hebergee?)s? (?:est )?(?:au|du) ((?:n° ?|numero )?\d{1,4}(?: ?bis|"
        r" ?ter)?)\b"
        rf"(?! ?(?:{_UNIT_WORDS}|{_MONTH}|[/.:]\d|er\b|ieme))"),
        r"\b(?:au|du) (?:n° ?|numero )\d{1,4}(?: ?bis| ?ter)?\b(?! ?(?:\d|[./]))",
    )
)  # fmt: skip
_FLOOR = re.compile(rf"\b(?:au )?{_ORDINAL} ?(?:etage|etg\.?|et\.)\b|\brdc\b|\brez-de-chaussee\b")
_PLACE = (
    r"(?:pharmacies?|boulangerie|ecole|eglise|gare|mairie|poste|bureau de tabac|tabac|cafe|bar|"
    r"cimetiere|stade|impasse|"
    r"supermarche|superette|marche|arret|station|pont|canal|college|lycee|creche|piscine|mosquee|"
    r"synagogue|temple|"
    r"laverie|garage|carrefour|rond-point|kebab|epicerie|banque|square|fleuriste|coiffeur|"
    r"boucherie|friterie|"
    r"salle des fetes|salle de sport|caserne|gendarmerie|commissariat|cinema|theatre|bibliotheque|"
    r"mediatheque|"
    r"lidl|aldi|leclerc|auchan|carrefour city|intermarche|match|parking|voie ferree|"
    r"passage a niveau|chateau d'eau|"
    r"usine|chapelle|calvaire|terrain de foot|terrain|parc|centre social|maison de quartier|"
    r"presse|rue|ruelle|allee|"
    r"chemin|boucle|place|hlm|tours?|ecluse|pizzeria|restaurant|snack|hotel|dechetterie|bois|"
    r"moulin|ferme|fontaine)"
)
_LANDMARK = tuple(
    re.compile(expression)
    for expression in (
        (r"\b(?:(?:la |le |l'|une? |sa |son |cette |petite |vieille |grande |derniere |"
        r"premiere ){0,3}(?:maison|immeuble|appartement|"
        r"logement|pavillon|villa|studio|baraque|caravane|cabanon|ferme|bicoque|tour|"
        r"batiment)[^.,;\n]{0,25}? )?"
        r"(?:juste |pile )?(?:en face (?:de la|de l'|du|des)|au bout (?:de la|de l'|du)|"
        r"au-dessus (?:de la|de l'|du)|au dessus "
        r"(?:de la|de l'|du)|derriere (?:la|le|l')|a l'angle (?:de la|de l'|du|des)|"
        r"au coin (?:de la|de l'|du)|face a (?:la|l')|"
        r"face au|a cote (?:de la|de l'|du)|au fond (?:de la|de l'|du)|le long (?:de la|de l'|du)|"
        r"au pied (?:de la|de l'|du)|"
        r"pres (?:de la|de l'|du)|contre (?:la|le|l')|collee? a (?:la|l')|entre (?:la|le|l')|"
        r"devant (?:la|le|l')(?= ?(?:"
        r"pharmacie|boulangerie)))(?: (?:petite?|ancienne?|vieille|"
        rf"vieux))? ?{_PLACE}\b(?: d[eu]s? [a-z'-]{{3,25}})?"),
        (r"\b(?:maison|immeuble|pavillon|appartement|villa|portail|facade|porte|grille)s? (?:avec |"
        r"a |au |aux )(?:la |le |les |des |un |une )?"
        r"(?:grande? |petite? |vieux |vieille )?(?:volets?|portes?|portail|grilles?|facade|murs?|"
        r"toits?|barrieres?|veranda|jardin|"
        r"palmier|sapin|rideaux|fenetres?|balcons?|drapeau|boite aux lettres|cheminee|store|garage)"
        r"(?: (?:de |en )?(?:couleur )?(?:bleue?s?|verte?s?|rouges?|jaunes?|blanche?s?|blancs?|"
        r"noire?s?|grise?s?|roses?|violette?s?|"
        r"oranges?|marrons?|tague\w{0,2}|casse\w{0,2}|defoncee?s?|fleurie?s?|bois|fer|brique))?"),
        (r"\b(?:la |une |petite |grande )?(?:maison|facade|villa|pavillon) (?:bleue|verte|rouge|"
        r"jaune|rose|violette|orange|d'angle|"
        r"abandonnee|mitoyenne (?:de|du|avec)|murees?)\b"),
        (r"\b(?:derniere|premiere|seule|unique|troisieme|deuxieme) (?:maison|porte|villa|caravane|"
        r"ferme)\b(?: (?:de|du|a|sur|avant|apres)"
        r" [^.,;\n]{2,30})?"),
        r"\bpavillon d'angle\b|\bloge (?:de la|du) (?:gardien|gardienne|concierge) d[ue] \w+",
    )
)  # fmt: skip
_GAP = re.compile(r"[ ,;:()/-]{0,4}(?:(?:au|a|du|de la|dans la|le|la|l'|et) ?)?\Z")
_NAME_WORD = re.compile(r" {0,2}-?\"?([ld]'|[A-Za-z0-9][\w-]{0,39}\.?)")


def find(reading: Reading, allowed: AllowList) -> Iterator[Found]:
    """The addresses of a text: street, building, floor and flat side by side are one."""
    places = [(start, end, False) for start, end in _streets(reading, allowed)]
    for expressions, weak in ((_FLAT, False), (_LANDMARK, False), ((_FLOOR,), True)):
        places += [
            (*match.span(match.lastindex or 0), weak)
            for expression in expressions
            for match in expression.finditer(reading.low)
        ]
    places.sort()
    whole: list[tuple[int, int, bool]] = []
    for start, end, weak in places:
        if whole and (start <= whole[-1][1] or _GAP.match(reading.low[whole[-1][1] : start])):
            first, last, only_weak = whole[-1]
            whole[-1] = (first, max(last, end), only_weak and weak)
        else:
            whole.append((start, end, weak))
    # A floor alone is shared by too many to point to one dwelling.
    yield from (Found(start, end, Label.ADDRESS) for start, end, weak in whole if not weak)


def _streets(reading: Reading, allowed: AllowList) -> Iterator[tuple[int, int]]:
    numbered: set[int] = set()  # where the « rue » of a numbered address ends
    for match in _NUMBERED.finditer(reading.low):
        end, _ = _street_name(reading, match.end())
        numbered.add(match.end())
        yield match.start(), end
    for match in _BARE_STREET.finditer(reading.low):
        if match.end() in numbered:
            continue
        end, terms = _street_name(reading, match.end())
        kind = match.group().strip(".")
        if (
            terms
            and (
                _is_one_street(kind, terms, reading.bare[match.end() : end])
                or _stands_alone(reading, match.start(), terms)
            )
            and not allowed.holds(reading.bare[match.start() : end])
        ):
            number = _AFTER_NUMBER.match(reading.low, end)
            yield match.start(), number.end() if number else end


def _street_name(reading: Reading, start: int) -> tuple[int, list[str]]:
    """Where the name of a street that begins at `start` ends, and its words without the links."""
    end = position = start
    terms: list[str] = []
    linked = ""
    for _ in range(12):
        match = _NAME_WORD.match(reading.bare, position)
        if match is None:
            break
        term = match[1].strip(".")
        low = term.lower().strip("'")
        if low in _LINK and not (terms and term[0].isupper() and low in {"st", "ste"}):
            linked = low
            position = match.end(1)
            continue
        if not _goes_on(terms, term, linked):
            break
        terms.append(term)
        linked = ""
        position = match.end(1)
        end = match.start(1) + len(term)
        if match[1].endswith(".") and low not in _OPENING:
            break
    return end, terms


def _goes_on(terms: list[str], term: str, linked: str) -> bool:
    """Whether `term` still belongs to a street's name, after `terms` and a link."""
    low = term.lower()
    if not terms:
        return low not in _STOP and low not in _NO_STREET and (not term.isdigit() or linked != "")
    if len(terms) > 5 or low in _STOP:
        return False
    before = terms[-1].lower()
    if term[0].isupper() and (not terms[0].isupper() or not is_word(low) or before in _OPENING):
        return True
    if before.isdigit() or term.isdigit():  # « rue du 8 mai 1945 »
        return before.isdigit() or before in {"mai", "novembre", "septembre", "mars", "juin"}
    if before in _OPENING or linked in {"de", "du", "des", "d"}:
        return True
    if first_name_rank(before) < 2_500 and not is_word(before):  # « rue jules ferry »
        return True
    return not is_word(low) and (linked == "" or surname_rank(low) < 10**6)


def _stands_alone(reading: Reading, start: int, terms: list[str]) -> bool:
    """« hébergé quai de l’Ouest »: a capital, and no article before."""
    article = re.search(
        r"(?:\b(?:l[ea]s?|d[ue]s?|au|aux|cette|sa|une?|en|a)|'|^) ?$",
        reading.low[max(0, start - 6) : start],
    )
    capital = reading.case_at(start) is Case.MIXED and any(term[0].isupper() for term in terms)
    return capital and reading.bare[start].islower() and not article


def _is_one_street(kind: str, terms: list[str], name: str) -> bool:
    """Whether a street without a number is named: « rue Boucher », not « la rue »."""
    lows = [term.lower() for term in terms]
    named = [low for low in lows if not is_word(low)]
    capital = any(term[0].isupper() for term in terms) and not name.isupper()
    if kind in _PUBLIC:
        first = first_name_rank(lows[0]) < 2_500 and len(lows) > 1
        return bool(named or first) and (capital or name.isupper() or bool(named))
    if capital or named:
        return True
    linked = name.lower().split()[0] in {"du", "des", "de", "les"}
    generic = {
        "principale",
        "autonomie",
        "services",
        "sociale",
        "secondaire",
        "universitaire",
        "pietonne",
    }
    return linked and not set(lows) & generic
