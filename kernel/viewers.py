"""Who watches and buys: a signed, host-only cookie, the same for HTTP and sockets.

Not here: staff (Django's sessions) and the customer's record (checkout); this only carries its id.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponseBase

from kernel import ids, signing

COOKIE = "vt_viewer"
_PURPOSE = "viewer"
LIFETIME = dt.timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A device of the audience. `name` is the nickname last used; `customer_id` is set after
    signing in by e-mail."""

    id: uuid.UUID
    name: str = ""
    customer_id: uuid.UUID | None = None

    @property
    def key(self) -> str:
        """The name under which the log addresses this viewer: `vwr_…`."""
        return ids.public_id("vwr", self.id)

    def named(self, name: str) -> "Viewer":
        return replace(self, name=name)

    def signed_in(self, customer_id: uuid.UUID | None) -> "Viewer":
        return replace(self, customer_id=customer_id)


def new_viewer() -> Viewer:
    return Viewer(id=ids.uuid7())


def read_viewer(cookies: Mapping[str, str], *, schema: str = "") -> Viewer | None:
    """The viewer of these cookies, in the current brand or that of `schema`; None when absent, forged or
    foreign. Asks nothing of any store."""
    token = cookies.get(COOKIE)
    payload = signing.unsign(_PURPOSE, token, max_age=LIFETIME, schema=schema) if token else None
    if payload is None:
        return None
    customer = payload.get("c")
    return Viewer(
        id=uuid.UUID(payload["v"]),
        name=payload.get("n", ""),
        customer_id=uuid.UUID(customer) if customer else None,
    )


def viewer_of(request: HttpRequest) -> Viewer | None:
    """The viewer of a request, without making one: cached pages stay free of viewers."""
    return read_viewer(request.COOKIES)


def ticket_of(viewer: Viewer) -> str:
    """The signed value of the cookie, in the current brand."""
    payload = {"v": str(viewer.id), "n": viewer.name}
    if viewer.customer_id:
        payload["c"] = str(viewer.customer_id)
    return signing.sign(_PURPOSE, payload)


def write_viewer(response: HttpResponseBase, viewer: Viewer, *, secure: bool) -> None:
    """Set the cookie. Host-only, unreadable for scripts, sent on top-level navigation."""
    response.set_cookie(
        COOKIE,
        ticket_of(viewer),
        max_age=LIFETIME,
        httponly=True,
        secure=secure,
        samesite="Lax",
    )
