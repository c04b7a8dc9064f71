"""What every request goes through: is it sound, who asks and since when, what may be kept of the
page, what comes first (the charter, then the second factor)."""

import time
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from governance import second_factor, security_log
from governance.models import User
from governance.policies import needs_second_factor
from governance.viewer import Viewer

Handler = Callable[[HttpRequest], HttpResponse]

# What a page of ours may ask of the browser: the keys of a sign-in, nothing else.
PERMISSIONS = ", ".join(
    [
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
        *(
            f"{feature}=()"
            for feature in (
                "browsing-topics",
                "camera",
                "display-capture",
                "geolocation",
                "microphone",
                "payment",
                "usb",
            )
        ),
    ]
)


def viewer(get_response: Handler) -> Handler:
    """Give the request its `viewer`, made when first asked; only for signed-in users."""

    def handle(request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: Viewer(cast(User, request.user))
        )
        return get_response(request)

    return handle


def session_limits(get_response: Handler) -> Handler:
    """A session ends 10 hours after the sign-in, used or not (settings.SESSION_ABSOLUTE_AGE).

    It also ends when idle (SESSION_COOKIE_AGE after its last writing): so it is written again as
    it serves, once a minute at most. Its end empties what the browser kept of the site, cookies
    excepted.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated
        if signed_in:
            now = time.time()
            opened_at = request.session.setdefault("opened_at", now)
            if now - opened_at >= settings.SESSION_ABSOLUTE_AGE:
                security_log.note("session_over", request.user)
                logout(request)
                messages.info(request, "Par sécurité, votre session s’est terminée.")
            elif now - request.session.get("seen_at", 0) >= 60:
                request.session["seen_at"] = now
                request.session["browser"] = request.headers.get("User-Agent", "")[:200]
        response = get_response(request)
        if signed_in and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return handle


def refusals(get_response: Handler) -> Handler:
    """Who asked for what they may not have goes in the security log: 403, 404 and 429 alike.

    Only for signed-in users: what nobody in particular asked is in the log of requests.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code in (403, 404, 429) and request.user.is_authenticated:
            security_log.note(
                "page_refused",
                request.user,
                method=request.method or "",
                path=request.path,
                status=str(response.status_code),
            )
        return response

    return handle


def private_pages(get_response: Handler) -> Handler:
    """Nothing of what this program answers stays in a cache: pages, errors, files.

    The back button shows nothing after signing out. Whatever a view or a library asked of caches
    is overruled; static files, answered before this, are left alone.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Cache-Control"] = "no-store, private"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = PERMISSIONS
        return response

    return handle


def sound_requests(get_response: Handler) -> Handler:
    """What no page of this site can be asked goes no further.

    A body too long for any form is refused before a byte of it is read. An address with a NUL
    names nothing: PostgreSQL refuses it in a text, which would be an error of ours.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            return HttpResponse(render_to_string("413.html"), status=413)
        return get_response(request)

    return handle


# Pages of councils whose address names none.
OF_COUNCILS = ("council_new", "today")


class charter_first:
    """Before their first act, and after each new version, people sign the council's charter.

    Applies to every page of the council of the address, but the charter itself.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponse | None:
        """A redirection to the charter where it must be signed; None otherwise."""
        match = request.resolver_match
        if "council" not in kwargs or match is None or match.url_name == "charter":
            return None
        if not request.user.is_authenticated:
            return None
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        council = viewer.council(str(kwargs["council"]))
        if council is None or viewer.charter_to_sign(council) is None:
            return None
        address = redirect("charter", council.code).url
        return redirect(f"{address}?{urlencode({'suite': request.get_full_path()})}")


class second_factor_first:
    """After the charter, before any page of a council: the second factor of whoever needs one.

    Not in demonstration mode, whose people come in with one click.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponse | None:
        """A redirection to the page that explains and sets it up; None where nothing is missing."""
        match = request.resolver_match
        if match is None or ("council" not in kwargs and match.url_name not in OF_COUNCILS):
            return None
        if match.url_name == "charter" or settings.DEMO_MODE or not request.user.is_authenticated:
            return None
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        if not needs_second_factor(viewer) or second_factor.has_second_factor(viewer.user):
            return None
        return redirect("mfa_index")
