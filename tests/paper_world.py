"""The world's COPIL and its papers: one of each kind (tests/world.py)."""

import datetime
from io import BytesIO

from django.utils import timezone
from PIL import Image

from governance.models import (
    ActionSheet,
    Agreement,
    Axis,
    Council,
    Meeting,
    Membership,
    Minutes,
    Objective,
    Resolution,
    Seat,
    Signatory,
    User,
)
from governance.pictures import as_logo
from governance.services import agreements as agreements_services
from governance.services import assemblies, resolutions, seats
from governance.services import minutes as minutes_services
from governance.services import roadmap as services
from governance.services.looks import change_look
from governance.viewer import Viewer


def sitting(
    coordinator: Viewer, council: Council, elected: Membership, partner: Membership
) -> tuple[Seat, Meeting]:
    """The COPIL, chaired by the elected member until next month, where a partner sits too; it met
    this week."""
    today, now = timezone.localdate(), timezone.now()
    copil = council.bodies.create(kind="steering_committee", name="COPIL")
    seat = Seat(
        body=copil,
        college="elected",
        holder=elected.user,
        function="chair",
        start=today - datetime.timedelta(days=300),
        end=today + datetime.timedelta(days=30),
    )
    seats.inscribe(coordinator, seat)
    seats.inscribe(coordinator, Seat(body=copil, college="city_services", holder=partner.user))
    assembly = assemblies.convene(
        coordinator,
        copil,
        starts_at=now - datetime.timedelta(days=2, hours=2),
        ends_at=now - datetime.timedelta(days=2),
        place="Mairie",
        points=[assemblies.Point("Bilan de l’année")],
    )
    return seat, assembly


def papers(coordinator: Viewer, assembly: Meeting) -> tuple[Minutes, Resolution]:
    """What the COPIL wrote and decided this week, published."""
    (point,) = assembly.agenda_items.all()
    texts = {str(point.pk): "Le bilan est présenté."}
    draft = minutes_services.write(
        coordinator, assembly, {"opening": "", "texts": texts}, version=0
    )
    held = Meeting.objects.select_related("council", "body").get(pk=assembly.pk)
    decision = resolutions.adopt(
        coordinator, held, kind="decision", item=point, title="Bilan", text="Le bilan est adopté."
    )
    minutes_services.move(coordinator, draft, "validate")
    return minutes_services.move(coordinator, draft, "publish"), decision


def roadmap(coordinator: Viewer, council: Council) -> ActionSheet:
    """An axis, its objective, its action, and what the year brought."""
    axis = Axis(council=council, title="Accès aux soins")
    services.write_level(coordinator, axis)
    objective = Objective(axis=axis, title="Réduire les délais")
    services.write_level(coordinator, objective)
    changes = {"title": "Permanence au CCAS", "objective": objective, "body": None}
    sheet = services.write_action(coordinator, ActionSheet(objective=objective), changes, version=0)
    year = timezone.localdate().year
    services.write_balance(coordinator, sheet, year, {"text": "Douze matinées."}, version=0)
    return sheet


def agreement(coordinator: Viewer, council: Council) -> Signatory:
    """The founding agreement, signed by the town."""
    agreement = Agreement(council=council, title="Convention", start=timezone.localdate())
    agreements_services.write(coordinator, agreement)
    signatory = Signatory(agreement=agreement, institution="Ville", signed_on=timezone.localdate())
    agreements_services.write_signatory(coordinator, signatory)
    return signatory


def logo(size: tuple[int, int] = (40, 20)) -> bytes:
    """A small picture, as somebody would deposit it."""
    out = BytesIO()
    Image.new("RGB", size, "#0e5a61").save(out, "PNG")
    return out.getvalue()


def look(council: Council, by: User) -> None:
    """The council's logo and colour."""
    picture = as_logo(logo())
    change_look(council, accent="#7a3b00", alternative="Logo du conseil", logo=picture, by=by)
