"""The demonstration's papers: minutes, decisions followed up, a roadmap, an agreement; invented."""

import datetime

from django.utils import timezone

from governance.models import (
    ActionSheet,
    Agreement,
    Axis,
    Body,
    Council,
    Meeting,
    Membership,
    Objective,
    Resolution,
    Seat,
    Signatory,
)
from governance.services import agreements, assemblies, minutes, resolutions, roadmap, seats
from governance.viewer import Viewer

_SAID = (
    """La coordination présente le calendrier des instances et des séances.

Le COPIL demande qu’aucune réunion ne tombe pendant les vacances scolaires.""",
    """Le groupe logement a tenu quatre réunions. Le groupe accès aux soins commence.

- Les usagers demandent un lieu d’écoute sans rendez-vous.
- La psychiatrie rappelle le délai actuel d’un premier rendez-vous.""",
)
# point, kind, object, text, owner, due in days, what followed
_ADOPTED = (
    (0, "decision", "Calendrier de l’année", "Le calendrier est arrêté tel qu’il est présenté.",
     "Coordination", -10, ("start", "complete")),
    (1, "decision", "Permanence d’écoute au CCAS",
     "Une permanence sans rendez-vous ouvre à titre d’essai, un matin par semaine.",
     "CCAS", 60, ("start",)),
    (1, "proposal", "Informer les bailleurs",
     "Une demi-journée d’information est proposée aux gardiens d’immeuble.",
     "Groupe logement", -5, ()),
)  # fmt: skip
# axis, objective, actions: title, held by the group, lead, state, start and end in days, balance
_ROADMAP = (
    ("Accès aux soins", "Raccourcir le délai du premier contact", (
        ("Permanence d’écoute au CCAS", False, "CCAS", "in_progress", -200, 160,
         "Douze matinées tenues, 31 personnes reçues. L’horaire reste à revoir."),
    )),
    ("Logement et santé mentale", "Prévenir les ruptures de bail", (
        ("Information des gardiens d’immeuble", True, "Habitat Démo", "in_progress", -120, 90,
         "Deux demi-journées, 26 gardiens. Un mémo est demandé."),
        ("Mémo « à qui m’adresser »", True, "Coordination", "planned", 30, 200, ""),
    )),
    ("Lutte contre les préjugés", "Faire parler de santé mentale en ville", (
        ("Semaines d’information sur la santé mentale", False, "Service culture", "done", -300, -90,
         "Neuf rencontres, 640 personnes. Le ciné-débat est à refaire."),
    )),
)  # fmt: skip


def lille(council: Council, members: dict[str, Membership]) -> None:
    """The last COPIL's minutes, what it decided, the roadmap and the agreement."""
    coordinator = Viewer(members["coordination"].user)
    copil = council.bodies.get(kind="steering_committee")
    meeting = copil.meetings.filter(status=Meeting.Status.HELD).select_related("council").get()
    _minutes(coordinator, meeting)
    group = _group(coordinator, council, members)
    _roadmap(coordinator, council, group)
    _agreement(coordinator, council)


def _minutes(coordinator: Viewer, meeting: Meeting) -> None:
    points = list(meeting.agenda_items.all())
    texts = {str(point.pk): said for point, said in zip(points, _SAID, strict=True)}
    opening = "La présidence ouvre la réunion et remercie les membres de leur présence."
    draft = minutes.write(coordinator, meeting, {"opening": opening, "texts": texts}, version=0)
    today = timezone.localdate()
    adopted = [
        (
            resolutions.adopt(
                coordinator,
                meeting,
                kind=kind,
                item=points[rank],
                title=title,
                text=text,
                adoption="consensus" if kind == "proposal" else "vote",
                **({} if kind == "proposal" else {"votes_for": 5, "votes_against": 0}),
                owner=owner,
                due_on=today + datetime.timedelta(days=due),
            ),
            acts,
        )
        for rank, kind, title, text, owner, due, acts in _ADOPTED
    ]
    minutes.move(coordinator, draft, "validate")
    minutes.move(coordinator, draft, "publish")
    for resolution, acts in adopted:
        for act in acts:
            found = Resolution.objects.get(pk=resolution.pk)
            note = {"note": "Suivi au prochain COPIL."}
            resolutions.follow(coordinator, found, note, act=act, version=found.version)


def _group(coordinator: Viewer, council: Council, members: dict[str, Membership]) -> Body:
    """A working group whose secretary is a partner, and its next meeting."""
    group = Body.objects.create(council=council, kind="working_group", name="Groupe logement")
    today = timezone.localdate()
    seats.inscribe(
        coordinator,
        Seat(
            body=group,
            college="housing",
            holder=members["bailleur"].user,
            secretary=True,
            start=today - datetime.timedelta(days=200),
        ),
    )
    start = timezone.localtime(timezone.now() + datetime.timedelta(days=20))
    start = start.replace(hour=14, minute=0, second=0, microsecond=0)
    assemblies.convene(
        coordinator,
        group,
        starts_at=start,
        ends_at=start + datetime.timedelta(hours=2),
        place="Habitat Démo, salle du rez-de-chaussée",
        points=[
            assemblies.Point("Mémo des gardiens", "Habitat Démo", 40),
            assemblies.Point("Calendrier des demi-journées", "La coordination", 20),
        ],
    )
    return group


def _roadmap(coordinator: Viewer, council: Council, group: Body) -> None:
    today = timezone.localdate()
    for rank, (axis_title, objective_title, actions) in enumerate(_ROADMAP, 1):
        axis = Axis(council=council, position=rank, title=axis_title)
        roadmap.write_level(coordinator, axis)
        objective = Objective(axis=axis, title=objective_title)
        roadmap.write_level(coordinator, objective)
        for title, by_group, lead, state, start, end, balance in actions:
            changes = {
                "title": title,
                "objective": objective,
                "body": group if by_group else None,
                "lead": lead,
                "partners": "CMP Démo du 59G23, associations d’usagers et d’aidants",
                "resources": "Une demi-journée de coordination par mois",
                "starts_on": today + datetime.timedelta(days=start),
                "ends_on": today + datetime.timedelta(days=end),
                "state": state,
                "indicators": "Nombre de rencontres et de personnes reçues",
            }
            sheet = ActionSheet(objective=objective)
            sheet = roadmap.write_action(coordinator, sheet, changes, version=0)
            if balance:
                text = {"text": balance}
                roadmap.write_balance(coordinator, sheet, today.year, text, version=0)


def _agreement(coordinator: Viewer, council: Council) -> None:
    """An agreement that ends in four months: the warning shows."""
    today = timezone.localdate()
    agreement = Agreement(
        council=council,
        title="Convention constitutive du conseil local",
        start=today - datetime.timedelta(days=3 * 365 - 120),
        end=today + datetime.timedelta(days=120),
        reference="Secrétariat général, dossier CLSM",
    )
    agreements.write(coordinator, agreement)
    for institution, represented_by, signed in (
        ("Ville de Démonstration", "la maire", True),
        ("Établissement de psychiatrie Démo", "la directrice", True),
        ("Agence régionale de santé", "le directeur général", False),
    ):
        agreements.write_signatory(
            coordinator,
            Signatory(
                agreement=agreement,
                institution=institution,
                represented_by=represented_by,
                signed_on=agreement.start if signed else None,
            ),
        )
