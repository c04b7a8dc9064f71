"""What every request goes through: who asks, what may be kept of the page, the charter first."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from governance.models import User
from governance.viewer import Viewer

Handler = Callable[[HttpRequest], HttpResponse]


def viewer(get_response: Handler) -> Handler:
    """Give the request its `viewer`, made when first asked; only for signed-in users."""

    def handle(request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: Viewer(cast(User, request.user))
        )
        return get_response(request)

    return handle


def private_pages(get_response: Handler) -> Handler:
    """Nothing of a signed-in page stays in a cache: the back button shows nothing afterwards."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    return handle


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
