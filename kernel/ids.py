"""Ids: UUIDv7 in the database, `shw_01jd…` in URLs, APIs and logs.

Not here: secrets. An id may be guessed; what must not be guessed comes from `secrets`.
"""

import os
import threading
import time
import uuid

# Crockford's alphabet: no i, l, o, u, so that an id survives being read out on the phone.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_LENGTH = 26  # 128 bits in groups of five
# Two characters at a time: a drop names ten thousand holds within seconds.
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_SHIFTS = range(120, -1, -10)
# Two characters at a time: an answer to a tap holds three ids, a batch of them hundreds.
_PAIRS = [one + other for one in _ALPHABET for other in _ALPHABET]
_LOW = (1 << 60) - 1

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """A new UUIDv7 (RFC 9562): 48 bits of milliseconds, then a counter and random bits.

    Ids of one process rise strictly, also within a millisecond: the 12 bits after the version
    carry sub-millisecond time, and a tie is pushed one tick forward.
    """
    global _last
    with _lock:
        ticks = time.time_ns() * 4096 // 1_000_000  # 1/4096 ms
        if ticks <= _last:
            ticks = _last + 1
        _last = ticks
    millis, fraction = divmod(ticks, 4096)
    random_bits = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    value = (millis & ((1 << 48) - 1)) << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random_bits
    return uuid.UUID(int=value)


def public_id(prefix: str, value: uuid.UUID) -> str:
    """The id as people and partners see it: `shw_06b3…`, prefix + 26 characters."""
    number = value.int
    pairs = [_PAIRS[number >> shift & 1023] for shift in _SHIFTS]
    return f"{prefix}_{''.join(pairs)}"


def parse_public_id(prefix: str, text: str) -> uuid.UUID:
    """The UUID behind `shw_…`. Raises ValueError for a foreign prefix or a broken id."""
    head, _, tail = text.rpartition("_")
    if head != prefix or len(tail) != _LENGTH or any(c not in _VALUES for c in tail):
        raise ValueError(f"not a {prefix}_ id")
    number = 0
    for character in tail:
        number = number * 32 + _VALUES[character]
    if number >= 1 << 128:
        raise ValueError(f"not a {prefix}_ id")
    return uuid.UUID(int=number)
