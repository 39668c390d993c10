"""From a socket's or a raw ASGI request's host to its brand; a socket's Origin must be that brand's.

Not here: the room's protocol (chat) and the segments (streams.media).
"""

from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import parse_cookie
from django.utils.crypto import constant_time_compare

from kernel.callers import caller_address
from kernel.tenancy import brand_context, run_in_public
from kernel.viewers import Viewer, read_viewer
from tenants.middleware import SESSION_HOST
from tenants.models import Brand, Member
from tenants.selectors import brand_by_host, remembered_brand

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]
CLOSE_UNKNOWN_HOST, CLOSE_FOREIGN_ORIGIN, CLOSE_SUSPENDED = 4404, 4403, 4423


class BrandHttp:
    """Sets scope["brand"] and scope["vitrine.schema"] for a raw HTTP application; 404 without."""

    def __init__(self, inner: App) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        brand = await brand_of(scope)
        if brand is None or not brand.is_active:
            await send({"type": "http.response.start", "status": 404, "headers": [(b"cache-control", b"no-store")]})
            await send({"type": "http.response.body", "body": b""})
            return
        await self.inner({**scope, "brand": brand, "vitrine.schema": brand.schema_name}, receive, send)


class BrandSockets:
    """Sets scope["brand"], ["viewer"] and ["member"]. Refuses unknown hosts and foreign origins
    before the socket is accepted: Channels' own validator knows only one list of hosts for all."""

    def __init__(self, inner: App) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        brand = await brand_of(scope)
        if brand is None:
            await _close(receive, send, CLOSE_UNKNOWN_HOST)
            return
        if not brand.is_active:
            await _close(receive, send, CLOSE_SUSPENDED)
            return
        if not is_same_origin(scope):
            await _close(receive, send, CLOSE_FOREIGN_ORIGIN)
            return
        cookies = cookies_of(scope)
        if settings.SESSION_COOKIE_NAME in cookies:
            viewer, member = await run_in_public(_who, brand, cookies, _host(scope)[0])
        else:  # nearly everybody: no thread, no query
            viewer, member = read_viewer(cookies, schema=brand.schema_name), None
        # The scope is this socket's own; a copy would cost every viewer another kilobyte.
        scope["brand"], scope["viewer"], scope["member"] = brand, viewer, member
        await self.inner(scope, receive, send)


def _who(brand: Brand, cookies: dict[str, str], host: str) -> tuple[Viewer | None, Member | None]:
    """The viewer of the cookie and the member of the staff session, each None when absent."""
    session_key = cookies.get(settings.SESSION_COOKIE_NAME)
    # In the brand like its pages: signing out on a page empties the cache under the brand's name.
    with brand_context(brand):
        viewer = read_viewer(cookies)
        session = import_module(settings.SESSION_ENGINE).SessionStore(session_key) if session_key else {}
        bound, user_id = session.get(SESSION_HOST), session.get(SESSION_KEY)
    if bound != host or not user_id:
        return viewer, None
    members = Member.objects.select_related("user").filter(brand=brand, user__is_active=True)
    member = members.filter(user_id=user_id).first()
    # As for pages: a session from before the password was changed is nobody's.
    if member and not constant_time_compare(session.get(HASH_SESSION_KEY, ""), member.user.get_session_auth_hash()):
        return viewer, None
    return viewer, member


async def brand_of(scope: Scope) -> Brand | None:
    """The brand of the only Host header, whatever its status; None for an unknown one."""
    host, _ = _host(scope)
    if not host:
        return None
    return remembered_brand(host) or await run_in_public(brand_by_host, host)


def _host(scope: Scope) -> tuple[str, str]:
    """(name, name:port) of the only Host header; empty when there are two or none."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return _read_host(hosts[0]) if len(hosts) == 1 else ("", "")


@lru_cache(maxsize=4096)
def _read_host(value: bytes) -> tuple[str, str]:
    whole = value.decode("latin-1").lower()
    try:
        return (urlsplit(f"//{whole}").hostname or "").removesuffix("."), whole
    except ValueError:
        return "", ""


def is_same_origin(scope: Scope) -> bool:
    """Whether the only Origin header names the host itself."""
    origins = [value for name, value in scope["headers"] if name == b"origin"]
    if len(origins) != 1:
        return False
    return str(urlsplit(origins[0].decode("latin-1").lower()).netloc) == _host(scope)[1]


def cookies_of(scope: Scope) -> dict[str, str]:
    """The cookies of a handshake, by name, read as Django reads a page's: what others have set on the
    domain above us hides none of ours."""
    sent = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
    return parse_cookie(sent)


def caller_of(scope: Scope) -> str:
    """The address that opened a socket, empty when the server does not know it."""
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    peer = scope.get("client") or ("",)
    return caller_address(str(peer[0]), ",".join(forwarded))


def agent_of(scope: Scope) -> str:
    """What the browser at the other end calls itself, empty when it does not say."""
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"user-agent"), "")


async def _close(receive: Any, send: Any, code: int) -> None:
    await receive()
    await send({"type": "websocket.close", "code": code})
