"""The cast and the stories of the demonstration; every person and fact is invented."""

from dataclasses import dataclass
from typing import Any

# Fates of a story that opens no situation, and of those heard at the past séance.
UNSETTLED_OR_ASIDE = ("received", "in_review", "info_requested", "redirected", "out_of_scope")
# Heard today, and heard again: clsm/demo_sitting.py.
TODAY, BACK = "today", "back"
HEARD = ("follow_up", "closed", "reopened", BACK)


@dataclass(frozen=True)
class Character:
    """One of the cast: the account, and the standing it gives in a council."""

    account: str
    first_name: str
    last_name: str
    role: str
    organisation: str = ""
    profession: str = ""
    category: str = "other"
    secrecy: str = "charter_only"
    college: str = ""
    permanent: bool = False


COORDINATOR = Character(
    "coordination", "Camille", "Démo-Coordination", "coordinator", profession="Coordinatrice"
)
MANAGER = Character("technique", "Malik", "Démo-Technique", "manager", profession="Informatique")
LILLE_ORGANISATIONS = {
    "Habitat Démo": "social_landlord",
    "CMP Démo du 59G23": "public_psychiatry_adult",
    "Service hygiène et santé": "city_hygiene",
    "CCAS": "ccas",
    "CLSPD": "city_clspd",
    "CLIC Démo": "clic",
    "Équipe mobile Démo": "public_psychiatry_adult",
    "Association Relogement Démo": "rehousing_association",
    "Maison du Département Démo": "department_social",
}
LILLE_CAST = (
    Character(
        "bailleur", "Léa", "Démo-Bailleur", "partner", "Habitat Démo",
        "Chargée de clientèle", "landlord",
    ),
    Character(
        "cmp", "Noé", "Démo-Infirmier", "partner", "CMP Démo du 59G23",
        "Infirmier", "health_professional", "law",
    ),
    Character(
        "hygiene", "Inès", "Démo-Hygiène", "partner", "Service hygiène et santé",
        "Inspectrice de salubrité", "town_service", "duty_of_discretion",
    ),
    Character(
        "ccas", "Sacha", "Démo-Social", "partner", "CCAS",
        "Assistant de service social", "social_worker", "law",
    ),
    Character(
        "clspd", "Paul", "Démo-Prévention", "partner", "CLSPD",
        "Chargé de prévention", "police", "duty_of_discretion",
    ),
    Character(
        "elue", "Élise", "Démo-Élue", "copil", profession="Adjointe à la santé",
        category="elected", college="elected",
    ),
    Character(
        "usagers", "Ugo", "Démo-Usagers", "copil", profession="Représentant d’usagers",
        category="users_representative", college="users",
    ),
)  # fmt: skip
AISSMC_ORGANISATIONS = {
    "CCAS d’Aubois": "ccas",
    "GEM Démo": "users_association",
    "Service prévention santé": "city_solidarity_health",
    "Pôle de santé mentale Démo": "public_psychiatry_adult",
    "Bailleur Démo des Six-Communes": "social_landlord",
    "CCAS de Bellerive": "ccas",
    "Équipe mobile des Six-Communes": "public_psychiatry_adult",
    "Association Aidants Démo": "carers_association",
    "Mission locale Démo": "job_integration",
}
AISSMC_CAST = (
    Character(
        "ccas.aubois", "Ana", "Démo-Référente", "partner", "CCAS d’Aubois",
        "Assistante de service social", "social_worker", "law", permanent=True,
    ),
    Character(
        "gem", "Gil", "Démo-Animateur", "partner", "GEM Démo",
        "Animateur", "other", "charter_only", permanent=True,
    ),
    Character(
        "pole", "Pia", "Démo-Psychologue", "partner", "Pôle de santé mentale Démo",
        "Psychologue", "psychologist", "law", permanent=True,
    ),
    Character(
        "bailleur.aubois", "Bob", "Démo-Logement", "partner", "Bailleur Démo des Six-Communes",
        "Responsable de secteur", "landlord", permanent=True,
    ),
    Character(
        "presidente", "Prune", "Démo-Présidente", "copil", profession="Présidente",
        category="elected", college="elected",
    ),
)  # fmt: skip

