"""Who takes part: the coordination asks and ends, the partner accepts or declines."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from cases import dossier, selectors
from cases.forms.participations import FinishForm, InviteForm
from cases.forms.situations import ReasonForm
from cases.services import participations
from cases.views.act_page import Act, act_page
from governance.models import Membership
from governance.selectors import open_council_as_coordinator, open_council_as_partner
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.once import once

INVITE = Act(
    "Solliciter un partenaire",
    "Ce partenaire verra aussitôt la situation, sans identité, dans la mesure de l’accord de la "
    "personne et de sa profession. Il peut décliner.",
    "Solliciter ce partenaire",
    "Le partenaire est sollicité ; un courriel le prévient.",
)
DECLINE = Act(
    "Décliner la participation",
    "La situation se fermera pour vous dès que vous aurez décliné. La coordination lira votre "
    "motif.",
    "Décliner",
    "Vous ne participez pas à cette situation ; la coordination en est informée.",
    is_final=True,
)
FINISH = Act(
    "J’ai terminé ma part",
    "La situation continue sans vous et se fermera pour vous. La coordination pourra vous "
    "solliciter de nouveau.",
    "J’ai terminé",
    "Votre part est terminée ; la coordination en est informée.",
    is_final=True,
)
END = Act(
    "Mettre fin à une participation",
    "La situation se fermera aussitôt pour ce partenaire. Vous pourrez le solliciter de nouveau.",
    "Mettre fin à la participation",
    "La participation est terminée.",
    is_final=True,
)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def situation_invite(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Seek a participant among the council's partners."""
    opened = open_council_as_coordinator(request.viewer, council)
    situation = selectors.open_situation(request.viewer, opened, code)
    form = InviteForm(request.POST or None, partners=dossier.invitable(opened, situation))

    def seek(partner: Membership, *, knows_person: bool) -> None:
        participations.seek(request.viewer, situation, partner, knows_person=knows_person)

    return act_page(request, situation, INVITE, form, seek)


@require_http_methods(["GET", "HEAD", "POST"])
def participation_end(request: ViewerRequest, council: str, code: str, key: UUID) -> HttpResponse:
    """End somebody's participation."""
    opened = open_council_as_coordinator(request.viewer, council)
    situation = selectors.open_situation(request.viewer, opened, code)
    participation = dossier.participation_of(situation, key)
    form = ReasonForm(
        request.POST or None,
        help_text=format_html(  # a help text is trusted HTML
            "Participation de {}. Seule la coordination lit ce motif.",
            participation.membership.user,
        ),
    )
    return act_page(
        request, situation, END, form, partial(participations.end, request.viewer, participation)
    )


@require_POST
def participation_accept(
    request: ViewerRequest, council: str, code: str, key: UUID
) -> HttpResponse:
    """The partner accepts to take part."""
    situation, participation = _own(request, council, code, key)
    with refusals.as_message(request, "Vous participez à cette situation."):
        participations.accept(request.viewer, participation)
    return redirect(situation)


@require_http_methods(["GET", "HEAD", "POST"])
def participation_decline(
    request: ViewerRequest, council: str, code: str, key: UUID
) -> HttpResponse:
    """The partner declines, and goes back to their list: the situation is closed to them."""
    situation, participation = _own(request, council, code, key)
    form = ReasonForm(
        request.POST or None,
        help_text="Par exemple : pas de disponibilité, hors de mes missions. N’y nommez personne.",
    )
    return act_page(
        request,
        situation,
        DECLINE,
        form,
        partial(participations.decline, request.viewer, participation),
        leads_to=reverse("situations", args=[council]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def participation_finish(
    request: ViewerRequest, council: str, code: str, key: UUID
) -> HttpResponse:
    """The partner says that their part is done, and goes back to their list."""
    situation, participation = _own(request, council, code, key)
    form = FinishForm(request.POST if request.method == "POST" else None)
    return act_page(
        request,
        situation,
        FINISH,
        form,
        partial(participations.finish, request.viewer, participation),
        leads_to=reverse("situations", args=[council]),
    )


def _own(request: ViewerRequest, council: str, code: str, key: UUID) -> tuple[Any, Any]:
    """The situation and the viewer's own active part in it, of that key, else 404."""
    opened = open_council_as_partner(request.viewer, council)
    situation = selectors.open_situation(request.viewer, opened, code)
    own = dossier.own_participation(request.viewer, situation)
    if own is None or own.pk != key:
        raise Http404
    return situation, own
