"""What every page knows: the council it is about, the menu, the viewer's role there."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from clsm.demo import demo_cast
from clsm.page_help import topic
from clsm.version import VERSION
from governance.models import Council, Membership
from governance.roles import COORDINATE, MANAGE, READ_REPORTS, TAKE_PART
from governance.viewer import Viewer

# (permission, label, url name): a viewer's menu holds the lines whose permission they have; SIT is
# no permission but a seat of today.
SIT = "sit"
MENU = (
    (COORDINATE, "Aujourd’hui", "council_home"),
    (COORDINATE, "Alertes", "alerts"),
    (COORDINATE, "Situations", "situations"),
    (COORDINATE, "Séances", "meetings"),
    (COORDINATE, "Annuaire", "resources"),
    (COORDINATE, "Calendrier", "calendar"),
    (COORDINATE, "Instances", "bodies"),
    (COORDINATE, "Bilans", "reports"),
    (COORDINATE, "Conseil", "council_settings"),
    (TAKE_PART, "Mes alertes", "council_home"),
    (TAKE_PART, "Situations", "situations"),
    (TAKE_PART, "Séances", "meetings"),
    (TAKE_PART, "Annuaire", "resources"),
    (TAKE_PART, "Calendrier", "calendar"),
    (READ_REPORTS, "Calendrier", "calendar"),
    (READ_REPORTS, "Instances", "bodies"),
    (READ_REPORTS, "Bilans", "reports"),
    (READ_REPORTS, "Annuaire", "resources"),
    (SIT, "Instances", "bodies"),
    (MANAGE, "Conseil", "council_settings"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template: the keys of the dictionary below."""
    context: dict[str, Any] = {
        "council": None,
        "menu": [],
        "councils": (),
        "role_label": "",
        "demo_mode": settings.DEMO_MODE,
        "demo_cast": [],
        "proconnect": bool(settings.PROCONNECT_CLIENT_ID),
        "page_help": "",
        "version": VERSION,
    }
    match = request.resolver_match
    name = match.url_name if match is not None else None
    context["page_help"] = f"help/{topic(name or '')}.html"
    if settings.DEMO_MODE and match is not None and match.url_name == "account_login":
        context["demo_cast"] = demo_cast()
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not hasattr(request, "viewer"):
        return context
    viewer: Viewer = request.viewer
    context["councils"] = viewer.councils
    council = viewer.council(str(match.kwargs.get("council", ""))) if match else None
    if council is None and len(viewer.councils) == 1:
        council = viewer.councils[0]
    if council is not None:
        context["council"] = council
        context["menu"] = menu_of(viewer, council, request.path)
        context["role_label"] = _role_label(viewer.membership(council))
    return context


def menu_of(viewer: Viewer, council: Council, path: str = "") -> list[dict[str, Any]]:
    """The lines of the viewer's menu in that council: `label`, `url`, whether `path` is there."""
    lines: dict[str, dict[str, Any]] = {}
    for permission, label, name in MENU:
        if label in lines or not _has(viewer, permission, council):
            continue
        address = reverse(name, args=[council.code])
        lines[label] = {
            "label": label,
            "url": address,
            "current": path == address or (name != "council_home" and path.startswith(address)),
        }
    return list(lines.values())


def _has(viewer: Viewer, permission: str, council: Council) -> bool:
    return viewer.sits_in(council) if permission == SIT else viewer.may(permission, council)


def _role_label(membership: Membership | None) -> str:
    if membership is None:
        return ""
    if membership.organisation is not None and membership.role == "partner":
        return membership.organisation.name
    return membership.get_role_display()