# Name, organisation, what it does, for whom, limits, towns, sectors, streets and quarters, how to
# reach it. Invented like the rest: 01 99 00 is a range of numbers that nobody has.
LILLE_RESOURCES: tuple[dict[str, Any], ...] = (
    {
        "name": "CMP Démo du 59G23",
        "organisation": "CMP Démo du 59G23",
        "purpose": "Consultations de psychiatrie, premiers rendez-vous avec un infirmier, conseil "
        "aux proches et aux professionnels.",
        "audience": "Adultes domiciliés sur le secteur",
        "limits": "Sur rendez-vous",
        "sectors": ("59G23",),
        "places": "Quartier de la Démonstration\nRue de la Démonstration\nRue des Exemples",
        "phone": "01 99 00 00 23",
        "address": "23 rue de la Démonstration",
        "hours": "du lundi au vendredi, de 9 h à 17 h",
    },
    {
        "name": "CMP Démo du 59G22",
        "purpose": "Consultations de psychiatrie, visites à domicile des infirmiers.",
        "audience": "Adultes domiciliés sur le secteur",
        "limits": "Sur rendez-vous, délai de deux semaines",
        "sectors": ("59G22",),
        "places": "Quartier des Modèles\nAvenue des Modèles",
        "phone": "01 99 00 00 22",
        "address": "22 avenue des Modèles",
    },
    {
        "name": "Équipe mobile Démo",
        "organisation": "Équipe mobile Démo",
        "purpose": "Rencontre les personnes sans abri, ou qui ne sortent plus de chez elles.",
        "audience": "Adultes en grande précarité",
        "limits": "N’intervient pas en urgence",
        "towns": ("Lille", "Hellemmes"),
        "phone": "01 99 00 00 30",
        "hours": "du lundi au samedi, de 10 h à 20 h",
    },
    {
        "name": "Point droits Démo",
        "organisation": "CCAS",
        "purpose": "Ouverture des droits, dettes, domiciliation.",
        "audience": "Tous les habitants",
        "limits": "Ne se déplace pas",
        "towns": ("Lille",),
        "phone": "01 99 00 00 40",
        "address": "4 place de la Démonstration",
    },
    {
        "name": "Écoute des aidants Démo",
        "purpose": "Écoute et groupes de parole pour l’entourage d’une personne malade.",
        "audience": "Familles et proches",
        "limits": "Par téléphone seulement",
        "phone": "01 99 00 00 50",
        "hours": "le mardi et le jeudi, de 14 h à 18 h",
    },
)


@dataclass(frozen=True)
class Story:
    """One alert of the live year: who sends it, how long ago, what it says, what became of it."""

    sender: str
    days_ago: int
    subject: tuple[str, ...]
    facts: str
    agreement: str
    fate: str
    sex: str = "male"
    age_band: str = "a41_50"
    sector: str = ""
    kind: str = "housing_mental_health"
    criteria: tuple[str, str, str, str] = ("", "", "", "")
    partner: str = ""
    identity: str = ""
    presence: str = "absent_feedback"


