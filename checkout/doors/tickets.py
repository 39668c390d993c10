"""Viewer tickets: who asks and what for, signed under the brand's own key, for a quarter of an hour.

The route before Django reads no session and asks no table who somebody is; this is how it knows.
Not here: bans, which end sooner than a ticket (guards).
"""

import base64
import binascii
import hashlib
import hmac
import struct
import uuid
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from checkout.errors import TicketExpired, TicketForOther, TicketInvalid
from kernel import clock, ids
from kernel.viewers import Viewer

SECONDS = 900
# For one drop, for one variant outside of drops, or for all that one show offers.
SUBJECTS = ("drp", "var", "shw")
_VERSION = 1
_FIELDS = struct.Struct(">BBI16s16s16s16s")  # version, kind of subject, expiry, viewer, customer, device, subject
_MAC = 16
_NOBODY = bytes(16)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that was found good. `kind` and `subject` say what it is for."""

    viewer: Viewer
    device: str  # its hash (kernel.traces), empty when unknown
    kind: str
    subject: uuid.UUID

    def require(self, *, variant_id: uuid.UUID, drop_id: uuid.UUID | None, show_id: uuid.UUID | None) -> None:
        """Raises TicketForOther when the request names something else."""
        named = {"drp": drop_id, "var": None if drop_id else variant_id, "shw": show_id}[self.kind]
        if named != self.subject:
            raise TicketForOther


def issue(*, schema: str, viewer: Viewer, about: str, device: str = "", seconds: int = SECONDS) -> str:
    """A ticket of this brand for what `about` names: drp_…, var_… or shw_…. Raises ValueError for anything
    else. Asks nothing of any store."""
    kind = about[:3]
    fields = _FIELDS.pack(
        _VERSION,
        SUBJECTS.index(kind),
        int(clock.now().timestamp()) + seconds,
        viewer.id.bytes,
        viewer.customer_id.bytes if viewer.customer_id else _NOBODY,
        bytes.fromhex(device) if device else _NOBODY,
        ids.parse_public_id(kind, about).bytes,
    )
    return base64.urlsafe_b64encode(fields + _sign(_keys(schema)[0], fields)).decode()


def read(token: str, *, schema: str) -> Ticket:
    """The ticket behind a token. Raises TicketInvalid for one that is forged, broken or another brand's,
    TicketExpired for one whose time is over."""
    try:
        data = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        fields, mac = data[:-_MAC], data[-_MAC:]
        version, kind, expiry, viewer, customer, device, subject = _FIELDS.unpack(fields)
    except (ValueError, binascii.Error, struct.error):
        raise TicketInvalid(param="X-Hold-Ticket") from None
    signed = any(hmac.compare_digest(_sign(key, fields), mac) for key in _keys(schema))
    if not signed or version != _VERSION or kind >= len(SUBJECTS):
        raise TicketInvalid(param="X-Hold-Ticket")
    if expiry <= clock.now().timestamp():
        raise TicketExpired(param="X-Hold-Ticket")
    return Ticket(
        Viewer(uuid.UUID(bytes=viewer), customer_id=uuid.UUID(bytes=customer) if customer != _NOBODY else None),
        device.hex() if device != _NOBODY else "",
        SUBJECTS[kind],
        uuid.UUID(bytes=subject),
    )


def _sign(key: bytes, fields: bytes) -> bytes:
    # Blake2 with a key is a MAC by design, and for so few bytes it keeps hold of the interpreter: OpenSSL's
    # HMAC lets go of it, and then waits for the thread that writes the last batch (83 µs a ticket, not 1).
    return hashlib.blake2b(fields, key=key, digest_size=_MAC).digest()


def _keys(schema: str) -> tuple[bytes, ...]:
    """The brand's keys, the one that signs first: one for each secret of the installation in force."""
    return _derived(schema, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=10_000)
def _derived(schema: str, *secrets: str) -> tuple[bytes, ...]:
    return tuple(
        hashlib.blake2b(f"vitrine.hold_ticket.{schema}".encode(), key=hashlib.sha512(secret.encode()).digest()).digest()
        for secret in secrets
    )
