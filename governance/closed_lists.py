"""The closed lists that a council may word its own way, and what each is for.

The lists left out say the same everywhere: states (alerts, situations, leads, actions), professions
and secrecy (R. 1110-2 CSP), grounds of a derogation, attendance, bodies, colleges, resolutions. The
sectors are on the page of the territory.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ClosedList:
    """One list: its code, its title, where its answers are given.

    `fixed`: every answer carries a rule (agreement, information, presence); its words and rank may
    change, but it is always proposed.
    """

    code: str
    title: str
    purpose: str
    fixed: bool = False


GROUPS = (
    (
        "L’alerte et son origine",
        (
            ClosedList("origin", "Origine", "Type d’organisme qui alerte, pour chaque organisme"),
            ClosedList("alert_channel", "Canal d’interpellation", "Comment l’alerte est arrivée"),
            ClosedList("situation_type", "Type de situation", "Fiche alerte, bilan annuel"),
            ClosedList("alert_subject", "Objet de l’alerte", "Fiche alerte, bilan annuel"),
            ClosedList("since", "Depuis quand", "Fiche alerte, description des faits"),
            ClosedList("complexity", "Complexité", "Instruction par la coordination, bilan annuel"),
        ),
    ),
    (
        "La personne et son logement",
        (
            ClosedList("sex", "Sexe", "Profil anonyme, bilan annuel"),
            ClosedList("age_band", "Tranche d’âge", "Profil anonyme, bilan annuel"),
            ClosedList("household", "Cohabitation", "Profil anonyme, bilan annuel"),
            ClosedList("income", "Ressources", "Profil anonyme, bilan annuel"),
            ClosedList(
                "protection_measure", "Mesure de protection", "Profil anonyme, bilan annuel"
            ),
            ClosedList("housing_status", "Logement", "Profil anonyme, bilan annuel"),
            ClosedList("housing_procedure", "Procédure en cours", "Profil anonyme"),
        ),
    ),
    (
        "Les quatre rapports",
        (
            ClosedList("criteria_body", "Rapport au corps", "Fiche alerte, signes observés"),
            ClosedList("criteria_home", "Rapport à l’habitat", "Fiche alerte, signes observés"),
            ClosedList("criteria_others", "Rapport aux autres", "Fiche alerte, signes observés"),
            ClosedList(
                "criteria_institutions",
                "Rapport aux institutions",
                "Fiche alerte, signes observés",
            ),
        ),
    ),
    (
        "Santé et démarches",
        (
            ClosedList("psychiatry_link", "Lien avec la psychiatrie", "Fiche alerte, bilan annuel"),
            ClosedList("addiction", "Addiction", "Fiche alerte, bilan annuel"),
            ClosedList(
                "suicidal_concern", "Préoccupation suicidaire", "Fiche alerte, bilan annuel"
            ),
            ClosedList("involuntary_care", "Soins sans consentement", "Fiche alerte"),
            ClosedList("adhesion", "Adhésion", "Fiche alerte"),
            ClosedList("steps_tried", "Démarches déjà engagées", "Fiche alerte"),
            ClosedList("step_result", "Résultat des démarches", "Fiche alerte"),
        ),
    ),
    (
        "Information et accord de la personne",
        (
            ClosedList(
                "information_state", "Information", "La personne est-elle informée ?", fixed=True
            ),
            ClosedList("consent_state", "Accord", "Ce qu’elle accepte de partager", fixed=True),
            ClosedList("consent_given_by", "Accord donné par", "Qui a donné l’accord", fixed=True),
            ClosedList("presence_wish", "Présence", "Souhait d’assister à la séance", fixed=True),
            ClosedList("shared_category", "Informations partagées", "Ce que l’accord couvre"),
        ),
    ),
    (
        "Séances et suites",
        (
            ClosedList("handling_venue", "Cadre de traitement", "Où la situation est examinée"),
            ClosedList("action_lead_type", "Pistes d’action", "Relevé de conclusions"),
            ClosedList("obstacle", "Obstacles récurrents", "Relevé de conclusions, bilan annuel"),
            ClosedList("work_kind", "Nature du travail", "Temps passé par la coordination"),
            ClosedList(
                "closure_reason", "Motif de clôture", "Clôture d’une situation, bilan annuel"
            ),
        ),
    ),
)
CLOSED_LISTS = {entry.code: entry for _, lists in GROUPS for entry in lists}
