"""Identifiers and secrets shaped like Stripe's: a prefix and 24 letters or digits.

What the identifiers name lives in `store`.
"""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{new_token(length)}"


def new_token(length: int = 24) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
