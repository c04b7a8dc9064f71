"""What a report counts: its tables, cross-tables and highlights, and what each one means.

The order of TABLES is that of every output. Counters and delays: `measures.py`.
"""

from dataclasses import dataclass

from governance.nomenclatures import UNKNOWN
from reports.figures import ALERTS, HEARINGS, LEADS, MEETINGS, SITUATIONS


@dataclass(frozen=True)
class TableSpec:
    """One table: what its answers are and, for its readers, what it counts.

    The answers are those of the closed list `list_code`, or of `words` (code, label); with neither,
    they are their own labels.
    """

    code: str
    label: str
    chapter: str
    definition: str
    list_code: str = ""
    multiple: bool = False
    unit: str = SITUATIONS
    words: tuple[tuple[str, str], ...] = ()


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
SITTINGS = "Les séances"


def steps(most: int, one: str, several: str, none: str) -> tuple[tuple[str, str], ...]:
    """The answers of a number, as `step` gives them: 0, 1, 2... and `most` or more."""
    return (
        ("0", none),
        ("1", f"1 {one}"),
        *((str(number), f"{number} {several}") for number in range(2, most)),
        (str(most), f"{most} {several} ou plus"),
    )


def step(number: int, most: int) -> str:
    """The answer that a number is: itself, or `most` from there on."""
    return str(min(number, most))


MOST_HEARINGS, MOST_PARTNERS, MOST_SITUATIONS, MOST_REOPENINGS = 4, 6, 6, 2

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
        "alert_outcome", "Suite donnée aux alertes", REQUEST,
        "Où en sont les alertes reçues sur la période, celles qui n’ont pas ouvert de situation "
        "comprises.",
        "alert_status", unit=ALERTS,
    ),
    TableSpec(
        "redirected_to", "Orientations, vers qui", REQUEST,
        "Type d’organisme vers lequel l’alerte a été orientée sans suivi par le CLSM ; la base "
        "est celle des alertes orientées.",
        "origin", unit=ALERTS,
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
        "town", "Commune", PERSON,
        "Commune où vit la personne.",
    ),
    TableSpec(
        "priority_area", "Quartier prioritaire", PERSON,
        "Quartier de la politique de la ville (QPV), quand le quartier est connu.",
        words=(("yes", "En quartier prioritaire"), ("no", "Hors quartier prioritaire")),
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
        "presence_wish", "Présence de la personne", AGREEMENT,
        "Ce que la personne souhaite pour la séance : y être, ou en avoir un retour. Dernier état "
        "connu.",
        "presence_wish",
    ),
    TableSpec(
        "feedback", "Restitution à la personne", AGREEMENT,
        "Passages tenus sur la période dont la personne a eu un retour ; selon le règlement du "
        "conseil, une situation anonyme n’en a pas.",
        unit=HEARINGS, words=(("given", "Restitution faite"), ("not_given", "Pas de restitution")),
    ),
    TableSpec(
        "venue", "Cadre de traitement", OUTCOME,
        "Cadre dans lequel la situation a été travaillée ; toutes ne passent pas en réunion.",
        "handling_venue",
    ),
    TableSpec(
        "hearings", "Passages par situation", OUTCOME,
        "Nombre de passages en séance de chaque situation, à ce jour ; ceux que le registre "
        "repris indique y sont.",
        words=steps(MOST_HEARINGS, "passage", "passages", "Aucun passage"),
    ),
    TableSpec(
        "partners", "Partenaires par situation", OUTCOME,
        "Nombre de services qui ont accepté de prendre part à chaque situation. « Non "
        "renseigné » compte les situations reprises d’un registre, qui ne le dit pas.",
        words=steps(MOST_PARTNERS, "partenaire", "partenaires", "Aucun partenaire"),
    ),
    TableSpec(
        "partner_kind", "Partenaires mobilisés, par type", OUTCOME,
        "Types d’organismes qui ont accepté de prendre part ; la base est celle des situations "
        "où un partenaire au moins l’a fait.",
        "origin", multiple=True,
    ),
    # By the day of the séance: no column of the situations tells it.
    TableSpec(
        "obstacles", "Obstacles récurrents", OUTCOME,
        "Ce qui a manqué, d’après le dernier relevé validé de chaque passage en séance de la "
        "période ; la base est celle des situations entendues, quelle que soit l’année de "
        "l’alerte.",
        "obstacle", multiple=True,
    ),
    TableSpec(
        "lead_kind", "Pistes d’action, par type", OUTCOME,
        "Pistes d’action proposées sur la période, quelle que soit l’année de l’alerte.",
        "action_lead_type", unit=LEADS,
    ),
    TableSpec(
        "lead_status", "Pistes d’action, devenir", OUTCOME,
        "Ce que sont devenues, à ce jour, les pistes d’action proposées sur la période.",
        "action_lead_status", unit=LEADS,
    ),
    TableSpec(
        "outcome", "Devenir des situations", OUTCOME,
        "Où en sont, à ce jour, les situations reçues sur la période.",
        "situation_status",
    ),
    TableSpec(
        "closure_reason", "Motif de clôture", OUTCOME,
        "Motif principal de la clôture. « Non renseigné » compte aussi les situations "
        "encore ouvertes.",
        "closure_reason",
    ),
    TableSpec(
        "reopenings", "Réouvertures", OUTCOME,
        "Nombre de fois où une situation close a été rouverte, à ce jour. « Non renseigné » compte "
        "les situations reprises d’un registre, qui ne le dit pas.",
        words=steps(MOST_REOPENINGS, "réouverture", "réouvertures", "Jamais rouverte"),
    ),
    TableSpec(
        "sitting_venue", "Séances tenues", SITTINGS,
        "Séances tenues sur la période, par cadre ; les réunions des instances sont à part.",
        "handling_venue", unit=MEETINGS,
    ),
    TableSpec(
        "situations_per_sitting", "Situations par séance", SITTINGS,
        "Nombre de situations entendues à chaque séance tenue sur la période.",
        unit=MEETINGS, words=steps(MOST_SITUATIONS, "situation", "situations", "Aucune situation"),
    ),
)  # fmt: skip

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
