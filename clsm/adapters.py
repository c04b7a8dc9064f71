"""allauth, as a CLSM wants it: closed sign-up, secrets encrypted, the second factor asked again."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from cases.crypto import keyring
from governance import second_factor
from governance.models import User

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by an invitation of the coordination, never by a public form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """At once, not through the outbox: a link that comes late is of no use.

        When the mail server is down the page says so, with or without an account of that address.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as failure:  # smtplib's errors are some too; their words hold the address
            logger.error("Message %s non envoyé : %s", template_prefix, type(failure).__name__)
            request = allauth_context.request
            page = {"again": request.get_full_path()}
            raise ImmediateHttpResponse(
                render(request, "account/mail_failed.html", page, status=503)
            ) from None

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not in the 15 minutes after a sign-in: allauth itself counts re-authentications alone."""
        if second_factor.confirmed_recently(allauth_context.request):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """Whoever has a second factor shows that one: the password alone proves no more."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        password = reverse("account_reauthenticate")
        return [m for m in methods if m["url"] != password] or methods


class SecondFactorAdapter(DefaultMFAAdapter):
    """The secrets of TOTP and of recovery codes are encrypted like the texts of cases."""

    def encrypt(self, text: str) -> str:
        return keyring("CLSM_TEXT_KEYS").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keyring("CLSM_TEXT_KEYS").decrypt(encrypted_text.encode()).decode()
