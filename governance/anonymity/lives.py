"""The shapes of what tells a life apart: birth, towns, work, school, nicknames."""

from governance.anonymity.pattern import CAP, CAPS, Pattern, cased, low
from governance.anonymity.spans import Label

_MONTH = (
    r"(?:janv(?:ier|\.)?|fev(?:rier|r\.?|\.)?|mars|avr(?:il|\.)?|mai|juin|juil(?:let|\.)?|aout"
    r"|sept(?:embre|\.)?|oct(?:obre|\.)?|nov(?:embre|\.)?|dec(?:embre|\.)?)"
)
_DAY_MONTH = rf"(?:\d{{1,2}}|1er|premier) ?(?:{_MONTH})"
_DATE = (
    rf"(?:\d{{1,2}} ?[/.\- ] ?\d{{1,2}} ?[/.\- ] ?(?:19|20)?\d{{2}}(?!\d)"
    rf"|(?:19|20)\d{{2}}[-/.]\d{{2}}[-/.]\d{{2}}|{_DAY_MONTH} ?,? ?(?:(?:19|20)?\d{{2}}(?!\d))?)"
)
# The person's work: even an institution of the allow-list then tells who they are.
_OWN_WORK = (
    r"(?i:boulots?|bossai[st]|bosse|travail(?:le|lent|lait|laient|ler)?|salariee?|employee?s?|"
    r"embauchee?|stage|"
    r"stagiaire|cariste|caissiere?|vigile|magasinier|ouvri(?:er|ere)|secouriste|journaliste|"
    r"interim\w{0,5}|apprentie?|"
    r"alternance|livreu(?:r|se)|licenciee?|employeur|cdi|cdd|manutentionnaire|retraitee?)"
)
_ANY_WORK = (
    r"(?i:chauffeu(?:r|se)|conduct(?:eur|rice)|vend(?:eur|euse)|serveu(?:r|se)|cuisini(?:er|ere)|"
    r"ancien(?:ne)?|chef|"
    r"poste|pointe|prof(?:esseure?)?|gerante?|surveillante?|agent d'entretien|agent de securite|"
    r"comptable|ingenieure?|"
    r"technicien(?:ne)?|aide-soignante?|femme de menage|missions?|patron(?:ne)?|plonge(?:ur)?|"
    r"preparateur|"
    r"preparatrice|coiffeu(?:r|se)|macon|enseignante?|facteur|benevole|soudeu(?:r|se)|couturiere?|"
    r"agent)"
)
_SCHOOL = (
    r"(?i:ecoles?|college|lycee|lp|ime|itep|impro|creche|maternelle|cfa|universite|fac|ehpad|foyer|"
    r"mecs|internat|iut|halte-garderie|residence autonomie|maison de retraite|esat|segpa|snack|"
    r"boulangerie|restaurant|resto|garage|mercerie|filature|hotel|entreprise|societe|usine|magasin|"
    r"pizzeria|boucherie|epicerie|bar|cafe|brasserie|friterie|kebab|salon|librairie|institut|"
    r"superette|"
    r"chantier)"
)
_AT = (
    r"(?:[^.;:\n]{0,30}?(?<![\w'])(?:chez|[aA]|au|aux|pour|de|du|d'|par)(?:(?<=')| )| ?: ?| \()"
    rf"((?:la |le |l'|les |La |Le |Les |L')?{CAPS})"
)

