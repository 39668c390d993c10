"""The RTMP gate's two questions: may this publisher in, and: this one left.

Not here: the rules (services/ingest). Answers are JSON; everything but a clear yes is a no.
"""

import hmac
import ipaddress
import json
import uuid
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kernel import clock, ratelimit
from kernel.errors import RateLimited
from kernel.problems import Malformed
from kernel.tenancy import brand_context
from streams.errors import BroadcastUnknown, HookNotLocal, HookSignatureInvalid, StreamKeyInvalid
from streams.services.ingest import lose_broadcast, open_broadcast
from streams.services.stream_keys import brand_slug
from tenants.models import Brand

SIGNATURE = "X-Vitrine-Signature"
FRESH_SECONDS = 60
# One encoder that retries once a second stays below this; somebody who tries keys does not.
TRIES_A_MINUTE = 90
# `is_private` would also let documentation's and benchmarks' addresses in.
_OUR_NETWORKS = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


@csrf_exempt
@require_POST
def publish(request: HttpRequest) -> JsonResponse:
    """A publisher asks to come in. 200 with its broadcast; 403 for a bad key, 409 for a show that
    takes no picture."""
    question = _question(request)
    key, session, ip = (_text(question, name) for name in ("key", "session", "ip"))
    tries = ratelimit.check("ingest", ip, limit=TRIES_A_MINUTE, seconds=60)
    if not tries.allowed:
        raise RateLimited(seconds=tries.reset, retry_after=tries.reset)
    brand = Brand.objects.filter(slug=brand_slug(key), status=Brand.Status.ACTIVE).first()
    if brand is None:
        raise StreamKeyInvalid
    with brand_context(brand):
        broadcast = open_broadcast(key=key, session=session)
    return JsonResponse({"broadcast": str(broadcast.pk), "schema": brand.schema_name, "publisher": "newest_wins"})


@csrf_exempt
@require_POST
def unpublish(request: HttpRequest) -> JsonResponse:
    """A publisher left. Repeating it, or telling of one that was replaced, changes nothing."""
    told = _question(request)
    schema, session = _text(told, "schema"), _text(told, "session")
    brand = Brand.objects.filter(schema_name=schema).first()
    try:
        broadcast_id = uuid.UUID(_text(told, "broadcast"))
    except ValueError:
        raise BroadcastUnknown from None
    if brand is None:
        raise BroadcastUnknown
    with brand_context(brand):
        lose_broadcast(broadcast_id=broadcast_id, session=session)
    return JsonResponse({"broadcast": str(broadcast_id)})


def _question(request: HttpRequest) -> dict[str, Any]:
    """The body of a request that our own gate signed. Raises HookNotLocal, HookSignatureInvalid,
    Malformed."""
    _check_near(request)
    _check_signature(request)
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise Malformed(reason="not JSON") from error
    if not isinstance(body, dict):
        raise Malformed(reason="not an object")
    return body


def _check_near(request: HttpRequest) -> None:
    """From this machine or the private network of our servers, and straight: a proxy that stands in
    the world's way adds a header."""
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        raise HookNotLocal from None
    if forwarded or not (address.is_loopback or any(address in network for network in _OUR_NETWORKS)):
        raise HookNotLocal


def _check_signature(request: HttpRequest) -> None:
    """`t=<unix>,v1=<hex>` over `<t>.<body>`, at most a minute old. Without a secret nobody gets in."""
    fields = dict(part.partition("=")[::2] for part in request.headers.get(SIGNATURE, "").split(","))
    sent_at, signature = fields.get("t", ""), fields.get("v1", "")
    secret = settings.INGEST_HOOK_SECRET
    if not secret or not sent_at.isascii() or not sent_at.isdigit() or len(sent_at) > 12:
        raise HookSignatureInvalid
    expected = hmac.new(secret.encode(), sent_at.encode() + b"." + request.body, sha256).hexdigest()
    is_ours = hmac.compare_digest(expected.encode(), signature.encode())
    if not is_ours or abs(clock.now().timestamp() - int(sent_at)) > FRESH_SECONDS:
        raise HookSignatureInvalid


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 200:
        raise Malformed(reason=f"{name} is missing")
    return value
