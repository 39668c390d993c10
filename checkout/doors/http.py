"""`POST /hold/`: a hold asked for by HTTP before Django's handler, which alone would cost a drop its speed.

Says what `POST /api/v1/holds/` says, with the same codes. Knows its caller by a ticket. Not here: the
queue (queues) and the ordinary route (checkout.api.holds).
"""

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import structlog

from checkout.doors import tickets
from checkout.doors.keys import body_hash, key_of
from checkout.doors.queues import hold_queues
from checkout.doors.wishes import read_wish
from checkout.errors import AnswerUnknown, OriginRefused
from checkout.services.reserving import HoldRequest
from kernel.errors import Problem
from kernel.problems import CONTENT_TYPE, BodyTooLarge, MethodNotAllowed, UnsupportedMediaType, problem_facts
from kernel.requestid import take_or_make
from kernel.tenancy import UnknownBrand
from tenants.errors import BrandNotReady, BrandSuspended
from tenants.models import Brand
from tenants.sockets import brand_of, caller_of, is_same_origin

PATH = "/hold/"
MOST_BYTES = 2048
_HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
_JSON = (b"content-type", b"application/json")
_PROBLEM = (b"content-type", CONTENT_TYPE.encode())
# Read out of a request's dozen headers in one pass.
_WANTED = frozenset([b"x-hold-ticket", b"idempotency-key", b"content-type", b"content-length", b"x-request-id"])

Scope = MutableMapping[str, Any]
# Refuses a viewer whom a ban in force means; asks no store.
Admit = Callable[..., Awaitable[None]]

log = structlog.get_logger(__name__)


class HoldDoor:
    """An ASGI application for one address. Answers when the hold is durable, not before."""

    def __init__(self, admit: Admit) -> None:
        self._admit = admit

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        headers = {name: value for name, value in scope["headers"] if name in _WANTED}
        try:
            body = await self._hold(scope, headers, receive)
        except Problem as problem:
            await _refuse(problem, headers, send)
        except Exception:
            # Done or not, nobody can say; asked again under its key it is done once.
            log.exception("hold_door.failed")
            await _refuse(AnswerUnknown(retry_after=1), headers, send)
        else:
            await _send(send, 201, body, _JSON)

    async def _hold(self, scope: Scope, headers: dict[bytes, bytes], receive: Any) -> bytes:
        brand = await _brand(scope)
        if scope["method"] != "POST":
            raise MethodNotAllowed(method=scope["method"])
        if not is_same_origin(scope):
            raise OriginRefused(param="Origin")
        ticket = tickets.read(_text(headers, b"x-hold-ticket"), schema=brand.schema_name)
        await self._admit(
            schema=brand.schema_name, viewer=ticket.viewer, device=ticket.device, address=caller_of(scope)
        )
        key = key_of(_text(headers, b"idempotency-key"))
        raw = await _body(headers, receive)
        if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != b"application/json":
            raise UnsupportedMediaType
        wish = read_wish(raw)
        ticket.require(variant_id=wish.variant_id, drop_id=wish.drop_id, show_id=wish.show_id)
        request = HoldRequest(
            viewer=ticket.viewer,
            variant_id=wish.variant_id,
            quantity=wish.quantity,
            drop_id=wish.drop_id,
            show_id=wish.show_id,
            key=key,
            body_hash=body_hash(
                variant_id=wish.variant_id, drop_id=wish.drop_id, show_id=wish.show_id, quantity=wish.quantity
            ),
            device=ticket.device,
        )
        return (await hold_queues().hold(brand=brand, request=request)).body


async def _brand(scope: Scope) -> Brand:
    """The brand of the host, which is open."""
    brand = await brand_of(scope)
    if brand is None:
        raise UnknownBrand
    if not brand.is_active:
        raise BrandSuspended if brand.status == Brand.Status.SUSPENDED else BrandNotReady(retry_after=2)
    return brand


async def _body(headers: dict[bytes, bytes], receive: Any) -> bytes:
    """The whole body. Raises BodyTooLarge as soon as that is known, whatever length was declared."""
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared[:20]) > MOST_BYTES:
        raise BodyTooLarge(limit=MOST_BYTES)
    body = b""
    while True:
        message: dict[str, Any] = await receive()
        if message["type"] != "http.request":
            raise AnswerUnknown  # the caller left; nobody reads this
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > MOST_BYTES:
            raise BodyTooLarge(limit=MOST_BYTES)
        if not message.get("more_body", False):
            return body


def _text(headers: dict[bytes, bytes], name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


async def _refuse(problem: Problem, headers: dict[bytes, bytes], send: Any) -> None:
    request_id = take_or_make(_text(headers, b"x-request-id"))
    facts = json.dumps(problem_facts(problem, request_id), separators=(",", ":"), ensure_ascii=False)
    more = [(b"x-request-id", request_id.encode())]
    if problem.retry_after is not None:
        more.append((b"retry-after", str(problem.retry_after).encode()))
    if isinstance(problem, MethodNotAllowed):
        more.append((b"allow", b"POST"))
    if isinstance(problem, BodyTooLarge):
        more.append((b"connection", b"close"))  # what else was sent is not worth reading
    await _send(send, problem.status, facts.encode(), _PROBLEM, *more)


async def _send(send: Any, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", str(len(body)).encode())
    whole: Iterable[tuple[bytes, bytes]] = [*headers, length, *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": whole})
    await send({"type": "http.response.body", "body": body})
