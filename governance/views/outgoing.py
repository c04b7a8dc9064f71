"""« Courriers » of a council: what left, what waits, what could not leave."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from governance import outbox, policies, selectors
from governance.decisions import Refused
from governance.letters import LETTERS
from governance.models import Council, OutgoingMessage
from governance.viewer import ViewerRequest

State = OutgoingMessage.State
# name in the address -> label, states
TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a-regarder": ("À regarder", OutgoingMessage.STUCK),
    "en-attente": ("En attente", (State.WAITING, State.GATHERED, State.LEAVING)),
    "partis": ("Partis, 30 derniers jours", (State.SENT,)),
}
CHIPS = {State.FAILED: "refused", State.DOUBTFUL: "missing"}
ERRORS = {
    "SMTPRecipientsRefused": "le serveur refuse cette adresse",
    "SMTPDataError": "le serveur refuse ce message",
    "SMTPNotSupportedError": "le serveur ne sait pas écrire cette adresse",
    "SMTPSenderRefused": "le serveur refuse l’expéditeur",
    "SMTPAuthenticationError": "le serveur refuse l’identifiant du programme",
    "Doubtful": "coupure au moment de l’envoi",
    "ConnectionRefusedError": "le serveur de courrier ne répond pas",
    "TimeoutError": "le serveur de courrier ne répond pas",
    "SMTPServerDisconnected": "le serveur de courrier ne répond plus",
}


@require_safe
def outgoing(request: ViewerRequest, council: str) -> HttpResponse:
    """The council's messages by what became of them, 50 a page; what is stuck comes first.

    The technical manager, who knows of no situation, reads neither codes nor names.
    """
    opened = selectors.open_council_as_manager(request.viewer, council)
    counts = selectors.count_outgoing(opened)
    chosen = request.GET.get("etat", "")
    if chosen not in TABS:
        chosen = "a-regarder" if any(counts.get(s) for s in OutgoingMessage.STUCK) else "partis"
    listed = selectors.list_outgoing(opened).filter(carrier_state__in=TABS[chosen][1])
    page = Paginator(listed, 50).get_page(request.GET.get("page"))
    context = {
        "tabs": [_tab(opened, name, counts, chosen) for name in TABS],
        "chosen": chosen,
        "page_obj": page,
        "lines": _lines(request, opened, list(page)),
    }
    return render(request, "governance/outgoing/outgoing.html", context)


@require_POST
def outgoing_resend(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Try again a message that could not leave, or perhaps left."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    message = selectors.open_outgoing(opened, key)
    try:
        outbox.resend(request.viewer, opened, message)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le courrier va repartir.")
    return redirect("outgoing", opened.code)


def _tab(council: Council, name: str, counts: dict[str, int], chosen: str) -> dict[str, Any]:
    label, states = TABS[name]
    count = sum(counts.get(state, 0) for state in states)
    return {
        "label": label,
        "count": count,
        "url": f"{reverse('outgoing', args=[council.code])}?etat={name}",
        "current": name == chosen,
        "due": bool(count) and name == "a-regarder",
    }


def _lines(
    request: ViewerRequest, council: Council, shown: list[OutgoingMessage]
) -> list[dict[str, Any]]:
    with_names = bool(policies.can_coordinate(request.viewer, council))
    users = {message.user_id for message in shown}
    roles: dict[UUID, str] = {}
    for membership in selectors.list_members(council).filter(user__in=users):
        roles[membership.user_id] = membership.get_role_display()
    return [_line(message, roles, with_names) for message in shown]


def _line(message: OutgoingMessage, roles: dict[UUID, str], with_names: bool) -> dict[str, Any]:
    carrier = message.gathered_in or message
    if message.user is None:
        recipient = "Adresse invitée"
    else:
        recipient = roles.get(message.user.pk, "Ancien membre")
        if with_names:
            recipient = f"{message.user}, {recipient.lower()}"
    facts = [recipient, f"{message.queued_at:%d/%m/%Y}"]
    if message.gathered_in or message.state == State.GATHERED:
        facts.append("dans le récapitulatif")
    if carrier.attempts:
        facts.append(f"{carrier.attempts} essai{'s' if carrier.attempts > 1 else ''} sans succès")
    error = ""
    if carrier.last_error:
        words = ERRORS.get(carrier.last_error, "erreur du programme ou du serveur")
        error = words[:1].upper() + words[1:] + f" ({carrier.last_error})"
    state = State(carrier.state)
    return {
        "key": message.pk,
        "code": message.context.get("code", "") if with_names else "",
        "title": LETTERS[message.template].title,
        "facts": facts,
        "chip": CHIPS.get(state, "neutral"),
        "state": state.label,
        "error": error,
        "stuck": state in OutgoingMessage.STUCK,
        "doubtful": state == State.DOUBTFUL,
    }
