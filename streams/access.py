"""Who may watch: everybody, or for a private show whoever has its link; and the picture's own rule.

Not here: staff rights (tenants).
"""

import datetime as dt
import time
import uuid
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponseBase

from kernel import signing
from kernel.tenancy import current_brand, run_in_brand
from streams.models import Broadcast, Show
from tenants.selectors import primary_address

LINK, PICTURE = "show-link", "picture"
LINK_PARAM = "key"
# As long as the longest show; a page that is loaded again gets a fresh one.
PICTURE_LIFETIME = dt.timedelta(hours=12)
_DECISION_SECONDS = 2.0
_decisions: dict[tuple[str, str, str | None], tuple[float, bool]] = {}


def link_token(show: Show) -> str:
    """What stands behind ?key= in a private show's link."""
    return signing.sign(LINK, {"s": show.pk.hex, "v": show.link_version})


def show_path(show: Show) -> str:
    """The page's path, with its key when the show is private."""
    query = f"?{LINK_PARAM}={link_token(show)}" if show.is_private else ""
    return f"/live/{show.slug}/{query}"


def show_link(show: Show) -> str:
    """The whole address to give to people."""
    return f"{primary_address(current_brand()).base_url}{show_path(show)}"


def cookie_name(show: Show) -> str:
    return f"vt_show_{show.pk.hex[-12:]}"


def may_enter(show: Show, *, token: str = "", cookies: Mapping[str, str] | None = None) -> bool:
    """Whether whoever carries this token, or the cookie of an earlier visit, may see the show. Also
    asked by the room."""
    if not show.is_private:
        return True
    tokens = (token, (cookies or {}).get(cookie_name(show), ""))
    return any(_opens(show, text) for text in tokens if text)


def enters(request: HttpRequest, show: Show) -> bool:
    """`may_enter` for a page's request."""
    return may_enter(show, token=request.GET.get(LINK_PARAM, ""), cookies=request.COOKIES)


def remember_entry(response: HttpResponseBase, show: Show, *, secure: bool) -> None:
    """Let the browser in again without the key in the address. Host-only, unreadable for scripts."""
    if show.is_private:
        response.set_cookie(
            cookie_name(show), link_token(show), max_age=PICTURE_LIFETIME, httponly=True, secure=secure, samesite="Lax"
        )


def picture_token(show: Show) -> str:
    """What a page puts into the picture's path: for a private show, and for staff before air."""
    return signing.sign(PICTURE, {"s": show.pk.hex, "v": show.link_version})


def _opens(show: Show, token: str) -> bool:
    payload = signing.unsign(LINK, token)
    return payload is not None and payload == {"s": show.pk.hex, "v": show.link_version}


def may_play(broadcast_id: uuid.UUID, token: str | None) -> bool:
    """Whether the picture of a broadcast may be played: what aired of a public show by everybody,
    the rest with a token of its show alone."""
    broadcast = Broadcast.objects.select_related("show").filter(pk=broadcast_id).first()
    if broadcast is None:
        return False
    show = broadcast.show
    if broadcast.aired_at is not None and not show.is_private:
        return True
    payload = signing.unsign(PICTURE, token, max_age=PICTURE_LIFETIME) if token else None
    return payload is not None and payload == {"s": show.pk.hex, "v": show.link_version}


async def admit(schema: str, broadcast_id: str, token: str | None) -> bool:
    """The origin's question for every playlist and segment; the answer is good for two seconds."""
    key = (schema, broadcast_id, token)
    known = _decisions.get(key)
    if known and known[0] > time.monotonic():
        return known[1]
    allowed = await run_in_brand(schema, may_play, uuid.UUID(broadcast_id), token)
    if len(_decisions) > 10_000:
        _decisions.clear()
    _decisions[key] = (time.monotonic() + _DECISION_SECONDS, allowed)
    return allowed
