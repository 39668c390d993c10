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
from streams.media.origin import Admission
from streams.models import Broadcast, Show
from tenants.selectors import primary_address

LINK, PICTURE, PREVIEW = "show-link", "picture", "picture-preview"
LINK_PARAM = "key"
_COOKIES = "vt_show_"
# As long as the longest show; a page that is loaded again gets a fresh one.
PICTURE_LIFETIME = dt.timedelta(hours=12)
_DECISION_SECONDS = 2.0
_decisions: dict[tuple[str, str, str | None], tuple[float, Admission | None]] = {}


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
    return f"{_COOKIES}{show.pk.hex[-12:]}"


def entry_cookies(cookies: Mapping[str, str]) -> dict[str, str]:
    """Of all cookies those that let somebody into private shows: what a socket keeps."""
    return {name: value for name, value in cookies.items() if name.startswith(_COOKIES)}


def may_enter(show: Show, *, token: str = "", cookies: Mapping[str, str] | None = None) -> bool:
    """Whether whoever carries this token, or the cookie of an earlier visit, may see the show. Also
    asked by the room."""
    if not show.is_private:
        return True
    tokens = (token, (cookies or {}).get(cookie_name(show), ""))
    return any(_opens(show, LINK, text) for text in tokens)


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
    """What the page of a private show puts into the picture's path."""
    return signing.sign(PICTURE, {"s": show.pk.hex, "v": show.link_version})


def preview_token(show: Show) -> str:
    """What the studio puts there: it also opens the picture before the show is on the air."""
    return signing.sign(PREVIEW, {"s": show.pk.hex, "v": show.link_version})


def admission(broadcast_id: uuid.UUID, token: str | None) -> Admission | None:
    """What of a broadcast's picture may be played: by everybody what aired of a public show, by holders
    of its token what aired of a private one, by the staff also what never aired. What came before the
    host's word is shown to nobody after it."""
    broadcast = Broadcast.objects.select_related("show").filter(pk=broadcast_id).first()
    if broadcast is None:
        return None
    show, aired_at = broadcast.show, broadcast.aired_at
    if aired_at is None:
        return Admission() if _opens(show, PREVIEW, token) else None
    if show.is_private and not (_opens(show, PICTURE, token) or _opens(show, PREVIEW, token)):
        return None
    return Admission(since=aired_at.timestamp())


async def admit(schema: str, broadcast_id: str, token: str | None) -> Admission | None:
    """The origin's question for every playlist and segment; the answer is good for two seconds."""
    key = (schema, broadcast_id, token)
    known = _decisions.get(key)
    if known and known[0] > time.monotonic():
        return known[1]
    allowed = await run_in_brand(schema, admission, uuid.UUID(broadcast_id), token)
    if len(_decisions) > 10_000:
        _decisions.clear()
    _decisions[key] = (time.monotonic() + _DECISION_SECONDS, allowed)
    return allowed


def _opens(show: Show, purpose: str, token: str | None) -> bool:
    """A link is good until it is replaced, what stands in a picture's path for some hours."""
    lifetime = None if purpose == LINK else PICTURE_LIFETIME
    payload = signing.unsign(purpose, token, max_age=lifetime) if token else None
    return payload is not None and payload == {"s": show.pk.hex, "v": show.link_version}
