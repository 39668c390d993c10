"""Who sends a request: nobody, a viewer, a customer, staff by role, a partner's program.

Not here: which answers they may get (the tests).
"""

from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.test import Client
from django.test.client import ClientHandler

from kernel.tenancy import brand_context, public_context
from kernel.viewers import COOKIE, Viewer, ticket_of
from tenants.accounts import BACKEND
from tenants.middleware import SESSION_HOST
from tenants.models import Brand, Member, Role
from tests.factories.checkout import CUSTOMER_ID, VIEWER_ID
from tests.isolation.world import World


@dataclass(frozen=True)
class Identity:
    """`is_staff`: it carries rights over its own brand, which must mean nothing in another."""

    name: str
    is_staff: bool = False
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def client(self, host: str, *, html: bool = True) -> Client:
        """A browser, or a program, that calls this host. CSRF is not checked, so that requests come
        as far as a page of the brand itself could send them."""
        accept = "text/html, */*" if html else "application/json"
        client = Client(raise_request_exception=False, headers={"host": host, "accept": accept, **self.headers})
        client.handler = _handler()
        for name, value in self.cookies.items():
            client.cookies[name] = value
        return client


@cache
def _handler() -> ClientHandler:
    """One for all clients: each would load the middleware anew, which costs more than a request."""
    return ClientHandler(enforce_csrf_checks=False)


def session_key(brand: Brand, role: str, host: str) -> str:
    """A staff session of a member of this brand that began on `host`."""
    with public_context():
        user = Member.objects.select_related("user").get(brand=brand, role=role).user
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[SESSION_HOST] = host
        session.save()
    return str(session.session_key)


def viewer_ticket(brand: Brand, *, signed_in: bool = False) -> str:
    """The value of the viewer's cookie in this brand."""
    with brand_context(brand):
        return ticket_of(Viewer(id=VIEWER_ID, name="Noor", customer_id=CUSTOMER_ID if signed_in else None))


def identities_of(world: World, slug: str, *, signed_in_at: str) -> list[Identity]:
    """Everybody of one brand. Staff sessions began on `signed_in_at`: on another brand's host they
    are what somebody has who signed in there, with a membership of this brand alone."""
    brand = world.brands[slug]

    def staff(role: str, host: str) -> dict[str, str]:
        return {settings.SESSION_COOKIE_NAME: session_key(brand, role, host)}

    people: list[Identity] = [
        Identity("anonymous"),
        Identity("viewer", cookies={COOKIE: viewer_ticket(brand)}),
        Identity("customer", cookies={COOKIE: viewer_ticket(brand, signed_in=True)}),
    ]
    people += [Identity(role.value, True, staff(role.value, signed_in_at)) for role in Role]
    home = f"{slug}.{settings.PLATFORM_HOST}"
    if signed_in_at != home:
        people.append(Identity("owner's carried cookie", True, staff("owner", home)))
    people.append(Identity("key", True, headers={"authorization": f"Bearer {world.keys[slug]}"}))
    return people
