"""allauth, as a CLSM wants it: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by an invitation of the coordination, never by a public form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
