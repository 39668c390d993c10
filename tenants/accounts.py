"""How allauth behaves here: nobody signs up outside a brand, and a session belongs to its host.

Not here: the sign-up of a brand (services/sign_up.py).
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import login as auth_login
from django.http import HttpRequest

from tenants.middleware import SESSION_HOST, host_of
from tenants.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """A person alone has nothing to do here; accounts come with a brand or an invitation."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        request.session[SESSION_HOST] = host_of(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        brand: Any = getattr(request, "brand", None)
        return "/studio/" if brand else "/brands/"


def sign_in(request: HttpRequest, user: User) -> None:
    """Start a staff session on this host, without asking for the password again."""
    auth_login(request, user, backend=BACKEND)
    request.session[SESSION_HOST] = host_of(request)
