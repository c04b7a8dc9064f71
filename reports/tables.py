"""What a report counts: its tables, cross-tables and highlights, and what each one means.

The order of TABLES is that of `cases.selectors.COUNTED_COLUMNS` after the date, and of every
output.
"""

from dataclasses import dataclass

from governance.nomenclatures import UNKNOWN


@dataclass(frozen=True)
class TableSpec:
    """One table: the closed list it counts and, for its readers, what it counts."""

    code: str
    label: str
    chapter: str
    definition: str
    list_code: str
    multiple: bool = False


@dataclass(frozen=True)
class HighlightSpec:
    """A figure over one table: the situations with an answer that is not `without`."""

    code: str
    label: str
    definition: str
    table: str
    without: frozenset[str]


REQUEST = "La demande"
PERSON = "La personne"
HEALTH = "La santé"
AGREEMENT = "L’information et l’accord"
OUTCOME = "Le traitement et les suites"

# Labels fit the 31 characters of a spreadsheet's tab.
TABLES = (
    TableSpec(
        "channel", "Canal d’interpellation", REQUEST,
        "Par quelle voie la première alerte est parvenue à la coordination.",
        "alert_channel",
    ),
    TableSpec(
        "origin", "Origine de l’alerte", REQUEST,
        "Service ou personne qui a adressé la première alerte.",
        "origin",
    ),
    TableSpec(
        "situation_type", "Type de situation", REQUEST,
        "Champ principal de la situation, à côté de la santé mentale.",
        "situation_type",
    ),
    TableSpec(
        "complexity", "Complexité", REQUEST,
        "Appréciation de la coordination après l’état des lieux ; elle s’ajoute au type de "
        "situation sans s’y mêler.",
        "complexity",
    ),
    TableSpec(
        "alert_subject", "Objet de l’alerte", REQUEST,
        "Ce qui a motivé l’alerte, tel que le demandeur l’a coché.",
        "alert_subject", multiple=True,
    ),
    TableSpec(
        "sex", "Sexe", PERSON,
        "Sexe de la personne concernée, tel que le demandeur l’a indiqué.",
        "sex",
    ),
    TableSpec(
        "age_band", "Tranche d’âge", PERSON,
        "Âge de la personne à la réception de l’alerte, bornes comprises.",
        "age_band",
    ),
    TableSpec(
        "household", "Mode de vie", PERSON,
        "Avec qui vit la personne, au moment de l’alerte ; ce n’est pas son état civil.",
        "household",
    ),
    TableSpec(
        "income", "Ressources", PERSON,
        "Ressources connues du demandeur.",
        "income", multiple=True,
    ),
    TableSpec(
        "protection_measure", "Mesure de protection", PERSON,
        "Mesure de protection juridique ou d’accompagnement, en place ou demandée.",
        "protection_measure",
    ),
    TableSpec(
        "housing_status", "Logement", PERSON,
        "Statut d’occupation du logement au moment de l’alerte.",
        "housing_status",
    ),
    TableSpec(
        "psychiatry_link", "Lien avec la psychiatrie", HEALTH,
        "Liens connus du demandeur, présents ou passés, urgences comprises.",
        "psychiatry_link", multiple=True,
    ),
    TableSpec(
        "psychiatric_sector", "Secteur de psychiatrie", HEALTH,
        "Secteur dont dépend l’adresse de la personne, complété par la coordination.",
        "psychiatric_sector",
    ),
    TableSpec(
        "addiction", "Addiction associée", HEALTH,
        "Consommations ou conduites signalées par le demandeur ; ce n’est pas un diagnostic.",
        "addiction", multiple=True,
    ),
    TableSpec(
        "suicidal_concern", "Préoccupation suicidaire", HEALTH,
        "Ce que le demandeur a entendu ou constaté ; ce n’est pas un diagnostic.",
        "suicidal_concern",
    ),
    TableSpec(
        "information_state", "Information de la personne", AGREEMENT,
        "La personne sait-elle que sa situation est portée au CLSM ? Dernier état connu.",
        "information_state",
    ),
    TableSpec(
        "consent_state", "Accord de la personne", AGREEMENT,
        "Accord de la personne, ou de son représentant légal, pour que sa situation soit "
        "abordée. Dernier état connu.",
        "consent_state",
    ),
    TableSpec(
        "venue", "Cadre de traitement", OUTCOME,
        "Cadre dans lequel la situation a été travaillée ; toutes ne passent pas en réunion.",
        "handling_venue",
    ),
    TableSpec(
        "closure_reason", "Motif de clôture", OUTCOME,
        "Motif principal de la clôture. « Non renseigné » compte aussi les situations "
        "encore ouvertes.",
        "closure_reason",
    ),
)  # fmt: skip

# Counted apart, and by the day of the séance: no column of the situations tells it.
OBSTACLES = TableSpec(
    "obstacles", "Obstacles récurrents", OUTCOME,
    "Ce qui a manqué, d’après le dernier relevé validé de chaque passage en séance de la période ; "
    "la base est celle des situations entendues, quelle que soit l’année de l’alerte.",
    "obstacle", multiple=True,
)  # fmt: skip

SITUATIONS_DEFINITION = (
    "Une situation est celle d’une personne, quel que soit le nombre d’alertes reçues à son "
    "sujet ; elle compte dans l’année de sa première alerte."
)

# The time is counted apart: in minutes, and by the day of the work.
TIME = "Temps passé"
TIME_LIST = "work_kind"
TIME_DEFINITION = (
    "Temps que la coordination a noté, par nature du travail ; il compte dans l’année où il a été "
    "passé, quelle que soit celle de l’alerte."
)

# (rows, columns), by the codes of TABLES.
CROSSED = (
    ("situation_type", "sex"),
    ("age_band", "sex"),
    ("psychiatric_sector", "situation_type"),
    ("origin", "situation_type"),
    ("income", "age_band"),
    ("household", "age_band"),
    ("addiction", "suicidal_concern"),
    ("psychiatric_sector", "suicidal_concern"),
    ("situation_type", "addiction"),
)

HIGHLIGHTS = (
    HighlightSpec(
        "psychiatry_contact", "au moins un contact avec la psychiatrie",
        "Situations avec au moins un lien connu avec la psychiatrie, présent ou passé.",
        "psychiatry_link", frozenset({UNKNOWN, "none_known"}),
    ),
    HighlightSpec(
        "addiction", "une addiction associée",
        "Situations avec au moins une addiction signalée.",
        "addiction", frozenset({UNKNOWN, "none_known"}),
    ),
    HighlightSpec(
        "suicidal_concern", "une préoccupation suicidaire",
        "Situations avec des propos, des menaces ou un passage à l’acte.",
        "suicidal_concern", frozenset({UNKNOWN, "none_known"}),
    ),
    HighlightSpec(
        "protection_measure", "une mesure de protection en place",
        "Situations avec une mesure en place, quel qu’en soit le type ; les demandes en cours "
        "n’y sont pas.",
        "protection_measure", frozenset({UNKNOWN, "none", "requested"}),
    ),
)  # fmt: skip
