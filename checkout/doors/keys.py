"""What a request to hold is known by when it comes again: its key, and what it asked for.

The same on every door, so that a page may ask by one and repeat by another.
"""

import hashlib
import uuid

from kernel.idempotency.api import IdempotencyKeyMissing

LONGEST = 255
_NONE = bytes(16)


def key_of(text: str) -> uuid.UUID:
    """The key behind an Idempotency-Key: itself when it is a UUID, else one that stands for the text.
    Raises IdempotencyKeyMissing."""
    if not 1 <= len(text) <= LONGEST:
        raise IdempotencyKeyMissing(param="Idempotency-Key")
    if len(text) == 36:
        try:
            return uuid.UUID(text)
        except ValueError:
            pass
    return uuid.UUID(bytes=hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest())


def body_hash(*, variant_id: uuid.UUID, drop_id: uuid.UUID | None, show_id: uuid.UUID | None, quantity: int) -> bytes:
    """What was asked for, whatever its spelling."""
    parts = (variant_id.bytes, drop_id.bytes if drop_id else _NONE, show_id.bytes if show_id else _NONE)
    return hashlib.blake2b(b"".join(parts) + quantity.to_bytes(4), digest_size=16).digest()
