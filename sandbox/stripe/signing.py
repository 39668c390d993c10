"""Stripe's webhook signature: HMAC-SHA256 over `timestamp.body`, sent as `t=…,v1=…`."""

import hashlib
import hmac


def signature_header(body: bytes, secret: str, timestamp: int) -> str:
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"
