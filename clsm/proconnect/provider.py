"""ProConnect, seen from allauth: what is asked of it, what is read in its answer."""

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest
from django.urls import reverse

from clsm.proconnect.views import ProConnectAdapter


class ProConnectProvider(OpenIDConnectProvider):
    """OpenID Connect with a nonce, which ProConnect requires."""

    id = "proconnect"
    name = "ProConnect"
    oauth2_adapter_class = ProConnectAdapter

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("proconnect_login")

    def get_callback_url(self) -> str:
        return reverse("proconnect_callback")

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """The parameters of the settings and a new nonce; none from the address of the request."""
        nonce = request.session["proconnect_nonce"] = secrets.token_urlsafe(24)
        return {**self.get_auth_params(), "nonce": nonce}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The professional address: verified by whom ProConnect relies on, unless it says not."""
        userinfo = data["userinfo"]
        email = userinfo.get("email")
        if not email:
            return []
        verified = userinfo.get("email_verified", True) is True
        return [EmailAddress(email=email, verified=verified, primary=True)]


provider_classes = [ProConnectProvider]
