"""Signed tokens that name their brand: what one brand signed means nothing in another.

Not here: secrets that are looked up, such as API keys (tenants).
"""

import datetime as dt
from typing import Any

from django.core import signing

from kernel.tenancy import schema_or_public


def sign(purpose: str, payload: dict[str, Any]) -> str:
    """A URL-safe token for this purpose in this brand. Readable by anybody, forgeable by nobody."""
    return signing.dumps(payload, salt=_salt(purpose), compress=True)


def unsign(purpose: str, token: str, *, max_age: dt.timedelta | None = None, schema: str = "") -> dict[str, Any] | None:
    """The payload, or None for a token that is forged, foreign, too old or of another purpose.
    `schema` names a brand that is not entered: on an event loop there is no connection to switch."""
    try:
        payload = signing.loads(token, salt=_salt(purpose, schema), max_age=max_age)
    except signing.BadSignature:
        return None
    return payload if isinstance(payload, dict) else None


def _salt(purpose: str, schema: str = "") -> str:
    return f"vitrine.{purpose}.{schema or schema_or_public()}"
