"""The séance of the day in the demonstration: six situations, nine people around the table, in each
council. Everything is invented."""

from clsm.demo_stories import BACK, TODAY, Character, Story

LILLE_GUESTS = (
    Character(
        "clic", "Chloé", "Démo-Clic", "partner", "CLIC Démo",
        "Coordinatrice gérontologique", "coordination_scheme", "law",
    ),
    Character(
        "mobile", "Milo", "Démo-Mobile", "partner", "Équipe mobile Démo",
        "Psychologue", "psychologist", "law",
    ),
    Character(
        "relogement", "Rose", "Démo-Relogement", "partner", "Association Relogement Démo",
        "Médiatrice", "social_establishment", "duty_of_discretion",
    ),
    Character(
        "departement", "Driss", "Démo-Département", "partner", "Maison du Département Démo",
        "Assistant de service social", "social_worker", "law",
    ),
)  # fmt: skip
LILLE_SIX = (
    Story(
        "bailleur", 36, ("neighbourhood_disturbance",),
        "Coups dans les murs la nuit. La personne accepte d’en parler et viendra.",
        "named", TODAY, sector="59G23", partner="cmp", presence="second_part",
        criteria=("shouts", "", "complaints", ""), identity="Personne-Fictive Six",
    ),
    Story(
        "ccas", 38, ("home_support_concern",),
        "Ne descend plus chercher ses courses. Le portage de repas est refusé un jour sur deux.",
        "anonymous", TODAY, sex="female", age_band="ge61", sector="59G24", partner="clic",
        kind="geriatrics_psychiatry", criteria=("", "mail", "isolation", ""),
    ),
    Story(
        "hygiene", 41, ("unsanitary_hoarding",),
        "Logement encombré, porte entrouverte. Personne n’a encore pu parler à l’occupant.",
        "not_collected", TODAY, sector="59G22", partner="relogement",
        criteria=("", "hoarding", "complaints", ""),
    ),
    Story(
        "cmp", 43, ("care_breakdown",),
        "Ne vient plus aux rendez-vous. La personne ne veut pas que l’on parle d’elle.",
        "refused", TODAY, sector="59G23", partner="mobile", kind="addiction_psychiatry",
        criteria=("gaze", "", "isolation", ""),
    ),
    Story(
        "clspd", 45, ("public_place_behaviour",),
        "Reste des heures devant l’école, parle seule, n’agresse personne.",
        "anonymous", TODAY, sex="female", age_band="a31_40", sector="59G24", partner="departement",
        kind="precarity_mental_health", criteria=("talks_alone", "", "police", ""),
    ),
    Story(
        "bailleur", 110, ("rent_arrears_eviction",),
        "Dette de loyer, volets fermés. Une visite à deux a été décidée à la séance passée.",
        "anonymous", BACK, age_band="a51_60", sector="59G22", partner="cmp",
        criteria=("", "rent_debt", "", "rent_debt"),
    ),
)  # fmt: skip

AISSMC_GUESTS = (
    Character(
        "prevention", "Paula", "Démo-Prévention", "partner", "Service prévention santé",
        "Infirmière de santé publique", "health_professional", "law", permanent=True,
    ),
    Character(
        "ccas.bellerive", "Basile", "Démo-Bellerive", "partner", "CCAS de Bellerive",
        "Assistant de service social", "social_worker", "law",
    ),
    Character(
        "mobile.six", "Maud", "Démo-Mobile", "partner", "Équipe mobile des Six-Communes",
        "Infirmière", "health_professional", "law",
    ),
    Character(
        "aidants", "Alix", "Démo-Aidants", "partner", "Association Aidants Démo",
        "Animatrice", "volunteer",
    ),
    Character(
        "mission", "Max", "Démo-Mission", "partner", "Mission locale Démo",
        "Conseiller", "social_establishment", "duty_of_discretion",
    ),
)  # fmt: skip
AISSMC_SIX = (
    Story(
        "ccas.aubois", 34, ("home_support_concern",),
        "Souhaite venir dire elle-même ce qui l’aiderait à rester chez elle.",
        "named", TODAY, sex="female", age_band="ge61", sector="38G01", partner="ccas.bellerive",
        presence="accompanied", criteria=("", "mail", "isolation", ""),
        identity="Personne-Fictive Sept",
    ),
    Story(
        "bailleur.aubois", 37, ("rent_arrears_eviction",),
        "Audience d’expulsion prévue. Aucun contact depuis deux mois.",
        "not_collected", TODAY, sector="38G01", partner="mobile.six",
        criteria=("", "rent_debt", "", "rent_debt"),
    ),
    Story(
        "pole", 40, ("care_breakdown",),
        "Reprend ses soins par moments. La famille demande un relais.",
        "anonymous", TODAY, age_band="a20_30", sector="38G01", partner="aidants",
        criteria=("talks_alone", "", "isolation", ""),
    ),
    Story(
        "ccas.aubois", 42, ("home_support_concern",),
        "N’ouvre plus. La personne a demandé que l’on n’échange rien sur elle.",
        "refused", TODAY, sector="38G01", partner="mission",
        criteria=("", "", "isolation", "rights_lost"),
    ),
    Story(
        "prevention", 46, ("neighbourhood_disturbance",),
        "Musique la nuit, voisins inquiets. La personne dit mal dormir.",
        "anonymous", TODAY, sex="female", age_band="a31_40", sector="38G01", partner="pole",
        criteria=("shouts", "", "complaints", ""),
    ),
    Story(
        "ccas.aubois", 105, ("care_breakdown",),
        "Une visite à deux a été décidée à la séance passée.",
        "anonymous", BACK, sector="38G01", partner="pole",
        criteria=("", "", "isolation", "admin_difficulty"),
    ),
)  # fmt: skip
