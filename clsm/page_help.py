"""Which short explanation goes with which page: "Aide sur cette page", on every page."""

# The beginning of a page's name -> the topic explained in templates/help/; the longest one counts.
TOPICS = {
    "": "public",
    "home": "home",
    "demo": "public",
    "council_home": "today",
    "alert": "alert",
    "alert_new": "alert_new",
    "alert_draft": "alert_new",
    "alert_recap": "alert_new",
    "alert_discard": "alert_new",
    "alerts": "alerts",
    "alert_review": "alerts",
    "alert_question": "alerts",
    "alert_accept": "alerts",
    "alert_link": "alerts",
    "alert_redirect": "alerts",
    "alert_reject": "alerts",
    "alert_derogate": "derogation",
    "situations": "situations",
    "situation": "situation",
    "situation_consent": "situation_consent",
    "alert_answer": "situation_consent",
    "situation_reveal": "situation_reveal",
    "alert_reveal": "situation_reveal",
    "participation": "participation",
    "derogation": "derogation",
    "meeting": "meeting",
    "meetings": "meeting",
    "point": "meeting",
    "hearing": "hearing",
    "conclusions": "hearing",
    "lead": "lead",
    "leads": "lead",
    "feedback": "lead",
    "retention": "retention",
    "situation_record": "retention",
    "situation_erase": "retention",
    "information": "situation_consent",
    "blank": "situation_consent",
    "register": "register",
    "report": "reports",
    "reports": "reports",
    "council": "council",
    "territory": "territory",
    "closed": "closed_list",
    "charter": "charter",
    "member": "member",
    "members": "member",
    "invitation": "member",
    "organisation": "organisation",
    "organisations": "organisation",
    "body": "body",
    "bodies": "body",
    "access": "access_journal",
    "outgoing": "outgoing",
    "newcomer": "public",
    "my": "account",
    "account": "account",
    "mfa": "account",
}


# What the acronyms of this field stand for; on the help page and in the newcomer's kit.
ACRONYMS = (
    ("CCAS", "Centre communal d’action sociale"),
    ("CLIC", "Centre local d’information et de coordination gérontologique"),
    ("CLSM", "Conseil local de santé mentale"),
    ("CLSPD", "Conseil local de sécurité et de prévention de la délinquance"),
    ("CMP", "Centre médico-psychologique"),
    ("COPIL", "Comité de pilotage"),
    ("DAC", "Dispositif d’appui à la coordination"),
    ("GEM", "Groupe d’entraide mutuelle"),
    ("MJPM", "Mandataire judiciaire à la protection des majeurs"),
    ("QPV", "Quartier prioritaire de la politique de la ville"),
    ("SDRE", "Soins sur décision d’un représentant de l’État"),
    ("SDT", "Soins à la demande d’un tiers"),
    ("SDTU", "Soins à la demande d’un tiers, en urgence"),
    ("SPI", "Soins en cas de péril imminent"),
)


def topic(name: str) -> str:
    """The topic of the page of that URL name: that of its longest beginning, by words."""
    words = name.split("_")
    beginnings = ("_".join(words[:count]) for count in range(len(words), -1, -1))
    return next(TOPICS[beginning] for beginning in beginnings if beginning in TOPICS)
