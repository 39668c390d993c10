"""Making, replacing and finding stream keys.

Not here: what a publisher with a good key may do (ingest).
"""

import hashlib
import hmac
import secrets
import uuid

from django.db import transaction

from kernel import clock
from kernel.tenancy import current_brand
from streams.errors import StreamKeyInvalid, StreamKeyRotated
from streams.events import StreamKeyRotated as StreamKeyRotatedEvent
from streams.models import StreamKey
from streams.services.locked import lock_show
from streams.services.show_log import tell


def hash_key(text: str) -> str:
    """SHA-256: a key has 256 random bits, so that nothing slower is needed."""
    return hashlib.sha256(text.encode()).hexdigest()


def rotate_stream_key(*, show_id: uuid.UUID, actor: str) -> str:
    """Give the show a new key and return its text, this once. The old one opens nothing from now
    on; a publisher who is in with it stays in until it leaves. Raises ShowNotFound. Locks the show."""
    text = f"{current_brand().slug}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        show = lock_show(show_id)
        StreamKey.objects.filter(show=show, rotated_at=None).update(rotated_at=clock.now())
        key = StreamKey.objects.create(show=show, key_hash=hash_key(text), hint=text[-4:])
        tell(show, StreamKeyRotatedEvent(show_id=show.public_id, hint=key.hint), actor=actor)
    return text


def check_key(text: str) -> StreamKey:
    """The row of a key that opens. Raises StreamKeyInvalid, StreamKeyRotated."""
    digest = hash_key(text)
    key = StreamKey.objects.filter(key_hash=digest).first()
    if key is None or not hmac.compare_digest(key.key_hash, digest):
        raise StreamKeyInvalid
    if key.rotated_at is not None:
        raise StreamKeyRotated
    return key


def brand_slug(text: str) -> str:
    """The slug in front of a key: a slug has no underscore, the random rest may have some."""
    return text.partition("_")[0]
