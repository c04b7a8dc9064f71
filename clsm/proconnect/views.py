"""The way to ProConnect and back."""

from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_POST, require_safe

from clsm.proconnect.sign_out import remember

SIGNATURES = ("RS256", "ES256")


class ProConnectAdapter(OpenIDConnectOAuth2Adapter):
    """The exchange with ProConnect: both of its answers are signed, and both are verified."""

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> Any:
        """The sign-in that the answers describe. PermissionDenied where they do not agree."""
        id_token = self._verified(app, kwargs["response"].get("id_token", ""))
        nonce = request.session.pop("proconnect_nonce", "")
        if not nonce or not constant_time_compare(id_token.get("nonce", ""), nonce):
            raise PermissionDenied("nonce")
        userinfo = self._verified(app, self._fetch_userinfo(token.token))
        if userinfo["sub"] != id_token["sub"]:
            raise PermissionDenied("sub")
        if endpoint := self.openid_config.get("end_session_endpoint"):
            remember(request, endpoint=endpoint, id_token=kwargs["response"]["id_token"])
        # Who it is and nothing else: what is kept of it stays in the database.
        kept = {key: userinfo[key] for key in ("sub", "email", "email_verified") if key in userinfo}
        return self.get_provider().sociallogin_from_response(request, {"userinfo": kept})

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        url: str = build_absolute_uri(request, reverse("proconnect_callback"))
        return url

    def _fetch_userinfo(self, access_token: str) -> str:
        """The userinfo of ProConnect, a signed JWT (application/jwt)."""
        with get_adapter().get_requests_session() as session:
            response = session.get(
                self.profile_url, headers={"Authorization": f"Bearer {access_token}"}
            )
            response.raise_for_status()
            text: str = response.text.strip()
        return text

    def _verified(self, app: SocialApp, credential: str) -> dict[str, Any]:
        """The content of a JWT whose signature, issuer, audience and term hold."""
        try:
            signature = jwt.get_unverified_header(credential).get("alg")
        except jwt.PyJWTError as error:
            raise PermissionDenied("jwt") from error
        if signature not in SIGNATURES:
            raise PermissionDenied("alg")
        content: dict[str, Any] = jwtkit.verify_and_decode(
            credential=credential,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return content


@login_not_required
@require_POST
def login(request: HttpRequest) -> HttpResponse:
    """Leave for ProConnect; 404 where it is not set up."""
    return _answer(OAuth2LoginView, request)


@login_not_required
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Come back from ProConnect: sign in, or say kindly why not; 404 where it is not set up."""
    return _answer(OAuth2CallbackView, request)


def _answer(view: Any, request: HttpRequest) -> HttpResponse:
    try:
        response: HttpResponse = view.adapter_view(ProConnectAdapter(request, "proconnect"))(
            request
        )
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return response
