"""What a new council still needs before its first alert: read from what is there, not stored."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from governance.models import Body, CharterSignature, Council, Membership, Role, Sector, Town


@dataclass(frozen=True)
class SetupStep:
    """One step of the setting up: what it is for, the page it is done on, whether it is done."""

    label: str
    text: str
    address: str  # the name of the page
    done: bool


def setup_steps(council: Council) -> list[SetupStep]:
    """The seven steps in the order in which they are best done; one query for all of them."""
    members = Membership.objects.active().filter(council=OuterRef("pk"))
    there = Council.objects.filter(pk=council.pk).values_list(
        Exists(Town.objects.filter(council=OuterRef("pk"))),
        Exists(Sector.objects.filter(council=OuterRef("pk")).exclude(code=Sector.OUTSIDE)),
        Exists(council.organisations.filter(active=True)),
        Exists(members.filter(role=Role.COORDINATOR)),
        Exists(members.filter(role=Role.PARTNER)),
        Exists(CharterSignature.objects.filter(version__council=OuterRef("pk"))),
        Exists(Body.objects.filter(council=OuterRef("pk"), active=True)),
    )
    towns, sectors, organisations, coordinator, partners, signature, bodies = there.get()
    return [
        SetupStep(
            "Le contact",
            "Le service, l’adresse et le téléphone imprimés sur chaque accusé de réception. "
            "Relisez aussi les réglages que le profil propose.",
            "council_edit",
            bool(council.contact_service and (council.contact_phone or council.contact_email)),
        ),
        SetupStep(
            "Le territoire",
            "Les communes, leurs quartiers et les secteurs de psychiatrie.",
            "territory",
            towns and sectors,
        ),
        SetupStep(
            "Les organismes",
            "Les partenaires : un par un, ou d’après le tableau où vous les tenez.",
            "organisations_import",
            organisations,
        ),
        SetupStep(
            "La coordination",
            "La personne qui recevra les alertes. Elle seule verra les situations.",
            "member_invite",
            coordinator,
        ),
        SetupStep(
            "La charte éthique",
            "Relisez son texte : chacun le signe avant son premier acte.",
            "charter",
            signature,
        ),
        SetupStep(
            "Les premières instances",
            "Le comité de pilotage, l’assemblée plénière, les groupes de travail.",
            "bodies",
            bodies,
        ),
        SetupStep(
            "Les partenaires",
            "Invités par la coordination, un par un ou d’après un tableau. "
            "La trousse à imprimer leur explique la démarche.",
            "members_import",
            partners,
        ),
    ]
