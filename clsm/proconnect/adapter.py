"""Which provider there is (by the settings), and whose account an address leads to."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest

from governance import security_log
from governance.models import User


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """ProConnect alone, for the accounts there are: sign-up stays closed."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """ProConnect as the settings describe it; nothing where they do not."""
        if not settings.PROCONNECT_CLIENT_ID:
            return []
        app = SocialApp(
            provider="proconnect",
            provider_id="proconnect",
            name="ProConnect",
            client_id=settings.PROCONNECT_CLIENT_ID,
            secret=settings.PROCONNECT_CLIENT_SECRET,
            settings={
                "server_url": settings.PROCONNECT_DISCOVERY_URL,
                "oauth_pkce_enabled": True,
                "scope": ["openid", "email"],
                "auth_params": {"acr_values": "eidas1"},
            },
        )
        return [app]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never; who came is in the security log, by the digest of their address."""
        security_log.note("proconnect_unknown", address=security_log.digest(sociallogin.user.email))
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, **failure: Any) -> None:
        kind = failure.get("error") or type(failure.get("exception")).__name__
        security_log.note("proconnect_failed", kind=str(kind))

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[Any, str] | None:
        """The open account of an address that both ProConnect and we verified, or None."""
        for address in sociallogin.email_addresses:
            known = User.objects.filter(
                emailaddress__email__iexact=address.email, emailaddress__verified=True
            ).first()
            if address.verified and known is not None:
                return known, address.email
        return None
