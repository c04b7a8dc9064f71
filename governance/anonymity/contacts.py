"""The shapes of what reaches or registers somebody: telephone, e-mail, accounts, numbers."""

from governance.anonymity.pattern import CAP, Pattern, cased, low
from governance.anonymity.spans import Label

_NUMBER = r"(?:\d[ ./-]?){4,16}\d|\d{4,}"

PATTERNS: tuple[Pattern, ...] = (
    # --- ways to reach someone
    low(
        Label.EMAIL,
        r"(?<![\w.+-])[\w.+-]{1,64} ?(?:@|\[at\]|\(at\)|\{at\}|\barobase\b|\barobas\b) ?[\w-]{1,40}"
        r"(?: ?(?:\.|\[\.\]|[\[(]?\bpoint\b[\])]?) ?[a-z][\w-]{1,20}){0,3}",
    ),
    low(Label.EMAIL, r"(?<![\w.+-])[\w.+-]{2,64} (?:at|chez) (?:gmail|yahoo|hotmail|outlook|"
                     r"orange|free"
         r"|laposte|sfr|live|icloud|wanadoo|protonmail|aol)\b(?: ?(?:\.|point|dot) ?[a-z]{2,4})?"),
    low(Label.URL, r"(?:https?: ?//|\bwww ?\.) ?[^\s<>\")]{1,200}[\w/]"),
    low(Label.URL, r"(?<![\w@.-])[\w-]{2,40}(?:\.[\w-]{2,40}){0,3}\.(?:fr|com|org|net|eu|be|info|"
                   r"io|me|blog)"
         r"(?:/[^\s,;)\"]{0,200}|\b(?![\w@.-]))"),
    low(Label.HANDLE, r"(?<![\w.@])@ ?[a-z_][\w.-]{1,40}\w"),
    low(
        Label.HANDLE,
        r"\b(?:insta(?:gram)?|snap(?:chat)?|facebook|fb|tik ?tok|twitter|pseudo|messenger|discord|"
        r"telegram|twitch|youtube|linkedin|whatsapp|leboncoin|vinted|compte|profil|chaine)\b"
        r" ?(?:nomme |appele |de |est |:|=|\(|- )? ?(?:sous le (?:nom|pseudo)(?: de)?|au nom de|"
        r"pseudo)? ?:?"
        r" ?[\"@]?([a-z]?[\w.-]{0,30}[._\d][\w.-]{1,30}\w)",
    ),
    low(Label.HANDLE, r"\b(?:sous le (?:nom|pseudo)|(?:son|au|avec le|le) pseudo) ?(?:de|est|"
                      r":)? ?[\"@]?([\w.-]{3,40})"),
    low(Label.HANDLE, r"\b(?:snap|insta|tik ?tok|pseudo|discord|"
                      r"twitch) ?[:=] ?[\"@]?([\w.-]{3,40})"),
    cased(Label.HANDLE, r"\b(?i:insta(?:gram)?|snap(?:chat)?|facebook|fb|tik ?tok|twitter|pseudo) ?"
           rf"(?:[:=] ?|sous le nom (?:de )?|au nom de )[\" ]{{0,2}}({CAP}(?: {CAP}){{0,2}})"),
    low(Label.HANDLE, r"(?<![\w@./-])[a-z][a-z\d.]{1,30}_[a-z\d_.]{0,30}[a-z\d](?![\w@])"),
    low(Label.HANDLE, r"\b([a-z][a-z\d]{1,30}[._][a-z][a-z\d]{1,30})\b(?=.{0,20}(?:messenger|"
                      r"facebook|insta|snap|tik))"),
    low(
        Label.PHONE,
        r"(?<![\d])(?:\(?(?:\+|00) ?33\)? ?(?:\(0\) ?)?|0 ?|o)[1-9](?:[ .\-/_]{0,3}\d){8}(?!\d)",
    ),
    low(
        Label.PHONE,
        r"(?<![\d])(?:\+|00) ?\(?[1-9]\d{0,2}\)?(?:[ .\-/]{0,2}\d){7,11}(?!\d)",
    ),
    # Mistyped, or Belgian: what follows « tél » is a number to reach someone.
    low(
        Label.PHONE,
        r"\b(?:tel(?:ephone)?s?|portables?|port|mobile|fixe|joignable|gsm|num(?:ero)?|appeler|"
        r"rappeler|"
        r"contacter|sms|whatsapp)\b\.?[^\d\n]{0,15}((?:\d[ .\-/]{0,2}){6,12}\d)(?!\d)",
    ),
    low(Label.PHONE, r"(?<!\d)0[67](?:[ .\-/]{1,2}\d{2}){3}(?:[ .\-/]{0,2}\d{1,3})?(?!\d)"),
    low(Label.PHONE, r"\bzero (?:six|sept)(?:[ ,-]{1,2}[a-z]{2,12}){3,12}"),
    # --- numbers
    low(
        Label.NIR,
        r"(?<![\w/])[1278] ?[./-]?(?:\d{2}) ?[./-]?(?:\d{2}) ?[./-]?(?:\d{2}|"
        r"2[ab]) ?[./-]?\d{3} ?[./-]?"
        r"\d{2,3}(?:[ ./-]{0,2}(?:cle:? ?)?\d{2})?(?!\d)",
    ),
    low(
        Label.NIR,
        r"\b(?:secu(?:rite sociale)?|nir|vitale|num ?ss|n° ?ss|nss|"
        r"immatriculation sociale)\b[^\d\n]{0,20}"
        r"((?:\d[ ./-]{0,2}){5,14}\d)(?!\d)",
    ),
    low(
        Label.IBAN,
        r"(?<![\w])(?:[a-z]{2}|fr )\d{2}(?:[ .-]{0,2}(?=[\da-z]{0,3}\d)[\da-z]{4})"
        r"{2,8}(?:[ .-]{0,2}\d[\da-z]{0,3})?(?![\w])",
    ),
    # One way only to read each character: groups of groups take years to fail on words.
    low(Label.IBAN, r"\b(?:iban|rib)\b[^\d\n]{0,12}([\da-z](?:[ .-]?[\da-z]){2,56}(?<=\d))"
                    r"(?!\d)"),
    low(Label.PLATE, r"(?<![\w-])[a-hj-np-tv-z]{2}[- .]?\d{3}[- .]?[a-hj-np-tv-z]{2}(?![\w-])"),
    low(Label.PLATE, r"(?<![\w/.,-])\d{1,4}[ .-]?[a-hj-np-tv-z]{2,3}[ .-]?(?:\d{2}|"
                     r"2[ab])(?![\w/-])"),
    low(Label.PLATE, r"(?<![\w-])[1-9]-[a-z]{3}-\d{3}(?![\w-])"),
    low(
        Label.PLATE,
        r"\b(?:immat(?:ricule?e?s?|riculation)?|"
        r"plaques?)\b[^\d\n]{0,15}?([a-z]{0,3}[ -]?\d{1,4}[ -]?[a-z]{0,3}"
        r"(?:[ -]?\d{1,3})?[ -]?[a-z]{0,2})\b",
    ),
    low(
        Label.FILE_ID,
        r"\b(?:alloc(?:ataire)?|matricule|dossier|bail|contrat|ref(?:erence)?|ipp|iep|nda|nur|"
        r"numero unique|"
        r"mdph|caf|cpam|plainte|pv|proces-verbal|main courante|procedure|carte de sejour|"
        r"titre de sejour|"
        r"carte d'identite|cni|etranger|agdref|permis|passeport|police|sinistre|assurance|"
        r"telealarme|"
        r"teleassistance|parquet|rg|jugement|ordonnance|minute|fiche|demande(?:ur)?|client|"
        r"locataire|"
        r"identifiant|code|abonne|siret|facture|compteur|pdl|pce|ecrou|numero|num|adherent|chip|"
        r"puce|"
        r"inscription|signalement|intervention|convention|recommande|badge|carte|no|n°)\b"
        rf"[^\d\n.€]{{0,25}}?((?:\b[a-z]{{1,4}}[-/ ]?)?(?:{_NUMBER})(?:[ /-]?[a-z]\b(?!'))?)"
        r"(?! ?(?:€|euros?\b|eur\b|ans\b|m2|kwh|km\b))",
    ),
    low(
        Label.FILE_ID,
        r"(?:\bn° ?|\bno |\bnumero |\bref\.? ?:? ?|\bbail |\bcontrat |\bdossier |\bmatricule |"
        r"\bidentifiant )"
        r"(?:n° ?)?:? ?([a-z]{1,5}[-/ ]?\d[\da-z/.-]{1,20}\w)",
    ),
    low(Label.FILE_ID, r"(?<![\d/.\-])(?:(?:19|20)\d{2}[/-]\d{3,7}|\d{3,6}/(?:19|20)\d{2}|"
                       r"\d{2}/\d{4,8})(?:[-/]?[a-z\d]{1,8})?(?![\d/])"),
    low(
        Label.FILE_ID,
        r"(?<![\w/.,+-])(?:[a-z]{1,5}[-/])?\d{5,}(?:[-/]?\d{1,12}){0,4}(?:[- ]?[a-z]\b(?!'))?"
        r"(?! ?(?:€|(?:euros?|eur|e|h|km|m2|kwh|habitants)\b))",
    ),
    low(Label.FILE_ID, r"(?<![\w/.,+-])[a-z]{1,4}\d?[-/]\d{3,12}(?:[-/][a-z\d]{1,8}){0,3}(?![\w])"),
)  # fmt: skip