LILLE_STORIES = (
    Story(
        "bailleur", 0, ("neighbourhood_disturbance", "unsanitary_hoarding"),
        "Depuis mai, la personne crie la nuit et jette des objets par la fenêtre. La voisine du "
        "dessous ne dort plus. Deux courriers sont restés sans réponse.",
        "anonymous", "received", sector="59G23",
        criteria=("shouts", "hoarding", "complaints", "rent_debt"),
    ),
    Story(
        "ccas", 1, ("home_support_concern",),
        "La personne n’ouvre plus à l’aide à domicile. Le courrier s’accumule. Elle dit ne voir "
        "personne et vouloir rester chez elle.",
        "named", "received", sex="female", age_band="ge61", sector="59G24",
        kind="geriatrics_psychiatry", criteria=("", "mail", "isolation", "admin_difficulty"),
        identity="Personne Fictive Trois",  # spelt otherwise, and already known
    ),
    Story(
        "cmp", 3, ("care_breakdown",),
        "Deux rendez-vous manqués, traitement interrompu selon la personne. Le bailleur signale "
        "des cris.",
        "not_collected", "in_review", age_band="a31_40", sector="59G24",
        kind="addiction_psychiatry", criteria=("talks_alone", "", "complaints", ""),
    ),
    Story(
        "hygiene", 6, ("unsanitary_hoarding",),
        "Odeurs dans la cage d’escalier, passage impossible dans le logement. La personne refuse "
        "l’entrée.",
        "refused", "info_requested", sector="59G23",
        criteria=("", "hoarding", "complaints", ""),
    ),
    Story(
        "clspd", 12, ("public_place_behaviour",),
        "Interpelle les passants devant la mairie de quartier, plusieurs mains courantes.",
        "not_collected", "redirected", age_band="a20_30", criteria=("incoherent", "", "police", ""),
    ),
    Story(
        "bailleur", 20, ("rent_arrears_eviction",),
        "Dette de loyer ancienne, logement hors du territoire du conseil.",
        "not_collected", "out_of_scope", criteria=("", "rent_debt", "", "rent_debt"),
    ),
    Story(
        "ccas", 26, ("rent_arrears_eviction", "care_breakdown"),
        "Audience d’expulsion prévue. La personne ne va plus à ses rendez-vous.",
        "named", "under_review", sex="female", sector="59G23", partner="cmp",
        criteria=("hygiene", "rent_debt", "isolation", "rights_lost"),
        identity="Personne-Fictive Deux",
    ),
    Story(
        "bailleur", 40, ("neighbourhood_disturbance",),
        "Porte ouverte jour et nuit, allées et venues. La personne dit avoir peur.",
        "anonymous", "scheduled", age_band="a51_60", sector="59G22", partner="cmp",
        criteria=("", "door_open", "complaints", ""),
    ),
    Story(
        "hygiene", 48, ("unsanitary_hoarding",),
        "Accumulation jusqu’au plafond, plusieurs chats. La personne accepte une visite.",
        "named", "scheduled", sex="female", age_band="ge61", sector="59G24", partner="ccas",
        criteria=("", "hoarding", "isolation", ""), identity="Personne-Fictive Trois",
    ),
    Story(
        "cmp", 55, ("care_breakdown",),
        "Rupture de soins à la sortie d’hospitalisation. La personne a demandé que l’on n’en "
        "parle pas.",
        "refused", "scheduled", sector="59G23", kind="addiction_psychiatry",
        criteria=("gaze", "", "isolation", ""),
    ),
    Story(
        "ccas", 75, ("home_support_concern",),
        "Chutes répétées, refus d’aide. La personne veut « qu’on me laisse mon chien ».",
        "anonymous", "follow_up", age_band="ge61", sector="59G22", partner="hygiene",
        kind="geriatrics_psychiatry", criteria=("", "smells", "isolation", "admin_difficulty"),
    ),
    Story(
        "bailleur", 90, ("neighbourhood_disturbance", "rent_arrears_eviction"),
        "Cris, menaces envers un voisin, loyer impayé depuis six mois.",
        "named", "follow_up", sector="59G23", partner="cmp",
        criteria=("shouts", "rent_debt", "complaints", "rent_debt"),
        identity="Personne-Fictive Quatre",
    ),
    Story(
        "clspd", 120, ("public_place_behaviour",),
        "La personne dort dans le hall de la mairie de quartier et refuse l’hébergement.",
        "not_collected", "watch", age_band="a31_40", sector="59G24", partner="ccas",
        kind="precarity_mental_health", criteria=("hygiene", "", "police", "town_hall"),
    ),
    Story(
        "hygiene", 190, ("unsanitary_hoarding",),
        "Logement encombré, sans électricité. La personne a accepté le débarras.",
        "anonymous", "closed", sex="female", age_band="a51_60", sector="59G23", partner="ccas",
        criteria=("", "hoarding", "isolation", ""),
    ),
    Story(
        "bailleur", 220, ("rehousing_revealed",),
        "Difficultés découvertes au moment du relogement. La personne ne reconnaît pas le besoin "
        "d’aide.",
        "anonymous", "reopened", age_band="a41_50", sector="59G22", partner="cmp",
        criteria=("posture", "damage", "", "admin_difficulty"),
    ),
)  # fmt: skip
AISSMC_STORIES = (
    Story(
        "bailleur.aubois", 2, ("neighbourhood_disturbance",),
        "Plaintes pour des coups dans les murs la nuit.",
        "not_collected", "received", criteria=("", "", "complaints", ""),
    ),
    Story(
        "ccas.aubois", 30, ("home_support_concern",),
        "La personne souhaite venir à la cellule avec son frère.",
        "named", "scheduled", sex="female", age_band="a51_60", sector="38G01", partner="pole",
        criteria=("", "mail", "isolation", "rights_lost"), identity="Personne-Fictive Cinq",
    ),
    Story(
        "bailleur.aubois", 44, ("rent_arrears_eviction",),
        "Dette de loyer, aucune réponse aux visites.",
        "not_collected", "scheduled", sector="38G01", partner="ccas.aubois",
        criteria=("", "rent_debt", "", "rent_debt"),
    ),
    Story(
        "ccas.aubois", 100, ("care_breakdown",),
        "Reprise de contact difficile avec le pôle de santé mentale.",
        "anonymous", "follow_up", sector="38G01", partner="pole",
        criteria=("talks_alone", "", "isolation", ""),
    ),
)  # fmt: skip
