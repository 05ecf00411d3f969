"""Who gets an account: people are added by service level managers; nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """Local accounts without self-service registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account comes with a place in the reporting line."""
        return False
