"""Making and revoking API keys.

Not here: checking one on a request (tenants.api.auth).
"""

import hashlib
import secrets

from django.db import transaction

from kernel import clock
from kernel.errors import InvalidInput
from kernel.eventlog.store import SHOP_TOPIC, append
from tenants.events import ApiKeyCreated, ApiKeyRevoked
from tenants.models import ApiKey, Brand, User

SCOPES = (
    "shows:read", "shows:write", "products:read", "products:write", "stock:read", "stock:write",
    "drops:read", "drops:write", "orders:read", "orders:write", "customers:read",
    "money:read",
)  # fmt: skip


def hash_secret(secret: str) -> str:
    """SHA-256: the secret has 192 random bits, so that nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_api_key(
    *, brand: Brand, name: str, scopes: list[str], created_by: User | None, actor: str = "system"
) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown this once. Raises InvalidInput for an unknown scope."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise InvalidInput(param="scopes", reason=f"Choose from {', '.join(SCOPES)}.")
    prefix = f"{brand.slug}_{secrets.token_hex(4)}"
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        key = ApiKey.objects.create(
            brand=brand,
            name=name,
            prefix=prefix,
            secret_hash=hash_secret(secret),
            scopes=sorted(set(scopes)),
            created_by=created_by,
        )
        append(ApiKeyCreated(prefix=prefix, scopes=key.scopes), topic=SHOP_TOPIC, actor=actor)
    return key, f"vt_{prefix}_{secret}"


def revoke_api_key(*, key: ApiKey, actor: str = "system") -> None:
    """Refuse the key from now on. Doing it twice changes nothing."""
    with transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now()):
            append(ApiKeyRevoked(prefix=key.prefix), topic=SHOP_TOPIC, actor=actor)
