"""allauth, as a CLSM wants it: closed sign-up, secrets encrypted, the second factor asked again,
changes of an account told to its holder, sign-ins and failures in the security log."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import unstash_login
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from cases.crypto import TEXT_KEYS, keyring
from clsm.proconnect.sign_out import sign_out_address
from governance import journal, mail, second_factor, security_log
from governance.letters import ACCOUNT_CHANGES, RECOVERY_CODE_USED, moment
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

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in; in the journal of accesses, and in the log with what was shown.

        The holder is told of a recovery code: whoever found the sheet would use one.
        """
        super().login(request, user)
        shown = [
            str(record.get("type", record["method"]))
            for record in get_authentication_records(request, user)
        ]
        security_log.note("sign_in", user, shown=" ".join(shown))
        journal.record(user, "sign_in", user, council=None)
        if Authenticator.Type.RECOVERY_CODES in shown:
            self.send_notification_mail(RECOVERY_CODE_USED, user)

    def logout(self, request: HttpRequest) -> None:
        security_log.note("sign_out", request.user)
        super().logout(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """ProConnect's own sign-out for whoever came by it; else the sign-in page."""
        return sign_out_address(request) or super().get_logout_redirect_url(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        address = security_log.digest(credentials.get("email", ""))
        security_log.note("sign_in_failed", address=address)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        security_log.note("sign_in_closed_account", user)
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code == "too_many_login_attempts":
            security_log.note("sign_in_limited", _who_signs_in())
        return super().validation_error(code, *args)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the holder what changed; an address that changed is told at the former one."""
        mail.send(
            "account_changed",
            email or user.email,
            subject="CLSM : votre compte a changé",
            context={
                "what": ACCOUNT_CHANGES[template_prefix],
                "at": moment(timezone.now()),
                "path": reverse("my_account"),
            },
        )


class SecondFactorAdapter(DefaultMFAAdapter):
    """The secrets of TOTP and of recovery codes are encrypted like the texts of cases."""

    def encrypt(self, text: str) -> str:
        return keyring(TEXT_KEYS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keyring(TEXT_KEYS).decrypt(encrypted_text.encode()).decode()

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code == "incorrect_code":
            security_log.note("second_factor_failed", _who_signs_in())
        return super().validation_error(code, *args)


def _who_signs_in() -> User | None:
    """Who has shown their password and not yet their second factor, if anybody."""
    request = allauth_context.request
    login = unstash_login(request, peek=True) if request is not None else None
    return login.user if login else None
