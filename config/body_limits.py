"""How large a request's body may be: 2 MB, and on the addresses that take files as much as their files.

Not here: what a file must be (each app's services). A proxy in front keeps what is larger off our
disk (deploy/); this counts also where none stands, and whatever length the caller declared.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from catalog import product_rows
from catalog.services import images
from config.errors import refuse
from kernel.problems import BodyTooLarge
from streams.services import posters
from tenants.services import logos

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Scope, Any, Any], Awaitable[None]]

# The largest file of each address that takes one, by its route on a brand's host.
UPLOADS: Final = {
    "studio/products/<str:product_id>/pictures/": images.MOST_BYTES,
    "studio/products/import/": product_rows.MOST_BYTES,
    "studio/shows/new/": posters.MOST_BYTES,
    "studio/shows/<str:show>/": posters.MOST_BYTES,
    "studio/theme/logo/": logos.MOST_BYTES,
    "api/v1/products/<str:product>/images/": images.MOST_BYTES,
    "api/v1/imports/": product_rows.MOST_BYTES,
    "api/v1/shows/<str:show>/poster/": posters.MOST_BYTES,
}
_OVER = "vitrine.body_limit_passed"


def limit_of(path: str) -> int:
    """The most bytes that a body sent to this address may have: the file, and what any form may hold."""
    ordinary: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        route = resolve(path, settings.ROOT_URLCONF).route
    except Resolver404:
        return ordinary
    return UPLOADS.get(route, 0) + ordinary


class BodyLimit:
    """ASGI: what is declared, or turns out, to be too long is not passed on. The application sees an
    empty body and a mark, by which `BodyLimitMiddleware` refuses; nothing more is kept of the rest."""

    def __init__(self, inner: App) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None:
        await self.inner(scope, _Counted(scope, receive), send)


class _Counted:
    """`receive` of one request, which counts."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope, self.receive = scope, receive
        self.limit: int | None = None  # looked up for a body that is longer than most
        self.received = 0

    async def __call__(self) -> Message:
        if _OVER not in self.scope and self._passes(_declared(self.scope)):
            return self._end()
        message = await self.receive()
        while _OVER in self.scope and message["type"] == "http.request":
            message = await self.receive()
        if message["type"] == "http.request":
            self.received += len(message.get("body", b""))
            if self._passes(self.received):
                return self._end()
        return message

    def _passes(self, length: int) -> bool:
        if length <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return False
        if self.limit is None:
            self.limit = limit_of(self.scope["path"])
        return length > self.limit

    def _end(self) -> Message:
        self.scope[_OVER] = self.limit
        return {"type": "http.request", "body": b"", "more_body": False}


def _declared(scope: Scope) -> int:
    """The length in the headers; 0 where there is none, or one that is no number."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(length) if length.isdigit() and len(length) < 20 else 0


class BodyLimitMiddleware:
    """413 for a body that `BodyLimit` held back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = getattr(request, "scope", {}).get(_OVER)
        return refuse(request, BodyTooLarge(limit=limit)) if limit else self.get_response(request)
