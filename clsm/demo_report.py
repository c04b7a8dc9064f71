"""The demonstration's published reports: the last two years of the register, for the COPIL."""

from governance.models import Council, User
from reports import alongside, composition, editions
from reports.sections import ESSENTIAL, OBSTACLES, PROPOSALS
from reports.statistics import count_internal

YEARS = (2018, 2019)
TEXTS = {
    ESSENTIAL: "Les demandes augmentent encore. L’habitat reste la première porte d’entrée : le "
    "bailleur ou le voisinage alertent avant le soin. Une préoccupation suicidaire accompagne une "
    "part modeste des situations, mais elle les rend plus urgentes que les autres.",
    OBSTACLES: "L’évaluation psychiatrique à domicile reste hors de portée pour les personnes qui "
    "ne se déplacent plus.\nLe médecin traitant manque, ou ne se déplace pas.\n"
    "Les mesures de protection demandées se font attendre.",
    PROPOSALS: "Ouvrir avec les secteurs de psychiatrie une demi-journée commune de visites à "
    "domicile.\nRéunir les bailleurs deux fois par an autour des signaux à repérer.",
}


def publish(council: Council, by: User) -> None:
    """Freeze and publish those years; nobody is written to, no document is made yet."""
    for year in YEARS:
        opened = composition.commentary(council, year, year)
        composition.write(opened, TEXTS, version=opened.version, by=by)
        beside = alongside.gather(count_internal(council, year, year), TEXTS)
        report = editions.freeze(
            council, year, year, editions.COPIL, by=by, beside=alongside.to_json(beside)
        )
        editions.publish(report, by=by)
