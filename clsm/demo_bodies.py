"""The demonstration's bodies: who sits in the COPIL and the plenary; every person is invented."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from governance.models import Body, Council, Meeting, Membership, Seat
from governance.services import assemblies, seats
from governance.viewer import Viewer

_YEAR = 365


@dataclass(frozen=True)
class Mandate:
    """A seat: the account of its holder or a name alone; from and to, in days from today."""

    college: str
    account: str = ""
    name: str = ""
    organisation: str = ""
    function: str = ""
    permanent: bool = True
    deputy: str = ""
    since: int = -400
    until: int | None = None


# No child psychiatry: the gap that the comparison shows. One mandate to renew.
LILLE_COPIL = (
    Mandate("elected", account="elue", function="chair", until=2 * _YEAR),
    Mandate("psychiatry_adult", name="Dr Fictif Démo-Psychiatre", organisation="CMP Démo du 59G23",
            function="co_chair", deputy="Cadre fictive Démo-Santé"),
    Mandate("users", account="usagers", until=45),
    Mandate("carers", name="Aidante fictive Démo-Famille", until=_YEAR),
    Mandate("city_services", name="Directrice fictive Démo-Ville", organisation="CCAS"),
    Mandate("state", name="Déléguée fictive Démo-ARS", permanent=False),
    Mandate("coordinator", account="coordination"),
    Mandate("carers", name="Ancien aidant fictif Démo-Famille", since=-900, until=-401),
)  # fmt: skip
LILLE_PLENARY = (
    Mandate("elected", account="elue", function="chair"),
    Mandate("psychiatry_adult", account="cmp", organisation="CMP Démo du 59G23"),
    Mandate("users", account="usagers"),
    Mandate("social", account="ccas", organisation="CCAS"),
    Mandate("housing", account="bailleur", organisation="Habitat Démo"),
    Mandate("security_justice", account="clspd", organisation="CLSPD"),
)
AISSMC_COPIL = (Mandate("elected", account="presidente", function="chair"),)

# Who came to the COPIL of last month, in the order of LILLE_COPIL.
_LAST_COPIL = ("present", "present", "excused", "remote", "present", "absent", "present")


def lille(council: Council, members: dict[str, Membership]) -> None:
    """The COPIL, which met last month and meets again, and the plenary to come."""
    coordinator = Viewer(members["coordination"].user)
    copil = Body.objects.create(
        council=council, kind="steering_committee", name="COPIL", quorum_percent=50
    )
    sitting = _sit(coordinator, copil, LILLE_COPIL, members)
    past = _convene(coordinator, copil, -30, "Calendrier de l’année", "Bilan des groupes")
    states = dict(zip([seat.pk for seat in sitting], _LAST_COPIL, strict=False))
    assemblies.note_attendance(coordinator, past, states)
    _convene(coordinator, copil, 40, "Bilan de l’année", "Feuille de route")
    plenary = Body.objects.create(council=council, kind="plenary", name="Assemblée plénière")
    _sit(coordinator, plenary, LILLE_PLENARY, members)
    _convene(coordinator, plenary, 75, "Présentation du bilan", "Semaines de la santé mentale")


def aissmc(council: Council, members: dict[str, Membership]) -> None:
    """A COPIL as a council begins one: its president, and everything still expected."""
    copil = Body.objects.create(council=council, kind="steering_committee", name="COPIL")
    _sit(Viewer(members["coordination"].user), copil, AISSMC_COPIL, members)


def _sit(
    coordinator: Viewer,
    body: Body,
    mandates: tuple[Mandate, ...],
    members: dict[str, Membership],
) -> list[Seat]:
    today = timezone.localdate()
    known = {organisation.name: organisation for organisation in body.council.organisations.all()}
    return [
        seats.inscribe(
            coordinator,
            Seat(
                body=body,
                college=mandate.college,
                holder=members[mandate.account].user if mandate.account else None,
                holder_name=mandate.name,
                organisation=known.get(mandate.organisation),
                function=mandate.function,
                permanent=mandate.permanent,
                deputy_name=mandate.deputy,
                start=today + datetime.timedelta(days=mandate.since),
                end=None
                if mandate.until is None
                else today + datetime.timedelta(days=mandate.until),
            ),
        )
        for mandate in mandates
    ]


def _convene(coordinator: Viewer, body: Body, days: int, *points: str) -> Meeting:
    day = timezone.localtime(timezone.now() + datetime.timedelta(days=days))
    start = day.replace(hour=10, minute=0, second=0, microsecond=0)
    return assemblies.convene(
        coordinator,
        body,
        starts_at=start,
        ends_at=start + datetime.timedelta(hours=2),
        place="Mairie, salle du conseil",
        points=[assemblies.Point(title) for title in points],
    )
