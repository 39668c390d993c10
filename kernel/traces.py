"""What tells people apart besides a nickname: the device, by a cookie of its own, and the network.

Both are kept as hashes under a key of the brand, so that the rows name nobody and match nothing of
another brand. Not here: what follows from them (bans of chat, shares of a drop).
"""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.http import HttpResponseBase
from django.utils.crypto import salted_hmac

from kernel import ids
from kernel.callers import neighbourhood

COOKIE = "vt_device"
HASH = 32  # characters of a device or a network
LIFETIME = dt.timedelta(days=400)  # the longest that browsers keep a cookie


def device_of(cookies: Mapping[str, str], *, schema: str) -> uuid.UUID | None:
    """The device of these cookies, in this brand; None when absent, forged or foreign. The brand is
    named, because sockets ask on the event loop, where none is entered."""
    try:
        return uuid.UUID(signing.loads(cookies.get(COOKIE, ""), salt=_salt("device", schema), max_age=LIFETIME))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def device_ticket(device: uuid.UUID, *, schema: str) -> str:
    """The signed value of the cookie."""
    return signing.dumps(device.hex, salt=_salt("device", schema))


def write_device(response: HttpResponseBase, device: uuid.UUID | None, *, schema: str) -> None:
    """Set the cookie, for the same device or a new one. It outlives a nickname and signing out."""
    response.set_cookie(
        COOKIE,
        device_ticket(device or ids.uuid7(), schema=schema),
        max_age=LIFETIME,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def device_hash(cookies: Mapping[str, str], *, schema: str) -> str:
    """How rows and events name the device of these cookies; empty without one."""
    device = device_of(cookies, schema=schema)
    return _hash("device", device.hex, schema) if device else ""


def network_hash(address: str, *, schema: str) -> str:
    """How rows and events name the network of an address: an IPv4 address, a /64 of IPv6."""
    return _hash("network", neighbourhood(address), schema) if address else ""


def _hash(kind: str, value: str, schema: str) -> str:
    return salted_hmac(_salt(f"{kind}-hash", schema), value, algorithm="sha256").hexdigest()[:HASH]


def _salt(purpose: str, schema: str) -> str:
    return f"vitrine.{purpose}.{schema}"