PATTERNS: tuple[Pattern, ...] = (
    # --- birth
    low(
        Label.BIRTHDATE,
        r"(?:\bnee?s?\b|\bnee? ?\(e\)|\bne\(e\)|\bddn\b|\bdn\b|date de naiss(?:ance|\.)?|"
        r"naissance|\bnaiss\.?|"
        r"\banniversaire\b|\bclasse\b|\bfetera\b|\bfete\b)"
        rf"[^.\n\d]{{0,25}}?({_DATE}|(?:{_MONTH}) (?:19|20)?\d{{2}}|(?:19|20)\d{{2}}\b|"
        rf"(?<=en )\d{{2}}\b)",
    ),
    low(
        Label.BIRTHDATE,
        r"(?<![\d/.-])(?<!depuis )(?<!depuis le )(?<!depuis mars )"
        r"((?:\d{1,2} ?[/.\-] ?\d{1,2} ?[/.\-] ?"
        rf"|(?:\d{{1,2}}|1er) {_MONTH} )(?:19\d{{2}}|200\d|201[0-2])|(?:19\d{{2}}|"
        rf"200\d)-\d{{2}}-\d{{2}})(?![\d/-])",
    ),
    low(Label.BIRTHDATE, r"(?<![\d/.-])\d{1,2}[/.-]\d{1,2}[/.-](?:[3-9]\d)(?![\d/.-])"),
    low(Label.BIRTHDATE, r"[(,] ?((?:19[2-9]\d|200\d))(?= ?\))"),
    # --- towns
    cased(
        Label.CITY,
        r"(?<![\w.,])(?:F-?)?(?:0[1-9]|[1-8]\d|9[0-8]) ?\d{3} (?!€|euros?)"
        rf"{CAP}(?:[ -](?:(?:sur|lez|en|les|la|le|sous|d'|de)[- ])?{CAP}){{0,4}}",
    ),
    low(Label.CITY, r"(?<![\w.,/])(?:59|62|80|02|60|75|9[1-5])\d{3}(?! ?(?:€|euros?\b|"
                    r"\d))(?=[ ,.;)\n]|$)"),
    cased(
        Label.CITY,
        r"\b(?:[Nn]ee?s?|NEE?|originaires?|nati(?:fs?|ves?)|"
        r"naissance)\b(?:\(e\))?[^.\n]{0,45}?\b(?:[aA]|de|du|d')(?:(?<=') ?| )"
        rf"(?!(?:{_MONTH})\b)({CAP}(?:-(?:[a-z]{{1,4}}-)?{CAP}| (?:sur|lez|en|les|la|le|"
        rf"sous) {CAP}| {CAP}){{0,4}})",
    ),
    cased(
        Label.CITY,
        r"\b(?i:habit\w{1,4}|vit|vivent|vivait|reside|demeure|demenag\w{1,4}|part\w{0,4}|"
        r"installe\w{0,2}|loge|"
        r"hebergee?|vient|venue?|retourne\w{0,2}|rentre\w{0,2}|soeur|s.ur|frere|cousine?|niece|"
        r"neveu|fils|fille|pere|mere|"
        r"parents|famille|oncle|tante|grands-parents|pretre|gendarme|militaire|ami|amie)\b"
        r"(?: [a-z]{2,12}){0,2} (?:a|de|d'|du cote de|pres de|vers|sur)(?:(?<=') ?| )"
        rf"({CAP}(?:-(?:[a-z]{{1,4}}-)?{CAP}| (?:sur|lez|en|les|la|le|sous) {CAP}){{0,3}})",
    ),
    cased(
        Label.CITY,
        r"\b(?:habit(?:e|ent|ait|er)|quitter?|rejoin(?:t|dre)|regagner?) "
        rf"({CAP}(?:-(?:[a-z]{{1,4}}-)?{CAP}| (?:sur|lez|en|les|la|le|sous) {CAP}){{0,3}})",
    ),
    # --- workplaces and schools
    cased(
        Label.ORG,
        rf"\b((?:[lL](?:'|a |e ))?{_SCHOOL} (?:(?:maternelle|primaire|elementaire|"
        r"professionnel(?:le)?|privee?|publique|"
        r"superieure?|de jour|de vie|hotelier|des|de la|de l'|du|de|d'insertion|d'|Les|Le|La|"
        r"L') ?){0,4}"
        rf"\"? ?{CAPS})",
    ),
    cased(Label.ORG, rf"\b{_OWN_WORK}\b{_AT}", even_allowed=True),
    cased(Label.ORG, rf"\b{_ANY_WORK}\b{_AT}"),
    low(Label.ORG, r"\b(?:bossait?|bosse|travail\w{0,5}|boulot|embauchee?|"
                   r"employee?) chez ((?!(?:lui|elle|eux|ses|son|sa|un|une|"
         r"le|la|les|des|moi|nous|leur|personne)\b)[\w-]{3,30})"),
    cased(
        Label.ORG,
        r"\b((?i:eleve|etudiante?|lyceen(?:ne)?|collegien(?:ne)?|scolarisee?s?|scolarite|inscrite?)"
        rf" (?:en|a|au) ?[^.,;()\n]{{0,40}}?{CAPS})",
    ),
    low(
        Label.ORG,
        r"\b(?:eleve|etudiante?|lyceen(?:ne)?|collegien(?:ne)?|scolarisee?s?|inscrite?|en classe|"
        r"en) (?:de |en )?"
        r"((?:petite section|moyenne section|grande section|cp|ce1|ce2|cm1|cm2|6e|5e|4e|3e|6eme|"
        r"5eme|4eme|3eme|"
        r"seconde|premiere|terminale|licence|master|bts)\b[^.,;()\n]{0,20}? (?:a l'|au |du |de l')"
        r"(?:ecole|college|lycee|fac|universite)(?: [a-z-]{3,20}){0,2})",
    ),
    cased(Label.ORG, rf"\b[345678]e(?:me)? ?[A-H\d]? (?:du|au) (?:college|lycee)(?: {CAPS})?"),
    # --- nicknames
    cased(
        Label.PERSON,
        r"\b(?:appelee?s?|appell?e(?:nt)?|surnomm\w{1,4}|surnom|dite?(?= \")|alias|connue? comme|"
        r"presente comme|nomme\w{0,2}|"
        r"sobriquet|signe|prenom\w{0,4}|baptise\w{0,2}|"
        r"pseudo)\b(?: [a-z']{1,8}){0,2} ?:? ?\"( ?[A-Z][^\" \n]{1,20}(?: [^\" \n]{1,20}){0,3} ?)"
        r"\"",
    ),
    low(Label.PERSON, r"\b(?:appelle(?:nt)?|surnomm\w{1,4}|surnom|alias|sobriquet|"
                      r"pseudo)\b(?: [a-z']{1,8}){0,1} ?:? ?\"([^\"\n]{2,40})\""),
    cased(
        Label.PERSON,
        r"\b(?:prenomm\w{1,4}|nommee?s?|s'appell?e(?:nt)?|appelle(?:nt)?|alias|surnomm\w{1,4}|"
        r"dite?|[Pp]renoms?|[Nn]oms? de famille"
        rf"|[Nn]om|sobriquet)(?: ?: ?| )\"?({CAP}(?: {CAP}){{0,2}})",
    ),
)  # fmt: skip
